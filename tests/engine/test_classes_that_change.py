"""A class that changes within the year: what happened counts by the class of its day, what is asked by whole spans."""

from dataclasses import replace
from datetime import date

import pytest

from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.model import Amount, Category, Constant, ExemptGroup, Item, PartPeriod, Row
from linghang.engine.packs.standing_model import Ranking, RankStep, Renew, Validity
from linghang.engine.periods import Month, Span
from linghang.engine.roster import ClassChange, DateRange, Member
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.backends.sql import counting, pricing
from linghang.engine.settle.backends.tables import people
from linghang.engine.settle.explaining.classes import class_words, classes_in
from linghang.engine.settle.explaining.explain import Explanation, explain, to_text
from linghang.engine.settle.explaining.told import to_dict, to_table
from linghang.engine.settle.results import Settlement, State
from tests.engine.small import BRANCH, CLOSED, act, both, item, member, norm, pack_of, request, serve
from tests.laws.laws import same_tables
from tests.laws.worlds import title

MARCH, JUNE = Month(2026, 3), Month(2026, 6)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def changing(*changes: tuple[date, str], code: str = "m", first: str = "生产", **more) -> Member:
    made = tuple(ClassChange(since, word) for since, word in changes)
    return member(code, member_class=first, class_changes=made, **more)


def of_class(identifier: str, category: str, points: int, *classes: str, **more) -> Item:
    given = {"rows": (Row((), Constant(Amount(points))),), "limits": {}, "classes": classes} | more
    return Item(identifier, title(identifier), "第一条", category, ("w.serve",), **given)


def two_tables(**scheme):
    """A table for each class: a full mark of 31.00 and one point, or of 62.00 and two."""
    categories = (
        Category("a", title("生产"), {}, Amount(3100), classes=("生产",)),
        Category("b", title("机关"), {}, Amount(6200), classes=("机关",)),
    )
    items = of_class("one", "a", 100, "生产"), of_class("two", "b", 200, "机关")
    return pack_of(*items, categories=categories, **scheme)


def months(found: Settlement) -> list[int]:
    return [row["counted"] for row in found.rows("months")]


# --- the roster's row ---


def test_a_class_holds_from_its_day_to_the_day_before_the_next_one() -> None:
    person = changing((day(3, 15), "机关"), (day(5, 1), "离退休"))
    assert [person.class_on(day(3, 14)), person.class_on(day(3, 15)), person.class_on(day(12, 31))] == [
        "生产",
        "机关",
        "离退休",
    ]
    assert person.classes[1] == ("机关", DateRange(day(3, 15), day(4, 30)))
    assert person.classes[0][1].first is None


def test_changes_stand_in_order_and_what_changes_nothing_is_left_out() -> None:
    person = changing((day(5, 1), "机关"), (day(3, 1), "生产"), (day(6, 1), "机关"), (day(5, 1), "科研"))
    assert person.class_changes == (ClassChange(day(5, 1), "科研"), ClassChange(day(6, 1), "机关"))


def test_scored_days_are_told_by_class_without_days_of_exemption() -> None:
    person = changing(
        (day(3, 15), "机关"),
        active=DateRange(day(2, 10), day(4, 20)),
        exempt=(DateRange(day(3, 10), day(3, 20)), DateRange(day(4, 1), None)),
    )
    assert person.scored_ranges == (
        ("生产", DateRange(day(2, 10), day(3, 9))),
        ("机关", DateRange(day(3, 21), day(3, 31))),
    )
    assert (person.days_in(MARCH, ["生产"]), person.days_in(MARCH, ["机关"]), person.days_in(MARCH, ())) == (9, 11, 20)
    assert [person.class_in(Month(2026, m)) for m in (1, 2, 3, 4)] == ["生产", "生产", "机关", "机关"]


def test_the_first_and_the_last_day_that_there_are_may_be_days_of_change() -> None:
    person = changing((date.min, "机关"), (date.max, "科研"))
    assert person.class_on(day(3, 1)) == "机关"
    assert person.days_in(MARCH, ["机关"]) == 31


# --- what it does ---


def test_months_before_go_by_the_old_table_and_months_after_by_the_new_one() -> None:
    facts = [serve(day(m, 9)) for m in (1, 2, 3, 4)]
    found = both(request(two_tables(), changing((day(3, 1), "机关")), period=Month(2026, 4)), facts)
    assert months(found) == [3200, 3200, 6400, 6400]


