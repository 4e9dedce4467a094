"""Validity, places, comparisons and conditions on the group, as written in a pack."""

from typing import Any

from linghang.engine.packs.compose import Node
from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.read_mechanisms import COUNT, PLACE
from linghang.engine.packs.schema import (
    AMOUNT,
    BAD,
    FLAG,
    Field,
    ListOf,
    Record,
    choice,
    integer,
    maybe,
)
from linghang.engine.packs.standing_model import (
    Absent,
    Against,
    Gap,
    GroupSize,
    Order,
    Ranking,
    RankStep,
    Renew,
    Slope,
    Validity,
    Versus,
)
from linghang.engine.periods import Span
from linghang.engine.points import UNIT
from linghang.engine.problems import Problems

LONGEST = 120  # months that a fact may stay in force

VALIDITY = Record(
    "有效期",
    {
        "months": Field(integer(1, LONGEST)),
        "each": maybe(choice(Span), Span.MONTH),
        "renew": maybe(choice(Renew), Renew.ADD),
    },
    Validity,
    placed=False,
)


_STEP = Record(
    "名次档",
    {"to": Field(PLACE), "points": Field(AMOUNT)},
    lambda to, points, place: RankStep(to[0], to[1], points, place),
)
RANKING = Record(
    "名次",
    {
        "span": Field(choice(Span)),
        "ties": Field(choice(Ties)),
        "places": maybe(ListOf(_STEP), ()),
        "last": maybe(ListOf(_STEP), ()),
        "within": maybe(choice(Within), Within.ORGANISATION),
        "order": maybe(choice(Order), Order.HIGH),
        "missing": maybe(choice((Absent.OUT, Absent.ZERO)), Absent.OUT),
        "least": maybe(integer(1, 1_000_000), 1),
    },
    lambda missing, **values: Ranking(missing=Absent(missing), **values),
    placed=False,
)
_SLOPE = Record(
    "差额", {"every": Field(COUNT), "points": Field(AMOUNT), "whole": maybe(FLAG, False)}, Slope, placed=False
)
VERSUS = Record(
    "比较",
    {
        "span": Field(choice(Span)),
        "with": Field(choice(Against), into="against"),
        "above": maybe(_SLOPE),
        "below": maybe(_SLOPE),
        "reached": maybe(AMOUNT),
        "by": maybe(choice(Gap), Gap.AMOUNT),
        "within": maybe(choice(Within), Within.ORGANISATION),
        "missing": maybe(choice(Absent), Absent.OUT),
        "least": maybe(integer(1, 1_000_000), 1),
        "own": maybe(FLAG, False),
        "proportion": maybe(AMOUNT),
    },
    Versus,
    placed=False,
)


class _GroupSizeShape:
    """{at_least, below}, one of them at least."""

    record = Record(
        "组的人数",
        {"at_least": maybe(integer(1, 1_000_000), 0), "below": maybe(integer(1, 1_000_000))},
        GroupSize,
        placed=False,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        found = self.record.read(node, problems)
        if found is not BAD and (not (found.at_least or found.below) or (found.below or UNIT * UNIT) <= found.at_least):
            words = "组的人数要写 at_least、below，below 大于 at_least"
            problems.add(node.place, "bad-group-size", words, "例如 {at_least: 10, below: 50}")
            return BAD
        return found


GROUP_SIZE = _GroupSizeShape()
