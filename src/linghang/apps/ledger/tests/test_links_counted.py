"""Links are counted from records: visits, sessions of study groups, and where attendance at a joint branch is seen."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO, TODAY, make_account
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.tests.world import ATTENDED
from linghang.apps.org.operations.careers import join
from linghang.apps.org.tests.link_world import at, make_link, make_person, mine
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


@pytest.fixture
def places(db):
    return mine()


@pytest.fixture
def officer(places, client):
    account = make_account("links-officer", "officer", places["top"].node)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def recorded(*items: NewFact) -> None:
    with system_scope(reason="test"):
        record(items=items, actor=SYSTEM, now=at(max(item.occurred_on for item in items)))


def shown(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args, query=query))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.row("S5-08")
def test_two_visits_on_one_day_count_as_one_and_a_visit_elsewhere_as_none(officer, places, settings):
    leader = make_person("陈立", places["branch3"])
    make_link("contact-point", leader, places["branch1"].uuid)
    settings.DEMO_TODAY = date(2026, 7, 1)
    visit = {"kind": "contact.visit", "subject": leader}
    recorded(NewFact(occurred_on=date(2026, 4, 1), node=places["branch2"].node.uuid, **visit))
    assert "0/2 该去未去" in shown(officer, "org:quotas")
    here = visit | {"occurred_on": date(2026, 5, 6), "node": places["branch1"].node.uuid}
    recorded(NewFact(**here), NewFact(**here, sequence=1))
    page = shown(officer, "org:quotas")
    assert "1/2" in page
    assert "该去未去" not in page


@pytest.mark.row("S1-61")
def test_a_session_with_five_sign_ins_turns_the_fifth_slot_green(officer, places, settings):
    make_link("compose-study-group", places["group"].uuid, places["branch1"].uuid)
    settings.DEMO_TODAY = date(2026, 6, 6)
    assert "近期没有活动" in shown(officer, "org:branch", places["branch1"].uuid)
    session = NewFact("study-group.session", places["group"].uuid, date(2026, 6, 6), quantity=50_000)
    recorded(session)
    assert "近期没有活动" not in shown(officer, "org:branch", places["branch1"].uuid)


@pytest.mark.row("S5-11")
def test_attendance_at_a_joint_branch_is_seen_by_the_home_branch(client, places):
    joint = make_organisation("project_branch", "灌区二标段联合党支部", places["top"])
    person = make_person("王平", places["branch1"])
    with system_scope(reason="test"):
        there = {"kind": "functional", "valid_from": LONG_AGO, "actor": SYSTEM, "now": at(LONG_AGO)}
        join(person=person, organisation=joint.uuid, **there)
    recorded(NewFact("life.attendance", person, TODAY, node=joint.node.uuid, attributes=ATTENDED))
    for branch, seen in (("branch1", True), ("branch2", False)):
        secretary = make_account(f"secretary-{branch}", "secretary", places[branch].node)
        client.force_login(secretary, backend="django.contrib.auth.backends.ModelBackend")
        assert ("王平" in shown(client, "ledger:list")) is seen
