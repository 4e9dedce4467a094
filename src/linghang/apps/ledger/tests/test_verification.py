"""Whoever owns the database can change anything in it; here he does, and every damage is called by its name."""

import hashlib
from importlib import import_module

import psycopg
import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewEvent, NewEvidence
from linghang.apps.ledger.data.heads import HEADS_FILE
from linghang.apps.ledger.data.leaves import LEAF_SQL, SLOT_SQL, TABLES
from linghang.apps.ledger.models import StandingFact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.queries import verify
from linghang.apps.ledger.tests.world import NOW, TODAY, attended, make_person, scope_of_user, viewer, volunteered
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import use_scope

APPENDED = [*TABLES, "ledger_chainentry", "ledger_batch"]
BY_DAY = import_module("linghang.apps.ledger.migrations.0010_what_stands_lies_by_day").BY_DAY


@pytest.fixture
def owner(owner_connection):
    """The owner, once he has switched off what stands in his way."""
    for table in [*APPENDED, "ledger_chainhead", "ledger_standingfact", "ledger_subject"]:
        owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return owner_connection


@pytest.fixture
def recorded(transactional_db):
    """Two branches with eleven records, an event, words, proofs and a reversal."""
    units = two_units()
    officer = make_account("officer", "officer", units["parent"].node)
    here = [make_person(f"甲{n}", units["below"].node) for n in range(4)]
    there = [make_person(f"乙{n}", units["sibling"].node) for n in range(3)]
    actor = viewer(officer)
    with use_scope(scope_of_user(officer)):
        meeting = NewEvent("meeting", TODAY, texts={"title": "学习"})
        done = record(items=[attended(one) for one in here], actor=actor, now=NOW, event=meeting)
        for one in (*here, *there):
            proof = NewEvidence("number", "第3号")
            record(items=[volunteered(one, texts={"note": "植树"}, evidence=[proof])], actor=actor, now=NOW)
        reverse(fact=done.facts[0], reason="记错了人", actor=actor, now=NOW)
        yield units


@pytest.fixture
def heads(tmp_path):
    return tmp_path / HEADS_FILE


def found() -> dict[str, int]:
    return dict(verify(now=NOW).counts)


def test_an_untouched_ledger_passes(recorded):
    seen = []
    result = verify(now=NOW, progress=lambda words, done, total: seen.append(words))
    assert result.passed
    assert (result.counts, result.rows, result.entries) == ({}, 12 + 1 + 9 + 7, 9)
    assert seen


@pytest.mark.parametrize("table", APPENDED)
def test_the_database_itself_refuses_the_owner(recorded, owner_connection, table):
    column = "leaves" if table == "ledger_chainentry" else "kind" if table == "ledger_batch" else "leaf"
    if table != "ledger_erasure" and table != "ledger_batch":
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            if table in ("ledger_text", "ledger_evidence") and statement.startswith("UPDATE"):
                statement = f"UPDATE {table} SET digest = '\\x00'"
            with pytest.raises(psycopg.errors.RaiseException):
                owner_connection.execute(statement)
    with pytest.raises(psycopg.errors.RaiseException, match="never emptied"):
        owner_connection.execute(f"TRUNCATE {table} CASCADE")


