"""Numbers, periods, facts and rosters behave as their words say."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.periods import Month, Span, months_between, span_end, span_start, span_words
from linghang.engine.points import clamp, div_round, format_points, format_quantity, parse_points, parse_quantity
from linghang.engine.problems import Place, Problem, Problems, ProblemsFound
from linghang.engine.roster import DateRange, Member, Roster


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 3), (-5, -3), (4, 2), (-4, -2), (0, 0), (1, 1), (-1, -1)])
def test_halves_are_rounded_away_from_zero(numerator: int, rounded: int) -> None:
    assert div_round(numerator, 2) == rounded


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_symmetric_and_off_by_at_most_a_half(numerator: int, denominator: int) -> None:
    found = div_round(numerator, denominator)
    assert found == -div_round(-numerator, denominator)
    assert abs(2 * (found * denominator - numerator)) <= denominator


def test_a_denominator_that_is_not_positive_is_a_bug_and_raises() -> None:
    with pytest.raises(ValueError, match="positive"):
        div_round(1, 0)


@pytest.mark.parametrize(
    ("text", "points"), [("3.5", 350), ("−3.50", -350), ("－３．５", -350), (" 1,000 ", 100_000), ("+2", 200), ("0", 0)]
)
def test_points_are_read_as_people_write_them(text: str, points: int) -> None:
    assert parse_points(text) == points


HOSTILE = ["1e9999999", "-1e9999999", "1e-9999999", "1_000", f"1.{'0' * 40}1", "1e18", "snan"]


@pytest.mark.parametrize("text", ["", "三分", "1.005", "1e99", "nan", "∞", "1.2.3", "9" * 40, *HOSTILE])
def test_what_is_no_exact_number_of_hundredths_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"不是数字|小数位太多|超出范围"):
        parse_points(text)


@given(st.integers(-(10**11), 10**11))
def test_printed_points_read_back_to_the_same_number(points: int) -> None:
    assert parse_points(format_points(points)) == points
    assert parse_points(format_points(points, sign=True)) == points


@given(st.integers(0, 10**11))
def test_printed_quantities_read_back_to_the_same_number(quantity: int) -> None:
    assert parse_quantity(format_quantity(quantity)) == quantity


def test_clamp_leaves_an_open_side_open() -> None:
    assert (clamp(5, None, 3), clamp(-5, -3, None), clamp(1, None, None), clamp(2, 0, 3)) == (3, -3, 1, 2)


@pytest.mark.parametrize("text", ["2026-03", "2026年3月", "2026/3", "2026.03"])
def test_a_month_is_read_in_the_usual_spellings(text: str) -> None:
    assert Month.parse(text) == Month(2026, 3)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "3月", "二〇二六年三月", ""])
def test_what_is_no_month_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"月份"):
        Month.parse(text)


@given(st.integers(1900 * 12, 2199 * 12 + 11))
def test_every_month_lies_in_its_spans_and_counts_on(index: int) -> None:
    month = Month.from_index(index)
    assert month.index == index
    assert str(Month.parse(str(month))) == str(month)
    assert month.first <= month.last
    assert month.days == (month.last - month.first).days + 1
    for span in Span:
        assert span_start(month, span) <= month <= span_end(month, span)
    assert len(months_between(span_start(month, Span.QUARTER), span_end(month, Span.QUARTER))) == 3


def test_periods_are_named_in_words() -> None:
    words = [span_words(Month(2026, 5), span) for span in Span]
    assert words == ["2026年5月", "2026年2季度", "2026年上半年", "2026年"]


def fact(**more: object) -> Fact:
    return Fact(**{"kind": "k", "subject": "m", "occurred_on": date(2026, 1, 5), **more})


def test_a_reversal_cancels_exactly_one_of_two_equal_facts() -> None:
    one, other = fact(), fact()
    reversal = fact(sequence=1, reverses=one.key)
    assert cancel_reversed([one, reversal, other]) == [one]
    assert cancel_reversed([one, reversal]) == []


def test_the_key_says_the_content_and_nothing_of_where_it_was_read() -> None:
    assert fact(source=Place("a.xlsx", sheet="S", cell="B2")).key == fact().key
    different = [fact(quantity=1), fact(event="e"), fact(sequence=1), fact(attributes={"a": "b"}), fact(reverses="x")]
    assert len({f.key for f in [fact(), *different]}) == 6


def test_scored_days_leave_out_what_is_before_after_and_exempt() -> None:
    active = DateRange(date(2026, 2, 11), date(2026, 3, 20))
    member = Member("m", "甲", active=active, exempt=(DateRange(date(2026, 2, 1), date(2026, 2, 15)),))
    assert [member.scored_days(Month(2026, m)) for m in (1, 2, 3, 4)] == [0, 13, 20, 0]
    assert not member.scored_on(date(2026, 2, 15))
    assert member.scored_on(date(2026, 2, 16))


def test_a_roster_orders_its_members_and_refuses_one_code_twice() -> None:
    people = [Member("b", "乙", "乙支部"), Member("c", "同名", "甲支部"), Member("a", "同名", "乙支部")]
    roster = Roster(people)
    assert [m.code for m in roster] == ["a", "b", "c"]
    assert [roster.position(c) for c in ("a", "b", "c")] == [0, 1, 2]
    assert [m.code for m in roster.named("同名", "甲支部")] == ["c"]
    with pytest.raises(ValueError, match="share a code"):
        Roster([*people, Member("a", "丙")])


def test_problems_are_sorted_by_place_and_print_what_to_do() -> None:
    problems = Problems()
    problems.add(Place("b.yaml", 3), "x", "不对", "改正")
    problems.add(Place("a.xlsx", sheet="表", cell="C7"), "y", "提醒", severity="warning")
    assert [str(p.place) for p in problems] == ["a.xlsx:表!C7", "b.yaml:3"]
    assert str(problems.errors[0]) == "b.yaml:3: x: 不对\n    怎么办：改正"
    assert [p.code for p in problems.warnings] == ["y"]
    assert str(Problem(Place(), "z", "无处")) == "z: 无处"


def test_cells_are_sorted_as_a_reader_goes_through_a_sheet() -> None:
    places = [Place("f.xlsx", sheet="表", cell=c) for c in ("AA2", "B16", "B2", "C2", "A10")]
    assert [p.cell for p in sorted(places)] == ["B2", "C2", "AA2", "A10", "B16"]


def test_problems_keep_their_places_on_the_way_between_processes() -> None:
    found = ProblemsFound([Problem(Place("b.yaml", 3), "x", "不对"), Problem(Place("a.yaml", 1), "y", "也不对")])
    again = pickle.loads(pickle.dumps(found))
    assert again.problems == found.problems
    assert str(again) == str(found)
