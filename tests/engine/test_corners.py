"""Corners of settlement, each in the smallest pack that shows it; both engines, to the last hundredth."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pyarrow.compute as pc
import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.model import (
    Amount,
    Band,
    Comparison,
    Constant,
    DatedValue,
    Dedup,
    Grade,
    GradeCount,
    Keep,
    Parameter,
    PartPeriod,
    Rate,
    Row,
    Selection,
    Test,
    TotalReached,
)
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import DateRange, Roster
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import State
from linghang.engine.settle.run import settle
from tests.engine.small import act, both, item, limits, member, norm, pack_of, request, serve
from tests.laws.worlds import title

JANUARY, FEBRUARY, MARCH, APRIL = (Month(2026, n) for n in (1, 2, 3, 4))
DECEMBER = Month(2026, 12)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def parameter(*values: tuple[int, int], identifier: str = "p") -> Parameter:
    dated = tuple(DatedValue(Month(2026, m), v, "示例", "invented") for m, v in values)
    return Parameter(identifier, title("参数"), "分", dated)


# --- who is scored when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exempt", "scored"),
    [
        (DateRange(day(2, 10), None), [(1, 31), (2, 9), (3, 0)]),
        (DateRange(None, day(2, 10)), [(1, 0), (2, 18), (3, 31)]),
        (DateRange(None, None), [(1, 0), (2, 0), (3, 0)]),
    ],
)
def test_an_exemption_without_end_or_beginning_holds_in_both_engines(exempt: DateRange, scored: list) -> None:
    person = member(exempt=(exempt,))
    assert [person.scored_days(Month(2026, m)) for m, _ in scored] == [n for _, n in scored]
    facts = [serve(day(m, d)) for m in (1, 2, 3) for d in (5, 10, 15)]
    found = both(request(pack_of(item(), base=1000), person, period=MARCH), facts)
    counted = {r["month"]: r["facts"] for r in found.rows("items")}
    expected = {Month(2026, m).index: sum(person.scored_on(day(m, d)) for d in (5, 10, 15)) for m in (1, 2, 3)}
    assert counted == {m: n for m, n in expected.items() if n}


def test_exemptions_that_overlap_or_touch_count_their_days_once() -> None:
    ranges = (DateRange(day(3, 5), day(3, 20)), DateRange(day(3, 1), day(3, 10)), DateRange(day(3, 21), day(3, 25)))
    person = member(exempt=ranges)
    assert person.exempt == (DateRange(day(3, 1), day(3, 25)),)
    assert person.scored_days(MARCH) == 6
    whole = member(exempt=(DateRange(day(3, 1), day(3, 31)), DateRange(day(3, 10), None)))
    assert whole.scored_days(MARCH) == 0
    found = both(request(pack_of(item(), base=3100), person, replace(whole, code="w"), period=MARCH), [])
    rows = {(found.member(r["subject"]).code, r["month"]): r for r in found.rows("months")}
    assert rows["m", MARCH.index]["counted"] == 600
    assert rows["w", MARCH.index]["state"] == State.EXEMPT


def test_a_member_who_left_before_he_came_is_scored_on_no_day() -> None:
    person = member(active=DateRange(day(3, 10), day(3, 5)))
    found = both(request(pack_of(item(), base=100), person, period=MARCH), [serve(day(3, 7))])
    assert {r["state"] for r in found.rows("months")} == {State.EXEMPT}


def test_a_member_without_organisation_is_scored_and_stays_provisional() -> None:
    found = both(request(pack_of(item(), norm()), member(organisation=""), period=JANUARY), [])
    assert [(r["state"], r["counted"]) for r in found.rows("months")] == [(State.PROVISIONAL, 0)]
    assert [r["item"] for r in found.rows("unknown")] == ["n"]


def test_an_empty_roster_settles_to_empty_tables() -> None:
    asked = replace(request(pack_of(item(), norm()), period=DECEMBER), roster=Roster([]))
    found = both(asked, [serve(day(1, 1))])
    assert all(not t.num_rows for t in found.tables.values())


def test_leap_day_belongs_to_february_and_its_full_mark_is_shared_by_29_days() -> None:
    person = member(active=DateRange(date(2028, 2, 29), None))
    asked = request(pack_of(item(), base=2900), person, period=Month(2028, 2), closed=frozenset())
    found = both(asked, [Fact("w.serve", "m", date(2028, 2, 29))])
    assert found.month_total("m", Month(2028, 2)) == 200


def test_facts_of_other_years_and_of_strangers_are_not_looked_at() -> None:
    facts = [serve(date(2025, 12, 31)), serve(date(2027, 1, 1)), serve(day(1, 31)), serve(day(1, 3), code="nobody")]
    found = both(request(pack_of(item()), period=DECEMBER), facts)
    assert [(r["month"], r["facts"]) for r in found.rows("items")] == [(JANUARY.index, 1)]


# --- prices, norms, dedup --------------------------------------------------------------------------------------------


def test_a_norm_whose_shortfall_costs_nothing_is_the_same_in_both_engines() -> None:
    free = norm(2, Amount(parameter="p"))
    asked = request(pack_of(free, parameters=[parameter((1, 0), (3, -50))]), period=MARCH)
    found = both(asked, [])
    assert sorted((r["month"], r["counted"]) for r in found.rows("items")) == [
        (JANUARY.index, 0), (FEBRUARY.index, 0), (MARCH.index, -100),
    ]  # fmt: skip
    assert len(both(replace(asked, closed=frozenset()), []).rows("unknown")) == 3


def test_excused_facts_and_duplicates_do_not_fill_a_norm() -> None:
    excuse = Row((Test("role", Comparison.ONE_OF, ("lead",)),), None, excuse=True)
    counted = norm(3, rows=(excuse, Row((), None)), dedup=Dedup(("day",)))
    facts = [
        serve(day(1, 5), 1, attributes={"role": "lead"}),
        serve(day(1, 5), 2, attributes={"role": "join"}),
        serve(day(1, 5), 3, attributes={"role": "join"}),
        serve(day(1, 6), 4),
    ]
    found = both(request(pack_of(counted), period=JANUARY), facts)
    assert found.month_total("m", JANUARY) == -100


def test_an_item_of_several_kinds_prices_each_by_its_own_row_and_shares_one_limit_and_one_dedup() -> None:
    rows = (Row((), Constant(Amount(300)), kind="w.act"), Row((), Constant(Amount(100))))
    shared = item("i", ("w.serve", "w.act"), rows=rows, dedup=Dedup(("event",), Keep.HIGHEST))
    facts = [
        serve(day(1, 5), 1, event="e"),
        replace(act(day(1, 6), 1), event="e"),
        serve(day(1, 7), 2, event="f"),
        serve(day(1, 7), 3),
        serve(day(1, 7), 4),
    ]
    found = both(request(pack_of(shared), period=JANUARY), facts)
    assert [(r["priced"], r["facts"]) for r in found.rows("items")] == [(600, 4)]


def test_a_rate_times_the_largest_quantity_stays_exact() -> None:
    rate = item("i", ("w.act",), rows=(Row((), Rate(Amount(-(10**12)), 3)),))
    found = both(request(pack_of(rate), period=JANUARY), [act(day(1, 5), 100), act(day(1, 6), 99)])
    total = sum(-((2 * q * 10**12 + 3) // 6) for q in (100 * UNIT, 99 * UNIT))
    assert found.month_total("m", JANUARY) == total


def test_amounts_at_the_limit_do_not_leave_64_bits() -> None:
    many = [serve(day(1, 5), n) for n in range(500)]
    found = both(request(pack_of(item(points=10**12), item("j", points=-(10**12)), item("k", points=1)),
                         period=DECEMBER), many)  # fmt: skip
    assert found.month_total("m", JANUARY) == 500


def test_a_limit_that_changes_inside_a_quarter_holds_from_the_next_quarter_on() -> None:
    capped = item(limits=limits(Span.QUARTER, cap=Amount(parameter="p")))
    pack = pack_of(capped, parameters=[parameter((1, 250), (2, 100))])
    facts = [serve(day(m, d), d) for m in range(1, 7) for d in (1, 2)]
    found = both(request(pack, period=Month(2026, 6)), facts)
    counted = {Month.from_index(r["month"]).month: r["counted"] for r in found.rows("months")}
    assert counted == {1: 200, 2: 50, 3: 0, 4: 100, 5: 0, 6: 0}


def test_a_total_that_a_parameter_gives_must_have_a_value_when_the_year_begins() -> None:
    chosen = Selection("best", title("名单"), (TotalReached(Amount(parameter="p")),))
    pack = pack_of(item(), parameters=[parameter((3, 100))], selections=(chosen,))
    with pytest.raises(LookupError, match="参数 p"):
        settle(request(pack, period=DECEMBER), [])
    given = pack_of(item(), parameters=[parameter((1, 100), (3, 900))], selections=(chosen,))
    assert both(request(given, member(), member("o"), period=DECEMBER), [serve(day(1, 5))]).rows("selections") == [
        {"subject": 0, "selection": "best"}
    ]


# --- reversals -------------------------------------------------------------------------------------------------------


def test_a_reversal_cancels_one_fact_of_its_own_subject_and_no_other() -> None:
    fact = serve(day(1, 5), 1)
    back = serve(day(1, 5), 9, reverses=fact.key)
    asked = request(pack_of(item()), member(), member("o"), period=JANUARY)
    assert both(asked, [fact, fact, back]).month_total("m", JANUARY) == 100
    assert both(asked, [back, fact]).month_total("m", JANUARY) == 0
    assert both(asked, [fact, replace(back, subject="o")]).month_total("m", JANUARY) == 100
    assert both(asked, [back]).month_total("m", JANUARY) == 0


# --- grades over months and years, late facts ------------------------------------------------------------------------


def star(span: Span, low: int = 300, needs: int = 1) -> Grade:
    bands = (Band("top", title("上"), Amount(low)), Band("rest", title("其余"), None))
    return Grade(str(span), title("评定"), span, bands, needs)


def test_grades_over_months_quarters_and_the_year_stand_at_the_end_of_each() -> None:
    pack = pack_of(item(), grades=(star(Span.MONTH, 100), star(Span.QUARTER), star(Span.YEAR, needs=12)))
    found = both(request(pack, period=DECEMBER), [serve(day(m, 1)) for m in (1, 2, 3)])
    bands = {(r["grade"], Month.from_index(r["month"]).month): (r["band"], r["total"]) for r in found.rows("grades")}
    assert len(bands) == 12 + 4 + 1
    assert bands["month", 3] == ("top", 100)
    assert bands["month", 4] == ("rest", 0)
    assert bands["quarter", 3] == ("top", 300)
    assert bands["quarter", 6] == ("rest", 0)
    assert bands["year", 12] == ("top", 300)
    january = both(request(pack, period=JANUARY), [])
    assert [(r["grade"], r["band"]) for r in january.rows("grades")] == [("month", "rest")]


def freeze(asked, facts: list[Fact]) -> Frozen:
    done = both(asked, facts)
    return Frozen(done.tables, asked.period)


def late_pack(**scheme):
    count = GradeCount("quarter", "top", 1)
    chosen = Selection("best", title("名单"), (count, TotalReached(Amount(300))))
    return pack_of(item(), grades=(star(Span.QUARTER),), selections=(chosen,), **scheme)


def test_a_final_star_stays_and_the_adjustment_counts_in_the_quarter_in_which_it_is_booked() -> None:
    early = [serve(day(m, 1)) for m in (1, 2)]
    frozen = freeze(request(late_pack(), period=MARCH), early)
    known = [*early, serve(day(3, 1)), *(serve(day(4, n), n) for n in (1, 2))]
    found = both(request(late_pack(), period=Month(2026, 6), frozen=frozen), known)
    bands = {r["month"]: (r["band"], r["total"]) for r in found.rows("grades")}
    assert bands == {MARCH.index: ("rest", 200), Month(2026, 6).index: ("top", 300)}
    assert [(r["month"], r["booked"], r["counted"]) for r in found.rows("adjustments")] == [
        (MARCH.index, Month(2026, 6).index, 100)
    ]


def test_months_between_the_final_ones_and_the_open_one_are_settled_afresh() -> None:
    facts = [serve(day(m, 1)) for m in (1, 2, 3, 4)]
    frozen = freeze(request(late_pack(), period=FEBRUARY), facts[:2])
    found = both(request(late_pack(), period=APRIL, frozen=frozen), facts)
    full = both(request(late_pack(), period=APRIL), facts)
    assert found.result_hash == full.result_hash


def test_a_star_that_nobody_got_while_final_is_not_given_afterwards() -> None:
    gone = member(active=DateRange(day(4, 1), None))
    frozen = freeze(request(late_pack(), gone, period=MARCH), [])
    facts = [serve(day(m, 1)) for m in (1, 2, 3)]
    found = both(request(late_pack(), member(), period=Month(2026, 6), frozen=frozen), facts)
    assert [r["month"] for r in found.rows("grades")] == [Month(2026, 6).index]


def test_what_was_booked_once_is_not_booked_again_and_a_reversal_takes_it_back() -> None:
    pack = late_pack()
    late, later = serve(day(1, 5)), serve(day(1, 6), 7)
    back = serve(day(1, 5), 9, reverses=late.key)
    frozen = freeze(request(pack, period=JANUARY), [])
    booked = []
    for month, known in ((2, [late]), (3, [late]), (4, [late, later]), (5, [late, later, back])):
        found = both(request(pack, period=Month(2026, month), frozen=frozen), known)
        now = found.rows("adjustments", booked=Month(2026, month).index)
        booked.append([(Month.from_index(r["month"]).month, r["counted"]) for r in now])
        frozen = Frozen(found.tables, Month(2026, month))
    assert booked == [[(1, 100)], [], [(1, 100)], []]
    assert found.notes["too_late"] == "1"
    inside = both(request(late_pack(late_months=12), period=Month(2026, 5), frozen=replace_until(frozen, 4)), known)
    assert [r["counted"] for r in inside.rows("adjustments", booked=Month(2026, 5).index)] == [-100]


def replace_until(frozen: Frozen, month: int) -> Frozen:
    """The same results, frozen up to an earlier month."""
    return replace(frozen, period=Month(2026, month))


@pytest.mark.parametrize(("late_months", "booked", "too_late"), [(3, 100, None), (2, None, "1")])
def test_late_facts_count_for_as_many_months_as_the_scheme_says(late_months, booked, too_late) -> None:
    pack = late_pack(late_months=late_months)
    frozen = freeze(request(pack, period=MARCH), [])
    found = both(request(pack, period=APRIL, frozen=frozen), [serve(day(1, 31))])
    assert [r["counted"] for r in found.rows("adjustments")] == ([booked] if booked else [])
    assert found.notes.get("too_late") == too_late


def test_a_month_that_turns_out_exempt_is_taken_back_by_an_adjustment() -> None:
    pack = pack_of(item(), base=1000)
    frozen = freeze(request(pack, period=JANUARY), [serve(day(1, 5))])
    ill = member(exempt=(DateRange(day(1, 1), day(1, 31)),))
    found = both(request(pack, ill, period=FEBRUARY, frozen=frozen), [serve(day(1, 5))])
    assert [(r["month"], r["counted"]) for r in found.rows("adjustments")] == [(JANUARY.index, -1100)]
    assert found.month_total("m", JANUARY) == 1100


def test_somebody_entered_later_gets_his_earlier_months_as_adjustments() -> None:
    pack = pack_of(item(), base=1000)
    frozen = freeze(request(pack, member("a"), period=JANUARY), [])
    found = both(request(pack, member("a"), member("m"), period=FEBRUARY, frozen=frozen), [serve(day(1, 5))])
    assert [(r["subject"], r["counted"]) for r in found.rows("adjustments")] == [(1, 1100)]
    assert found.month_total("m", JANUARY) is None


@pytest.mark.parametrize("until", [Month(2026, 4), Month(2026, 5), Month(2025, 12)])
def test_final_months_must_lie_before_the_open_one_in_its_year(until: Month) -> None:
    frozen = replace(freeze(request(late_pack(), period=MARCH), []), period=until)
    with pytest.raises(ValueError, match="上期"):
        settle(request(late_pack(), period=APRIL, frozen=frozen), [])


def test_each_subject_has_months_of_his_own_that_are_final() -> None:
    pack = pack_of(item(), base=1000)
    roster = (member("a", organisation="第1支部"), member("b", organisation="第2支部"))
    frozen = freeze(request(pack, *roster, period=JANUARY), [])
    mine = {name: found.filter(pc.equal(found["subject"], 0)) for name, found in frozen.tables.items()}
    known = [serve(day(1, 5), code="a"), serve(day(1, 5), code="b")]
    found = both(request(pack, *roster, period=FEBRUARY, frozen=Frozen(mine)), known)
    assert [(r["subject"], r["counted"]) for r in found.rows("adjustments")] == [(0, 100)]
    assert [found.month_total(code, JANUARY) for code in ("a", "b")] == [1000, 1100]


def test_the_end_of_the_year_books_once_more_and_moves_the_year_but_no_quarter() -> None:
    pack = pack_of(item(), grades=(star(Span.QUARTER), star(Span.YEAR)), late_months=12)
    december = Month(2026, 12)
    frozen = freeze(request(pack, period=december), [serve(day(12, 1))])
    known = [serve(day(12, 1)), serve(day(12, 2), 1), serve(day(11, 3), 2)]
    found = both(request(pack, period=december, frozen=frozen, year_end=True), known)
    assert [(Month.from_index(r["month"]).month, r["counted"]) for r in found.rows("adjustments")] == [
        (11, 100),
        (12, 100),
    ]
    totals = {r["grade"]: r["total"] for r in found.rows("grades", month=december.index)}
    assert sorted(totals.values()) == [100, 300]
    with pytest.raises(ValueError, match="年终关账"):
        settle(request(pack, period=MARCH, frozen=freeze(request(pack, period=MARCH), []), year_end=True), [])


# --- one hash everywhere ---------------------------------------------------------------------------------------------

HASH_IN_ANOTHER_PROCESS = """
from linghang.engine.settle.run import settle
from tests.laws.worlds import make_world
world = make_world(7, 60)
print(settle(world.request, world.facts).result_hash)
"""


def test_the_hash_of_a_result_is_the_same_in_every_process() -> None:
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/Lima", "LC_ALL": "C"}
        command = [sys.executable, "-c", HASH_IN_ANOTHER_PROCESS]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        found.add(done.stdout.strip())
    from tests.laws.worlds import make_world

    world = make_world(7, 60)
    assert found == {settle(world.request, world.facts, engine="reference").result_hash}


def test_part_of_a_month_gives_its_part_of_the_full_mark_only_when_the_scheme_says_so() -> None:
    person = member(active=DateRange(day(3, 21), None))
    for part, total in ((PartPeriod.PRO_RATA, 35), (PartPeriod.FULL, 100)):
        asked = request(pack_of(item(), base=100, part_period=part), person, period=MARCH)
        assert both(asked, []).month_total("m", MARCH) == total


def test_in_december_the_result_says_until_when_the_old_year_is_open() -> None:
    december = both(request(pack_of(item(), year_end_closing="01-20"), period=DECEMBER), [])
    assert december.year_end_words == "年终关账期至 2027年1月20日：此前补录的上年记录仍计入上年"
    november = both(request(pack_of(item(), year_end_closing="01-20"), period=Month(2026, 11)), [])
    assert november.year_end_words == ""
    assert "year_end_closing" not in november.notes


def test_two_equal_facts_without_an_event_are_two_events() -> None:
    found = both(request(pack_of(item(dedup=Dedup(("event",)))), period=JANUARY), [serve(JANUARY.first, 3)] * 2)
    assert found.rows("items")[0]["counted"] == 200


def test_a_scheme_without_items_gives_full_marks_and_nothing_else() -> None:
    found = both(request(pack_of(base=300), period=Month(2026, 1)), [serve(date(2026, 1, 5))])
    assert found.month_total("m", Month(2026, 1)) == 300
    assert found.rows("items") == []
