"""Nobody loses a post by a side door, and what has ended stays ended."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.apps.access.models import RoleGrant
from linghang.apps.access.tests.world import LONG_AGO, NOW, TODAY, TOMORROW, YESTERDAY, give_post, make_account, viewer
from linghang.apps.org.models import Membership, Person, Post, RosterSpan
from linghang.apps.org.operations import join
from linghang.apps.org.tests.pages_world import enter, text_of
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


@pytest.fixture
def branch(units):
    return units["below"]


@pytest.fixture
def organiser(branch):
    return make_account("keeper", "organiser", branch.node)


@pytest.fixture
def chief(branch):
    return make_account("chief", "", home=branch.node)


@pytest.fixture
def secretary_there(browser, officer, branch, chief):
    """A member of the branch whom the committee made its secretary."""
    person = enter("严书记", branch, user=chief.uuid)
    browser(officer).post(
        f"/org/people/{person}/appoint/", {"post": f"{branch.uuid}:secretary", "valid_from": "2026-01-05"}
    )
    assert viewer(chief).has("secretary")
    return person


def membership_of(person):
    with system_scope(reason="test"):
        return Membership.objects.get(person__uuid=person, kind="party", valid_to__isnull=True)


def the_post():
    with system_scope(reason="test"):
        return Post.objects.get()


def leaves(client, person, day=YESTERDAY):
    values = {"membership": str(membership_of(person).uuid), "last_day": day.isoformat(), "reason": "left"}
    return client.post(f"/org/people/{person}/leave/", values, follow=True)


def test_an_organiser_cannot_end_the_secretarys_post_by_saying_that_he_left(browser, organiser, secretary_there, chief):
    answer = leaves(browser(organiser), secretary_there)
    assert answer.status_code == 422
    assert "严书记还担任“磨浮党支部”的书记" in text_of(answer)
    assert "先由上级党务干部免职" in text_of(answer)
    assert viewer(chief).has("secretary")
    assert membership_of(secretary_there)
    assert the_post().valid_to is None


def test_the_committee_still_ends_membership_and_post_together(browser, officer, secretary_there, chief):
    assert leaves(browser(officer), secretary_there).status_code == 200
    assert not viewer(chief).grants
    assert the_post().valid_to == YESTERDAY


def test_a_transfer_that_would_end_a_post_waits_until_it_is_ended_by_who_may(
    browser, officer, organiser, secretary_there, chief
):
    client = browser(organiser)
    values = {"to_text": "外地某支部", "sent_on": "2026-03-01"}
    assert client.post(f"/org/people/{secretary_there}/transfer/", values, follow=True).status_code == 200
    with system_scope(reason="test"):
        transfer = Person.objects.get(uuid=secretary_there).transfers.get()
    receipt = {"received_on": TODAY.isoformat(), "receipt_number": "R-1"}
    answer = client.post(f"/org/transfers/{transfer.uuid}/", receipt)
    assert answer.status_code == 422
    assert "您不能免去这个职务" in text_of(answer)
    assert viewer(chief).has("secretary")
    browser(officer).post(f"/org/posts/{the_post().uuid}/end/", {"last_day": YESTERDAY.isoformat()})
    answer = browser(organiser).post(f"/org/transfers/{transfer.uuid}/", receipt, follow=True)
    assert "已登记接收" in text_of(answer)
    assert not viewer(chief).grants


def test_who_holds_a_lesser_post_is_let_go_by_his_secretary(browser, officer, branch):
    account = make_account("helper", "", home=branch.node)
    person = enter("宋委员", branch, user=account.uuid)
    secretary = browser(make_account("first", "secretary", branch.node))
    values = {"post": f"{branch.uuid}:organiser", "valid_from": "2026-01-05"}
    assert secretary.post(f"/org/people/{person}/appoint/", values, follow=True).status_code == 200
    assert leaves(secretary, person).status_code == 200
    assert not viewer(account).grants


def test_an_ended_post_is_not_ended_again_on_a_later_day(browser, officer, secretary_there, chief):
    client = browser(officer)
    address = f"/org/posts/{the_post().uuid}/end/"
    client.post(address, {"last_day": YESTERDAY.isoformat()})
    answer = client.post(address, {"last_day": TOMORROW.isoformat()})
    assert answer.status_code == 422
    assert "不能再往后结束" in text_of(answer)
    assert not viewer(chief).has("secretary")
    assert the_post().valid_to == YESTERDAY
    client.post(address, {"last_day": "2026-02-01"})  # a day that was written too late is put right
    assert the_post().valid_to.isoformat() == "2026-02-01"


def test_an_ended_role_is_not_ended_again_on_a_later_day(browser, officer, branch):
    account = make_account("helper", "", home=branch.node)
    grant = give_post(account, "organiser", branch.node, LONG_AGO, YESTERDAY)
    address = reverse("access:grant-end", args=[account.uuid, grant.uuid])
    answer = browser(officer).post(address, {"last_day": TOMORROW.isoformat()})
    assert answer.status_code == 409
    assert "不能再往后结束" in text_of(answer)
    assert not viewer(account).grants


def test_a_role_that_was_taken_away_does_not_come_back_with_the_end_of_its_post(
    browser, officer, secretary_there, chief
):
    with system_scope(reason="test"):
        grant = RoleGrant.objects.get(role="secretary", user=chief)
    client = browser(officer)
    client.post(reverse("access:grant-end", args=[chief.uuid, grant.uuid]), {"last_day": YESTERDAY.isoformat()})
    assert not viewer(chief).has("secretary")
    client.post(f"/org/posts/{the_post().uuid}/end/", {"last_day": TOMORROW.isoformat()})
    assert the_post().valid_to == TOMORROW
    assert not viewer(chief).has("secretary")


def test_a_transfer_to_an_earlier_day_leaves_nobody_in_a_group_of_the_old_branch(browser, officer, branch, units):
    person = enter("齐组员", branch)
    group = make_organisation("party_team", "第一党小组", branch)
    elsewhere = make_organisation("branch", "采掘党支部", units["sibling"])
    with system_scope(reason="test"):
        join(person=person, organisation=group.uuid, kind="group", valid_from=YESTERDAY, actor=SYSTEM, now=NOW)
    client = browser(officer)
    values = {"to_organisation": str(elsewhere.uuid), "sent_on": "2026-03-01"}
    client.post(f"/org/people/{person}/transfer/", values)
    with system_scope(reason="test"):
        transfer = Person.objects.get(uuid=person).transfers.get()
    client.post(f"/org/transfers/{transfer.uuid}/", {"received_on": "2026-03-02", "receipt_number": "R-1"})
    page = text_of(client.get(f"/org/people/{person}/"))
    assert "采掘党支部" in page
    with system_scope(reason="test"):
        held = Membership.objects.filter(person__uuid=person)
        assert [(row.organisation.name, row.valid_from, row.valid_to) for row in held.order_by("valid_from")] == [
            ("磨浮党支部", date(2024, 3, 1), date(2026, 3, 1)),
            ("采掘党支部", date(2026, 3, 2), None),
        ]
        spans = RosterSpan.objects.filter(person__uuid=person).order_by("valid_from")
        days = [(span.valid_from, span.valid_to, span.group_id) for span in spans]
    assert days == [(date(2024, 3, 1), date(2026, 3, 1), None), (date(2026, 3, 2), None, None)]
