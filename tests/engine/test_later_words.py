"""At most so many, the heaviest of one event, above a mark, against the best, all but the last, bands up and down."""

from dataclasses import replace
from datetime import date

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Effect, Fall, Reached, Share, Step, Ties, Top, Trigger, Within
from linghang.engine.packs.model import (
    Amount,
    Comparison,
    Constant,
    Dedup,
    Item,
    Judged,
    Keep,
    Measure,
    Norm,
    Rate,
    Row,
    Test,
)
from linghang.engine.packs.standing_model import Absent, Against, Versus
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import DateRange, Member
from linghang.engine.settle.explaining.explain import explain
from linghang.engine.settle.explaining.words import to_text
from tests.engine.small import BRANCH, CLOSED, act, both, item, member, pack_of, request, serve, title
from tests.engine.test_grades_further import awarded, bands, grade, tops
from tests.engine.test_standing import held, points, settled

MARCH = Month(2026, 3)
DAY = date(2026, 3, 5)


def most(count: int, **more: object) -> Item:
    """At most so many records in a quarter give two points."""
    return item("n", rows=(), norm=replace(Norm(span=Span.QUARTER, met=Amount(200), at_most=count), **more))


def worth(of: Item, facts: list[Fact], period: Month = MARCH) -> int:
    found = both(request(pack_of(of), period=period), facts)
    return sum(r["counted"] for r in found.rows("items") if r["month"] == period.index)


# --- at most so many -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("allowed", "times", "total"), [(0, 0, 200), (0, 1, 0), (2, 2, 200), (2, 3, 0)])
def test_no_more_than_so_many_in_the_quarter_gives_its_points(allowed: int, times: int, total: int) -> None:
    assert worth(most(allowed), [serve(date(2026, 1, n + 1)) for n in range(times)]) == total


def test_it_is_given_once_at_the_end_of_the_span() -> None:
    assert worth(most(0), [], Month(2026, 2)) == 0
    assert worth(most(0), [serve(date(2026, 1, 5))], Month(2026, 6)) == 200


def test_before_the_branch_closed_nobody_knows_unless_there_are_too_many_already() -> None:
    opened = CLOSED - {(BRANCH, MARCH)}
    for facts, unknown in ([], ["n"]), ([serve(DAY)], []):
        found = both(request(pack_of(most(0)), period=MARCH, closed=opened), facts)
        assert [r["item"] for r in found.rows("unknown")] == unknown


def test_who_came_within_the_quarter_is_not_given_it() -> None:
    late = Member("m", "m", BRANCH, active=DateRange(date(2026, 2, 1)))
    assert not both(request(pack_of(most(0)), late, period=MARCH), []).rows("items")


@pytest.mark.parametrize(("hours", "total"), [(3, 200), (4, 0)])
def test_quantity_may_be_limited_as_well(hours: int, total: int) -> None:
    of = replace(most(3, measure=Measure.QUANTITY), kinds=("w.act",), rows=(Row((), Rate(Amount(100), UNIT)),))
    assert worth(of, [act(DAY, hours)]) == total


def test_the_line_says_that_there_were_not_too_many() -> None:
    plan = both(request(pack_of(most(0)), period=MARCH), []).plan
    assert "（没有超过）" in to_text(plan, explain(plan, member(), [], MARCH, CLOSED))


# --- the heaviest of one event ---------------------------------------------------------------------------------------

LEVELS = (Row((Test("level", Comparison.ONE_OF, ("high",)),), Constant(Amount(-500))), Row((), Constant(Amount(-200))))


def test_of_one_event_the_heaviest_deduction_counts_and_over_a_year_what_it_has_more() -> None:
    facts = [act(date(2026, 2, 3), 1), act(date(2026, 3, 3), 1, "high"), act(date(2026, 3, 9), 1)]
    monthly = item(kinds=("w.act",), rows=LEVELS, dedup=Dedup(("item",), Keep.LOWEST))
    yearly = replace(monthly, dedup=Dedup(("item",), Keep.LOWEST, Span.YEAR))
    assert worth(monthly, facts) == -500
    assert worth(yearly, facts) == -300  # two points were taken off in February


# --- above a mark ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "whole", "total"), [(3, True, 0), (4, True, 100), (5, True, 200), (4, False, 100)])
def test_what_a_share_lies_above_its_mark_gives_so_much_for_each_step(there: int, whole: bool, total: int) -> None:
    rows = (Row((Test("level", Comparison.ONE_OF, ("high",)),), Constant(Amount(100))), Row((), Constant(Amount(0))))
    told = Share(Span.MONTH, (Step(9999, Amount(0)),), above=Fall(3000, 1000, Amount(100), whole))
    facts = [act(date(2026, 3, n + 1), 1, "high" if n < there else "low") for n in range(10)]
    assert worth(item(kinds=("w.act",), rows=rows, share=told), facts) == total


# --- against the best ------------------------------------------------------------------------------------------------


def best(**more: object) -> Item:
    return held(versus=replace(Versus(Span.QUARTER, Against.BEST, proportion=Amount(600)), **more))


