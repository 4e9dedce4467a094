"""Random small worlds for the laws: a scheme, a roster, facts and closings, with the corner cases made likely.

A world is made from a seed and a number of facts, so a failing one is named in a line and shrinks by its facts.

What the generator covered (caps that bind, ties, boundaries, reversals …) is counted and printed at the end of the run:
a law that was never tried on a cap proves nothing about caps.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from linghang.engine.facts import Fact
from linghang.engine.packs.model import (
    Amount,
    Attribute,
    Band,
    Category,
    Comparison,
    Completeness,
    Constant,
    DatedValue,
    Dedup,
    ExemptGroup,
    FactKind,
    Grade,
    GradeCount,
    Identity,
    Item,
    Judged,
    Keep,
    Limit,
    Norm,
    Pack,
    Parameter,
    PartPeriod,
    Rate,
    Row,
    Scheme,
    Selection,
    Test,
    TotalReached,
)
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import DateRange, Member, Roster
from linghang.engine.settle.run import Request

COVERAGE: Counter[str] = Counter()
YEAR = 2026
ORGANISATIONS = ("甲支部", "乙支部")


def title(text: str) -> dict[str, str]:
    return {"zh": text}


ROLE = Attribute("role", title("角色"), {"lead": title("组织者"), "join": title("参加者")}, required=False)
LEVEL = Attribute("level", title("级别"), {v: title(v) for v in ("low", "mid", "high")}, ordered=True)
KINDS = {
    k.id: k
    for k in (
        FactKind("w.act", title("活动"), "member", "小时", {"role": ROLE, "level": LEVEL}, quantity_max=100 * UNIT),
        FactKind("w.serve", title("服务"), "member", "次", {"role": ROLE}, complete=Completeness.BY_CLOSING),
        FactKind("w.visit", title("走访"), "member", "次", {"role": ROLE}, complete=Completeness.BY_CLOSING),
        FactKind("w.award", title("评定"), "member", "分", {}, quantity_max=1000 * UNIT),
    )
}


@dataclass(frozen=True, repr=False)
class World:
    """Everything that a settlement needs."""

    pack: Pack
    roster: Roster
    facts: tuple[Fact, ...]
    closed: frozenset[tuple[str, Month]]
    period: Month

    @property
    def request(self) -> Request:
        return Request(self.pack, "s", self.roster, self.period, self.closed)

    def __repr__(self) -> str:
        """Short: a failing world is named by its seed, and Hypothesis warns of long texts."""
        return f"<World of {len(self.roster)} members and {len(self.facts)} facts in {self.period}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis prints instead of the fields."""
        printer.text(repr(self))


# --- schemes ---------------------------------------------------------------------------------------------------------

