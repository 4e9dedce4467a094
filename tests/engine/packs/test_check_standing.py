"""What check says of validity, places, comparisons, conditions, carried points, years and slack limits: both sides."""

from collections.abc import Mapping
from typing import Any

import pytest

from linghang.engine.packs.check_slack import check_slack
from linghang.engine.packs.check_standing import check_standing
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.mechanism_model import Accumulation, Average, Joint, Repeat, Step, Ties, Within
from linghang.engine.packs.model import (
    Amount,
    Band,
    Category,
    Constant,
    Dedup,
    Grade,
    Item,
    ItemCount,
    Limit,
    Norm,
    Row,
    Selection,
)
from linghang.engine.packs.standing_model import (
    Absent,
    Against,
    GroupSize,
    Ranking,
    RankStep,
    Renew,
    Slope,
    Validity,
    Versus,
)
from linghang.engine.periods import Span
from linghang.engine.problems import Problems
from tests.engine.small import item, norm, pack_of, title

FIRST = (RankStep(1, False, Amount(300)),)
RANK = Ranking(Span.MONTH, Ties.ALL, FIRST)
MEAN = Versus(Span.MONTH, Against.MEAN, above=Slope(100, Amount(10)))
KEPT = Validity(3)
COUNTED = (Row((), Constant(Amount(-100))),)


def codes(*items: Item, **scheme: Any) -> list[str]:
    pack, problems = pack_of(*items, **scheme), Problems()
    check_standing(pack, pack.schemes["s"], problems)
    check_slack(pack, pack.schemes["s"], problems)
    return sorted({p.code for p in problems})


def cap(points: int, **more: Any) -> Limit:
    return Limit(None, Amount(points), **more)


def listed(*conditions: ItemCount) -> dict[str, Any]:
    return {"selections": tuple(Selection(f"l{n}", title("名单"), (c,)) for n, c in enumerate(conditions))}


BOTH_SIDES = [
    # a mechanism that is wrong, the code, and the same one that is right
    ({"valid": KEPT, "average": Average()}, "mixed-mechanisms", {"valid": KEPT}),
    ({"valid": KEPT, "repeat": Repeat(2, 200, Span.YEAR)}, "mixed-mechanisms", {"repeat": Repeat(2, 200, Span.YEAR)}),
    (
        {"valid": Validity(3, renew=Renew.EXTEND), "dedup": Dedup(("event",))},
        "mixed-mechanisms",
        {"valid": KEPT, "dedup": Dedup(("event",))},
    ),
    ({"rank": Ranking(Span.MONTH, Ties.ALL)}, "empty-ranking", {"rank": RANK}),
    (
        {"rank": Ranking(Span.MONTH, Ties.ALL, (RankStep(3, False, Amount(1)), *FIRST))},
        "step-order",
        {
            "rank": Ranking(
                Span.MONTH, Ties.ALL, (*FIRST, RankStep(3, False, Amount(1)), RankStep(1000, True, Amount(1)))
            )
        },
    ),
    (
        {"rank": Ranking(Span.MONTH, Ties.ALL, FIRST, within=Within.ALL)},
        "ranking-beyond-branch",
        {"rank": Ranking(Span.MONTH, Ties.ALL, FIRST, within=Within.ORGANISATION)},
    ),
    (
        {"versus": Versus(Span.MONTH, Against.MEAN, reached=Amount(1), within=Within.ALL)},
        "ranking-beyond-branch",
        {"versus": Versus(Span.MONTH, Against.LAST_YEAR, reached=Amount(1), within=Within.ALL)},
    ),
    ({"rank": RANK, "rows": COUNTED}, "negative-count", {"rank": RANK}),
    ({"rank": RANK, "group_size": GroupSize(2)}, "mixed-mechanisms", {"group_size": GroupSize(2)}),
    ({"versus": Versus(Span.MONTH, Against.MEAN)}, "empty-comparison-rule", {"versus": MEAN}),
    (
        {"versus": Versus(Span.YEAR, Against.LAST_YEAR, reached=Amount(1), missing=Absent.MEAN)},
        "mixed-mechanisms",
        {"versus": Versus(Span.YEAR, Against.LAST_YEAR, reached=Amount(1), missing=Absent.ZERO)},
    ),
    (
        {"versus": Versus(Span.YEAR, Against.LAST_YEAR, reached=Amount(1), least=2)},
        "mixed-mechanisms",
        {"versus": Versus(Span.YEAR, Against.MEAN, reached=Amount(1), least=2)},
    ),
    (
        {"norm": Norm(1, Amount(-1), Span.QUARTER, years=2)},
        "bad-years",
        {"norm": Norm(1, Amount(-1), Span.YEAR, years=2)},
    ),
    ({"limits": {Span.MONTH: Limit(carry=5000)}}, "bad-carry", {"limits": {Span.MONTH: cap(100, carry=5000)}}),
    (
        {"limits": {Span.MONTH: cap(100, carry=10_100)}},
        "bad-carry",
        {"limits": {Span.MONTH: cap(100, carry=10_000)}},
    ),
    ({"limits": {Span.YEAR: cap(100, carry=5000)}}, "bad-carry", {"limits": {Span.QUARTER: cap(100, carry=5000)}}),
    (
        {"limits": {Span.MONTH: cap(100), Span.QUARTER: cap(200, carry=5000)}},
        "bad-carry",
        {"limits": {Span.MONTH: cap(100, carry=5000), Span.QUARTER: cap(200)}},
    ),
    (
        {
            "accumulate": Accumulation(Span.YEAR, (Step(100, Amount(1)),)),
            "limits": {Span.MONTH: cap(100, carry=5000)},
        },
        "mixed-mechanisms",
        {"accumulate": Accumulation(Span.YEAR, (Step(100, Amount(1)),)), "limits": {Span.MONTH: cap(100)}},
    ),
    # limits that can never matter
    (
        {"limits": {Span.MONTH: cap(100), Span.QUARTER: cap(301)}},
        "slack-limit",
        {"limits": {Span.MONTH: cap(100), Span.QUARTER: cap(300)}},
    ),
    (
        {"limits": {Span.QUARTER: cap(100), Span.YEAR: cap(401)}},
        "slack-limit",
        {"limits": {Span.QUARTER: cap(100), Span.YEAR: cap(400)}},
    ),
    (
        {"limits": {Span.MONTH: Limit(Amount(-100)), Span.YEAR: Limit(Amount(-1201))}},
        "slack-limit",
        {"limits": {Span.MONTH: Limit(Amount(-100)), Span.YEAR: Limit(Amount(-1200))}},
    ),
    (
        {"limits": {Span.MONTH: cap(301), Span.QUARTER: cap(300)}},
        "contradictory-limits",
        {"limits": {Span.MONTH: cap(300), Span.QUARTER: cap(300)}},
    ),
]


