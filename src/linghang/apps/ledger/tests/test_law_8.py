"""Law 8 in the ledger: where a kind says so, nobody records or vouches for what is his own."""

import pytest
from django.urls import reverse as reverse_url

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewFact, NotRecorded
from linghang.apps.ledger.models import Fact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.tests.world import NOW, TODAY, make_person, viewer, volunteered


@pytest.fixture
def own(branch, secretary, actor):
    return make_person("书记本人", branch.node, secretary)


def honour(person):
    return NewFact("honour.awarded", person.uuid, TODAY, attributes={"level": "city"})


def test_nobody_records_his_own_honour(actor, own):
    with pytest.raises(NotRecorded) as refusal:
        record(items=[honour(own)], actor=actor, now=NOW)
    assert refusal.value.code == "own-matter"
    assert str(refusal.value.message) == "“获得表彰”不能由本人录入或确认，请由支部其他同志办理。"


def test_nobody_confirms_his_own_honour(actor, own, branch, secretary):
    other = viewer(make_account("organiser", "organiser", branch.node))
    with pytest.raises(NotRecorded) as refusal:
        record(items=[honour(own)], actor=other, now=NOW, confirmed_by=secretary.uuid)
    assert refusal.value.code == "own-matter"
    assert record(items=[honour(own)], actor=other, now=NOW, confirmed_by=other.uuid).facts


def test_where_the_kind_does_not_say_so_he_may(actor, own):
    assert record(items=[volunteered(own)], actor=actor, now=NOW).facts


def test_nobody_takes_back_what_others_recorded_about_him(actor, own, branch, client, secretary):
    other = viewer(make_account("organiser", "organiser", branch.node))
    (fact,) = record(items=[honour(own)], actor=other, now=NOW).facts
    address = reverse_url("ledger:reverse", args=[fact])
    client.force_login(secretary, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(address, {"reason": "不想要这条了", "code": "mistake"})
    assert "“获得表彰”不能由本人撤销，请由支部其他同志办理。" in answer.content.decode()
    assert Fact.objects.count() == 1
    reverse(fact=fact, reason="记错了人名", actor=other, now=NOW)
    assert Fact.objects.count() == 2


def test_where_the_kind_does_not_say_so_he_takes_it_back_himself(actor, own):
    (fact,) = record(items=[volunteered(own)], actor=actor, now=NOW).facts
    assert reverse(fact=fact, reason="记错了日期", actor=actor, now=NOW)
