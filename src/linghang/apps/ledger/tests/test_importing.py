"""Many records at once, and the undoing of an import."""

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewEvent, NotRecorded, on_void
from linghang.apps.ledger.data.hooks import references
from linghang.apps.ledger.models import ChainEntry, Fact, StandingFact
from linghang.apps.ledger.operations import open_batch, record, record_many, reverse, void_batch
from linghang.apps.ledger.operations.recording import content_key
from linghang.apps.ledger.queries import verify
from linghang.apps.ledger.tests.world import NOW, TODAY, attended, make_person, scope_of_user, viewer, volunteered
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import use_scope


@pytest.fixture
def batch(actor, branch):
    return open_batch(kind="import", node=branch.node.uuid, actor=actor, now=NOW, label="志愿服务.xlsx")


def many(people, count: int):
    return [
        volunteered(people[n % len(people)], sequence=n // len(people), source=f"登记!B{n + 2}") for n in range(count)
    ]


def test_an_import_is_one_entry_of_the_chain_and_says_how_far_it_is(actor, people, batch, monkeypatch):
    monkeypatch.setattr("linghang.apps.ledger.operations.importing.CHUNK", 250)
    seen = []
    done = record_many(items=iter(many(people, 600)), actor=actor, now=NOW, batch=batch, progress=seen.append)
    assert seen == [250, 500, 600]
    assert len(done.facts) == Fact.objects.count() == StandingFact.objects.count() == 600
    assert [entry.leaves for entry in ChainEntry.objects.all()] == [600]


def test_an_event_whose_people_come_in_two_portions_is_one_event(actor, people, batch, monkeypatch):
    monkeypatch.setattr("linghang.apps.ledger.operations.importing.CHUNK", 3)
    meeting = NewEvent("meeting", TODAY)
    record_many(items=[attended(one, event=meeting) for one in people], actor=actor, now=NOW, batch=batch)
    assert set(Fact.objects.values_list("event__uuid", flat=True)) == {meeting.uuid}
    assert Fact.objects.count() == 4


def test_an_import_with_problems_records_nothing_and_tells_all_of_them(actor, people, batch, monkeypatch):
    monkeypatch.setattr("linghang.apps.ledger.operations.importing.CHUNK", 10)
    record(items=[volunteered(people[0])], actor=actor, now=NOW)
    items = many(people, 30)
    items[12] = volunteered(people[0], quantity=-1, sequence=99, source="登记!C14")
    items[25] = volunteered(people[1], attributes={}, sequence=99, source="登记!D27")
    with pytest.raises(NotRecorded) as refusal:
        record_many(items=items, actor=actor, now=NOW, batch=batch)
    assert [str(item.problem.place) for item in refusal.value.items] == ["登记!C14", "登记!D27"]
    assert Fact.objects.count() == 1


def test_the_same_import_again_is_refused_row_by_row(actor, people, batch):
    record_many(items=many(people, 8), actor=actor, now=NOW, batch=batch)
    with pytest.raises(NotRecorded) as refusal:
        record_many(items=many(people, 9), actor=actor, now=NOW, batch=batch)
    assert [(item.index, item.problem.code) for item in refusal.value.items] == [(n, "duplicate") for n in range(8)]


def test_undoing_takes_back_what_stands_and_nothing_refers_to(actor, people, batch):
    facts = record_many(items=many(people, 8), actor=actor, now=NOW, batch=batch).facts
    reverse(fact=facts[0], reason="记错了人", actor=actor, now=NOW)
    on_void("test", lambda uuids: {uuid: "已用于表彰" for uuid in uuids if uuid == facts[1]})
    try:
        voided = void_batch(batch=batch, actor=actor, now=NOW)
        again = void_batch(batch=batch, actor=actor, now=NOW)
    finally:
        references.pop("test")
    assert (voided.reversed, [(kept.fact, kept.reason) for kept in voided.kept]) == (6, [(facts[1], "已用于表彰")])
    assert again.reversed == 0
    assert [row.fact.uuid for row in StandingFact.objects.select_related("fact")] == [facts[1]]
    record_many(items=[item for n, item in enumerate(many(people, 8)) if n != 1], actor=actor, now=NOW, batch=batch)
    assert StandingFact.objects.count() == 8


def test_what_an_undoing_writes_is_hashed_as_if_written_one_by_one(transactional_db):
    units = two_units()
    officer = make_account("officer", "officer", units["parent"].node)
    here = [make_person(f"甲{n}", units["below"].node) for n in range(2)]
    there = [make_person(f"乙{n}", units["sibling"].node) for n in range(2)]
    actor = viewer(officer)
    with use_scope(scope_of_user(officer)):
        batch = open_batch(kind="import", node=units["parent"].node.uuid, actor=actor, now=NOW)
        facts = record_many(items=many([*here, *there], 10), actor=actor, now=NOW, batch=batch).facts
        assert void_batch(batch=batch, actor=actor, now=NOW).reversed == 10
        one = Fact.objects.select_related("subject", "reverses").get(reverses__uuid=facts[0])
        like = volunteered(here[0])
        assert one.key == content_key(like, here[0].uuid, None, one.reverses.key)
        result = verify(now=NOW)
    assert (result.passed, result.rows, result.entries, result.damages) == (True, 20, 4, [])
