"""Laws 2–5 once more, with PostgreSQL in between: what was recorded, in whatever order and in so many transactions, is
read back and settled as if it had come from a file."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.apps.access.tests.world import make_node
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.operations import checking, record, recording, reverse
from linghang.apps.ledger.queries import settlement
from linghang.apps.ledger.queries.settlement import Wanted, facts_for_settlement, settlement_facts
from linghang.apps.org.models import Person
from linghang.engine.facts import Fact, FactFile
from linghang.engine.settle.run import settle
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.laws import laws
from tests.laws.effort import hunting, trying
from tests.laws.worlds import COVERAGE, World, worlds

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A world whose facts lie in the database: as the file run sees them, and by whom they can be asked for."""

    world: World
    wanted: Wanted


@pytest.fixture(autouse=True)
def _own_pack(monkeypatch):
    """Recording checks against the kinds of the generated worlds."""
    monkeypatch.setattr(checking, "pack_in_force", lambda *, on: current[0].pack)
    monkeypatch.setattr(settlement, "pack_in_force", lambda *, on: current[0].pack)
    monkeypatch.setattr(recording, "kind_holds", lambda kind, *, path, on: kind in current[0].pack.kinds)


current: list[World] = []


def keep(world: World, seed: int) -> Kept:
    """Record the world's facts in a random order, in several transactions, then take back what it reverses."""
    current[:] = [world]
    random = Random(seed)
    people = _people(world)
    events = {name: uuid4() for name in ("e1", "e2")}
    facts, backs = _allowed(world, events)
    shuffled = list(facts)
    random.shuffle(shuffled)
    made = {name: NewEvent("meeting", date(2026, 1, 1), uuid=uuid) for name, uuid in events.items()}
    met: set[UUID] = set()
    uuids: dict[int, UUID] = {}
    with system_scope(reason="test"):
        while shuffled:
            part, shuffled = _cut(shuffled, random)
            items = [_new(fact, people, made, met) for _n, fact in part]
            met |= {item.event.uuid for item in items if isinstance(item.event, NewEvent)}
            done = record(items=items, actor=SYSTEM, now=NOW)
            uuids |= {n: uuid for (n, _fact), uuid in zip(part, done.facts, strict=True)}
        for number in backs:
            reverse(fact=uuids[number], reason="记错了内容", actor=SYSTEM, now=NOW)
    as_in_a_file = [fact for _n, fact in facts] + [_reversal(dict(facts)[n]) for n in backs]
    COVERAGE["facts through the database"] += len(facts)
    COVERAGE["reversals through the database"] += len(backs)
    wanted = Wanted({uuid: code for code, uuid in people.items()}, date(2026, 1, 1), world.period.last)
    return Kept(replace(world, facts=tuple(as_in_a_file)), wanted)


def _people(world: World) -> dict[str, UUID]:
    nodes = {name: make_node(name) for name in {member.organisation for member in world.roster}}
    with system_scope(reason="test"):
        rows = [
            Person(name=m.name, node_id=nodes[m.organisation].key, top_id=nodes[m.organisation].top_key)
            for m in world.roster
        ]
        Person.objects.bulk_create(rows)
    return {member.code: row.uuid for member, row in zip(world.roster, rows, strict=True)}


def _allowed(world: World, events: dict[str, UUID]) -> tuple[list[tuple[int, Fact]], list[int]]:
    """Facts with a number each, without what the ledger takes for the same thing twice, and which of them go back."""
    kept: list[tuple[int, Fact]] = []
    slots, keys = set(), {}
    for number, fact in enumerate(fact for fact in world.facts if not fact.reverses):
        role = fact.attributes.get("role", "")
        same = (fact.kind, fact.subject, fact.event, role) if fact.event else (
            fact.kind, fact.subject, fact.occurred_on, tuple(sorted(fact.attributes.items())), role, fact.sequence
        )  # fmt: skip
        if same not in slots:
            slots.add(same)
            keys.setdefault(fact.key, number)
            kept.append((number, replace(fact, event=str(events[fact.event]) if fact.event else "")))
    back = {keys[fact.reverses] for fact in world.facts if fact.reverses and fact.reverses in keys}
    return kept, sorted(back)


def _reversal(fact: Fact) -> Fact:
    return replace(fact, sequence=9, reverses=fact.key)


def _cut(rest: list[tuple[int, Fact]], random: Random) -> tuple[list[tuple[int, Fact]], list[tuple[int, Fact]]]:
    size = random.choice((1, 3, 300))
    return rest[:size], rest[size:]


def _new(fact: Fact, people: dict[str, UUID], made: dict[str, NewEvent], met: set[UUID]) -> NewFact:
    event = next((one for one in made.values() if str(one.uuid) == fact.event), None)
    return NewFact(
        fact.kind,
        people[fact.subject],
        fact.occurred_on,
        quantity=fact.quantity,
        attributes=fact.attributes,
        sequence=fact.sequence,
        event=None if event is None else event.uuid if event.uuid in met else event,
    )


def read_back(kept: Kept) -> World:
    """The same world with the facts that the database gives."""
    return replace(kept.world, facts=tuple(settlement_facts(kept.wanted)))


def the_database_changes_nothing(world: World, seed: int, path) -> None:
    """Equal to the run on the file: from objects with both engines, and from the Parquet file."""
    kept = keep(world, seed)
    from_file = settle(kept.world.request, kept.world.facts, engine="reference")
    back = read_back(kept)
    for engine in ("reference", "duckdb"):
        laws.same_tables(settle(back.request, back.facts, engine=engine), from_file)
    handed: FactFile = facts_for_settlement(kept.wanted, target=path)
    laws.same_tables(settle(back.request, handed), from_file)


@trying(12)
@given(world=worlds(), seed=st.integers(0, 2**16))
def test_laws_2_and_3_what_comes_back_settles_like_the_file_in_both_engines(world, seed, tmp_path_factory):
    the_database_changes_nothing(world, seed, tmp_path_factory.mktemp("facts") / "facts.parquet")


@trying(6)
@given(world=worlds(), seeds=st.tuples(st.integers(0, 2**16), st.integers(0, 2**16)))
def test_law_2_the_order_in_which_records_arrive_does_not_matter(world, seeds):
    runs = []
    for seed in seeds:
        back = read_back(keep(world, seed))
        runs.append(settle(back.request, back.facts, engine="reference"))
    laws.same_tables(*runs)


@trying(6)
@given(world=worlds(), seed=st.integers(0, 2**16))
def test_laws_4_and_5_statements_add_up_and_unknown_is_not_zero_on_what_comes_back(world, seed):
    back = read_back(keep(world, seed))
    laws.explanations_add_up(back)
    laws.unknown_is_not_zero(back, "duckdb")


def test_the_laws_notice_records_that_were_taken_back_and_still_come(monkeypatch, tmp_path_factory):
    monkeypatch.setattr(settlement, "_STANDING", "")
    path = tmp_path_factory.mktemp("facts") / "facts.parquet"

    @hunting(80)
    @given(world=worlds(), seed=st.integers(0, 2**16))
    def hunt(world, seed):
        the_database_changes_nothing(world, seed, path)

    with pytest.raises((AssertionError, ExceptionGroup)):
        hunt()