def test_the_best_gets_the_full_mark_and_the_others_in_proportion() -> None:
    assert points(settled(best(), {"a": 9, "b": 6, "c": 1, "d": None})) == {"a": 600, "b": 400, "c": 67}


def test_nobody_gets_anything_where_the_best_has_nothing() -> None:
    assert set(points(settled(best(missing=Absent.ZERO), {"a": None, "b": None})).values()) == {0}


def test_the_mean_and_last_year_give_in_proportion_as_well() -> None:
    told = {"a": 9, "b": 3}
    assert points(settled(best(against=Against.MEAN), told)) == {"a": 900, "b": 300}
    before = Fact("w.act", "a", date(2025, 3, 5), 4 * UNIT, {"level": "low"})
    assert points(settled(best(against=Against.LAST_YEAR), told, before)) == {"a": 1350}


def test_each_branch_has_its_own_best_or_all_have_one() -> None:
    counts = {"a": 9, "b": 3, "c": 6}
    assert points(settled(best(), counts, branches="bc")) == {"a": 600, "b": 300, "c": 600}
    assert points(settled(best(within=Within.ALL), counts, branches="bc")) == {"a": 600, "b": 200, "c": 400}


# --- all but the last ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("but", "first"), [
    ((1, False), "abcd"), ((2, False), "abc"), ((9, False), ""), ((2000, True), "abcd"), ((1900, True), "abcde"),
])  # fmt: skip
def test_everybody_but_the_last_ones_is_above_the_lowest_band(but: tuple[int, bool], first: str) -> None:
    totals = {code: 9 - n for n, code in enumerate("abcde")}
    assert tops(bands(totals, grade(Top(Ties.ALL, all_but=but)))) == first


def test_who_reaches_the_line_is_never_among_the_last() -> None:
    totals = {"a": 9, "b": 8, "c": 7}
    told = grade(Top(Ties.ALL, with_threshold=Reached.EITHER, all_but=(1, False)), low=700)
    assert tops(bands(totals, told)) == "abc"
    assert tops(bands({**totals, "c": 6}, told)) == "ab"


@pytest.mark.parametrize(("ties", "first"), [(Ties.ALL, "abc"), (Ties.NONE, "a")])
def test_equals_at_the_end_are_all_above_or_all_last(ties: Ties, first: str) -> None:
    assert tops(bands({"a": 9, "b": 7, "c": 7}, grade(Top(ties, all_but=(1, False))))) == first


# --- bands up and down -----------------------------------------------------------------------------------------------

FIVE = tuple((f"b{n}", low) for n, low in enumerate((900, 800, 700, 600)))


def stars(total: int, *effects: Effect) -> tuple[str | None, list[str]]:
    """The band with so many points and one record of the item that moves it, and what the explanation says."""
    made = grade()
    scale = tuple(replace(made.bands[0], id=name, title=title(name), at_least=Amount(low)) for name, low in FIVE)
    moved = item("moved", points=0)
    pack = pack_of(
        item(kinds=("w.award",), rows=(Row((), Judged(Amount(0), Amount(100_000))),)), moved,
        grades=(replace(made, bands=(*scale, replace(made.bands[1], id="b4"))),), effects=effects,
    )  # fmt: skip
    facts = [awarded(total, "m"), serve(DAY)]
    found = both(request(pack, period=MARCH), facts)
    told = to_text(found.plan, explain(found.plan, member(), facts, MARCH, CLOSED)).splitlines()
    return next(r["band"] for r in found.rows("grades")), [line for line in told if line.startswith(("距", "再加"))]


def effect(name: str = "e", **more: object) -> Effect:
    made = Effect(name, title(name), "第九条", Trigger("moved", 1), Span.QUARTER, grade="g")
    return replace(made, **more)


@pytest.mark.parametrize(("total", "band"), [(9, "b1"), (7, "b3"), (6, "b4"), (1, "b4")])
def test_a_band_lower_and_never_below_the_lowest(total: int, band: str) -> None:
    assert stars(total, effect(lowers=1))[0] == band


@pytest.mark.parametrize(("total", "band"), [(9, "b0"), (8, "b0"), (1, "b3")])
def test_a_band_higher_and_never_above_the_highest(total: int, band: str) -> None:
    assert stars(total, effect(raises=1))[0] == band


def test_what_moves_adds_up_after_a_direct_grade_and_before_a_veto() -> None:
    assert stars(9, effect("a", lowers=2), effect("b", raises=1))[0] == "b1"
    assert stars(9, effect("a", raises=3), effect("b", lowers=2))[0] == "b0"
    assert stars(1, effect("a", lowers=1), effect("b", exactly="b0"))[0] == "b1"
    assert stars(1, effect("a", raises=1), effect("b", at_most="b4"))[0] == "b4"


def test_the_explanation_counts_what_is_moved_into_the_distance_to_the_next_band() -> None:
    assert stars(7, effect(lowers=1))[1] == ["距b2还差 1.00 分。"]
    assert stars(9, effect(lowers=1))[1] == ["再加多少分也到不了b0。"]
    assert stars(6, effect(raises=1))[1] == ["距b1还差 1.00 分。"]
