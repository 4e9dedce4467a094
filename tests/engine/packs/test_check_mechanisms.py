"""What check says of accumulation, multipliers, joint limits, effects, parts of grades and quotas: both sides."""

from collections.abc import Mapping
from typing import Any

import pytest

from linghang.engine.packs.check_mechanisms import check_mechanisms
from linghang.engine.packs.mechanism_model import (
    Accumulation,
    Average,
    Effect,
    Joint,
    Missing,
    Part,
    Reached,
    Repeat,
    Step,
    Ties,
    Top,
    Trigger,
    Within,
)
from linghang.engine.packs.model import Amount, Band, Category, Constant, Grade, Item, Limit, Row, Selection
from linghang.engine.periods import Span
from linghang.engine.problems import Problems
from tests.engine.small import item, norm, pack_of, title

MONTHLY = {Span.MONTH: Limit(None, Amount(100))}
TWO = (Category("c", title("甲类"), {}), Category("d", title("乙类"), {}))


def codes(*items: Item, **scheme: Any) -> list[str]:
    pack, problems = pack_of(*items, **scheme), Problems()
    check_mechanisms(pack, pack.schemes["s"], problems)
    return sorted({p.code for p in problems})


def steps(*told: tuple[int, int]) -> Accumulation:
    return Accumulation(Span.YEAR, tuple(Step(at, Amount(points)) for at, points in told))


def priced(points: int) -> tuple[Row, ...]:
    return (Row((), Constant(Amount(points))),)


ITEMS = [
    ({"average": Average(), "repeat": Repeat(2, 200, Span.YEAR)}, "mixed-mechanisms", {"average": Average()}),
    ({"accumulate": steps()}, "empty-accumulation", {"accumulate": steps((100, 1))}),
    ({"accumulate": steps((200, 1), (200, 2))}, "step-order", {"accumulate": steps((200, 1), (201, 2))}),
    (
        {"accumulate": Accumulation(Span.YEAR, (), 300)},
        "empty-accumulation",
        {"accumulate": Accumulation(Span.YEAR, (), 300, Amount(-200))},
    ),
    (
        {"accumulate": steps((100, 1)), "rows": priced(-1)},
        "negative-count",
        {"accumulate": steps((100, 1)), "rows": priced(0)},
    ),
    ({"factors": priced(10_001)}, "bad-factor", {"factors": priced(10_000)}),
    ({"factors": priced(-1)}, "bad-factor", {"factors": priced(0)}),
]


@pytest.mark.parametrize(("wrong", "code", "right"), ITEMS)
def test_an_item_that_cannot_be_meant_is_named(wrong: Mapping[str, Any], code: str, right: Mapping[str, Any]) -> None:
    assert codes(item(**wrong)) == [code]
    assert codes(item(**right)) == []


# --- joint limits ----------------------------------------------------------------------------------------------------


def joined(*groups: tuple[str, ...]) -> list[str]:
    apart = Item("d", title("另类"), "第一条", "d", ("w.serve",), priced(1), {})
    joints = tuple(Joint(f"j{n}", title("合并"), of, MONTHLY) for n, of in enumerate(groups))
    return codes(item("a"), item("b"), item("e"), apart, categories=TWO, joints=joints)


def test_items_that_share_a_limit_are_known_stand_in_one_category_and_in_one_group() -> None:
    assert joined(("a", "b")) == []
    assert joined(("a", "x")) == ["unknown-item"]
    assert joined(("a", "d")) == ["joint-category"]
    assert joined(("a", "b"), ("b", "e")) == ["joint-twice"]


# --- effects ---------------------------------------------------------------------------------------------------------


def caused(when: str = "i", **more: Any) -> list[str]:
    effect = Effect("e", title("后果"), "第九条", Trigger(when, 1), Span.YEAR, **more)
    lists = (Selection("best", title("名单"), ()),)
    return codes(item(), norm(), item("m", average=Average()), effects=(effect,), grades=(grade(),), selections=lists)


def grade(*parts: Part, top: Top | None = None, low: int | None = 100, more: tuple[Band, ...] = ()) -> Grade:
    amount = None if low is None else Amount(low)
    bands = (Band("top", title("优"), amount, top), *more, Band("rest", title("其余"), None))
    return Grade("g", title("评"), Span.QUARTER, bands, 1, parts)