ROLE = """'{{"role": "organiser"}}'"""
ONE_CHANGE = {
    "UPDATE ledger_fact SET quantity = 90000 WHERE id = {fact}": {"fact-edited": 1},
    "UPDATE ledger_fact SET recorded_by_id = NULL WHERE id = {fact}": {"fact-edited": 1},
    "UPDATE ledger_fact SET occurred_on = '2026-01-01' WHERE id = {fact}": {"fact-edited": 1, "standing-wrong": 1},
    f"UPDATE ledger_fact SET attributes = {ROLE} WHERE id = {{fact}}": {"fact-edited": 1, "standing-wrong": 1},
    "UPDATE ledger_event SET occurred_on = occurred_on - 1": {"event-edited": 1},
    "UPDATE ledger_text SET text = '改过' WHERE fact_id = {fact}": {"words-changed": 1},
    "UPDATE ledger_text SET field = 'other' WHERE fact_id = {fact}": {"text-edited": 1},
    "UPDATE ledger_text SET text = '', salt = '' WHERE fact_id = {fact}": {"words-lost": 1},
    "UPDATE ledger_evidence SET content = '第4号' WHERE fact_id = {fact}": {"words-changed": 1},
    "UPDATE ledger_evidence SET kind = 'text' WHERE fact_id = {fact}": {"evidence-edited": 1},
    "DELETE FROM ledger_evidence WHERE fact_id = {fact}": {"rows-lost": 1},
    "DELETE FROM ledger_standingfact WHERE fact_id = {fact}": {"standing-wrong": 1},
    "UPDATE ledger_standingfact SET slot = gen_random_uuid() WHERE fact_id = {fact}": {"standing-wrong": 1},
    "UPDATE ledger_chainentry SET at = '2026-01-01' WHERE seq = 2 AND node_id = {node}": {"entry-forged": 1},
    "DELETE FROM ledger_chainentry WHERE seq = 2 AND node_id = {node}": {"entry-lost": 1, "row-outside": 3},
    "UPDATE ledger_chainhead SET seq = 2 WHERE node_id = {node}": {"head-wrong": 1},
    "DELETE FROM ledger_chainhead": {"head-wrong": 2},
}


@pytest.mark.parametrize("statement", ONE_CHANGE)
def test_one_change_is_called_by_its_name(recorded, owner, statement):
    node = recorded["below"].node.key
    (fact,) = owner.execute(
        "SELECT min(f.id) FROM ledger_fact f JOIN ledger_text t ON t.fact_id = f.id WHERE f.node_id = %s", [node]
    ).fetchone()
    owner.execute(statement.format(fact=fact, node=node))
    result = verify(now=NOW)
    assert dict(result.counts) == ONE_CHANGE[statement]
    assert not result.passed
    assert all(str(damage).startswith(damage.title) for damage in result.damages)


BEFORE = f"({SLOT_SQL.split('||', 1)[1].replace('FOR 12', 'FOR 16')}"  # the hash alone, from its first byte on


def test_what_stood_before_the_day_was_put_first_stands_as_what_is_recorded_now(recorded, owner):
    """What the migration writes is what recording writes, of records with and without an event."""
    joins = LEAF_SQL["ledger_fact"][1]
    owner.execute(f"UPDATE ledger_standingfact t SET slot = {BEFORE} FROM ledger_fact r {joins} WHERE r.id = t.fact_id")
    (wrong,) = found().values()
    owner.execute(BY_DAY)
    standing = StandingFact.objects.values_list("fact__event_id", flat=True)
    assert len(standing) == wrong
    assert {event is None for event in standing} == {True, False}
    assert found() == {}


def test_a_changed_fact_is_found_although_its_own_hash_was_made_to_fit(recorded, owner):
    (fact,) = owner.execute("SELECT min(id) FROM ledger_fact WHERE event_id IS NULL").fetchone()
    owner.execute("UPDATE ledger_fact SET quantity = 90000, leaf = sha256('made to fit') WHERE id = %s", [fact])
    assert found() == {"fact-edited": 1, "rows-added": 1}


def test_a_fact_put_in_from_outside_is_named(recorded, owner):
    columns = [
        name
        for (name,) in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'ledger_fact' AND column_name"
            " NOT IN ('id', 'uuid', 'entry_id')"
        )
    ]
    names = ", ".join(columns)
    owner.execute(
        f"INSERT INTO ledger_fact (uuid, entry_id, {names}) SELECT gen_random_uuid(), gen_random_uuid(), {names}"
        " FROM ledger_fact WHERE event_id IS NULL ORDER BY id LIMIT 1"
    )
    assert found() == {"fact-edited": 1, "row-outside": 1, "standing-wrong": 1}


def cut_tail(owner, node: int) -> None:
    """The last entry of a place goes with all that hangs under it, and the head is set back."""
    (last,) = owner.execute(
        "SELECT uuid FROM ledger_chainentry WHERE node_id = %s ORDER BY seq DESC LIMIT 1", [node]
    ).fetchone()
    owner.execute(
        "DELETE FROM ledger_standingfact t USING ledger_fact f WHERE f.id = t.fact_id AND f.entry_id = %s", [last]
    )
    for table in ("ledger_text", "ledger_evidence", "ledger_fact"):
        owner.execute(f"DELETE FROM {table} WHERE entry_id = %s", [last])
    owner.execute("DELETE FROM ledger_chainentry WHERE uuid = %s", [last])
    owner.execute(
        "UPDATE ledger_chainhead h SET seq = c.seq, mac = c.mac FROM (SELECT seq, mac FROM ledger_chainentry"
        " WHERE node_id = %s ORDER BY seq DESC LIMIT 1) c WHERE h.node_id = %s",
        [node, node],
    )