def test_within_a_month_a_fact_counts_by_the_class_of_its_day_and_full_marks_by_days() -> None:
    facts = [serve(day(3, 14)), serve(day(3, 15), 1), serve(day(3, 31), 2)]
    found = both(request(two_tables(), changing((day(3, 15), "机关")), period=MARCH), facts)
    rows = {row["category"]: row for row in found.rows("categories", month=MARCH.index)}
    assert (rows["a"]["base"], rows["a"]["counted"]) == (1400, 1500)
    assert (rows["b"]["base"], rows["b"]["counted"]) == (3400, 3800)


def test_a_full_mark_that_is_not_divided_goes_by_the_last_day_of_the_month() -> None:
    pack = two_tables(part_period=PartPeriod.FULL)
    person = changing((day(3, 31), "机关"))
    assert months(both(request(pack, person, period=MARCH), [])) == [3100, 3100, 6200]
    gone = replace(person, active=DateRange(None, day(3, 30)))
    assert months(both(request(pack, gone, period=MARCH), [])) == [3100, 3100, 3100]
    ill = replace(person, exempt=(DateRange(day(3, 31), None),))
    assert months(both(request(pack, ill, period=MARCH), [])) == [3100, 3100, 3100]


def test_a_norm_is_asked_only_for_spans_that_lie_wholly_in_its_class() -> None:
    monthly = norm(1, -100, classes=("生产",))
    person = changing((day(2, 28), "机关"), (day(4, 1), "生产"))
    found = both(request(pack_of(monthly), person, period=Month(2026, 5)), [])
    assert months(found) == [-100, 0, 0, -100, -100]
    quarterly = replace(monthly, norm=replace(monthly.norm, span=Span.QUARTER))
    assert months(both(request(pack_of(quarterly), person, period=JUNE), [])) == [0, 0, 0, 0, 0, -100]


def test_a_norm_of_several_years_asks_nobody_who_was_in_another_class_the_year_before() -> None:
    made = norm(1, -100, classes=("生产",))
    made = replace(made, norm=replace(made.norm, span=Span.YEAR, years=2))
    stayed, came = changing(code="a"), changing((date(2025, 7, 1), "生产"), code="b", first="机关")
    closed = CLOSED | {(BRANCH, Month(2025, n)) for n in range(1, 13)}
    found = both(request(pack_of(made), stayed, came, period=Month(2026, 12), closed=closed), [])
    assert {
        found.member(r["subject"]).code: r["counted"] for r in found.rows("months", month=Month(2026, 12).index)
    } == {
        "a": -100,
        "b": 0,
    }


def test_days_in_a_class_that_is_not_scored_are_days_of_exemption() -> None:
    groups = {"old": ExemptGroup("old", title("免"), ("离退休", "长病"))}
    pack = replace(two_tables(exempt_groups=("old",)), groups=groups)
    facts = [serve(day(m, d)) for m in (1, 2, 3) for d in (1, 9, 10, 28)]
    person = changing((day(2, 10), "离退休"), (day(3, 1), "长病"), (day(3, 10), "机关"))
    found = both(request(pack, person, period=MARCH), facts)
    told = changing((day(3, 10), "机关"), exempt=(DateRange(day(2, 10), day(3, 9)),))
    same_tables(found, both(request(pack, told, period=MARCH), facts))
    assert [r["state"] for r in found.rows("months")] == [State.COMPLETE] * 3
    for good in (changing(first="离退休"), changing((day(2, 1), "长病"), first="离退休")):
        assert {r["state"] for r in both(request(pack, good, period=MARCH), facts).rows("months")} == {State.EXEMPT}


@pytest.mark.parametrize("renew", list(Renew))
def test_what_stays_in_force_no_longer_counts_in_months_of_another_class(renew: Renew) -> None:
    of = item(points=100, classes=("生产",), valid=Validity(12, Span.MONTH, renew))
    person = changing((day(3, 1), "机关"), (day(5, 20), "生产"))
    assert months(both(request(pack_of(of), person, period=JUNE), [serve(day(1, 9))])) == [100, 100, 0, 0, 100, 100]