POINTS = (-500, -350, -100, -33, -1, 1, 33, 50, 100, 200, 250, 400)
QUANTITIES = (UNIT // 2, UNIT, UNIT, UNIT, 15000, 2 * UNIT, 25000, 7 * UNIT)


def chance(random: Random, share: float) -> bool:
    return random.random() < share


def make_amount(random: Random, values: Sequence[int] = POINTS) -> Amount:
    return Amount(parameter="p") if chance(random, 0.2) else Amount(random.choice(values))


def make_limits(random: Random, scale: int = 1) -> dict[Span, Limit]:
    """Limits that are near what a few facts give, so that they bind."""
    found = {}
    for span, factor in ((Span.MONTH, 1), (Span.QUARTER, 2), (Span.YEAR, 3)):
        if chance(random, 0.35):
            floor = Amount(-random.choice((0, 100, 250)) * factor) if chance(random, 0.5) else None
            cap = Amount(random.choice((0, 100, 333, 500)) * factor * scale) if chance(random, 0.7) else None
            found[span] = Limit(floor, Amount(parameter="cap") if chance(random, 0.2) else cap)
    return found


def make_tests(random: Random, kind: FactKind) -> tuple[Test, ...]:
    found = []
    for attribute in kind.attributes.values():
        if chance(random, 0.4):
            comparison = random.choice((Comparison.ONE_OF, Comparison.NONE_OF))
            values = random.sample(sorted(attribute.values), random.randint(1, 2))
            found.append(Test(attribute.id, comparison, tuple(values)))
    if chance(random, 0.25):
        comparison = random.choice((Comparison.AT_LEAST, Comparison.BELOW))
        found.append(Test("quantity", comparison, bound=random.choice((UNIT // 2, UNIT, 2 * UNIT, 25000))))
    return tuple(found)


def make_price(random: Random, kind: FactKind) -> Constant | Rate | Judged:
    if kind.unit == "分":
        return Judged(Amount(0), Amount(100_000))
    if chance(random, 0.5):
        return Constant(make_amount(random))
    per = random.choice((UNIT, 2 * UNIT, 3 * UNIT, UNIT // 4))
    return Rate(Amount(random.choice(POINTS)), per, chance(random, 0.5))


def make_row(random: Random, kinds: Sequence[FactKind]) -> Row:
    """A row for one of several kinds, or now and then for all of them."""
    kind, excuse = random.choice(kinds), chance(random, 0.2)
    price = None if excuse else make_price(random, kind)
    every = len(kinds) == 1 or ((price is None or isinstance(price, Constant)) and chance(random, 0.3))
    return Row(make_tests(random, kind), price, excuse, "" if every else kind.id)


def make_item(random: Random, number: int, categories: Sequence[str]) -> Item:
    kinds = [KINDS[k] for k in random.sample(sorted(KINDS), random.choice((1, 1, 1, 2)))]
    rows = [make_row(random, kinds) for _ in range(random.randint(1, 3))]
    norm = None
    if all(k.complete is Completeness.BY_CLOSING for k in kinds) and chance(random, 0.6):
        norm = Norm(random.randint(1, 3), Amount(-random.randint(1, 300)))
        rows = [Row(r.tests, None, r.excuse, r.kind) for r in rows] if chance(random, 0.5) else []
    keys = random.choice((("event",), ("day",), ("event", "role"), ("day", "event")))
    dedup = Dedup(keys, random.choice((Keep.FIRST, Keep.HIGHEST))) if chance(random, 0.6) else None
    return Item(
        f"i{number}", title(f"项{number}"), f"第{number}条", random.choice(categories), tuple(k.id for k in kinds),
        tuple(rows), make_limits(random), norm, dedup,
    )  # fmt: skip


def make_grade(random: Random) -> tuple[Grade, Selection]:
    """Bands on round totals, so that members stand exactly on a threshold now and then."""
    high, low = sorted(random.sample(range(0, 4000, 50), 2), reverse=True)
    bands = (
        Band("b2", title("二"), Amount(high)),
        Band("b1", title("一"), Amount(low)),
        Band("b0", title("零"), None),
    )
    conditions = (GradeCount("g", "b1", random.randint(1, 3)), TotalReached(Amount(low)))
    grade = Grade("g", title("评星"), Span.QUARTER, bands, random.randint(1, 3))
    return grade, Selection("best", title("名单"), conditions)


def make_parameter(random: Random, identifier: str, values: Sequence[int]) -> Parameter:
    """A number that changes in the course of the year now and then."""
    months = [Month(YEAR, 1), *([Month(YEAR, random.randint(2, 4))] if chance(random, 0.4) else [])]
    dated = tuple(DatedValue(m, random.choice(values), "示例", "invented") for m in months)
    return Parameter(identifier, title("参数"), "分", dated)


def make_pack(random: Random) -> Pack:
    ids = [f"c{n}" for n in range(random.randint(1, 3))]
    bases = (None, Amount(100), Amount(500), Amount(1000), Amount(333))
    categories = tuple(Category(i, title(i), make_limits(random, 3), random.choice(bases)) for i in ids)
    items = tuple(make_item(random, n, ids) for n in range(random.randint(2, 6)))
    grade, selection = make_grade(random)
    parameters = {"p": make_parameter(random, "p", POINTS), "cap": make_parameter(random, "cap", (0, 100, 400, 1500))}
    scheme = Scheme(
        "s", title("办法"), "member", categories, items, make_limits(random, 6), (grade,), (selection,),
        exempt_groups=("old",), part_period=random.choice(list(PartPeriod)), late_months=12,
    )  # fmt: skip
    groups = {"old": ExemptGroup("old", title("免"), ("免评类",))}
    identity = Identity("generated", "1.0.0", title("生成"), invented=True)
    return Pack(identity, KINDS, parameters, groups, {}, {"s": scheme}, "generated", {})


# --- people and what happened ----------------------------------------------------------------------------------------


def make_day(random: Random, last: Month) -> date:
    """A day of the year up to the month; first and last days of months are likely."""
    month = Month(YEAR, random.randint(1, last.month))
    if chance(random, 0.4):
        return random.choice((month.first, month.last))
    return month.first + timedelta(days=random.randrange(month.days))


def make_exemption(random: Random, period: Month) -> DateRange:
    """Some weeks; one side is open now and then."""
    start = make_day(random, period)
    end = start + timedelta(days=random.randint(0, 40))
    return random.choice((DateRange(start, end), DateRange(start, end), DateRange(start), DateRange(last=end)))


def make_member(random: Random, number: int, period: Month) -> Member:
    first = make_day(random, period) if chance(random, 0.25) else None
    last = make_day(random, period) if chance(random, 0.2) else None
    if first and last and last < first:
        first, last = last, first
    exempt = tuple(make_exemption(random, period) for _ in range(random.randint(1, 2))) if chance(random, 0.2) else ()
    group = "免评类" if chance(random, 0.1) else ""
    organisation = random.choice(ORGANISATIONS)
    return Member(f"m{number}", f"人{number}", organisation, "正式党员", group, DateRange(first, last), exempt)


def make_fact(random: Random, codes: Sequence[str], period: Month) -> Fact:
    kind = KINDS[random.choice(sorted(KINDS))]
    attributes = {}
    for attribute in kind.attributes.values():
        if attribute.required or chance(random, 0.7):
            attributes[attribute.id] = random.choice(sorted(attribute.values))
    day, event = make_day(random, period), random.choice(("", "e1", "e1", "e2"))
    quantity, sequence = random.choice(QUANTITIES), random.randint(0, 6)
    return Fact(kind.id, random.choice(codes), day, quantity, attributes, event, sequence)


def make_history(random: Random, codes: Sequence[str], period: Month, count: int) -> tuple[Fact, ...]:
    facts = [make_fact(random, codes, period) for _ in range(count)]
    chosen = {f.key: f for f in random.sample(facts, min(len(facts), random.randint(0, 3)))}
    back = [
        Fact(f.kind, f.subject, f.occurred_on, f.quantity, f.attributes, f.event, 9, f.key) for f in chosen.values()
    ]
    return (*facts, *back)


def make_world(seed: int, count: int) -> World:
    """The world of that seed, with that many facts."""
    random = Random(seed)  # reproducible on purpose
    period = Month(YEAR, random.choice((1, 2, 3, 3, 4, 6, 12)))
    pack = make_pack(random)
    roster = Roster(make_member(random, n, period) for n in range(random.randint(1, 4)))
    months = [Month(YEAR, m) for m in range(1, period.month + 1)]
    closed = frozenset((o, m) for o in ORGANISATIONS for m in months if chance(random, 0.7))
    facts = make_history(random, [m.code for m in roster], period, count)
    return World(pack, roster, facts, closed, period)


def worlds() -> st.SearchStrategy[World]:
    return st.builds(make_world, st.integers(0, 2**32), st.integers(0, 60))
