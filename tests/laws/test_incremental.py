"""A few facts more or less: settling only whom they concern equals settling everybody, and nobody else is asked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.mechanism_model import Ties, Top, Within
from linghang.engine.packs.model import Amount, Band, FactKind, Grade, Item
from linghang.engine.packs.standing_model import Against, GroupSize, Ranking, RankStep, Versus
from linghang.engine.periods import Month, Span
from linghang.engine.roster import ClassChange, Roster
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle import incremental
from linghang.engine.settle.affected import Affected, Reach, affected, reach, settled_together
from linghang.engine.settle.incremental import settle_some
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.plainly.liability import Tie
from linghang.engine.settle.results import Settlement
from linghang.engine.settle.run import Request, settle
from tests.engine.small import act, item, member, pack_of, request, serve
from tests.laws.beyond_worlds import earlier_facts
from tests.laws.effort import trying
from tests.laws.further_worlds import CLASSES, further_worlds, with_changes
from tests.laws.laws import same_tables
from tests.laws.worlds import COVERAGE, World, chance, make_history, make_member, title, worlds

MARCH = Month(2026, 3)
DAY = date(2026, 3, 5)


def crowded(world: World, random: Random) -> World:
    """The world with more people in more branches, so that a few are really few."""
    places = ("甲支部", "乙支部", "丙支部", "丁支部")
    more = [
        replace(m, organisation=random.choice(places), member_class=m.member_class or random.choice(("", *CLASSES)))
        for m in (make_member(random, n, world.period) for n in range(100, 112))
    ]
    more = [with_changes(random, m, world.period) for m in more]
    facts = make_history(random, [m.code for m in more], world.period, 60)
    closed = {(o, m) for o in places for m in compile_plan(world.pack, "s", world.period).months if chance(random, 0.8)}
    return replace(
        world,
        roster=Roster([*world.roster, *more]),
        facts=(*world.facts, *facts, *earlier_facts(random, facts)),
        closed=world.closed | closed,
    )


def some(random: Random, facts: Iterable[Fact]) -> list[int]:
    """Places of the facts that come or go: of one subject or two, reversals among them."""
    known = list(facts)
    subjects = random.sample(sorted({f.subject for f in known}), min(random.randint(1, 2), len(known)))
    own = [n for n, f in enumerate(known) if f.subject in subjects]
    return random.sample(own, min(len(own), random.randint(1, 3)))


def otherwise_classed(world: World, random: Random) -> Roster:
    """The roster before somebody's class was changed, now and then."""
    if chance(random, 0.6):
        return world.roster
    return Roster(
        with_changes(random, replace(m, class_changes=()), world.period) if chance(random, 0.2) else m
        for m in world.roster
    )


def incremental_equals_full(world: World, random: Random, engine: str, few: int) -> None:
    chosen = set(some(random, world.facts))
    changed = [f for n, f in enumerate(world.facts) if n in chosen]
    fewer, all_of_them = [f for n, f in enumerate(world.facts) if n not in chosen], list(world.facts)
    then, now = (fewer, all_of_them) if chance(random, 0.6) else (all_of_them, fewer)
    running = chance(random, 0.5)
    earlier = replace(world.request, roster=otherwise_classed(world, random))
    before = settle(earlier, then, engine=engine, running=running)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "FEW", few)
        found = settle_some(world.request, before, now, changed, engine=engine, running=running)
    same_tables(found, settle(world.request, now, engine=engine, running=running))
    assert found.roster is world.roster
    concerned = affected(before.plan, world.roster, changed, before=before.roster).subjects
    COVERAGE["incremental: subjects asked again"] += len(concerned)
    COVERAGE["incremental: subjects left alone"] += len(world.roster) - len(concerned)
    COVERAGE[f"incremental: reach {reach(before.plan)}"] += 1


@pytest.mark.parametrize(("engine", "few"), [("duckdb", 0), ("duckdb", 400), ("reference", 0)])
@trying(40)
@given(further_worlds(), st.integers(0, 2**32))
def test_what_is_settled_again_for_a_few_equals_the_full_run(engine: str, few: int, world: World, seed: int) -> None:
    random = Random(seed)
    incremental_equals_full(crowded(world, random), random, engine, few)


