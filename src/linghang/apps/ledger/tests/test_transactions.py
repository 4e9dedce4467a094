"""Recording as a part of something larger: one chain entry for all of it, and nothing of what was taken back."""

import logging

import pytest
from django.db import transaction

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NotRecorded
from linghang.apps.ledger.data.heads import HEADS_FILE
from linghang.apps.ledger.models import ChainEntry, Fact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.queries import verify
from linghang.apps.ledger.tests.world import NOW, make_person, scope_of_user, viewer, volunteered
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import use_scope
from linghang.ui.web.writing import at_the_end, writing


@pytest.fixture
def world(transactional_db):
    units = two_units()
    secretary = make_account("secretary", "secretary", units["below"].node)
    people = [make_person(name, units["below"].node) for name in ("李一", "王二", "张三")]
    with use_scope(scope_of_user(secretary)):
        yield viewer(secretary), people


def record_and_fail(actor, person) -> None:
    record(items=[volunteered(person)], actor=actor, now=NOW)
    raise RuntimeError


def test_several_recordings_of_one_operation_are_one_entry(world):
    actor, people = world
    with writing(actor, "move"):
        facts = [record(items=[volunteered(one)], actor=actor, now=NOW).facts[0] for one in people]
        reverse(fact=facts[0], reason="记错了人", actor=actor, now=NOW)
    assert [entry.counts for entry in ChainEntry.objects.all()] == ["4 0 1 0 0"]
    assert verify(now=NOW).passed


def test_what_a_caught_failure_took_back_does_not_reach_the_chain(world):
    actor, people = world
    with writing(actor, "move"):
        record(items=[volunteered(people[0])], actor=actor, now=NOW)
        with pytest.raises(NotRecorded):
            record(items=[volunteered(people[1]), volunteered(people[1])], actor=actor, now=NOW)
        with pytest.raises(RuntimeError), transaction.atomic():
            record_and_fail(actor, people[2])
    assert [entry.leaves for entry in ChainEntry.objects.all()] == [1]
    result = verify(now=NOW)
    assert (result.passed, result.rows, result.entries) == (True, 1, 1)


def test_when_the_whole_fails_nothing_is_left_and_the_next_recording_is_sound(world):
    actor, people = world
    with pytest.raises(RuntimeError), writing(actor, "move"):
        record_and_fail(actor, people[0])
    assert not Fact.objects.exists()
    record(items=[volunteered(people[0])], actor=actor, now=NOW)
    assert verify(now=NOW).passed


def test_a_disk_that_refuses_the_heads_loses_no_record(world, settings, tmp_path, caplog):
    actor, people = world
    (tmp_path / HEADS_FILE).parent.write_text("a file where the folder should be")
    with caplog.at_level(logging.CRITICAL, logger="linghang.apps.ledger.operations.chain"):
        record(items=[volunteered(people[0])], actor=actor, now=NOW)
    assert Fact.objects.count() == 1
    assert dict(verify(now=NOW).counts) == {"heads-missing": 1}


def test_a_last_step_belongs_inside_an_operation():
    with pytest.raises(RuntimeError):
        at_the_end("x", lambda: None)
