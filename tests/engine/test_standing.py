"""Places, percentiles, means and sizes of groups, each worked out by hand on both engines."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.model import Amount, Constant, Item, Rate, Row
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
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.backends.columns import fact_table
from linghang.engine.settle.results import Settlement, State
from linghang.engine.settle.run import settle
from tests.engine.small import CLOSED, both, item, member, pack_of, request, serve
from tests.laws.laws import same_tables

MARCH = Month(2026, 3)
DAY = date(2026, 3, 5)
HOURS = (Row((), Rate(Amount(100), UNIT)),)  # one hour counts 1


def held(**more: Any) -> Item:
    """An item over hours of activity that is held against others'."""
    return item(kinds=("w.act",), rows=HOURS, **more)


def hours(code: str, count: float, day: date = DAY) -> Fact:
    return Fact("w.act", code, day, int(count * UNIT), {"level": "low"})


def settled(of: Item, counts: Mapping[str, float | None], *more: Fact, branches: str = "") -> Settlement:
    """Everybody with so many hours in March; the letters of `branches` are in the other branch."""
    members = [member(c, organisation="乙支部" if c in branches else "甲支部") for c in counts]
    facts = [hours(c, n) for c, n in counts.items() if n is not None]
    return both(request(pack_of(of), *members, period=MARCH), [*facts, *more])


def points(found: Settlement) -> dict[str, int]:
    """Code → points of everybody who takes part."""
    return {found.member(r["subject"]).code: r["counted"] for r in found.rows("items", month=MARCH.index)}


def ranking(*places: RankStep, **more: Any) -> Ranking:
    return Ranking(Span.QUARTER, **({"ties": Ties.ALL, "places": places} | more))


def place(to: int, worth: int) -> RankStep:
    return RankStep(to, False, Amount(worth))


def share(to: int, worth: int) -> RankStep:
    return RankStep(to, True, Amount(worth))


# --- places ----------------------------------------------------------------------------------------------------------


def test_the_first_gets_five_the_next_two_three_and_the_last_loses_two() -> None:
    of = held(rank=ranking(place(1, 500), place(3, 300), last=(place(1, -200),)))
    assert points(settled(of, {"a": 9, "b": 7, "c": 6, "d": 5, "e": 4})) == {
        "a": 500, "b": 300, "c": 300, "d": 0, "e": -200,
    }  # fmt: skip


@pytest.mark.parametrize(("ties", "expected"), [(Ties.ALL, [300, 300, 0]), (Ties.NONE, [0, 0, 0])])
def test_two_with_the_same_count_share_the_better_place_or_the_worse(ties: Ties, expected: list[int]) -> None:
    assert list(points(settled(held(rank=ranking(place(1, 300), ties=ties)), {"a": 7, "b": 7, "c": 1})).values()) == (
        expected
    )


def test_the_fewest_may_be_the_first_place() -> None:
    assert points(settled(held(rank=ranking(place(1, 300), order=Order.LOW)), {"a": 9, "b": 7})) == {"a": 0, "b": 300}


@pytest.mark.parametrize(("people", "first"), [(9, 0), (10, 1), (19, 1), (20, 2)])
def test_the_first_tenth_of_the_branch_is_rounded_down(people: int, first: int) -> None:
    counts = {f"m{n:02}": 10.0 + n for n in range(people)}
    found = points(settled(held(rank=ranking(share(1000, 300))), counts))
    assert sum(worth == 300 for worth in found.values()) == first


def test_who_has_no_record_takes_no_part_or_stands_at_the_end() -> None:
    counts = {"a": 9, "b": None}
    assert points(settled(held(rank=ranking(last=(place(1, -100),))), counts)) == {"a": -100}
    of = held(rank=ranking(last=(place(1, -100),), missing=Absent.ZERO))
    assert points(settled(of, counts)) == {"a": 0, "b": -100}


def test_places_count_in_each_branch_or_among_all() -> None:
    counts = {"a": 9, "b": 8, "c": 3}
    assert points(settled(held(rank=ranking(place(1, 100))), counts, branches="c")) == {"a": 100, "b": 0, "c": 100}
    of = held(rank=ranking(place(1, 100), within=Within.ALL))
    assert points(settled(of, counts, branches="c")) == {"a": 100, "b": 0, "c": 0}