def test_a_cut_tail_is_told_by_the_file_outside(recorded, owner, heads):
    cut_tail(owner, recorded["sibling"].node.key)
    assert found() == {"tail-cut": 1}
    heads.unlink()
    assert found() == {"heads-missing": 1}


@pytest.mark.parametrize("table", ["ledger_fact", "ledger_text", "ledger_evidence", "ledger_event"])
def test_an_emptied_table_is_named(recorded, owner, table):
    owner.execute(f"TRUNCATE {table} CASCADE")
    counts = found()
    assert counts["table-emptied"] >= 1
    assert counts["rows-lost"] >= 1
    assert any(damage.what == table for damage in verify(now=NOW).damages if damage.code == "table-emptied")


def test_everything_emptied_at_once_is_told_by_the_file_outside(recorded, owner):
    owner.execute(f"TRUNCATE {', '.join(APPENDED)}, ledger_chainhead CASCADE")
    assert found() == {"table-emptied": 1, "tail-cut": 2}


def test_a_chain_made_anew_without_the_key_is_named(recorded, owner):
    rows = owner.execute("SELECT uuid, node_id, root FROM ledger_chainentry ORDER BY node_id, seq").fetchall()
    before: dict[int, bytes] = {}
    for uuid, node, root in rows:
        previous = before.get(node, bytes(32))
        mac = before[node] = hashlib.sha256(b"no key" + root + previous).digest()
        owner.execute("UPDATE ledger_chainentry SET previous = %s, mac = %s WHERE uuid = %s", [previous, mac, uuid])
        owner.execute("UPDATE ledger_chainhead SET mac = %s WHERE node_id = %s", [mac, node])
    assert found() == {"entry-forged": len(rows), "head-differs": len(rows)}


def test_a_chain_made_anew_with_the_key_is_told_by_the_file_outside(recorded, owner, heads):
    """The machine's administrator has the key; what was printed or copied elsewhere still accuses him."""
    kept = heads.read_text()
    node = recorded["sibling"].node.key
    cut_tail(owner, node)
    heads.write_text("")
    officer = make_account("another", "officer", recorded["parent"].node)
    with use_scope(scope_of_user(officer)):
        stranger = make_person("丙", recorded["sibling"].node)
        record(items=[volunteered(stranger)], actor=viewer(officer), now=NOW)
    heads.write_text(kept + heads.read_text())
    assert found() == {"head-differs": 1}


def test_a_file_that_is_behind_accuses_nobody_and_a_damaged_line_is_noted(recorded, heads):
    lines = heads.read_text().splitlines(keepends=True)
    heads.write_text("".join(lines[:-1]))
    result = verify(now=NOW)
    assert (result.passed, dict(result.counts)) == (True, {"heads-behind": 1})
    heads.write_text("".join([*lines[:-1], lines[-1][:20], "\n"]))
    result = verify(now=NOW)
    assert (result.passed, dict(result.counts)) == (True, {"heads-behind": 1, "heads-unreadable": 1})


def test_one_place_can_be_checked_alone(recorded, owner):
    owner.execute("UPDATE ledger_fact SET quantity = 90000 WHERE node_id = %s", [recorded["sibling"].node.key])
    assert verify(now=NOW, nodes=[recorded["below"].node.key]).passed
    assert dict(verify(now=NOW, nodes=[recorded["sibling"].node.key]).counts) == {"fact-edited": 3}


def test_of_many_damages_the_first_are_shown_and_all_are_counted(recorded, owner, monkeypatch):
    monkeypatch.setattr("linghang.apps.ledger.verify.report.SHOWN", 2)
    owner.execute("UPDATE ledger_fact SET quantity = 90000")
    result = verify(now=NOW)
    assert (result.counts["fact-edited"], len(result.damages), result.unshown()) == (12, 2, {"fact-edited": 10})
