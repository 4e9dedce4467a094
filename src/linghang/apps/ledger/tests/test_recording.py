"""Recording and taking back, as the one who does it meets it."""

from datetime import timedelta

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewEvent, NewEvidence, NewFact, NotRecorded, on_append
from linghang.apps.ledger.data.hooks import after_append
from linghang.apps.ledger.models import ChainEntry, ChainHead, Evidence, Fact, StandingFact, Text
from linghang.apps.ledger.operations import record, register_subject, reverse
from linghang.apps.ledger.tests.world import (
    NOW,
    TODAY,
    attended,
    make_person,
    scope_of_user,
    viewer,
    volunteered,
)
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import use_scope


def codes(refusal) -> list[str]:
    return [item.problem.code for item in refusal.value.items]


def test_one_meeting_gives_each_person_one_fact_of_one_event(actor, people, branch):
    meeting = NewEvent("meeting", TODAY, number="2026-3", texts={"title": "学习"})
    done = record(items=[attended(one) for one in people], actor=actor, now=NOW, event=meeting)
    facts = Fact.objects.filter(uuid__in=done.facts).select_related("event", "subject", "recorded_by")
    assert {fact.subject.uuid for fact in facts} == {one.uuid for one in people}
    assert {(fact.event.uuid, fact.node_id, fact.home_id) for fact in facts} == {
        (meeting.uuid, branch.node.key, branch.node.key)
    }
    assert {fact.recorded_by.username for fact in facts} == {"secretary"}
    assert Text.objects.get(event__uuid=meeting.uuid).text == "学习"


def test_a_transaction_adds_one_entry_to_the_chain_of_each_place(actor, people, branch):
    for one in people:
        record(items=[attended(one)], actor=actor, now=NOW)
    entries = ChainEntry.objects.order_by("seq")
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert [entry.leaves for entry in entries] == [1, 1, 1, 1]
    assert bytes(entries[1].previous) == bytes(entries[0].mac)
    assert ChainHead.objects.get(node_id=branch.node.key).seq == 4


def test_words_and_numbers_stand_beside_the_fact(actor, people):
    proof = NewEvidence("number", "北矿党〔2026〕3号")
    done = record(items=[volunteered(people[0], evidence=[proof], texts={"note": "植树"})], actor=actor, now=NOW)
    fact = Fact.objects.get(uuid=done.facts[0])
    assert Evidence.objects.get(fact=fact).content == "北矿党〔2026〕3号"
    assert Text.objects.get(fact=fact).text == "植树"
    assert ChainEntry.objects.get().leaves == 3


def test_all_problems_are_told_at_once_and_nothing_is_recorded(actor, people):
    items = [
        NewFact("no.such", people[0].uuid, TODAY, source="名单!B2"),
        attended(people[0]),
        volunteered(people[1], quantity=-1, attributes={"role": "boss", "level": "x"}),
        NewFact("life.attendance", people[2].uuid, TODAY + timedelta(days=1), attributes={}),
        NewFact("meeting.held", people[3].uuid, TODAY, attributes={"meeting": "lecture"}),
    ]
    with pytest.raises(NotRecorded) as refusal:
        record(items=items, actor=actor, now=NOW)
    assert [(item.index, item.problem.code) for item in refusal.value.items] == [
        (0, "unknown-kind"),
        (2, "quantity-range"),
        (2, "unknown-value"),
        (2, "unknown-attribute"),
        (3, "future-day"),
        (3, "missing-attribute"),
        (3, "missing-attribute"),
        (3, "missing-attribute"),
        (4, "wrong-subject"),
    ]
    assert str(refusal.value.items[0].problem.place) == "名单!B2"
    assert not Fact.objects.exists()
    assert not ChainEntry.objects.exists()


def test_the_same_thing_twice_is_refused_with_a_sentence(actor, people):
    record(items=[volunteered(people[0])], actor=actor, now=NOW)
    with pytest.raises(NotRecorded) as refusal:
        record(items=[volunteered(people[0], quantity=30_000), volunteered(people[1])], actor=actor, now=NOW)
    assert codes(refusal) == ["duplicate"]
    assert str(refusal.value.message) == (
        "“李一”2026-03-05的“志愿服务”已经记录过，没有重复记录。确是当天又一次的，请写明是第几次。"
    )
    assert Fact.objects.count() == 1


def test_twice_in_one_call_is_refused_and_a_second_time_of_the_day_is_not(actor, people):
    with pytest.raises(NotRecorded) as refusal:
        record(items=[volunteered(people[0]), volunteered(people[0])], actor=actor, now=NOW)
    assert codes(refusal) == ["duplicate"]
    record(items=[volunteered(people[0]), volunteered(people[0], sequence=1)], actor=actor, now=NOW)
    assert Fact.objects.count() == 2


