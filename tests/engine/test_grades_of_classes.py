"""Grades that ask for a member's class, parts of another full mark, and points beside the weights, by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linghang.engine.packs.grade_model import ClassLine, Need
from linghang.engine.packs.mechanism_model import Counts, Part, Ties, Top, Within
from linghang.engine.packs.model import Amount, Band, Category, Grade, Item, Judged, Row
from linghang.engine.periods import Month, Span
from linghang.engine.roster import ClassChange, Member, Roster
from linghang.engine.settle.explaining.explain import explain
from linghang.engine.settle.explaining.words import to_text
from linghang.engine.settle.incremental import settle_some
from linghang.engine.settle.run import settle
from tests.engine.small import both, item, pack_of, request, serve, title
from tests.engine.test_grades_further import awarded
from tests.laws.laws import same_tables

MARCH = Month(2026, 3)
LINE = (ClassLine(("流动",), Amount(600)),)


def grade(**more: Any) -> Grade:
    """The top from 8.00 on, of those who are away from 6.00 on."""
    given: dict[str, Any] = {"at_least": Amount(800), "by_class": LINE} | {
        k: v for k, v in more.items() if k != "classes"
    }
    first = Band("top", title("优"), **given)
    return Grade(
        "g", title("评"), Span.QUARTER, (first, Band("rest", title("其余"), None)), classes=more.get("classes", ())
    )


def bands(of: Grade, members: Mapping[Member, int]) -> dict[str, str | None]:
    pack = pack_of(item(kinds=("w.award",), rows=(Row((), Judged(Amount(0), Amount(100_000))),)), grades=(of,))
    found = both(request(pack, *members, period=MARCH), [awarded(p, m.code) for m, p in members.items()])
    return {found.member(r["subject"]).code: r["band"] for r in found.rows("grades")}


def one(code: str, word: str = "", branch: str = "甲支部", **more: Any) -> Member:
    return Member(code, code, branch, member_class=word, **more)


@pytest.mark.parametrize(("word", "points", "band"), [
    ("", 8, "top"), ("", 7, "rest"), ("流动", 6, "top"), ("流动", 5, "rest"), ("退休", 7, "rest"),
])  # fmt: skip
def test_a_class_may_have_a_threshold_of_its_own(word: str, points: int, band: str) -> None:
    assert bands(grade(), {one("m", word): points}) == {"m": band}


@pytest.mark.parametrize(("since", "band"), [(date(2026, 3, 31), "top"), (date(2026, 4, 1), "rest")])
def test_the_class_on_the_last_scored_day_of_the_span_decides(since: date, band: str) -> None:
    changing = one("m", class_changes=(ClassChange(since, "流动"),))
    assert bands(grade(), {changing: 6}) == {"m": band}


def test_who_is_in_none_of_the_classes_is_not_graded_and_takes_no_place() -> None:
    top = Top(Ties.NONE, places=1)
    found = bands(grade(at_least=None, by_class=(), top=top, classes=("正式",)), {one("a"): 9, one("b", "正式"): 3})
    assert found == {"a": None, "b": "top"}


def test_places_may_be_counted_among_ones_own_class_only() -> None:
    people = {one("a", "生产"): 9, one("b", "生产", "乙支部"): 8, one("c", "机关"): 3, one("d", "机关", "乙支部"): 2}
    top = Top(Ties.NONE, places=1, within=Within.ALL, same_class=True)
    found = bands(grade(at_least=None, by_class=(), top=top), people)
    assert [c for c, b in found.items() if b == "top"] == ["a", "c"]
    found = bands(grade(at_least=None, by_class=(), top=replace(top, within=Within.ORGANISATION)), people)
    assert sorted(c for c, b in found.items() if b == "top") == ["a", "b", "c", "d"]


def test_what_is_missing_is_told_for_the_own_class() -> None:
    pack = pack_of(item(points=200), grades=(grade(),))
    asked = request(pack, one("m", "流动"), period=MARCH)
    plan = settle(asked, []).plan
    said = to_text(plan, explain(plan, asked.roster["m"], [serve(date(2026, 3, 1))], MARCH, asked.closed))
    assert "距优还差 4.00 分" in said
    assert "类别：“流动”" in said


# --- parts -----------------------------------------------------------------------------------------------------------


def total(*parts: Part, daily: int, bonus: int) -> tuple[int, str | None]:
    """The total of whoever has so many points of each category."""
    categories = (Category("c", title("日常"), {}), Category("b", title("加分"), {}, counts=Counts.APART))
    judged = (Row((), Judged(Amount(0), Amount(100_000))),)
    items = (
        item(kinds=("w.award",), rows=judged),
        Item("b", title("加分"), "第一条", "b", ("w.serve",), item(points=bonus).rows, {}),
    )
    of = Grade("g", title("评"), Span.QUARTER, grade(by_class=()).bands, parts=parts)
    pack = pack_of(*items, categories=categories, grades=(of,), late_months=0)
    (row,) = both(request(pack, period=MARCH), [awarded(daily, "m"), serve(date(2026, 3, 5))]).rows("grades")
    return row["total"], row["band"]


def test_points_of_another_full_mark_are_converted_to_a_hundred() -> None:
    assert total(Part("d", title("日常"), ("c",), full=30_000), daily=270, bonus=0)[0] == 9000
    assert total(Part("d", title("日常"), ("c",), 6000, full=30_000), Part("e", title("二"), ("c",), 4000),
                 daily=100, bonus=0)[0] == 2000 + 4000  # fmt: skip


def test_bonus_stands_beside_the_weights() -> None:
    weighed = Part("d", title("日常"), ("c",), 6000), Part("e", title("二"), ("c",), 4000)
    assert total(*weighed, Part("b", title("加分"), ("b",), added=True), daily=7, bonus=99) == (799, "rest")
    assert total(*weighed, Part("b", title("加分"), ("b",), added=True), daily=7, bonus=100) == (800, "top")


# --- one fact more ---------------------------------------------------------------------------------------------------


def test_what_a_band_asks_for_holds_when_one_more_fact_moves_a_quota() -> None:
    top = Top(Ties.ALL, places=1)
    first = Band("top", title("优"), None, top, needs=(Need(item="i", facts=2),))
    of = Grade("g", title("评"), Span.QUARTER, (first, Band("rest", title("其余"), None)))
    asked = request(pack_of(item(), grades=(of,)), one("a"), one("b"), period=MARCH)
    known = [serve(date(2026, 3, 1), 0, "a"), serve(date(2026, 3, 2), 1, "a")]
    more = serve(date(2026, 3, 3), 2, "b")
    again = settle_some(asked, settle(asked, known), [*known, more], [more])
    same_tables(again, settle(asked, [*known, more]))
    assert [r["band"] for r in again.rows("grades")] == ["top", "rest"]


def test_rosters_of_the_same_people_are_graded_by_the_class_of_today() -> None:
    asked = request(pack_of(item(points=600), grades=(grade(),)), one("m"), period=MARCH)
    known = [serve(date(2026, 3, 1))]
    now = replace(asked, roster=Roster([one("m", "流动")]))
    again = settle_some(now, settle(asked, known), known, [])
    assert [r["band"] for r in again.rows("grades")] == ["top"]