@pytest.mark.parametrize(("wrong", "code", "right"), BOTH_SIDES)
def test_what_cannot_be_meant_is_named_and_what_can_be_is_not(
    wrong: Mapping[str, Any], code: str, right: Mapping[str, Any]
) -> None:
    assert codes(item(**wrong)) == [code]
    assert codes(item(**right)) == []


CONDITIONS = [
    ("nobody", item("x"), "unknown-item"),
    ("x", item("x", given="i"), "cyclic-condition"),
    ("x", item("x", rank=RANK), "bad-condition-item"),
    ("x", item("x", average=Average()), "bad-condition-item"),
    ("x", item("x", valid=Validity(12, Span.QUARTER)), "bad-condition-item"),
    ("x", item("x", valid=Validity(12)), ""),
    ("x", item("x"), ""),
]


@pytest.mark.parametrize(("name", "other", "code"), CONDITIONS)
def test_a_condition_names_an_item_that_counts_by_fact_and_asks_nobody_itself(
    name: str, other: Item, code: str
) -> None:
    for what in ("given", "unless"):
        assert codes(item(**{what: name}), other) == ([code] if code else [])


def test_a_condition_that_names_its_own_item_goes_round_in_a_circle() -> None:
    assert codes(item(given="i")) == ["cyclic-condition"]


def test_a_list_counts_facts_of_items_that_count_them_and_over_the_same_years() -> None:
    assert codes(item(valid=KEPT), **listed(ItemCount("i", 2))) == ["bad-condition-item"]
    assert codes(norm(), **listed(ItemCount("n", 2))) == ["bad-condition-item"]
    assert codes(item(), **listed(ItemCount("i", 2, 3), ItemCount("i", 4, 2))) == ["bad-years"]
    assert codes(item(), **listed(ItemCount("i", 2, 3), ItemCount("i", 4, 3), ItemCount("i", 1))) == []


def test_categories_joints_and_the_total_may_carry_too() -> None:
    wrong, right = {Span.YEAR: cap(1, carry=1)}, {Span.MONTH: cap(1, carry=1)}
    for limits, expected in ((wrong, ["bad-carry"]), (right, [])):
        assert codes(item(), total_limits=limits) == expected
        assert codes(item(), categories=(Category("c", title("类"), limits),)) == expected
        assert codes(item(), item("j"), joints=(Joint("x", title("合并"), ("i", "j"), limits),)) == expected


