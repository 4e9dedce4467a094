"""Shares of records, means of longer spans, half-years, what last year leaves, what bands ask for beside points."""

from dataclasses import replace
from datetime import date

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.grade_model import Band, Condition, Grade, GradeCount, Need, Selection, TotalReached
from linghang.engine.packs.mechanism_model import (
    Average,
    Effect,
    Fall,
    Fold,
    LastYear,
    Part,
    Share,
    Step,
    Take,
    Ties,
    Top,
    Trigger,
)
from linghang.engine.packs.model import Amount, Category, Comparison, Constant, Item, Pack, Row, Test
from linghang.engine.periods import Month, Span
from linghang.engine.roster import Balance, DateRange
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.explaining.explain import explain, to_text
from linghang.engine.settle.results import Settlement, State
from tests.engine.small import CLOSED, YEAR, act, both, item, limits, member, pack_of, request, serve, title

JANUARY, MARCH, JUNE, JULY, DECEMBER = YEAR[0], YEAR[2], YEAR[5], YEAR[6], YEAR[11]
HIGH = Test("level", Comparison.ONE_OF, ("high",))


def came(share: Share) -> Item:
    """Of acts, those of a high level count 1, the others 0."""
    rows = (Row((HIGH,), Constant(Amount(100))), Row((), Constant(Amount(0))))
    return item(kinds=("w.act",), rows=rows, share=share)


def acts(*levels: str, month: int = 1) -> list[Fact]:
    return [act(date(2026, month, n + 1), 1, level) for n, level in enumerate(levels)]


def points(found: Settlement, month: Month) -> int | None:
    return found.month_total("m", month)


def settled(of: Item, *facts: Fact, period: Month = MARCH) -> Settlement:
    return both(request(pack_of(of), period=period), facts)


# --- shares ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("high", "low", "worth"),
    [(2, 0, 300), (9, 1, 0), (8, 2, -100), (5, 1, -67), (0, 3, -900)],
    ids=["all of them", "on the mark", "ten below", "83.33 per cent, in proportion", "none of them"],
)
def test_a_share_below_the_mark_costs_in_proportion_and_a_full_one_gives(high: int, low: int, worth: int) -> None:
    told = Share(Span.QUARTER, (Step(10_000, Amount(300)),), Fall(9000, 1000, Amount(-100)), least=2)
    found = settled(came(told), *acts(*["high"] * high, *["low"] * low))
    assert [points(found, month) for month in YEAR[:3]] == [0, 0, worth]


def test_only_full_steps_below_the_mark_count_when_the_scheme_says_so() -> None:
    told = Share(Span.MONTH, (), Fall(9000, 1000, Amount(-100), whole=True))
    found = settled(came(told), *acts(*["high"] * 5, "low"), period=JANUARY)
    assert points(found, JANUARY) == 0


def test_too_few_records_are_not_enough_to_know_a_share_and_none_give_nothing() -> None:
    told = Share(Span.QUARTER, (Step(5000, Amount(300)),), least=3)
    found = settled(came(told), *acts("high", "low"))
    assert found.rows("unknown") == [{"subject": 0, "month": MARCH.index, "item": "i"}]
    assert not settled(came(told)).rows("unknown")


# --- longer spans ----------------------------------------------------------------------------------------------------


def test_the_mean_of_a_year_is_booked_in_its_last_month() -> None:
    of = item(kinds=("w.act",), rows=(Row((HIGH,), Constant(Amount(1000))), Row((), Constant(Amount(500)))),
              average=Average(2, 10_000, Span.YEAR))  # fmt: skip
    found = settled(of, *acts("high", month=2), *acts("low", "low", month=11), period=DECEMBER)
    assert (points(found, YEAR[10]), points(found, DECEMBER)) == (0, 667)


def test_who_is_not_scored_in_the_last_month_of_a_span_has_no_mean_of_it() -> None:
    of = item(kinds=("w.act",), average=Average(1, 10_000, Span.QUARTER))
    gone = member(active=DateRange(None, date(2026, 2, 20)))
    found = both(request(pack_of(of), gone, period=MARCH), acts("high"))
    assert (points(found, YEAR[1]), points(found, MARCH)) == (0, None)