@trying(15)
@given(worlds(), st.integers(0, 2**32))
def test_it_does_for_plain_schemes(world: World, seed: int) -> None:
    random = Random(seed)
    incremental_equals_full(crowded(world, random), random, "duckdb", 0)


@pytest.mark.parametrize("few", [0, 400])
@trying(25)
@given(further_worlds(), st.integers(0, 2**32))
def test_months_that_are_final_stay_and_the_difference_is_booked(few: int, world: World, seed: int) -> None:
    random = Random(seed)
    world = crowded(replace(world, period=max(world.period, Month(2026, 2))), random)
    until = world.period + -1
    known = [f for f in world.facts if Month.of(f.occurred_on) <= until and not f.reverses]
    final = settle(replace(world.request, period=until), known[::2], engine="reference")
    asked = replace(world.request, frozen=Frozen(final.tables, until))
    chosen = set(some(random, world.facts))
    then = [f for n, f in enumerate(world.facts) if n not in chosen]
    changed = [f for n, f in enumerate(world.facts) if n in chosen]
    before = settle(asked, then)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "FEW", few)
        found = settle_some(asked, before, world.facts, changed)
    whole = settle(asked, world.facts)
    same_tables(found, whole)
    assert (found.too_late, found.notes) == (whole.too_late, whole.notes)


@pytest.mark.parametrize("codes", [True, False])
@trying(10)
@given(further_worlds(), st.integers(0, 2**32))
def test_facts_in_a_file_are_read_for_those_concerned_alone(codes: bool, world: World, seed: int) -> None:
    random = Random(seed)
    world = crowded(world, random)
    stands = [f for f in world.facts if not f.reverses]
    chosen = set(some(random, stands))
    changed = [f for n, f in enumerate(stands) if n in chosen]
    with TemporaryDirectory() as folder:
        then, now = Path(folder) / "then.parquet", Path(folder) / "now.parquet"
        write(then, [f for n, f in enumerate(stands) if n not in chosen], world.roster, codes)
        write(now, stands, world.roster, codes)
        before = settle(world.request, FactFile(then, codes))
        whole = settle(world.request, FactFile(now, codes))
        for few in (0, 400):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(incremental, "FEW", few)
                same_tables(settle_some(world.request, before, FactFile(now, codes), changed), whole)


def write(path: Path, facts: list[Fact], roster: Roster, codes: bool) -> None:
    ordered = sorted(facts, key=lambda f: f.order)
    columns = {
        "subject": pa.array([f.subject if codes else roster.position(f.subject) for f in ordered]),
        "occurred_on": pa.array([f.occurred_on for f in ordered], pa.date32()),
        "kind": pa.array([f.kind for f in ordered], pa.string()),
        "quantity": pa.array([f.quantity for f in ordered], pa.int64()),
        "sequence": pa.array(range(len(ordered)), pa.int64()),
        "event": pa.array([f.event for f in ordered], pa.string()),
    }
    for attribute in ("role", "level"):
        columns[attribute] = pa.array([f.attributes.get(attribute) for f in ordered], pa.string())
    pq.write_table(pa.table(columns), path)


# --- who is concerned -------------------------------------------------------------------------------------------------


def people(count: int = 3) -> list:
    """a1, a2 … of one branch and b1, b2 … of the other."""
    return [member(f"{o}{n}", organisation=o) for o in "ab" for n in range(1, count + 1)]


def concerned(of: Item, *facts: Fact, ties: Iterable[Tie] = (), **scheme) -> Affected:
    plan = compile_plan(pack_of(of, **scheme), "s", MARCH)
    return affected(plan, Roster(people()), facts, ties)


def ranked(within: Within = Within.ORGANISATION, **more) -> Item:
    steps = (RankStep(1, False, Amount(500)),)
    return item(rank=Ranking(Span.MONTH, Ties.ALL, steps, within=within), **more)