@pytest.mark.parametrize(("points", "expected"), [(300, []), (301, ["slack-limit"])])
def test_a_shared_cap_above_those_of_its_items_is_slack(points: int, expected: list[str]) -> None:
    items = [item(i, limits={Span.MONTH: cap(n)}) for i, n in (("a", 100), ("b", 200))]
    shared = {Span.MONTH: cap(points)}
    assert codes(*items, joints=(Joint("x", title("合并"), ("a", "b"), shared),)) == expected
    assert codes(*items, categories=(Category("c", title("类"), shared),)) == expected
    assert codes(*items, categories=(Category("c", title("类"), shared, Amount(100)),)) == []


@pytest.mark.parametrize(("points", "expected"), [(500, []), (501, ["contradictory-limits"])])
def test_an_item_that_only_adds_cannot_use_more_than_its_category(points: int, expected: list[str]) -> None:
    limits, categories = {Span.MONTH: cap(points)}, (Category("c", title("类"), {Span.MONTH: cap(500)}, Amount(1)),)
    assert codes(item(limits=limits), categories=categories) == expected
    assert codes(item(limits=limits), item("minus", points=-100), categories=categories) == []


def grade(name: str, band: str = "优") -> Grade:
    return Grade("g", title(name), Span.YEAR, (Band("top", title(band), Amount(1)), Band("rest", title("其余"), None)))


def test_grades_and_lists_do_not_decide_what_people_decide() -> None:
    assert codes(item(), grades=(grade("民主评议等次"),)) == ["decided-by-people"]
    assert codes(item(), grades=(grade("积分", "可以转正"),)) == ["decided-by-people"]
    assert codes(item(), selections=(Selection("l", title("发展对象名单"), ()),)) == ["decided-by-people"]
    assert codes(item(), selections=(Selection("l", title("兑换奖金"), ()),)) == ["decided-by-people"]
    assert codes(item(), grades=(grade("积分等次"),), selections=(Selection("l", title("评先候选名单"), ()),)) == []


# --- as written in a file: what is wrong, and on which line ----------------------------------------------------------

SCHEME, HOURS = "schemes/member.yaml", "facts: study.hours"
WRITTEN = [
    ("valid: {months: 0}", "bad-integer", "valid:"),
    ("valid: {months: 121}", "bad-integer", "valid:"),
    ("valid: {months: 3, renew: often}", "bad-choice", "valid:"),
    ("group_size: {at_least: 5, below: 5}", "bad-group-size", "group_size:"),
    ("group_size: {}", "bad-group-size", "group_size:"),
    ("given: nobody", "unknown-item", "- id: study-hours"),
    ("rank: {span: month, places: []}", "missing-key", "rank:"),
    ("rank: {span: month, ties: all, places: [{to: 0%, points: 1}]}", "bad-number", "rank:"),
    ("rank: {span: month, ties: all, last: [{to: 101%, points: 1}]}", "bad-number", "rank:"),
    ("rank: {span: month, ties: all, last: [{to: 1, points: x}]}", "bad-amount", "rank:"),
    ("rank: {span: month, ties: all, missing: mean}", "bad-choice", "rank:"),
    ("versus: {span: year, with: nobody}", "bad-choice", "versus:"),
    ("versus: {span: year, with: last_year, above: {every: 0, points: 1}}", "bad-number", "versus:"),
    ("versus: {span: year, with: last_year, own: perhaps}", "bad-flag", "versus:"),
]


@pytest.mark.parametrize(("line", "code", "where"), WRITTEN)
def test_what_is_written_wrongly_is_named_with_its_line(workshop, line_of, line: str, code: str, where: str) -> None:
    workshop.change(SCHEME, HOURS, f"{HOURS}\n    {line}")
    assert workshop.only(code).place.line == line_of(workshop.example / SCHEME, where)


def test_valid_and_group_size_are_read_as_written(workshop) -> None:
    lines = ("valid: {months: 120, each: year}", "group_size: {at_least: 3}", "given: volunteer", "unless: dues")
    workshop.change(SCHEME, HOURS, "\n    ".join((HOURS, *lines)))
    workshop.change(SCHEME, "month: {cap: 4.00}", "month: {cap: 4.00, carry: 50%}")
    pack, problems = load_pack(workshop.example)
    assert not problems.errors, list(problems)
    found = pack.schemes["member-points"].items[0]
    assert (found.valid, found.group_size) == (Validity(120, Span.YEAR), GroupSize(3))
    assert (found.given, found.unless, found.limits[Span.MONTH].carry) == ("volunteer", "dues", 5000)