def test_members_are_ranked_among_those_who_are_in_the_class_on_the_last_day() -> None:
    steps = (RankStep(1, False, Amount(500)), RankStep(2, False, Amount(300)))
    of = item(classes=("机关",), rank=Ranking(Span.QUARTER, Ties.ALL, steps, within=Within.ALL))
    came, went = changing((day(3, 31), "机关"), code="a"), changing((day(3, 31), "生产"), code="b", first="机关")
    stayed = changing(code="c", first="机关")
    facts = [serve(day(3, 31), n, "a") for n in (1, 2)] + [serve(day(1, 9), n, "a") for n in (3, 4, 5)]
    facts += [serve(day(1, 9), n, "b") for n in range(9)] + [serve(day(2, 9), n, "c") for n in (1, 2, 3)]
    found = both(request(pack_of(of), came, went, stayed, period=MARCH), facts)
    assert {found.member(r["subject"]).code: r["counted"] for r in found.rows("months", month=MARCH.index)} == {
        "a": 300,  # two that count since he is in the class, of five
        "b": 0,
        "c": 500,
    }


# --- what it leaves alone ---


def test_without_classes_in_the_scheme_a_change_changes_nothing() -> None:
    facts = [serve(day(m, 9)) for m in (1, 2, 3)]
    pack = pack_of(item(), norm(2), base=1000)
    changed = both(request(pack, changing((day(2, 9), "机关")), period=MARCH), facts)
    same_tables(changed, both(request(pack, changing(), period=MARCH), facts))


def test_the_sql_asks_for_days_of_classes_only_where_somebody_changes_and_an_item_looks_at_it() -> None:
    plan = compile_plan(two_tables(), "s", MARCH)
    plain = compile_plan(pack_of(item()), "s", MARCH)
    assert "apart" not in pricing(plan, has_unscored=True)
    assert "apart" in pricing(plan, has_unscored=True, changing=True)
    assert pricing(plain, has_unscored=True, changing=True) == pricing(plain, has_unscored=True)
    assert counting(plain, has_unscored=True, changing=True) == ""
    told = people(plan, request(two_tables(), changing(), period=MARCH).roster)
    assert not told.changing
    assert set(told.tables) == {"unscored"}
    assert not people(plain, request(pack_of(item()), changing((day(3, 1), "机关")), period=MARCH).roster).changing


def test_items_of_one_set_of_classes_share_their_days() -> None:
    pack = pack_of(*(of_class(f"i{n}", "c", 100, *("机关", "科研")[: n % 2 + 1]) for n in range(4)), base=100)
    plan = compile_plan(pack, "s", MARCH)
    assert plan.variants == (("机关",), ("机关", "科研"))
    told = people(plan, request(pack, changing((day(3, 1), "科研"), (day(3, 5), "机关")), period=MARCH).roster)
    assert told.apart.num_rows == 3
    facts = [serve(day(3, d), d) for d in (1, 4, 5)] + [act(day(3, 1), 1)]
    found = both(request(pack, changing((day(3, 1), "科研"), (day(3, 5), "机关")), period=MARCH), facts)
    assert {r["item"]: r["facts"] for r in found.rows("items")} == {"i0": 1, "i1": 3, "i2": 1, "i3": 3}


# --- what is said of it ---


def test_an_explanation_says_which_class_holds_and_since_when() -> None:
    pack, person = two_tables(), changing((day(3, 15), "机关"))
    plan = compile_plan(pack, "s", Month(2026, 4))

    def told(month: int) -> Explanation:
        return explain(plan, person, [serve(day(3, 14))], Month(2026, month), CLOSED)

    assert class_words(told(2).classes) == "“生产”（至2026年3月14日）"
    assert class_words(told(4).classes) == "“机关”（2026年3月15日起）"
    text = to_text(plan, told(3))
    assert "类别：“生产”（至2026年3月14日）、“机关”（2026年3月15日起）" in text
    assert to_dict(plan, told(3))["classes"] == [
        {"class": "生产", "from": None, "to": "2026-03-14", "scored": True},
        {"class": "机关", "from": "2026-03-15", "to": None, "scored": True},
    ]
    assert to_table(plan, told(3))[1][1].startswith("类别：")


def test_nothing_is_said_where_classes_do_not_matter() -> None:
    plan = compile_plan(pack_of(item()), "s", MARCH)
    assert classes_in(plan, changing((day(3, 15), "机关")), MARCH) == ()
    groups = {"old": ExemptGroup("old", title("免"), ("离退休",))}
    exempt = compile_plan(replace(pack_of(item(), exempt_groups=("old",)), groups=groups), "s", MARCH)
    assert classes_in(exempt, changing((day(3, 15), "机关")), MARCH) == ()
    found = classes_in(exempt, changing((day(3, 15), "离退休"), (day(3, 20), "")), MARCH)
    assert class_words(found) == (
        "“生产”（至2026年3月14日）、“离退休”（2026年3月15日至2026年3月19日，不评分）、“未分类”（2026年3月20日起）"
    )