def quota(within: Within = Within.ORGANISATION) -> dict:
    bands = (Band("top", title("优"), None, Top(Ties.ALL, places=1, within=within)), Band("rest", title("其余"), None))
    return {"grades": (Grade("g", title("评"), Span.QUARTER, bands, 1),)}


def test_a_fact_concerns_its_own_subject_and_nobody_else() -> None:
    found = concerned(item(), serve(DAY, code="a1"))
    assert (found.subjects, found.graded) == ({"a1"}, {"a1"})


@pytest.mark.parametrize(
    "fact",
    [
        act(DAY, 1, code="a1"),
        serve(date(2026, 4, 1), code="a1"),
        serve(date(2025, 12, 31), code="a1"),
        serve(DAY, code="z"),
    ],
    ids=["another kind", "after the month", "before the year", "somebody else"],
)
def test_what_the_scheme_does_not_look_at_concerns_nobody(fact: Fact) -> None:
    assert not concerned(item(), fact).subjects


def test_a_place_concerns_exactly_the_group_that_is_compared() -> None:
    assert concerned(ranked(), serve(DAY, code="a1")).subjects == {"a1", "a2", "a3"}
    assert concerned(ranked(Within.ALL), serve(DAY, code="a1")).subjects == {m.code for m in people()}


def test_a_member_of_another_class_moves_nobody_in_a_comparison_he_is_not_in() -> None:
    assert concerned(ranked(classes=("骨干",)), serve(DAY, code="a1")).subjects == {"a1"}


def test_a_mean_concerns_the_group_and_last_year_only_oneself() -> None:
    mean = item(versus=Versus(Span.MONTH, Against.MEAN))
    last_year = item(versus=Versus(Span.MONTH, Against.LAST_YEAR, within=Within.ALL))
    assert concerned(mean, serve(DAY, code="a1")).subjects == {"a1", "a2", "a3"}
    assert concerned(last_year, serve(DAY, code="a1")).subjects == {"a1"}


def test_a_quota_moves_the_grades_of_the_group_and_the_points_of_one() -> None:
    found = concerned(item(), serve(DAY, code="b2"), **quota())
    assert (found.subjects, found.graded) == ({"b2"}, {"b1", "b2", "b3"})
    assert len(concerned(item(), serve(DAY, code="b2"), **quota(Within.ALL)).graded) == 6


def test_what_happens_in_a_zone_concerns_whoever_is_responsible() -> None:
    pack = pack_of(item("zone", ("zone.breach",), -500, through="zone-owner"), item())
    pack = replace(pack, kinds=pack.kinds | {"zone.breach": FactKind("zone.breach", title("违章"), "zone", "次", {})})
    plan = compile_plan(pack, "s", MARCH)
    fact = Fact("zone.breach", "z1", DAY)
    for changed in (fact, replace(fact, sequence=9, reverses=fact.key)):
        found = affected(
            plan, Roster(people()), [changed], [Tie("zone-owner", "b1", "z1"), Tie("zone-owner", "a1", "z2")]
        )
        assert found.subjects == {"b1"}


def test_who_has_to_be_settled_together() -> None:
    roster = Roster(people())

    def together(of: Item, **scheme) -> tuple[Reach, int]:
        plan = compile_plan(pack_of(of, **scheme), "s", MARCH)
        return reach(plan), len(settled_together(plan, roster, {"a1"}))

    assert together(item()) == (Reach.ALONE, 1)
    assert together(ranked()) == (Reach.ORGANISATION, 3)
    assert together(item(group_size=GroupSize(1, 5))) == (Reach.ORGANISATION, 3)
    assert together(item(), **quota()) == (Reach.ORGANISATION, 3)
    assert together(item(), **quota(Within.ALL)) == (Reach.ALL, 6)
    assert together(ranked(Within.ALL)) == (Reach.ALL, 6)
    # waits until everybody has closed, whomever it compares
    assert together(item(versus=Versus(Span.MONTH, Against.LAST_YEAR, within=Within.ALL))) == (Reach.ALONE, 6)


