"""Smallest packs and rosters for tests of one rule at a time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Amount, Category, Constant, Identity, Item, Norm, Pack, Parameter, Row, Scheme
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import Member, Roster
from linghang.engine.settle.results import Settlement
from linghang.engine.settle.run import Request, settle
from tests.laws.laws import same_tables
from tests.laws.worlds import KINDS, title

BRANCH = "甲支部"
YEAR = tuple(Month(2026, n) for n in range(1, 13))
CLOSED = frozenset((BRANCH, month) for month in YEAR)


def item(identifier: str = "i", kinds: tuple[str, ...] = ("w.serve",), points: int = 100, **more: Any) -> Item:
    """An item that gives the same points for every fact of its kinds, unless rows are given."""
    given: dict[str, Any] = {"rows": (Row((), Constant(Amount(points))),), "limits": {}} | more
    return Item(identifier, title(identifier), "第一条", "c", kinds, **given)


def norm(at_least: int = 1, short: Amount | int = -100, **more: Any) -> Item:
    amount = Amount(short) if isinstance(short, int) else short
    return item("n", **({"rows": (), "norm": Norm(at_least, amount)} | more))


def pack_of(*items: Item, base: int = 0, parameters: Iterable[Parameter] = (), **scheme: Any) -> Pack:
    categories = (Category("c", title("类"), {}, Amount(base) if base else None),)
    given: dict[str, Any] = {"categories": categories, "total_limits": {}, "grades": (), "selections": ()} | scheme
    made = Scheme("s", title("办法"), "member", items=items, **given)
    identity = Identity("small", "1.0.0", title("小"), invented=True)
    return Pack(identity, KINDS, {p.id: p for p in parameters}, {}, {}, {"s": made}, "small", {})


def member(code: str = "m", **more: Any) -> Member:
    return Member(code, code, **({"organisation": BRANCH} | more))


def serve(day: date, sequence: int = 0, code: str = "m", **more: Any) -> Fact:
    return Fact("w.serve", code, day, sequence=sequence, **more)


def act(day: date, hours: int, level: str = "low", code: str = "m") -> Fact:
    return Fact("w.act", code, day, hours * UNIT, {"level": level})


def request(pack: Pack, *members: Member, period: Month, **more: Any) -> Request:
    roster = Roster(members or [member()])
    return Request(pack, "s", roster, period, **({"closed": CLOSED} | more))


def both(asked: Request, facts: Iterable[Fact]) -> Settlement:
    """The settlement that both engines give."""
    known = list(facts)
    fast, plain = settle(asked, known), settle(asked, known, engine="reference")
    same_tables(fast, plain)
    return fast


def limits(span: Span, floor: Amount | None = None, cap: Amount | None = None) -> dict[Span, Any]:
    from linghang.engine.packs.model import Limit

    return {span: Limit(floor, cap)}
