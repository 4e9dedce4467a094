"""Grades said plainly equal the set-based ones; what is said about parts, places and the next band is true."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Counts, Effect, Fold, Missing, Part, Ties, Top, Trigger
from linghang.engine.packs.model import Amount, Band, Category, Grade, Item, Judged, Pack, Row
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.points import UNIT
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.explaining.explain import explain, to_text
from linghang.engine.settle.explaining.next_band import NextBand
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.plainly.grades_plain import grade_plainly
from linghang.engine.settle.run import settle
from linghang.engine.settle.spans import finished_spans
from tests.engine.small import CLOSED, item, member, pack_of, request, serve, title
from tests.laws.effort import trying
from tests.laws.further_worlds import further_worlds
from tests.laws.worlds import World

MARCH = Month(2026, 3)


@trying(40)
@given(further_worlds())
def test_grades_said_plainly_equal_the_set_based_ones(world: World) -> None:
    settlement = settle(world.request, world.facts)
    plan = settlement.plan
    others = Others(plan, world.roster, world.facts, world.closed)
    expected = {(r["subject"], r["month"], r["grade"]): (r["total"], r["band"]) for r in settlement.rows("grades")}
    found = {}
    for grade in plan.grades:
        for last in finished_spans(plan, grade.span):
            for code, of in grade_plainly(plan, grade, last, others.results).items():
                band = None if of.band is None else grade.bands[of.band].id
                found[world.roster.position(code), last.index, grade.id] = (of.total, band)
                assert not of.parts or sum(p.worth for p in of.parts) == of.total
    assert found == expected


@trying(20)
@given(further_worlds())
def test_what_reaches_the_next_band_beside_others_reaches_it_when_everybody_is_settled_again(world: World) -> None:
    plan = compile_plan(world.pack, "s", world.period)
    others = Others(plan, world.roster, world.facts, world.closed)
    for one in world.roster:
        for grade in explain(plan, one, (), world.period, world.closed, others=others).grades:
            for option in grade.options:
                assert band_after(world, one, option.facts) == (option.total, option.band)
                assert band_after(world, one, option.facts[:-1])[1] not in (grade.next_band, option.band)


def band_after(world: World, one: Member, more: tuple[Fact, ...]) -> tuple[int, str]:
    """Total and band of one grade as it stands with further facts, by the other engine."""
    bands = {b.id: b.title["zh"] for g in world.pack.schemes["s"].grades for b in g.bands}
    found = settle(world.request, [*world.facts, *more], running=True)
    rows = found.rows("grades", subject=world.roster.position(one.code), month=world.period.index)
    return rows[0]["total"], bands.get(rows[0]["band"], "")


# --- parts and places, worked out by hand ----------------------------------------------------------------------------


def awards(code: str, points: int, day: date = date(2026, 3, 5)) -> Fact:
    return Fact("w.award", code, day, points * UNIT)


def explained(pack: Pack, facts: list[Fact], *members: Member, period: Month = MARCH) -> tuple[NextBand, str]:
    plan = compile_plan(pack, "s", period)
    everybody = members or (member(),)
    others = Others(plan, Roster(everybody), facts, CLOSED)
    found = explain(plan, everybody[0], (), period, CLOSED, others=others)
    return found.grades[0], to_text(plan, found)


def weighed(missing: Missing) -> Pack:
    """90.00 each month by mean at 80 %, a review at 20 %; from 82.00 on the top band."""
    categories = (Category("c", title("日常"), {}, Amount(9000)), Category("r", title("评议"), {}, counts=Counts.APART))
    judged = Item("r", title("民主测评"), "第一条", "r", ("w.award",), (Row((), Judged(Amount(0), Amount(1000))),), {})
    parts = (
        Part("d", title("日常"), ("c",), 8000, Fold.MEAN),
        Part("r", title("评议"), ("r",), 2000, missing=missing),
    )
    bands = (Band("top", title("优"), Amount(8200)), Band("rest", title("其余"), None))
    of = Grade("g", title("评"), Span.QUARTER, bands, 1, parts)
    return pack_of(item(points=0), judged, categories=categories, grades=(of,), late_months=0)


def test_parts_are_shown_with_their_weights_and_add_up() -> None:
    found, text = explained(weighed(Missing.ZERO), [awards("m", 40)])
    assert [p.worth for p in found.parts] == [7200, 800]
    assert "日常：270.00 分 ÷ 3 × 80% = 72.00" in text
    assert "评议：40.00 分 × 20% = 8.00" in text
    assert (found.total, found.band, found.next_band, found.missing) == (8000, "其余", "优", 200)


def test_what_is_missing_in_a_weighted_total_is_proved_by_facts_that_are_weighed_too() -> None:
    found, text = explained(weighed(Missing.ZERO), [awards("m", 40)])
    assert [(o.words, o.total) for o in found.options] == [("民主测评（10分） 1 次", 8200)]
    assert "民主测评（10分） 1 次 → 82.00 分，优" in text


def test_the_weight_of_a_missing_part_is_shown_with_those_who_carry_it() -> None:
    found, text = explained(weighed(Missing.REWEIGHT), [])
    assert (found.total, found.band) == (9000, "优")
    assert "× 80%（缺的部分分担后 100%） = 90.00" in text
    assert "评议：没有记录" in text


def test_a_part_that_must_not_be_missing_leaves_the_member_ungraded() -> None:
    found, text = explained(weighed(Missing.NOT_GRADED), [])
    assert (found.band, found.next_band, found.options) == ("不评", "", ())
    assert "不评" in text


def quota(ties: Ties = Ties.NONE, low: int | None = None, effects: tuple[Effect, ...] = ()) -> Pack:
    """One place in the branch; each record of service is one point."""
    amount = None if low is None else Amount(low)
    bands = (Band("top", title("优"), amount, Top(ties, places=1)), Band("rest", title("其余"), None))
    return pack_of(item(), grades=(Grade("g", title("评"), Span.QUARTER, bands),), effects=effects)


def served(code: str, times: int) -> list[Fact]:
    return [serve(date(2026, 3, n + 1), n, code) for n in range(times)]


@pytest.mark.parametrize(("ties", "missing"), [(Ties.NONE, 301), (Ties.ALL, 300)])
def test_a_place_is_missed_by_what_the_last_one_ahead_has_more(ties: Ties, missing: int) -> None:
    found, text = explained(quota(ties), served("a", 1) + served("b", 4), member("a"), member("b"))
    assert (found.total, found.band, found.missing) == (100, "其余", missing)
    assert [o.count for o in found.options] == [4 if ties is Ties.NONE else 3]
    assert "第2名，共2人参评，名额1个" in text


def test_a_threshold_and_a_place_are_both_missing() -> None:
    found, _ = explained(quota(low=900), served("a", 1) + served("b", 4), member("a"), member("b"))
    assert found.missing == 800
    assert found.options[0].total == 900


def test_a_veto_is_named_and_no_points_lift_over_it() -> None:
    veto = Effect("v", title("受处分的不评优"), "第九条", Trigger("i", 1), Span.YEAR, grade="g", at_most="rest")
    found, text = explained(quota(effects=(veto,)), served("a", 1), member("a"))
    assert (found.reachable, found.options, found.held) == (False, (), ("受处分的不评优",))
    assert "再加多少分也到不了优" in text


def test_grades_with_places_are_left_out_when_nobody_else_is_known() -> None:
    plan = compile_plan(quota(), "s", MARCH)
    assert explain(plan, member(), served("m", 1), MARCH, CLOSED).grades == ()


def test_a_span_that_is_not_over_is_explained_as_it_stands() -> None:
    of = Grade(
        "g", title("评"), Span.QUARTER, (Band("top", title("优"), Amount(300)), Band("rest", title("其余"), None)), 3
    )
    pack = pack_of(item(), grades=(of,))
    assert explained(pack, [serve(date(2026, 2, 3))], period=Month(2026, 2))[0].missing == 200
    late = replace(member(), active=replace(member().active, first=date(2026, 1, 31)))
    assert explained(pack, [serve(date(2026, 3, 3))], late)[0].band == "其余"
    gone = replace(member(), active=replace(member().active, first=date(2026, 2, 1)))
    assert explained(pack, [serve(date(2026, 3, 3))], gone)[0].band == "不评"


def test_months_of_a_span_are_those_since_it_began() -> None:
    assert [m.month for m in months_between(span_start(MARCH, Span.QUARTER), MARCH)] == [1, 2, 3]


def test_asking_alone_where_members_are_compared_is_refused() -> None:
    from tests.engine.test_standing import held, place, ranking

    plan = compile_plan(pack_of(held(rank=ranking(place(1, 100)))), "s", MARCH)
    with pytest.raises(ValueError, match="give the others"):
        explain(plan, member(), [], MARCH, CLOSED)
    asked = request(pack_of(held(rank=ranking(place(1, 100)))), period=MARCH)
    others = Others(plan, asked.roster, [], CLOSED)
    assert explain(plan, member(), [], MARCH, CLOSED, others=others).standings == {}