def test_nobody_else_is_settled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(pack_of(item()), *people(), period=MARCH)
    before = settle(asked, [])
    seen: list[list[str]] = []

    def noting(of: Request, *more, **also) -> Settlement:
        seen.append([m.code for m in of.roster])
        return settle(of, *more, **also)

    monkeypatch.setattr(incremental, "settle", noting)
    facts = [serve(DAY, code="a2"), serve(DAY, code="b3")]
    found = settle_some(asked, before, facts, facts)
    assert seen == [["a2", "b3"]]
    assert [found.month_total(c, MARCH) for c in ("a1", "a2", "b3")] == [0, 100, 100]


def test_a_quota_is_decided_anew_by_what_is_known_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(pack_of(item(), **quota()), *people(), period=MARCH)
    old = [serve(DAY, code="b1"), serve(DAY, code="a1")]
    more = [serve(DAY, n, code="b2") for n in (1, 2)]
    before, whole = settle(asked, old), settle(asked, [*old, *more])
    seen: list[int] = []

    def noting(of: Request, *more, **also) -> Settlement:
        seen.append(len(of.roster))
        return settle(of, *more, **also)

    monkeypatch.setattr(incremental, "settle", noting)
    found = settle_some(asked, before, [*old, *more], more)
    same_tables(found, whole)
    assert seen == [1]
    first = {r["subject"] for r in found.rows("grades", band="top")}
    assert {found.member(s).code for s in first} == {"a1", "b2"}


def test_an_open_branch_leaves_the_grades_of_other_branches_alone() -> None:
    asked = request(pack_of(item(), **quota()), *people(), period=MARCH, closed=frozenset({("b", m) for m in months()}))
    found = settle(asked, [serve(DAY, code="b2"), serve(DAY, code="a2")])
    states = {found.member(r["subject"]).code: r["state"] for r in found.rows("grades")}
    assert {c: states[c] for c in ("a1", "b1")} == {"a1": "expected", "b1": "graded"}
    wide = settle(replace(asked, pack=pack_of(item(), **quota(Within.ALL))), [])
    assert {r["state"] for r in wide.rows("grades")} == {"expected"}


def months() -> list[Month]:
    return [Month(2026, n) for n in (1, 2, 3)]


def test_a_settlement_of_other_people_or_another_month_is_refused() -> None:
    asked = request(pack_of(item()), *people(), period=MARCH)
    before = settle(asked, [])
    for other in (replace(asked, period=Month(2026, 2)), replace(asked, roster=Roster(people(2)))):
        with pytest.raises(ValueError, match="another month"):
            settle_some(other, before, [], [])


def test_nothing_changed_is_the_settlement_that_was() -> None:
    asked = request(pack_of(item()), *people(), period=MARCH)
    before = settle(asked, [serve(DAY, code="a1")])
    same_tables(settle_some(asked, before, [serve(DAY, code="a1")], []), before)


def test_a_change_of_class_concerns_the_member_and_those_with_whom_he_is_or_was_compared() -> None:
    of = ranked(classes=("骨干",))
    plan, before = compile_plan(pack_of(of), "s", MARCH), Roster(people())
    core = [replace(m, member_class="骨干") if m.code != "a1" else m for m in people()]
    now = Roster(replace(m, class_changes=(ClassChange(DAY, "骨干"),)) if m.code == "a1" else m for m in core)
    assert affected(plan, now, [], before=Roster(core)).subjects == {"a1", "a2", "a3"}
    assert affected(plan, Roster(core), [], before=now).subjects == {"a1", "a2", "a3"}
    alone = compile_plan(pack_of(item(classes=("骨干",))), "s", MARCH)
    assert affected(alone, now, [], before=Roster(core)).subjects == {"a1"}
    assert not affected(plan, before, [], before=before).subjects
    sized = compile_plan(pack_of(item(group_size=GroupSize(2, None))), "s", MARCH)
    assert affected(sized, now, [], before=Roster(core)).subjects == {"a1", "a2", "a3"}