def test_a_half_year_has_its_own_cap_between_the_quarters_and_the_year() -> None:
    capped = (
        limits(Span.QUARTER, cap=Amount(300)) | limits(Span.HALF, cap=Amount(500)) | limits(Span.YEAR, cap=Amount(700))
    )
    facts = [serve(date(2026, month, 1 + n), 10 * month + n) for month in (1, 4, 7, 10) for n in range(4)]
    found = settled(item(limits=capped), *facts, period=DECEMBER)
    assert [points(found, YEAR[n]) for n in (0, 3, 6, 9)] == [300, 200, 200, 0]


# --- last year -------------------------------------------------------------------------------------------------------


def brought(told: LastYear, balance: Balance | None, **more: object) -> Settlement:
    of = item(kinds=(), rows=(), last_year=told)
    return both(request(pack_of(of), member(brought=balance, **more), period=MARCH), ())


def left(total: int, cut: int = 0) -> Balance:
    return Balance((("total", total, cut),), "上年的积分单")


@pytest.mark.parametrize(
    ("told", "balance", "worth"),
    [
        (LastYear(), left(31_200), 31_200),
        (LastYear(above=Amount(30_000), share=5000), left(30_001), 1),  # 0.005 is rounded away from zero
        (LastYear(above=Amount(30_000)), left(29_999), 0),
        (LastYear(at_most=Amount(500)), left(501), 500),
        (LastYear(take=Take.CUT), left(31_200, 250), 250),
        (LastYear(), left(-300), 0),
        (LastYear(of="c"), left(31_200), 0),
    ],
    ids=[
        "all of it",
        "half of what is above",
        "below the mark",
        "at most",
        "what was cut",
        "less than nothing",
        "a category",
    ],
)
def test_what_last_year_leaves_comes_in_the_first_month(told: LastYear, balance: Balance, worth: int) -> None:
    found = brought(told, balance)
    assert [points(found, month) for month in YEAR[:3]] == [worth, 0, 0]


def test_while_last_year_is_not_final_what_it_leaves_is_unknown_and_not_zero() -> None:
    found = brought(LastYear(), None)
    assert found.rows("unknown") == [{"subject": 0, "month": JANUARY.index, "item": "i"}]
    assert [row["state"] for row in found.rows("months")] == [State.PROVISIONAL, State.COMPLETE, State.COMPLETE]


def test_who_comes_in_march_brings_it_in_march() -> None:
    found = brought(LastYear(), left(400), active=DateRange(date(2026, 3, 9)))
    assert [points(found, month) for month in YEAR[:3]] == [None, None, 400]


def test_an_effect_takes_back_what_last_year_left() -> None:
    of = (item(kinds=(), rows=(), last_year=LastYear()), item("breach"))
    effect = Effect("e", title("清零"), "第九条", Trigger("breach", 1), Span.YEAR, zeroes="i")
    asked = request(pack_of(*of, effects=(effect,)), member(brought=left(400)), period=MARCH)
    found = both(asked, [serve(date(2026, 2, 3))])
    assert [points(found, month) for month in YEAR[:3]] == [400, -300, 0]


# --- bands and lists -------------------------------------------------------------------------------------------------


def graded(grade: Grade, *selections: Selection, **more: object) -> Pack:
    categories = (Category("c", title("类"), {}),)
    return pack_of(item(), grades=(grade,), selections=selections, categories=categories, late_months=0, **more)


def bands(*needs: Need, top: Top | None = None) -> tuple[Band, ...]:
    return Band("good", title("先进"), Amount(200), top, needs=needs), Band("rest", title("其余"), None)