def test_somebody_is_recorded_once_per_event_and_role(actor, people):
    meeting = NewEvent("meeting", TODAY)
    record(items=[attended(people[0])], actor=actor, now=NOW, event=meeting)
    with pytest.raises(NotRecorded) as refusal:
        record(items=[attended(people[0], event=meeting.uuid)], actor=actor, now=NOW)
    assert "在这次活动中的“参加组织生活”已经记录过" in str(refusal.value.message)
    record(items=[attended(people[0], event=meeting.uuid, role="host")], actor=actor, now=NOW)


def test_a_form_sent_twice_is_recorded_once(actor, people):
    meeting = NewEvent("meeting", TODAY)
    record(items=[attended(people[0])], actor=actor, now=NOW, event=meeting)
    with pytest.raises(DomainError) as refusal:
        record(items=[attended(people[1])], actor=actor, now=NOW, event=meeting)
    assert (refusal.value.code, refusal.value.status) == ("event_known", 409)


def test_evidence_is_demanded_where_the_kind_says_so(actor, people):
    breach = NewFact("duty.breach", people[0].uuid, TODAY, attributes={"level": "minor"})
    with pytest.raises(NotRecorded) as refusal:
        record(items=[breach], actor=actor, now=NOW)
    assert codes(refusal) == ["evidence-needed"]


def test_people_of_another_branch_and_of_another_unit_do_not_exist(actor, units):
    for place in ("sibling", "other_top"):
        stranger = make_person("外人", units[place].node)
        with pytest.raises(NotRecorded) as refusal:
            record(items=[attended(stranger)], actor=actor, now=NOW)
        assert codes(refusal) == ["unknown-subject"]


def test_a_branch_and_a_registered_thing_are_subjects_too(actor, branch):
    record(items=[NewFact("meeting.held", branch.uuid, TODAY, attributes={"meeting": "lecture"})], actor=actor, now=NOW)
    project = register_subject(type="project", label="选矿提质", code="P1", node=branch.node.uuid, actor=actor)
    with pytest.raises(DomainError) as refusal:
        register_subject(type="project", label="另一个", code="P1", node=branch.node.uuid, actor=actor)
    assert refusal.value.code == "code_taken"
    with pytest.raises(NotRecorded) as wrong:
        record(items=[NewFact("meeting.held", project, TODAY, attributes={"meeting": "lecture"})], actor=actor, now=NOW)
    assert codes(wrong) == ["wrong-subject"]


def test_a_reversal_cancels_exactly_one_and_the_thing_can_be_recorded_again(actor, people):
    fact = record(items=[volunteered(people[0])], actor=actor, now=NOW).facts[0]
    back = reverse(fact=fact, reason="记错了人", actor=actor, now=NOW)
    assert not StandingFact.objects.exists()
    row = Fact.objects.get(uuid=back)
    assert (row.reverses.uuid, row.reason_code) == (fact, "mistake")
    assert Text.objects.get(fact=row).text == "记错了人"
    for again, code in ((fact, "already_reversed"), (back, "is_reversal")):
        with pytest.raises(DomainError) as refusal:
            reverse(fact=again, reason="再来一次", actor=actor, now=NOW)
        assert refusal.value.code == code
    record(items=[volunteered(people[0])], actor=actor, now=NOW)
    assert StandingFact.objects.count() == 1


def test_a_reversal_needs_a_reason_in_words(actor, people):
    fact = record(items=[volunteered(people[0])], actor=actor, now=NOW).facts[0]
    with pytest.raises(DomainError) as refusal:
        reverse(fact=fact, reason=" 错 ", actor=actor, now=NOW)
    assert refusal.value.field == "reason"


def test_what_an_upper_room_refuses_is_not_recorded(actor, people):
    def refuse(facts, now):
        raise DomainError("closed", "本月已关账。")

    on_append("test", refuse)
    try:
        with pytest.raises(DomainError, match="closed"):
            record(items=[volunteered(people[0])], actor=actor, now=NOW)
    finally:
        after_append.pop("test")
    assert not Fact.objects.exists()


def test_the_person_and_his_branch_see_a_fact_and_the_sibling_branch_does_not(actor, people, units, branch):
    account = make_account("member", "member", branch.node)
    person = make_person("本人", branch.node, account)
    record(items=[volunteered(person)], actor=actor, now=NOW)
    with use_scope(scope_of_user(account)):
        assert Fact.objects.count() == 1
    with use_scope(scope_of_user(make_account("neighbour", "secretary", units["sibling"].node))):
        assert not Fact.objects.exists()
    with use_scope(scope_of_user(make_account("foreigner", "officer", units["other_top"].node))):
        assert not Fact.objects.exists()
    assert viewer(account).name