EFFECTS = [
    ({}, "empty-effect"),
    ({"zeroes": "nobody"}, "unknown-item"),
    ({"when": "nobody", "zeroes": "total"}, "unknown-item"),
    ({"when": "n", "zeroes": "total"}, "bad-effect"),
    ({"when": "m", "zeroes": "total"}, "bad-effect"),
    ({"grade": "g"}, "bad-effect"),
    ({"at_most": "rest", "zeroes": "c"}, "bad-effect"),
    ({"grade": "g", "at_most": "rest", "at_least": "top"}, "bad-effect"),
    ({"grade": "x", "at_most": "rest"}, "unknown-grade"),
    ({"grade": "g", "exactly": "x"}, "unknown-band"),
    ({"bars": ("worst",)}, "unknown-id"),
    ({"zeroes": "total"}, ""),
    ({"zeroes": "c"}, ""),
    ({"zeroes": "n"}, ""),
    ({"grade": "g", "at_most": "rest"}, ""),
    ({"bars": ("best",)}, ""),
]


@pytest.mark.parametrize(("told", "code"), EFFECTS)
def test_an_effect_says_what_it_does_to_what_is_known(told: Mapping[str, Any], code: str) -> None:
    assert caused(**told) == ([code] if code else [])


# --- grades ----------------------------------------------------------------------------------------------------------


def part(weight: int, *categories: str, missing: Missing = Missing.ZERO) -> Part:
    return Part("p", title("部分"), categories, weight, missing=missing)


def graded(of: Grade, **more: Any) -> list[str]:
    return codes(item(), grades=(of,), categories=TWO, **({"late_months": 0} | more))


@pytest.mark.parametrize(("weights", "expected"), [((8000, 2000), []), ((8000, 1999), ["bad-weights"])])
def test_weights_add_up_to_the_whole(weights: tuple[int, int], expected: list[str]) -> None:
    assert graded(grade(part(weights[0]), part(weights[1], "d"))) == expected


def test_parts_that_only_add_need_no_weights() -> None:
    assert graded(grade(part(10_000, "c"), part(10_000, "d"))) == []


def test_a_part_names_known_categories_and_somebody_else_who_carries_its_weight() -> None:
    assert graded(grade(part(10_000, "x"))) == ["unknown-category"]
    assert graded(grade(part(10_000, "c", missing=Missing.REWEIGHT))) == ["bad-weights"]
    assert graded(grade(part(10_000, "c", missing=Missing.ZERO))) == []


def test_late_points_have_no_category_so_parts_of_categories_take_none() -> None:
    assert graded(grade(part(10_000, "c")), late_months=1) == ["parts-late"]
    assert graded(grade(part(10_000)), late_months=1) == []


def test_quotas_stay_within_the_branch_and_the_whole_and_name_what_they_replace() -> None:
    half = Top(Ties.ALL, share=5000)
    assert graded(grade(top=half, more=(Band("mid", title("良"), None, half),))) == []
    more = Top(Ties.ALL, share=5001)
    assert graded(grade(top=half, more=(Band("mid", title("良"), None, more),))) == ["bad-quota"]
    assert graded(grade(top=Top(Ties.ALL, places=1, within=Within.ALL))) == ["ranking-beyond-branch"]
    either = Top(Ties.ALL, places=1, with_threshold=Reached.EITHER)
    assert graded(grade(top=either)) == []
    assert graded(grade(top=either, low=None)) == ["bad-quota"]


# --- as written ------------------------------------------------------------------------------------------------------

SCHEME = "schemes/member.yaml"
TOPS = [
    ("{share: 30%}", "missing-key"),  # a quota without a rule for ties
    ("{ties: all}", "bad-quota"),
    ("{places: 1, share: 30%, ties: all}", "bad-quota"),
    ("{share: 0%, ties: all}", "bad-percent"),
    ("{places: 0, ties: all}", "bad-integer"),
    ("{share: 30%, ties: both}", "bad-choice"),
]


@pytest.mark.parametrize(("top", "code"), TOPS)
def test_a_quota_says_how_many_and_what_becomes_of_ties(workshop, line_of, top: str, code: str) -> None:
    workshop.change(SCHEME, "at_least: $star5", f"at_least: $star5, top: {top}")
    assert workshop.only(code).place.line == line_of(workshop.example / SCHEME, "$star5")


def test_a_quota_with_its_rule_for_ties_is_read(workshop) -> None:
    workshop.change(SCHEME, "at_least: $star5", "at_least: $star5, top: {share: 30%, ties: none}")
    assert not workshop.problems().errors
