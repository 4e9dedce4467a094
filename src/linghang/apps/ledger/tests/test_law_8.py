"""Law 8 in the ledger: where a kind says so, nobody records or vouches for what is his own."""

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewFact, NotRecorded
from linghang.apps.ledger.operations import record
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
