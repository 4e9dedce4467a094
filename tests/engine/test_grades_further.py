"""Weighted parts, quotas with ties and what effects make of grades, each worked out by hand."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import (
    Counts,
    Effect,
    Fold,
    Missing,
    Part,
    Reached,
    Ties,
    Top,
    Trigger,
    Within,
)
from linghang.engine.packs.model import Amount, Band, Category, Grade, Item, ItemCount, Judged, Row, Selection
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import Member
from tests.engine.small import both, item, pack_of, request, serve, title

MARCH = Month(2026, 3)
DAY = date(2026, 3, 5)


def grade(top: Top | None = None, low: int | None = None, parts: Sequence[Part] = ()) -> Grade:
    amount = None if low is None else Amount(low)
    bands = (Band("top", title("优"), amount, top), Band("rest", title("其余"), None))
    return Grade("g", title("评"), Span.QUARTER, bands, 1, tuple(parts))


def awarded(points: int, code: str, day: date = DAY) -> Fact:
    return Fact("w.award", code, day, points * UNIT)


def bands(totals: Mapping[str, int], of: Grade, *, branches: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """The band of everybody, who has so many points each."""
    pack = pack_of(item(kinds=("w.award",), rows=(Row((), Judged(Amount(0), Amount(100_000))),)), grades=(of,))
    members = [Member(c, c, (branches or {}).get(c, "甲支部")) for c in totals]
    found = both(request(pack, *members, period=MARCH), [awarded(p, c) for c, p in totals.items()])
    return {found.member(r["subject"]).code: r["band"] for r in found.rows("grades")}


def tops(found: Mapping[str, str | None]) -> str:
    return "".join(sorted(code for code, band in found.items() if band == "top"))


@pytest.mark.parametrize(("ties", "first"), [(Ties.ALL, "abc"), (Ties.NONE, "a")])
def test_two_with_the_same_points_for_one_place_both_get_it_or_neither(ties: Ties, first: str) -> None:
    assert tops(bands({"a": 9, "b": 7, "c": 7, "d": 5}, grade(Top(ties, places=2)))) == first


@pytest.mark.parametrize(("people", "places"), [(2, 0), (3, 1), (5, 1), (6, 2)])
def test_a_third_of_the_branch_is_rounded_down(people: int, places: int) -> None:
    totals = {chr(97 + n): 10 + n for n in range(people)}
    assert len(tops(bands(totals, grade(Top(Ties.ALL, share=3334))))) == places


def test_places_count_in_each_branch_or_among_all() -> None:
    totals, branches = {"a": 9, "b": 8, "c": 3, "d": 2}, {"a": "甲", "b": "甲", "c": "乙", "d": "乙"}
    assert tops(bands(totals, grade(Top(Ties.NONE, places=1)), branches=branches)) == "ac"
    assert tops(bands(totals, grade(Top(Ties.NONE, places=1, within=Within.ALL)), branches=branches)) == "a"


def test_a_threshold_and_a_place_are_both_needed_or_one_of_them() -> None:
    totals = {"a": 9, "b": 8, "c": 3}
    assert tops(bands(totals, grade(Top(Ties.NONE, places=1), low=800))) == "a"
    assert tops(bands(totals, grade(Top(Ties.NONE, places=1, with_threshold=Reached.EITHER), low=800))) == "ab"
    assert tops(bands(totals, grade(Top(Ties.NONE, places=2, with_threshold=Reached.EITHER), low=900))) == "ab"


# --- parts -----------------------------------------------------------------------------------------------------------


def weighed(missing: Missing, *, review: int | None) -> tuple[int, str | None]:
    """Daily 90.00 each month by mean at 80 %, a review in March at 20 %: (total, band)."""
    categories = (
        Category("c", title("日常"), {}, Amount(9000)),
        Category("r", title("评议"), {}, counts=Counts.APART),
    )
    judged = Item("r", title("评议"), "第一条", "r", ("w.award",), (Row((), Judged(Amount(0), Amount(10_000))),), {})
    parts = (
        Part("d", title("日常"), ("c",), 8000, Fold.MEAN),
        Part("r", title("评议"), ("r",), 2000, missing=missing),
    )
    pack = pack_of(item(), judged, categories=categories, grades=(grade(low=8000, parts=parts),), late_months=0)
    found = both(request(pack, period=MARCH), [] if review is None else [awarded(review, "m")])
    (row,) = found.rows("grades")
    return row["total"], row["band"]


def test_parts_are_folded_weighed_and_added() -> None:
    assert weighed(Missing.ZERO, review=80) == (7200 + 1600, "top")


def test_a_missing_part_is_zero_carried_by_the_others_or_leaves_the_member_ungraded() -> None:
    assert weighed(Missing.ZERO, review=None) == (7200, "rest")
    assert weighed(Missing.REWEIGHT, review=None) == (9000, "top")
    assert weighed(Missing.NOT_GRADED, review=None)[1] is None


def test_a_part_that_is_there_and_worth_nothing_is_not_missing() -> None:
    assert weighed(Missing.REWEIGHT, review=0) == (7200, "rest")


# --- effects ---------------------------------------------------------------------------------------------------------


def held(times: int, **more: str) -> str | None:
    effect = Effect("e", title("后果"), "第九条", Trigger("i", 2), Span.YEAR, grade="g", **more)
    pack = pack_of(item(points=500), grades=(grade(low=800),), effects=(effect,))
    found = both(request(pack, period=MARCH), [serve(date(2026, 1, n + 1), n) for n in range(times)])
    return found.rows("grades")[0]["band"]


def test_an_effect_holds_a_grade_from_its_count_on_and_not_before() -> None:
    assert held(1, at_least="top") == "rest"
    assert held(2, at_most="rest") == "rest"
    assert held(2, at_least="top") == "top"
    assert held(1, exactly="top") == "rest"
    assert held(3, exactly="rest") == "rest"


def test_a_veto_outweighs_a_direct_grade() -> None:
    direct = Effect("d", title("直接"), "第八条", Trigger("i", 1), Span.YEAR, grade="g", exactly="top")
    veto = Effect("v", title("否决"), "第九条", Trigger("i", 1), Span.YEAR, grade="g", at_most="rest")
    for effects in ((direct, veto), (veto, direct)):
        pack = pack_of(item(), grades=(grade(low=800),), effects=effects)
        assert both(request(pack, period=MARCH), [serve(DAY)]).rows("grades")[0]["band"] == "rest"


@pytest.mark.parametrize(("times", "listed"), [(2, 0), (3, 1)])
def test_a_list_may_ask_for_so_many_facts_of_an_item(times: int, listed: int) -> None:
    wanted = Selection("badge", title("志愿之星"), (ItemCount("i", 3),))
    pack = pack_of(item(), selections=(wanted,))
    facts = [serve(date(2026, n + 1, 5)) for n in range(times)]
    assert len(both(request(pack, period=Month(2026, 12)), facts).rows("selections")) == listed
