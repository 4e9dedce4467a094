"""Events and single records are found by their words, inside the scope only, as long as they stand."""

from dataclasses import replace

import pytest

from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.ledger.data import NewEvent
from linghang.apps.ledger.models import Text
from linghang.apps.ledger.operations import erase_text, open_batch, record, record_many, reverse, void_batch
from linghang.apps.ledger.tests.world import attended, make_person, scope_of_user, volunteered
from linghang.apps.org.search.data import search_kinds
from linghang.apps.org.search.models import Findable
from linghang.apps.org.search.operations import rebuild
from linghang.apps.org.search.queries import find
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import system_scope, use_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def units(db):
    return two_units()


@pytest.fixture
def secretary(units):
    return make_account("secretary", "secretary", units["own"].node)


def hits(query, user, kind):
    groups = find(query, viewer=viewer(user), on=TODAY)
    return [hit.title for group in groups if group.kind.code == kind for hit in group.hits]


def test_an_event_is_found_once_by_its_words_until_the_last_record_of_it_is_cancelled(units, secretary):
    members = [make_person(name, units["below"].node) for name in ("张建国", "李梅")]
    event = NewEvent(
        kind="life.attendance", occurred_on=TODAY, node=units["below"].node.uuid, texts={"title": "应急演练动员"}
    )
    with use_scope(scope_of_user(secretary)):
        done = record(items=[attended(one) for one in members], actor=viewer(secretary), now=NOW, event=event)
        assert len(hits("演练", secretary, "event")) == 1
        reverse(fact=done.facts[0], reason="点错了人", actor=viewer(secretary), now=NOW)
        assert len(hits("演练", secretary, "event")) == 1
        reverse(fact=done.facts[1], reason="点错了人", actor=viewer(secretary), now=NOW)
    assert hits("演练", secretary, "event") == []


def test_a_single_record_is_found_by_its_keeper_and_by_the_person_and_by_nobody_elsewhere(units, secretary):
    owner = make_account("owner", "member", units["below"].node)
    person = make_person("张建国", units["below"].node, owner)
    with use_scope(scope_of_user(secretary)):
        record(items=[volunteered(person)], actor=viewer(secretary), now=NOW)
    assert len(hits("zjg", secretary, "fact")) == 1
    assert len(hits("张建国", owner, "fact")) == 1
    for where in ("sibling", "other_top"):
        assert hits("张建国", make_account(f"s-{where}", "secretary", units[where].node), "fact") == []
    assert hits("张建国", make_account("mate", "member", units["below"].node), "fact") == []


def test_erased_words_leave_the_index_in_the_transaction_that_erases_them(units, secretary):
    person = make_person("张建国", units["below"].node)
    with use_scope(scope_of_user(secretary)):
        record(items=[volunteered(person, texts={"note": "帮扶困难职工"})], actor=viewer(secretary), now=NOW)
        assert len(hits("困难", secretary, "fact")) == 1
        erase_text(text=Text.objects.get().uuid, reason="本人要求清除", actor=viewer(secretary), now=NOW)
    assert hits("困难", secretary, "fact") == []
    assert len(hits("张建国", secretary, "fact")) == 1
    with system_scope(reason="test"):
        assert not Findable.objects.filter(words__contains="困难").exists()


def test_a_rebuild_gives_what_recording_gave(units, secretary):
    users = [make_account(name, "member", units["below"].node) for name in ("owner", "mate")]
    names = ("张建国", "李梅")
    members = [make_person(name, units["below"].node, user) for name, user in zip(names, users, strict=True)]
    event = NewEvent(kind="life.attendance", occurred_on=TODAY, node=units["below"].node.uuid, number="2026-1")
    words = {"result": " 送到家 ", "note": "帮扶困难职工", "at": "北门"}
    with use_scope(scope_of_user(secretary)):
        record(items=[attended(one) for one in members], actor=viewer(secretary), now=NOW, event=event)
        record(items=[volunteered(members[0], texts=words)], actor=viewer(secretary), now=NOW)
        elsewhere = volunteered(members[1], node=units["own"].node.uuid, texts=words)
        record(items=[elsewhere], actor=viewer(secretary), now=NOW)
    before = _content()
    assert {kind for kind, *_rest in before} == {"event", "fact"}
    kinds = [kind for kind in search_kinds if kind.code in ("event", "fact")]
    assert rebuild(report=lambda _kind, _count: None, kinds=kinds) == {"event": 1, "fact": 2}
    assert _content() == before


def test_of_an_import_the_events_are_found_until_it_is_taken_back_and_single_rows_never(units, secretary):
    members = [make_person(name, units["below"].node) for name in ("张建国", "李梅")]
    event = NewEvent(kind="life.attendance", occurred_on=TODAY, node=units["below"].node.uuid, texts={"title": "演练"})
    items = [*(replace(attended(one), event=event) for one in members), volunteered(members[0])]
    about = {"actor": viewer(secretary), "now": NOW}
    with use_scope(scope_of_user(secretary)):
        batch = open_batch(kind="import", node=units["below"].node.uuid, **about)
        record_many(items=items, batch=batch, **about)
        assert len(hits("演练", secretary, "event")) == 1
        assert hits("张建国", secretary, "fact") == []
        assert void_batch(batch=batch, **about).reversed == 3
    assert hits("演练", secretary, "event") == []


def _content():
    with system_scope(reason="test"):
        rows = Findable.objects.filter(kind__in=["event", "fact"]).order_by("kind", "uuid")
        return list(
            rows.values_list("kind", "uuid", "node", "home", "readers", "day", "title", "line", "words", "pieces")
        )
