"""Laws 2–6 hold for generated worlds, and each of them notices a bug that is planted for it."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine import facts as facts_module
from linghang.engine.packs.model import PartPeriod
from linghang.engine.packs.standing_model import Validity
from linghang.engine.roster import ClassChange, Roster
from linghang.engine.settle import further, late, limits, membership, results
from linghang.engine.settle.backends import backend, duck, sql, sql_further
from linghang.engine.settle.plainly import reference
from tests.laws import laws
from tests.laws.effort import hunting, trying
from tests.laws.further_worlds import CLASSES, further_worlds
from tests.laws.worlds import World, worlds

engines = pytest.mark.parametrize("engine", ["duckdb", "reference"])


@engines
@trying(25)
@given(worlds(), st.integers(0, 9))
def test_law_2_shuffled_facts_settle_to_the_same_result(engine: str, world: World, seed: int) -> None:
    laws.order_of_arrival_does_not_matter(world, engine, seed)


@trying(120)
@given(worlds())
def test_law_3_duckdb_and_the_reference_agree_to_the_last_hundredth(world: World) -> None:
    laws.engines_agree(world)


@trying(12)
@given(worlds())
def test_law_3_a_total_on_a_threshold_reaches_it_in_both_engines(world: World) -> None:
    laws.thresholds_include_their_own_value(world)


@trying(15)
@given(worlds())
def test_law_4_the_lines_of_a_statement_sum_to_its_total(world: World) -> None:
    laws.explanations_add_up(world)


@engines
@trying(20)
@given(worlds())
def test_law_5_what_is_not_known_yet_is_listed_and_never_zero(engine: str, world: World) -> None:
    laws.unknown_is_not_zero(world, engine)


@engines
@trying(30)
@given(worlds(), st.data())
def test_law_6_final_months_do_not_move_and_adjustments_make_up_the_difference(
    engine: str, world: World, data: st.DataObject
) -> None:
    slots = data.draw(st.lists(st.integers(0, 3), min_size=len(world.facts), max_size=len(world.facts)))
    laws.final_means_final(world, slots, engine)


@engines
@trying(15)
@given(worlds(), st.data())
def test_law_6_holds_for_organisations_that_stand_at_different_months(
    engine: str, world: World, data: st.DataObject
) -> None:
    slots = data.draw(st.lists(st.integers(0, 3), min_size=len(world.facts), max_size=len(world.facts)))
    laws.final_at_own_pace(world, slots, Random(data.draw(st.integers(0, 99))), engine)


# --- the same with every further mechanism ---------------------------------------------------------------------------


@trying(120)
@given(further_worlds())
def test_law_3_both_engines_agree_with_every_further_mechanism(world: World) -> None:
    laws.engines_agree(world)


@engines
@trying(20)
@given(further_worlds(), st.integers(0, 9))
def test_law_2_order_does_not_matter_with_every_further_mechanism(engine: str, world: World, seed: int) -> None:
    laws.order_of_arrival_does_not_matter(world, engine, seed)


@trying(20)
@given(further_worlds())
def test_law_4_lines_add_up_with_every_further_mechanism(world: World) -> None:
    laws.explanations_add_up(world)


@trying(20)
@given(further_worlds(), st.data())
def test_law_6_final_means_final_with_every_further_mechanism(world: World, data: st.DataObject) -> None:
    slots = data.draw(st.lists(st.integers(0, 3), min_size=len(world.facts), max_size=len(world.facts)))
    laws.final_means_final(world, slots, "reference")


@trying(30)
@given(further_worlds())
def test_what_is_short_over_a_quarter_is_unknown_until_all_its_months_are_closed(world: World) -> None:
    laws.unknown_until_known(world)


# --- each law catches a bug planted for it ---------------------------------------------------------------------------


def caught(law: Callable[..., None], *more: object, among: st.SearchStrategy[World] | None = None) -> None:
    """The law fails on some generated world while the bug is in, or the engine stops at what the bug left."""

    @hunting()
    @given(worlds() if among is None else among)
    def hunt(world: World) -> None:
        law(world, *more)

    with pytest.raises((AssertionError, ExceptionGroup, pa.ArrowInvalid)):
        hunt()


def having(mechanism: str) -> st.SearchStrategy[World]:
    """Worlds with an item that has this: in others its bug cannot show, and settling them proves nothing."""
    return further_worlds().filter(lambda world: any(getattr(i, mechanism) for i in world.pack.schemes["s"].items))


def norm_of_a_class(world: World) -> bool:
    """Whether somebody comes into or out of a class that has a norm of its own."""
    changing = any(member.class_changes for member in world.roster)
    return changing and any(i.norm and i.classes for i in world.pack.schemes["s"].items)


def has_ties(world: World) -> bool:
    orders = [(f.subject, f.occurred_on, f.sequence) for f in world.facts]
    return len(orders) > len(set(orders))


def plant(monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    """Put the wrong text into the compiled SQL; where the right one stands nowhere, no law will notice anything."""
    pricing = sql.pricing
    monkeypatch.setattr(duck, "pricing", lambda plan, **more: pricing(plan, **more).replace(right, wrong))


def test_law_2_notices_facts_taken_in_the_order_of_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    real = facts_module.cancel_reversed
    monkeypatch.setattr(reference, "cancel_reversed", lambda found: [f for f in found if f in real(found)])
    caught(laws.order_of_arrival_does_not_matter, "reference")


def test_law_2_notices_ties_broken_by_the_order_of_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module.Fact, "order", property(lambda f: (f.occurred_on, f.sequence)))
    caught(laws.order_of_arrival_does_not_matter, "duckdb", among=worlds().filter(has_ties))


def test_law_3_notices_rounding_half_down_in_one_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "+ l.per) //", "+ l.per - 1) //")
    caught(laws.engines_agree)


def test_law_3_notices_a_repetition_that_starts_one_fact_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "WHEN n >= ", "WHEN n > ")
    caught(laws.engines_agree, among=having("repeat"))


def test_law_3_notices_an_effect_that_is_forgotten_after_its_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "over_span", lambda _plan, values, _span: values)
    caught(laws.engines_agree, among=further_worlds())


def test_law_3_notices_facts_that_stay_in_force_a_month_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "in_force", lambda plan, valid, hits: sql_further.in_force(plan, longer(valid), hits))
    caught(laws.engines_agree, among=having("valid"))


def longer(valid: Validity) -> Validity:
    return replace(valid, months=valid.months + 1)


def test_law_3_notices_equals_that_get_different_places(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sql_further.standing

    def in_order(*told, **more):
        return real(*told, **more).replace("RANK() OVER", "ROW_NUMBER() OVER")

    monkeypatch.setattr(backend, "standing", in_order)
    caught(laws.engines_agree, among=having("rank"))


def test_law_3_notices_who_is_missing_among_those_who_make_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sql_further.standing
    monkeypatch.setattr(
        backend, "standing", lambda *told, **more: real(*told, **more).replace("COUNT(value)", "COUNT(*)")
    )
    caught(laws.engines_agree, among=having("versus"))


def test_law_3_notices_points_that_do_not_go_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference.Limiter, "carried", lambda *_: 0)
    caught(laws.engines_agree, among=further_worlds())


def test_law_3_notices_conditions_that_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "only_where", lambda *_: None)
    caught(laws.engines_agree, among=further_worlds())


def test_law_3_notices_counts_that_are_taken_for_points_of_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further, "shared", lambda _share, counts, facts, _months: (counts, facts < 0))
    caught(laws.engines_agree, among=having("share"))


def test_law_3_notices_what_last_year_leaves_in_every_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference.MemberRun, "_bring", lambda *_: None)
    caught(laws.engines_agree, among=further_worlds())


def test_law_3_notices_facts_of_days_in_another_class(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "x.subject IS NULL", "TRUE")
    caught(laws.engines_agree, among=further_worlds())


def test_law_3_notices_norms_that_are_asked_in_the_month_of_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership.Scored, "whole_in", lambda who, of: (who.scored == who.days) & who.concerned(of))
    caught(laws.engines_agree, among=further_worlds().filter(norm_of_a_class))


def has_full_marks(world: World) -> bool:
    return any(category.base for category in world.pack.schemes["s"].categories)


def with_full_marks_of_one_class(world: World) -> World:
    """Everybody leaves the class that gets full marks in the middle of the last month: by chance few worlds have it."""
    scheme = world.pack.schemes["s"]
    categories = tuple(replace(category, classes=CLASSES[:1]) for category in scheme.categories)
    scheme = replace(scheme, categories=categories, part_period=PartPeriod.FULL)
    left = (ClassChange(world.period.first.replace(day=15), CLASSES[1]),)
    members = [replace(member, member_class=CLASSES[0], class_changes=left) for member in world.roster]
    return replace(world, pack=replace(world.pack, schemes={"s": scheme}), roster=Roster(members))


def test_law_3_notices_full_marks_by_the_class_before_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership.ClassDays, "at_the_end", lambda days, of, edges: days.within(of, edges) > 0)
    caught(laws.engines_agree, among=further_worlds().filter(has_full_marks).map(with_full_marks_of_one_class))


def test_law_3_notices_a_quarter_limit_that_forgets_the_months_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "span_start", lambda month, _span: month)
    caught(laws.engines_agree)


def test_law_4_notices_a_cut_that_no_line_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    real = reference.Limiter.take
    monkeypatch.setattr(reference.Limiter, "take", lambda self, *a: (real(self, *a)[0], []))
    caught(laws.explanations_add_up)


def test_law_5_notices_a_shortfall_that_counts_before_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = reference.MemberRun._norm

    class Everything:
        def __contains__(self, _key: object) -> bool:
            return True

    def counts_anyway(self, *more):
        closed, self.closed = self.closed, Everything()
        real(self, *more)
        self.closed = closed

    monkeypatch.setattr(reference.MemberRun, "_norm", counts_anyway)
    caught(laws.unknown_is_not_zero, "reference")


def test_law_6_notices_late_facts_that_are_booked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = late._differences

    def forgets_what_was_booked(fresh, frozen):
        empty = results.table("adjustments", [])
        return real(fresh, late.Frozen({**frozen.tables, "adjustments": empty}, frozen.period))

    monkeypatch.setattr(late, "_differences", forgets_what_was_booked)
    caught(lambda world: laws.final_means_final(world, [1] * len(world.facts), "reference"))


def test_law_6_notices_late_facts_that_are_booked_in_a_month_that_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "_booking", lambda _frozen, period, *_more, **_also: lambda *_asked: period.index - 1)
    caught(lambda world: laws.final_at_own_pace(world, [1] * len(world.facts), Random(3), "reference"))