@pytest.mark.parametrize(("people", "taking"), [(2, 0), (3, 3)])
def test_a_small_group_is_not_put_in_order(people: int, taking: int) -> None:
    counts = {chr(97 + n): float(n + 1) for n in range(people)}
    assert len(points(settled(held(rank=ranking(place(1, 100), least=3)), counts))) == taking


def test_who_has_left_before_the_last_day_takes_no_part() -> None:
    of = held(rank=ranking(place(1, 100)))
    gone = replace(member("a"), active=replace(member("a").active, last=date(2026, 3, 30)))
    found = both(request(pack_of(of), gone, member("b"), period=MARCH), [hours("a", 9), hours("b", 1)])
    assert points(found) == {"b": 100}


def test_nobody_is_placed_before_the_span_is_over() -> None:
    of = held(rank=ranking(place(1, 100)))
    found = both(request(pack_of(of), period=Month(2026, 2)), [hours("m", 9, date(2026, 2, 3))])
    assert not found.rows("items")


def test_places_are_unknown_until_the_branch_has_closed_all_months_of_the_span() -> None:
    of = item(rows=(Row((), Constant(Amount(100))),), rank=ranking(place(1, 100)))
    open_branch = request(pack_of(of), period=MARCH, closed=CLOSED - {("甲支部", Month(2026, 2))})
    found = both(open_branch, [serve(DAY)])
    assert [r["item"] for r in found.rows("unknown")] == ["i"]
    assert found.rows("months", month=MARCH.index)[0]["state"] == State.PROVISIONAL
    assert points(both(request(pack_of(of), period=MARCH), [serve(DAY)])) == {"m": 100}


def test_places_among_all_are_unknown_until_every_branch_has_closed() -> None:
    of = item(rows=(Row((), Constant(Amount(100))),), rank=ranking(place(1, 100), within=Within.ALL))
    members = [member("a"), member("b", organisation="乙支部")]
    asked = request(pack_of(of), *members, period=MARCH)
    assert [r["subject"] for r in both(asked, [serve(DAY, code="a")]).rows("unknown")] == [1]
    closed = CLOSED | {("乙支部", m) for _, m in CLOSED}
    assert points(both(replace(asked, closed=closed), [serve(DAY, code="a")])) == {"a": 100}


# --- means and last year ---------------------------------------------------------------------------------------------

UP, DOWN = Slope(100, Amount(50)), Slope(100, Amount(-100))


def versus(against: Against = Against.MEAN, **more: Any) -> Versus:
    return Versus(Span.QUARTER, against, **({"above": UP, "below": DOWN} | more))


def test_above_the_mean_gives_and_below_it_costs_in_proportion() -> None:
    found = settled(held(versus=versus()), {"a": 8, "b": 4, "c": 3})  # mean 5
    assert points(found) == {"a": 150, "b": -100, "c": -200}


def test_the_mean_is_rounded_to_a_hundredth_and_who_stands_on_it_gets_nothing_but_what_is_for_reaching_it() -> None:
    found = settled(held(versus=versus(reached=Amount(20))), {"a": 2, "b": 1, "c": 1})  # mean 1.33
    assert points(found) == {"a": 20 + 34, "b": -33, "c": -33}
    assert points(settled(held(versus=versus(reached=Amount(20))), {"a": 2, "b": 2})) == {"a": 20, "b": 20}


def test_only_full_steps_above_the_mean_count_when_the_scheme_says_so() -> None:
    of = held(versus=versus(above=Slope(200, Amount(50), whole=True), below=None))
    assert points(settled(of, {"a": 7, "b": 1.5})) == {"a": 50, "b": 0}  # mean 4.25, 2.75 above
    assert points(settled(of, {"a": 7, "b": 3})) == {"a": 50, "b": 0}  # exactly 2 above
    assert points(settled(of, {"a": 7, "b": 3.01})) == {"a": 0, "b": 0}


def test_full_steps_of_per_cent_are_counted_after_the_division() -> None:
    of = held(versus=versus(by=Gap.PERCENT, above=Slope(1000, Amount(50), whole=True), below=None))
    assert points(settled(of, {"a": 6, "b": 4})) == {"a": 100, "b": 0}  # mean 5, 20 % above
    assert points(settled(of, {"a": 5.99, "b": 4.01})) == {"a": 50, "b": 0}


