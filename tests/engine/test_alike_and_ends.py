"""Facts that repeat others alike, means without the highest and lowest, shares below a mark: worked out by hand."""

from datetime import date

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Again, Average, Repeat, Share, Step
from linghang.engine.packs.model import Amount, Comparison, Constant, Item, Judged, Row, Test
from linghang.engine.periods import Month, Span
from linghang.engine.settle.explaining.explain import explain
from tests.engine.small import CLOSED, act, both, item, member, pack_of, request
from tests.engine.test_grades_further import awarded

MARCH = Month(2026, 3)
ACTS = {"kinds": ("w.act",), "rows": (Row((), Constant(Amount(-200))),)}
AWARDS = {"kinds": ("w.award",), "rows": (Row((), Judged(Amount(0), Amount(100_000))),)}


def points(one: Item, facts: list[Fact], period: Month = MARCH) -> int:
    """The item's points of the month."""
    found = both(request(pack_of(one), period=period), facts)
    return sum(r["counted"] for r in found.rows("items") if r["month"] == period.index)


@pytest.mark.parametrize(("times", "total"), [(1, -200), (2, -300), (3, -400), (4, -400)])
def test_the_second_time_costs_half_more_and_from_the_third_on_double(times: int, total: int) -> None:
    repeat = Repeat(2, 150, Span.YEAR, later=(Again(3, 200),))
    facts = [act(date(2026, 2, n + 1), 1) for n in range(times - 1)] + [act(date(2026, 3, 1), 1)]
    assert points(item(**ACTS, repeat=repeat), facts) == total


@pytest.mark.parametrize(("level", "total"), [("low", -400), ("high", -200)])
def test_only_what_is_alike_is_a_repetition(level: str, total: int) -> None:
    repeat = Repeat(2, 200, Span.YEAR, by=("level",))
    facts = [act(date(2026, 2, 1), 1, "low"), act(date(2026, 3, 1), 1, level)]
    assert points(item(**ACTS, repeat=repeat), facts) == total


@pytest.mark.parametrize(("given", "mean"), [
    ((9, 6, 3), 600), ((9, 8, 6, 1), 700), ((5, 5, 5), 500), ((9, 3), 600), ((9,), 900), ((10, 10, 1, 1, 4), 500),
])  # fmt: skip
def test_one_highest_and_one_lowest_are_left_out_where_more_than_two_are_there(
    given: tuple[int, ...], mean: int
) -> None:
    facts = [awarded(n, "m", date(2026, 3, place + 1)) for place, n in enumerate(given)]
    assert points(item(**AWARDS, average=Average(drop=1)), facts) == mean


def test_the_ends_of_a_whole_quarter_are_left_out_not_those_of_a_month() -> None:
    facts = [awarded(n, "m", date(2026, month, 1)) for month, n in ((1, 9), (2, 1), (3, 5), (3, 7))]
    assert points(item(**AWARDS, average=Average(drop=1, span=Span.QUARTER)), facts) == 600


def test_too_few_are_counted_after_the_ends_are_left_out() -> None:
    facts = [awarded(n, "m", date(2026, 3, n)) for n in (1, 2, 3, 4)]
    found = both(request(pack_of(item(**AWARDS, average=Average(least=3, drop=1))), period=MARCH), facts)
    assert [r["item"] for r in found.rows("unknown")] == ["i"]


@pytest.mark.parametrize(("there", "total"), [(0, -500), (1, 0), (2, 0)])
def test_below_a_mark_a_share_may_cost_the_same_however_low(there: int, total: int) -> None:
    rows = (
        Row((Test("level", Comparison.ONE_OF, ("high",)),), Constant(Amount(100))),
        Row((), Constant(Amount(0))),
    )
    share = Share(Span.MONTH, (Step(0, Amount(-500)), Step(5000, Amount(0))))
    facts = [act(date(2026, 3, n + 1), 1, "high" if n < there else "low") for n in range(2)]
    assert points(item(kinds=("w.act",), rows=rows, share=share), facts) == total


def test_an_explanation_tries_further_facts_with_the_ends_left_out_again() -> None:
    one = item(**AWARDS, average=Average(drop=1))
    asked = request(pack_of(one), period=MARCH)
    facts = [awarded(n, "m", date(2026, 3, n)) for n in (2, 4, 9)]
    plan = both(asked, facts).plan
    assert explain(plan, member(), facts, MARCH, CLOSED).total == 400
