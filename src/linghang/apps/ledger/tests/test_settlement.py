"""What is handed to the engine, and what links are counted from."""

from datetime import timedelta
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from linghang.apps.ledger.data import NewEvent
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.queries.counting import count_links, people_with_records
from linghang.apps.ledger.queries.settlement import Wanted, facts_for_settlement, settlement_facts, watermark
from linghang.apps.ledger.tests.world import NOW, TODAY, attended, make_person, volunteered
from linghang.apps.org.data.counters import link_counters
from linghang.apps.org.data.hooks import person_references
from linghang.apps.org.data.links import CountAsk

MONTH = {"since": TODAY.replace(day=1), "until": TODAY}


@pytest.fixture
def codes(people):
    return {one.uuid: f"m{number}" for number, one in enumerate(people)}


def rows(wanted, tmp_path) -> list[dict]:
    file = facts_for_settlement(wanted, target=tmp_path / "facts.parquet")
    assert file.codes
    return pq.read_table(file.path).to_pylist()


def test_the_file_holds_what_stands_of_those_who_are_asked_for(actor, people, codes, tmp_path, units):
    stranger = make_person("外人", units["below"].node)
    meeting = NewEvent("meeting", TODAY)
    facts = record(items=[attended(one) for one in (*people, stranger)], actor=actor, now=NOW, event=meeting).facts
    record(items=[volunteered(people[0], quantity=15_000)], actor=actor, now=NOW)
    reverse(fact=facts[1], reason="没有到会", actor=actor, now=NOW)
    found = rows(Wanted(codes, **MONTH), tmp_path)
    assert sorted((row["subject"], row["kind"], row["quantity"], row["event"]) for row in found) == [
        ("m0", "life.attendance", 10_000, str(meeting.uuid)),
        ("m0", "service.volunteer", 15_000, ""),
        ("m2", "life.attendance", 10_000, str(meeting.uuid)),
        ("m3", "life.attendance", 10_000, str(meeting.uuid)),
    ]
    served = next(row for row in found if row["kind"] == "service.volunteer")
    assert (served["role"], served["presence"], served["occurred_on"]) == ("participant", None, TODAY)
    assert sorted(row["sequence"] for row in found) == [1, 2, 3, 4]
    one = settlement_facts(Wanted({people[0].uuid: "m0"}, **MONTH))
    assert sorted((fact.kind, fact.attributes.get("role")) for fact in one) == [
        ("life.attendance", None),
        ("service.volunteer", "participant"),
    ]


def test_a_watermark_gives_what_stood_then(actor, people, codes, tmp_path, branch):
    fact = record(items=[volunteered(people[0])], actor=actor, now=NOW).facts[0]
    then = watermark()
    assert then == {branch.node.key: 1}
    reverse(fact=fact, reason="记错了人", actor=actor, now=NOW)
    record(items=[volunteered(people[1])], actor=actor, now=NOW)
    assert [row["subject"] for row in rows(Wanted(codes, **MONTH, watermark=then), tmp_path)] == ["m0"]
    assert [row["subject"] for row in rows(Wanted(codes, **MONTH), tmp_path)] == ["m1"]
    assert rows(Wanted(codes, **MONTH, nodes=[branch.node.key + 1]), tmp_path) == []
    assert watermark([branch.node.key]) == {branch.node.key: 3}


def test_links_are_counted_by_day_event_or_record_and_by_place(actor, people, branch, units):
    visits = [
        {"occurred_on": TODAY},
        {"occurred_on": TODAY, "sequence": 1},
        {"occurred_on": TODAY - timedelta(days=1)},
    ]
    items = [
        type(volunteered(people[0]))("visit.contact", people[0].uuid, attributes={"purpose": "branch"}, **visit)
        for visit in visits
    ]
    record(items=items, actor=actor, now=NOW)
    keys = [uuid4() for _n in range(6)]
    since = TODAY - timedelta(days=7)

    def ask(
        number: int, right=None, distinct: str = "day", kind: str = "visit.contact", left=people[0].uuid
    ) -> CountAsk:
        return CountAsk(keys[number], kind, left, right, since, TODAY, distinct)

    asks = [
        ask(0),
        ask(1, right=branch.uuid),
        ask(2, right=units["sibling"].uuid),
        ask(3, distinct="event"),
        ask(4, left=people[1].uuid),
        ask(5, kind="nobody.declared"),
    ]
    wanted = {keys[0]: 2, keys[1]: 2, keys[2]: 0, keys[3]: 3, keys[4]: 0}
    assert dict(count_links(asks)) == wanted
    assert link_counters.count(asks) == wanted


def test_a_person_with_records_cannot_be_taken_back(actor, people):
    record(items=[volunteered(people[0])], actor=actor, now=NOW)
    uuids = [one.uuid for one in people]
    assert set(people_with_records(uuids)) == {people[0].uuid}
    assert set(person_references.of(uuids)) == {people[0].uuid}