def test_a_band_asks_for_records_beside_its_points_and_the_explanation_says_so() -> None:
    pack = graded(Grade("g", title("评定"), Span.MONTH, bands(Need(item="i", facts=3))))
    pack = replace(
        pack, schemes={"s": replace(pack.schemes["s"], categories=(Category("c", title("类"), {}, Amount(500)),))}
    )
    two = [serve(date(2026, 1, n), n) for n in (1, 2)]
    asked = request(pack, period=JANUARY)
    assert both(asked, two).rows("grades")[0]["band"] == "rest"
    assert both(asked, [*two, serve(date(2026, 1, 3), 3)]).rows("grades")[0]["band"] == "good"
    plan = compile_plan(pack, "s", JANUARY)
    told = explain(plan, member(), two, JANUARY, CLOSED)
    said = to_text(plan, told)
    assert "先进还要求：“i”至少 3 条。" in said
    assert "还差" not in said
    assert [option.count for option in told.grades[0].options] == [1]


def test_a_band_asks_for_points_of_a_category_on_both_sides_of_the_line() -> None:
    pack = graded(Grade("g", title("评定"), Span.MONTH, bands(Need(category="c", at_least=Amount(300)))))
    for count, band in ((2, "rest"), (3, "good")):
        found = both(request(pack, period=JANUARY), [serve(date(2026, 1, 1 + n), n) for n in range(count)])
        assert found.rows("grades")[0]["band"] == band


def test_who_lacks_what_a_band_asks_for_leaves_his_place_empty() -> None:
    top = Top(Ties.ALL, places=1)
    pack = graded(Grade("g", title("评定"), Span.MONTH, bands(Need(item="i", facts=4), top=top)))
    facts = [serve(date(2026, 1, 1 + n), n, code=code) for code, count in (("a", 3), ("b", 2)) for n in range(count)]
    found = both(request(pack, member("a"), member("b"), period=JANUARY), facts)
    assert {row["band"] for row in found.rows("grades")} == {"rest"}


def test_the_mean_of_the_quarters_counts_only_quarters_with_a_scored_month() -> None:
    part = Part("p", title("部分"), (), 10_000, Fold.QUARTER_MEAN)
    grade = Grade("g", title("评定"), Span.YEAR, bands(), parts=(part,))
    came_late = member(active=DateRange(date(2026, 6, 30)))
    facts = [serve(date(2026, 7, n), n) for n in range(1, 6)]
    for who, total in ((member(), 125), (came_late, 167)):
        assert both(request(graded(grade), who, period=DECEMBER), facts).rows("grades")[0]["total"] == total


@pytest.mark.parametrize(
    ("months", "listed"), [((1, 2), True), ((1, 3), False), ((11, 12), True), ((1, 3, 5, 7), False)]
)
def test_a_list_asks_for_lower_bands_in_a_row(months: tuple[int, ...], listed: bool) -> None:
    condition = GradeCount("g", "rest", 2, or_worse=True, in_a_row=True)
    pack = graded(Grade("g", title("评定"), Span.MONTH, bands()), Selection("l", title("提醒"), (condition,)))
    facts = [serve(date(2026, m, d), 100 * m + d) for m in range(1, 13) if m not in months for d in (1, 2)]
    found = both(request(pack, period=DECEMBER), facts)
    assert bool(found.rows("selections")) is listed


@pytest.mark.parametrize(("count", "listed"), [(1, True), (2, False), (6, True)])
def test_a_list_takes_who_meets_one_of_its_alternatives(count: int, listed: bool) -> None:
    either: tuple[Condition, ...] = (TotalReached(Amount(200), below=True), TotalReached(Amount(600)))
    pack = graded(Grade("g", title("评定"), Span.YEAR, bands()), Selection("l", title("名单"), (), alternatives=either))
    found = both(request(pack, period=DECEMBER), [serve(date(2026, 1, 1 + n), n) for n in range(count)])
    assert bool(found.rows("selections")) is listed


def test_a_mean_counts_the_records_of_months_in_which_its_condition_held() -> None:
    of = item("i", average=Average(1, 10_000, Span.QUARTER), given="k")
    other = item("k", kinds=("w.act",), points=0)
    asked = request(pack_of(of, other), period=MARCH)
    found = both(asked, [serve(date(2026, 1, 5)), act(date(2026, 1, 6), 1), serve(date(2026, 2, 5), 1)])
    assert [points(found, month) for month in YEAR[:3]] == [0, 0, 100]
