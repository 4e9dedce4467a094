"""Each further mechanism of items, worked out by hand, on both engines."""

from datetime import date

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import (
    Accumulation,
    Average,
    Beyond,
    Counts,
    Effect,
    Joint,
    Repeat,
    Step,
    Trigger,
)
from linghang.engine.packs.model import (
    Amount,
    Category,
    Comparison,
    Constant,
    Dedup,
    Item,
    Judged,
    Keep,
    Limit,
    Measure,
    Norm,
    Row,
    Test,
)
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.settle.results import Settlement, State
from tests.engine.small import YEAR, act, both, item, member, norm, pack_of, request, serve, title

JANUARY, MARCH, DECEMBER = YEAR[0], YEAR[2], YEAR[11]


def counted(found: Settlement, *months: Month) -> list[int | None]:
    return [found.month_total("m", m) for m in months or found.plan.months]


def settled(of: Item, *facts: Fact, period: Month = MARCH, **more: object) -> Settlement:
    return both(request(pack_of(of, **more), period=period), facts)


def times(number: int, month: int = 1) -> list[Fact]:
    return [serve(date(2026, month, n + 1), n) for n in range(number)]


def acts(price: Beyond | Constant) -> Item:
    return item(kinds=("w.act",), rows=(Row((), price),))


# --- prices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "points"), [(10, 0), (9, -50), (8, -100), (0, -500), (12, 0)])
def test_each_unit_short_of_the_mark_costs_its_points(hours: int, points: int) -> None:
    price = Beyond(Amount(-50), 10 * UNIT, UNIT, below=True)
    assert counted(settled(acts(price), act(date(2026, 1, 5), hours), period=JANUARY)) == [points]


@pytest.mark.parametrize(("hours", "points"), [(1, 300), (2, 350), (4, 450)])
def test_a_base_and_so_much_for_each_further_unit(hours: int, points: int) -> None:
    price = Beyond(Amount(50), UNIT, UNIT, below=False, base=Amount(300))
    assert counted(settled(acts(price), act(date(2026, 1, 5), hours), period=JANUARY)) == [points]


@pytest.mark.parametrize(("hours", "points"), [(9, 0), (10, 100), (11, 100), (12, 200)])
def test_only_full_steps_beyond_the_mark_count_when_the_scheme_says_so(hours: int, points: int) -> None:
    price = Beyond(Amount(100), 8 * UNIT, 2 * UNIT, below=False, whole_steps=True)
    assert counted(settled(acts(price), act(date(2026, 1, 5), hours), period=JANUARY)) == [points]


@pytest.mark.parametrize(("level", "points"), [("low", 100), ("mid", 150), ("high", 150)])
def test_a_second_table_multiplies_the_price(level: str, points: int) -> None:
    better = Test("level", Comparison.ONE_OF, ("mid", "high"))
    of = item(kinds=("w.act",), factors=(Row((better,), Constant(Amount(150))),))
    assert counted(settled(of, act(date(2026, 1, 5), 1, level), period=JANUARY)) == [points]


def test_a_deduction_may_be_judged_within_a_range() -> None:
    of = item(kinds=("w.award",), rows=(Row((), Judged(Amount(-500), Amount(-100))),))
    fact = Fact("w.award", "m", date(2026, 1, 5), 3 * UNIT)
    assert counted(settled(of, fact, period=JANUARY)) == [-300]


# --- counts ----------------------------------------------------------------------------------------------------------

LATE = Accumulation(Span.YEAR, (Step(300, Amount(-500)), Step(500, Amount(-1000))))


@pytest.mark.parametrize(("number", "points"), [(2, 0), (3, -500), (4, -500), (5, -1000), (9, -1000)])
def test_accumulated_facts_cost_what_their_step_says(number: int, points: int) -> None:
    assert counted(settled(item(accumulate=LATE), *times(number), period=JANUARY)) == [points]


def test_a_step_is_climbed_in_the_month_in_which_it_is_reached_and_earlier_months_stay() -> None:
    facts = [*times(2), *times(1, 2), *times(2, 3)]
    assert counted(settled(item(accumulate=LATE), *facts)) == [0, -500, -500]


@pytest.mark.parametrize(("number", "points"), [(2, 0), (3, -200), (5, -200), (6, -400)])
def test_three_of_one_kind_are_converted_into_one_of_another(number: int, points: int) -> None:
    of = item(accumulate=Accumulation(Span.YEAR, (), 300, Amount(-200)))
    assert counted(settled(of, *times(number), period=JANUARY)) == [points]


def test_the_nth_time_costs_more_and_every_further_time_the_same() -> None:
    steps = (Step(100, Amount(-100)), Step(200, Amount(-300)))
    of = item(accumulate=Accumulation(Span.YEAR, steps, 100, Amount(-500)))
    assert [counted(settled(of, *times(n), period=JANUARY))[0] for n in range(5)] == [0, -100, -300, -800, -1300]


def test_the_count_begins_anew_with_its_span() -> None:
    of = item(accumulate=Accumulation(Span.QUARTER, (Step(200, Amount(-100)),)))
    facts = [*times(1, 3), *times(1, 4), *times(1, 5)]
    assert counted(settled(of, *facts, period=Month(2026, 5))) == [0, 0, 0, 0, -100]


def test_from_the_second_time_in_the_quarter_points_double() -> None:
    of = item(points=-150, repeat=Repeat(2, 200, Span.QUARTER))
    assert counted(settled(of, *times(2), *times(1, 3), *times(1, 4), period=YEAR[3])) == [-450, 0, -300, -150]