def test_who_has_no_record_is_left_out_counts_as_nothing_or_stands_on_the_mean() -> None:
    counts = {"a": 6, "b": 2, "c": None}
    assert points(settled(held(versus=versus()), counts)) == {"a": 100, "b": -200}
    assert points(settled(held(versus=versus(missing=Absent.ZERO)), counts)) == {"a": 167, "b": -67, "c": -267}
    assert points(settled(held(versus=versus(missing=Absent.MEAN)), counts)) == {"a": 100, "b": -200, "c": 0}


def test_who_was_not_assessed_gets_the_mean_of_the_others() -> None:
    of = held(versus=versus(above=None, below=None, own=True, missing=Absent.MEAN))
    assert points(settled(of, {"a": 90, "b": 81, "c": None})) == {"a": 9000, "b": 8100, "c": 8550}


def test_growth_is_measured_in_per_cent_of_the_same_quarter_last_year() -> None:
    of = held(versus=versus(Against.LAST_YEAR, by=Gap.PERCENT))
    last = [hours("a", 20, date(2025, 2, 1)), hours("b", 20, date(2025, 3, 31)), hours("c", 20, date(2025, 4, 1))]
    found = settled(of, {"a": 22, "b": 19, "c": 30}, *last)
    assert points(found) == {"a": 500, "b": -500}  # c has nothing in last year's quarter


def test_there_is_no_per_cent_of_nothing() -> None:
    of = held(versus=versus(Against.LAST_YEAR, by=Gap.PERCENT, missing=Absent.ZERO, reached=Amount(10)))
    assert points(settled(of, {"a": 22})) == {"a": 10}
    of = held(versus=versus(Against.LAST_YEAR, missing=Absent.ZERO))
    assert points(settled(of, {"a": 22})) == {"a": 1100}


# --- the size of the group -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "worth"), [(1, None), (2, 100), (3, 100), (4, None)])
def test_an_item_counts_only_in_groups_of_its_size(people: int, worth: int | None) -> None:
    of = item(kinds=("w.act",), group_size=GroupSize(2, 4))
    members = [member(f"m{n}") for n in range(people)]
    found = both(request(pack_of(of), *members, period=MARCH), [hours("m0", 1)])
    assert points(found).get("m0") == worth


def test_who_is_not_scored_that_month_is_not_counted_in_the_group() -> None:
    of = item(kinds=("w.act",), group_size=GroupSize(2))
    late = replace(member("b"), active=replace(member("b").active, first=date(2026, 3, 1)))
    found = both(
        request(pack_of(of), member("a"), late, period=MARCH), [hours("a", 1, date(2026, 2, 3)), hours("a", 1)]
    )
    assert [r["month"] for r in found.rows("items")] == [MARCH.index]


# --- the same from a file ---------------------------------------------------------------------------------------------


def test_facts_of_earlier_years_in_a_file_count_like_those_at_hand(tmp_path: Path) -> None:
    kept = replace(item("kept", kinds=("w.act",)), valid=Validity(14, Span.QUARTER, Renew.RESTART))
    growth = replace(held(versus=versus(Against.LAST_YEAR, by=Gap.PERCENT)), id="growth")
    asked = request(pack_of(kept, growth, held(rank=ranking(place(1, 100)))), member("a"), member("b"), period=MARCH)
    facts = [hours("a", 5, date(2025, 2, 3)), hours("a", 6), hours("b", 9, date(2025, 3, 3)), hours("b", 3)]
    names = compile_plan(asked.pack, "s", MARCH).attributes
    pq.write_table(fact_table(facts, asked.roster, names), tmp_path / "facts.parquet")
    at_hand, from_file = both(asked, facts), settle(asked, FactFile(tmp_path / "facts.parquet"))
    same_tables(at_hand, from_file)
    worth = {(r["subject"], r["item"]): r["counted"] for r in from_file.rows("items", month=MARCH.index)}
    assert worth[0, "growth"] == 20 * 50
    assert worth[1, "growth"] == -6667
