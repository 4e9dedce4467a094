"""走访: a leader at his contact point, with a phone; what he found goes on the list; the quota counts it."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO
from linghang.apps.ledger.models import Fact
from linghang.apps.loops.models import Case
from linghang.apps.loops.tests.world import make_person
from linghang.apps.notify.models import Notice
from linghang.apps.org.operations.careers import change_standing, join
from linghang.apps.org.tests.link_world import at, make_link
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

FIRST_OF_JULY = date(2026, 7, 1)


@pytest.fixture
def office(unit):
    """A branch beside, to which people of the head office belong."""
    return make_organisation("branch", "机关第一党支部", unit.places["sibling"])


def member(unit, place, who: str = "") -> UUID:
    """A party member of the place, with the account of that name if one is given."""
    user = unit.users.get(who)
    person = make_person(user.display_name if user else "何副", place, user)
    with system_scope(reason="test"):
        change_standing(person=person, status="full_member", valid_from=LONG_AGO, actor=SYSTEM, now=at(LONG_AGO))
        join(person=person, organisation=place.uuid, kind="party", valid_from=LONG_AGO, actor=SYSTEM, now=at(LONG_AGO))
    return person


@pytest.fixture
def point(unit, office, settings):
    """The leader keeps in touch with the branch; nobody went there until the first of July."""
    settings.DEMO_TODAY = FIRST_OF_JULY
    return make_link("contact-point", member(unit, office, "leader"), unit.places["branch"].uuid)


def visited(browser, user, link, **changed):
    form = {"visit": str(uuid4()), "link": str(link), "day": "2026-07-01", "topic": "看班组学习", "problems": ""}
    return browser(user).post(reverse("loops:visit"), form | changed)


def seen(browser, user, name: str, *args: object) -> str:
    return " ".join(browser(user).get(reverse(name, args=args)).content.decode().split())


@pytest.mark.row("S5-08")
def test_a_leader_records_a_visit_and_what_he_found_stands_on_the_list_of_the_branch(unit, browser, point):
    leader = unit.users["leader"]
    assert "该去未去" in seen(browser, leader, "org:quotas")
    assert "0/2" in seen(browser, leader, "loops:visit")
    problems = "更衣室漏水\n\n  学习  资料没有配齐 \n"
    assert visited(browser, leader, point, problems=problems).status_code == 302
    page = seen(browser, leader, "loops:visit")
    assert "1/2" in page
    assert "该去未去" not in seen(browser, leader, "org:quotas")
    with system_scope(reason="test"):
        fact = Fact.objects.get(kind="contact.visit")
        cases = list(Case.objects.order_by("pk"))
    assert [case.title for case in cases] == ["更衣室漏水", "学习 资料没有配齐"]
    assert {(case.kind, case.origin, case.node_id, case.state) for case in cases} == {
        ("problem", "visit", unit.places["branch"].node.key, "registered")
    }
    assert fact.node_id == unit.places["branch"].node.key
    assert "更衣室漏水" in seen(browser, unit.users["officer"], "loops:list")
    assert cases[0].number in seen(browser, leader, "ledger:fact", fact.uuid)


@pytest.mark.row("S5-08")
def test_a_second_visit_of_the_day_to_the_same_branch_is_not_counted_nor_its_problems_written_twice(
    unit, browser, point
):
    leader = unit.users["leader"]
    form = str(uuid4())
    for _time in range(2):
        answer = visited(browser, leader, point, visit=form, problems="更衣室漏水")
    assert answer.status_code == 422
    assert "同一天算一次" in answer.content.decode()
    assert visited(browser, leader, point, topic="又去一次").status_code == 422
    with system_scope(reason="test"):
        assert (Fact.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.row("S5-08")
def test_the_office_records_for_the_leader_and_he_is_told_who_did(unit, browser, point):
    assert visited(browser, unit.users["officer"], point).status_code == 302
    told = Notice.objects.get(user=unit.users["leader"], kind="loops.visit")
    assert "李文代您记了2026-07-01" in told.text
    with system_scope(reason="test"):
        fact = Fact.objects.get()
    assert (fact.recorded_by, fact.subject.person.name) == (unit.users["officer"], "周正")
    assert "看班组学习" in browser(unit.users["leader"]).get(told.link).content.decode()


@pytest.mark.parametrize("who", ["second_officer", "stranger", "neighbour", "member"])
def test_whoever_does_not_see_the_contact_point_records_no_visit_there(unit, office, browser, point, who):
    elsewhere = make_link("contact-point", member(unit, office), office.uuid)
    answer = visited(browser, unit.users[who], elsewhere if who == "neighbour" else point)
    expected = {"second_officer": 302, "stranger": 422, "neighbour": 302, "member": 403}[who]
    assert answer.status_code == expected
    with system_scope(reason="test"):
        assert Fact.objects.count() == (expected == 302)


def test_a_leader_finds_only_his_own_contact_points(unit, office, browser, point):
    other = make_link("contact-point", member(unit, office), office.uuid)
    page = seen(browser, unit.users["leader"], "loops:visit")
    assert str(point) in page
    assert str(other) not in page
    assert visited(browser, unit.users["leader"], other).status_code == 422


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "2026-07-02"}, "日期还没有到"),
        ({"day": "2019-12-31"}, "不在这条联系的起止日期里"),
        ({"topic": " "}, "必填"),
        ({"problems": "\n".join("一二三四五六")}, "一次最多记5个问题"),
        ({"problems": "长" * 121}, "不超过120字"),
    ],
)
def test_what_cannot_be_recorded_is_said_in_words_and_nothing_is_half_written(unit, browser, point, changed, words):
    answer = visited(browser, unit.users["leader"], point, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with system_scope(reason="test"):
        assert (Fact.objects.count(), Case.objects.count()) == (0, 0)


def test_the_general_page_of_recording_leads_to_the_one_that_knows_the_place(unit, browser, point):
    answer = browser(unit.users["officer"]).get(reverse("ledger:record"), {"what": "contact.visit"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("loops:visit"))


def test_whoever_is_to_solve_a_problem_does_not_learn_from_the_visit_who_found_it(unit, browser, point):
    visited(browser, unit.users["leader"], point, problems="更衣室漏水")
    assert "2026-001" in seen(browser, unit.users["leader"], "loops:visit"), "he is told the number once"
    with system_scope(reason="test"):
        case, fact = Case.objects.get(), Fact.objects.get()
    assert case.number not in seen(browser, unit.users["secretary"], "ledger:fact", fact.uuid)
    assert case.number in seen(browser, unit.users["officer"], "ledger:fact", fact.uuid)


def test_a_character_that_the_database_does_not_keep_is_refused_in_words(unit, browser, point):
    answer = visited(browser, unit.users["leader"], point, topic="看\x00班组")
    assert answer.status_code == 400
    assert "有不能用的字符" in answer.content.decode()