def test_of_all_honours_of_a_year_the_highest_counts_and_a_higher_one_adds_the_difference() -> None:
    rows = tuple(
        Row((Test("level", Comparison.ONE_OF, (level,)),), Constant(Amount(points)))
        for level, points in (("low", 300), ("mid", 500), ("high", 1000))
    )
    of = item(kinds=("w.act",), rows=rows, dedup=Dedup(("item",), Keep.HIGHEST, Span.YEAR))
    facts = [act(date(2026, m, 5), 1, level) for m, level in ((1, "mid"), (2, "low"), (3, "high"))]
    assert counted(settled(of, *facts)) == [500, 0, 500]


# --- norms and means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "points"), [(0, -400), (1, -200), (2, 0), (3, 0)])
def test_a_quarterly_norm_is_booked_in_the_last_month_of_the_quarter(number: int, points: int) -> None:
    of = norm(norm=Norm(2, Amount(-200), Span.QUARTER))
    assert counted(settled(of, *times(number))) == [0, 0, points]


def test_a_norm_not_met_is_unknown_while_a_month_of_its_quarter_is_open() -> None:
    pack = pack_of(norm(norm=Norm(1, Amount(-200), Span.QUARTER)))
    closed = frozenset(("甲支部", m) for m in (YEAR[0], YEAR[2]))
    found = both(request(pack, period=MARCH, closed=closed), [])
    assert [r["item"] for r in found.rows("unknown")] == ["n"]
    assert found.rows("months", month=MARCH.index)[0]["state"] == State.PROVISIONAL


@pytest.mark.parametrize(("number", "points"), [(0, -200), (1, 200)])
def test_what_is_done_gives_points_and_what_is_not_costs_some(number: int, points: int) -> None:
    of = norm(norm=Norm(1, Amount(-200), met=Amount(200)))
    assert counted(settled(of, *times(number), period=JANUARY)) == [points]


def test_hours_short_of_a_norm_cost_in_proportion() -> None:
    of = norm(norm=Norm(32, Amount(-50), Span.YEAR, Measure.QUANTITY))
    facts = [serve(date(2026, 5, 1), quantity=30 * UNIT + UNIT // 2)]
    assert counted(settled(of, *facts, period=DECEMBER))[-1] == -75


def vote(points: int, sequence: int) -> Fact:
    return Fact("w.award", "m", date(2026, 1, 9), points * UNIT, sequence=sequence)


def votes(least: int, weight: int) -> Item:
    return item(kinds=("w.award",), rows=(Row((), Judged(Amount(0), Amount(10_000))),), average=Average(least, weight))


def test_the_mean_of_the_ballots_is_weighed_and_rounded_once() -> None:
    found = settled(votes(3, 3000), *(vote(p, n) for n, p in enumerate((90, 91, 91))), period=JANUARY)
    assert counted(found) == [2720]  # 272 ÷ 3 × 30 % = 27.2


def test_too_few_ballots_are_unknown_and_none_are_nothing() -> None:
    found = settled(votes(3, 10_000), vote(90, 1), vote(80, 2), period=JANUARY)
    assert [r["item"] for r in found.rows("unknown")] == ["i"]
    assert found.rows("months")[0]["state"] == State.PROVISIONAL
    assert not settled(votes(3, 10_000), period=JANUARY).rows("unknown")


# --- nodes -----------------------------------------------------------------------------------------------------------


def test_items_share_one_cap() -> None:
    two = (item("a", points=300), item("b", ("w.act",), 300), item("d", ("w.visit",), 300))
    joint = Joint("j", title("合并"), ("a", "b"), {Span.MONTH: Limit(cap=Amount(500))})
    facts = [serve(date(2026, 1, 1)), act(date(2026, 1, 2), 1), Fact("w.visit", "m", date(2026, 1, 3))]
    assert counted(both(request(pack_of(*two, joints=(joint,)), period=JANUARY), facts)) == [800]


@pytest.mark.parametrize(("counts", "total"), [(Counts.INSIDE, 1000), (Counts.OUTSIDE, 1300), (Counts.APART, 900)])
def test_a_bonus_stands_within_beside_or_apart_from_the_total(counts: Counts, total: int) -> None:
    categories = (Category("c", title("类"), {}, Amount(900)), Category("x", title("加分"), {}, counts=counts))
    of = Item("b", title("加分"), "第二条", "x", ("w.serve",), (Row((), Constant(Amount(400))),), {})
    limit = {Span.MONTH: Limit(cap=Amount(1000))}
    found = settled(of, *times(1), period=JANUARY, categories=categories, total_limits=limit)
    assert counted(found) == [total]


def test_an_item_and_a_full_mark_may_be_for_some_classes_only() -> None:
    categories = (Category("c", title("类"), {}, Amount(1000), classes=("骨干",)),)
    pack = pack_of(item(classes=("骨干",)), categories=categories)
    for member_class, total in (("骨干", 1100), ("普通", 0)):
        found = both(request(pack, member(member_class=member_class), period=JANUARY), times(1))
        assert counted(found) == [total]


@pytest.mark.parametrize(
    ("zeroes", "totals"), [("i", [1300, 700, 1000]), ("c", [1300, -1300, 0]), ("total", [1300, -1300, 0])]
)
def test_an_event_undoes_an_item_a_category_or_the_total_for_its_span(zeroes: str, totals: list[int]) -> None:
    effect = Effect("e", title("清零"), "第九条", Trigger("bad", 1), Span.QUARTER, zeroes=zeroes)
    bad = item("bad", ("w.visit",), 0)
    pack = pack_of(item(points=300), bad, base=1000, effects=(effect,))
    facts = [*times(1), *times(1, 2), Fact("w.visit", "m", date(2026, 2, 9)), *times(1, 3)]
    assert counted(both(request(pack, period=MARCH), facts)) == totals
