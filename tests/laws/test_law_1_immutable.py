"""Law 1: facts are immutable. Update and delete are refused by the database itself, for the app and for the owner; a
reversal cancels exactly one fact; the chain proves it after any sequence of recording and taking back."""

from random import Random

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from linghang.apps.access.tests.world import NOW, make_node
from linghang.apps.ledger.data import NotRecorded
from linghang.apps.ledger.models import Fact, StandingFact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.queries import verify
from linghang.apps.ledger.tests.world import make_person, volunteered
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.laws.effort import trying
from tests.laws.worlds import COVERAGE

TABLES = (
    "ledger_fact",
    "ledger_event",
    "ledger_text",
    "ledger_evidence",
    "ledger_erasure",
    "ledger_chainentry",
    "ledger_batch",
)
KEPT = {"ledger_chainentry": "seq"}


def changes(table: str) -> list[str]:
    """Every way to change what is there."""
    column = KEPT.get(table, "node_id")
    return [f"UPDATE {table} SET {column} = {column} + 1", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]


@pytest.fixture
def recorded(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    person = make_person("李一", make_node("支部"))
    with system_scope(reason="test"):
        record(items=[volunteered(person, texts={"note": "植树"})], actor=SYSTEM, now=NOW)
        yield person


@pytest.mark.parametrize("table", TABLES)
def test_law_1_the_app_may_not_change_a_record(recorded, table):
    for statement in changes(table):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("table", ["ledger_fact", "ledger_text", "ledger_chainentry"])
def test_law_1_not_even_the_owner_may_without_first_breaking_a_lock(recorded, owner_connection, table):
    for statement in changes(table):
        with pytest.raises(psycopg.errors.RaiseException):
            owner_connection.execute(statement)


COPY_OF = """INSERT INTO ledger_fact (uuid, kind, subject_id, occurred_on, quantity, attributes, role, sequence,
    node_id, home_id, top_id, recorded_at, source, reverses_id, reason_code, key, leaf, entry_id)
    SELECT gen_random_uuid(), {kind}, {subject}, occurred_on, {quantity}, attributes, role, sequence, node_id, home_id,
    top_id, recorded_at, '', {reverses}, '', key, leaf, entry_id FROM ledger_fact WHERE id = {fact}"""


WRONG = {
    "kind": {"kind": "'study.hours'"},
    "quantity": {"quantity": "1"},
    "subject": {"subject": "{other}"},
    "reversal of a reversal": {"fact": "{back}", "reverses": "{back}"},
    "second reversal": {},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_law_1_the_database_refuses_a_reversal_that_does_not_fit(recorded, wrong):
    other = make_person("王二", make_node("另一支部"))
    record(items=[volunteered(other)], actor=SYSTEM, now=NOW)
    fact = Fact.objects.get(subject__uuid=recorded.uuid)
    back = Fact.objects.get(uuid=reverse(fact=fact.uuid, reason="记错了人", actor=SYSTEM, now=NOW))
    again = Fact.objects.get(subject__uuid=other.uuid)
    target = fact if not wrong else again
    values = {"kind": "kind", "subject": "subject_id", "quantity": "quantity"}
    values |= {"fact": str(target.pk), "reverses": str(target.pk)}
    values |= {name: text.format(other=fact.subject_id, back=back.pk) for name, text in wrong.items()}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COPY_OF.format(**values))


@trying(6)
@given(seed=st.integers(0, 2**32))
@pytest.mark.django_db
def test_law_1_after_any_sequence_each_thing_stands_at_most_once(seed):
    """Recording and taking back at random: what stands is what was recorded and not taken back, once each."""
    random = Random(seed)
    place = make_node("支部")
    people = [make_person(f"人{n}", place) for n in range(3)]
    standing: dict[tuple[int, int], object] = {}
    with system_scope(reason="test"):
        for _step in range(30):
            who, number = random.randrange(3), random.randrange(2)
            if random.random() < 0.6:
                taken = (who, number) in standing
                try:
                    done = record(items=[volunteered(people[who], sequence=number)], actor=SYSTEM, now=NOW)
                    assert not taken
                    standing[who, number] = done.facts[0]
                except NotRecorded:
                    assert taken
                    COVERAGE["records refused as the same again"] += 1
            elif standing:
                key = random.choice(sorted(standing))
                fact = standing.pop(key)
                reverse(fact=fact, reason="记错了人", actor=SYSTEM, now=NOW)
                with pytest.raises(DomainError):
                    reverse(fact=fact, reason="记错了人", actor=SYSTEM, now=NOW)
        here = StandingFact.objects.filter(fact__node_id=place.key)
        assert set(here.values_list("fact__uuid", flat=True)) == set(standing.values())


def test_law_1_the_chain_proves_what_was_recorded_and_taken_back(recorded):
    for number in range(1, 6):
        fact = record(items=[volunteered(recorded, sequence=number)], actor=SYSTEM, now=NOW).facts[0]
        if number % 2:
            reverse(fact=fact, reason="记错了人", actor=SYSTEM, now=NOW)
    result = verify(now=NOW)
    assert (result.passed, result.entries) == (True, 9)
