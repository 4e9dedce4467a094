"""青年理论学习小组: a reading list, signing in by ticking names, and the fifth slot of the branch."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO, make_account
from linghang.apps.ledger.models import Fact
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people, link_account
from linghang.apps.org.operations.careers import join
from linghang.apps.org.tests.link_world import at, make_link, make_person, mine
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SIXTH_OF_JUNE = date(2026, 6, 6)


@pytest.fixture
def places(db, settings):
    settings.DEMO_TODAY = SIXTH_OF_JUNE
    return mine()


def _youth(name: str, places, *, member: bool):
    if member:
        return make_person(name, places["branch1"])
    with system_scope(reason="test"):
        row = NewPerson(name=name, since=LONG_AGO, unit=places["team"].uuid, standing="masses")
        return add_people(rows=[row], actor=SYSTEM, now=at(LONG_AGO)).people[0]


@pytest.fixture
def youths(places):
    """Five of the group; two of them are no party members."""
    make_link("compose-study-group", places["group"].uuid, places["branch1"].uuid)
    names = ("甲青", "乙青", "丙青", "丁青", "戊青")
    people = [_youth(name, places, member=number < 3) for number, name in enumerate(names)]
    with system_scope(reason="test"):
        for person in people:
            join(
                person=person, organisation=places["group"].uuid, kind="study", valid_from=LONG_AGO, actor=SYSTEM,
                now=at(LONG_AGO),
            )  # fmt: skip
    return people


@pytest.fixture
def organiser(places, client):
    client.force_login(
        make_account("organiser", "organiser", places["branch1"].node),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def page_of(client, places, **query) -> str:
    return " ".join(client.get(reverse("ledger:study-group", args=[places["group"].uuid])).content.decode().split())


def put(client, places, **form):
    return client.post(reverse("ledger:study-group", args=[places["group"].uuid]), form, follow=True)


@pytest.mark.row("S1-61")
def test_a_group_reads_from_its_list_signs_in_and_the_fifth_slot_turns_green(organiser, places, youths):
    assert "近期没有活动" in organiser.get(reverse("org:branch", args=[places["branch1"].uuid])).content.decode()
    assert "学习书目和签到" in organiser.get(reverse("org:detail", args=[places["group"].uuid])).content.decode()
    page = put(organiser, places, title="论学习 下册", chapter="第二章").content.decode()
    assert "已加入书目" in page
    (address,) = {part.split('"')[0] for part in page.split('href="') if "title=" in part.split('"')[0]}
    form = organiser.get(address.replace("&amp;", "&"))
    assert 'value="论学习 下册"' in form.content.decode()
    sent = {
        "what": "study-group.attendance",
        "event": "6f8c2f3e-5a6b-4c58-9d7f-1f5a51a3c001",
        "place": str(places["group"].uuid),
        "day": "2026-06-06",
        "title": "论学习 下册",
        "who": [str(person) for person in youths],
    }
    assert organiser.post(reverse("ledger:record"), sent).status_code == 302
    page = page_of(organiser, places)
    assert "签到 5 人" in page
    assert "1/1" in page
    assert "近期没有活动" not in organiser.get(reverse("org:branch", args=[places["branch1"].uuid])).content.decode()
    with system_scope(reason="test"):
        assert not Fact.objects.filter(kind="life.attendance").exists(), "no attendance of party life"


@pytest.mark.row("S1-61")
def test_what_is_read_leaves_the_list_by_date_and_stays_on_it_for_the_days_before(organiser, places, youths):
    put(organiser, places, title="论学习")
    assert "已经在书目里" in put(organiser, places, title="论学习").content.decode()
    page = page_of(organiser, places)
    reading = page.split('name="reading" value="')[1].split('"')[0]
    assert "已移出书目" in put(organiser, places, reading=reading).content.decode()
    page = page_of(organiser, places)
    assert "论学习" in page
    assert "2026年6月6日—2026年6月6日" in page
    assert put(organiser, places, reading=reading).status_code == 404


@pytest.mark.row("S1-61")
def test_a_member_of_the_group_finds_what_to_read_on_his_own_page(client, places, youths, organiser):
    put(organiser, places, title="论学习", chapter="第二章")
    user = make_account("youth", "member", places["branch1"].node)
    with system_scope(reason="test"):
        link_account(person=youths[0], user=user.uuid, actor=SYSTEM, now=at(SIXTH_OF_JUNE))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("org:me")).content.decode()
    assert "论学习" in page
    assert "第二章" in page


def test_the_sign_in_sheet_of_a_group_names_its_members(organiser, places, youths):
    asked = {"what": "study-group.attendance", "place": str(places["group"].uuid), "day": "2026-06-06", "as": "word"}
    answer = organiser.get(reverse("ledger:sheet"), asked)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_an_organisation_that_is_no_study_group_has_no_such_page(organiser, places):
    assert organiser.get(reverse("ledger:study-group", args=[places["branch1"].uuid])).status_code == 404
    assert organiser.get(reverse("org:detail", args=[places["branch1"].uuid])).status_code == 200
