"""Registers of people and branches on pages: on the move, abroad, in touch, terms; what is asked after its day."""

from datetime import date, timedelta

import pytest

from linghang.apps.access.tests.world import TODAY
from linghang.apps.org.models import ContactCheck, Person
from linghang.apps.org.tests.pages_world import enter, text_of
from linghang.ui.web.scope import system_scope


def test_a_transfer_without_a_receipt_is_overdue_after_its_letter_and_stands_on_the_to_do_list(
    browser, secretary, person, settings
):
    client = browser(secretary)
    values = {"to_text": "南河渠道党委", "sent_on": "2026-03-01", "due_on": "2026-03-10", "document_number": "J-1"}
    client.post(f"/org/people/{person}/transfer/", values)
    assert "在途" in text_of(client.get("/org/transfers/"))
    settings.DEMO_TODAY = date(2026, 3, 11)
    assert "超期未接收" in text_of(client.get("/org/transfers/"))
    assert "组织关系转接已超期" in text_of(client.get("/"))
    assert "刘梅" in text_of(client.get("/org/roster/")), "until the receipt the old branch stays responsible"


def test_a_withdrawn_transfer_changes_nothing(browser, secretary, person):
    client = browser(secretary)
    client.post(f"/org/people/{person}/transfer/", {"to_text": "南河渠道党委", "sent_on": "2026-03-01"})
    with system_scope(reason="test"):
        transfer = Person.objects.get(uuid=person).transfers.get()
    client.post(f"/org/transfers/{transfer.uuid}/", {"act": "cancel"})
    assert "已撤回" in text_of(client.get("/org/transfers/"))
    assert "刘梅" in text_of(client.get("/org/roster/"))
    answer = client.post(f"/org/transfers/{transfer.uuid}/", {"received_on": TODAY.isoformat()})
    assert "已经办结" in text_of(answer)


def test_a_member_on_the_move_stays_in_the_roster_and_is_listed(browser, secretary, person):
    client = browser(secretary)
    values = {"direction": "out", "place": "东山工地", "contact_branch": "东山支部", "valid_from": "2026-02-01"}
    client.post(f"/org/people/{person}/mobility/", values)
    assert "东山工地" in text_of(client.get("/org/mobility/"))
    assert "刘梅" in text_of(client.get("/org/roster/?state=away"))
    assert "还没有结束" in text_of(client.post(f"/org/people/{person}/mobility/", values))


def test_a_stay_abroad_is_registered_and_asked_about_when_its_day_has_passed(browser, secretary, person, settings):
    client = browser(secretary)
    values = {"direction": "abroad", "place": "", "valid_from": "2026-02-01", "expected_back": "2026-03-20"}
    assert "哪个国家（地区）" in text_of(client.post(f"/org/people/{person}/mobility/", values))
    client.post(f"/org/people/{person}/mobility/", values | {"place": "智利"})
    page = text_of(client.get("/org/mobility/?direction=abroad"))
    assert "出国（境），智利，预计2026年3月20日回来" in page
    assert "刘梅" in text_of(client.get("/org/roster/")), "his 组织关系 stays where it is"
    assert "预计回来的日期已过" not in text_of(client.get("/"))
    settings.DEMO_TODAY = date(2026, 3, 21)
    assert "刘梅预计回来的日期已过，请核实" in text_of(client.get("/"))
    with system_scope(reason="test"):
        stay = Person.objects.get(uuid=person).mobility.get()
    client.post(f"/org/mobility/{stay.uuid}/end/", {"last_day": "2026-03-18"})
    assert "预计回来的日期已过" not in text_of(client.get("/"))


@pytest.mark.row("S1-58")
def test_a_member_confirms_his_contact_by_one_tap_and_is_asked_again_half_a_year_later(
    browser, member, person, settings
):
    client = browser(member)
    assert "确认您的联系方式仍然有效" in text_of(client.get("/"))
    page = text_of(client.post("/org/me/contact/", follow=True))
    assert "2026年9月5日" in page
    assert "确认您的联系方式仍然有效" not in text_of(client.get("/"))
    settings.DEMO_TODAY = date(2026, 8, 20)
    assert "确认您的联系方式仍然有效" in text_of(client.get("/"))


@pytest.mark.row("S1-58")
def test_two_failed_attempts_call_those_who_open_a_case_and_one_does_not(browser, secretary, person, monkeypatch):
    from linghang.apps.org.data.hooks import on_contact_lost

    heard = []
    monkeypatch.setattr(on_contact_lost, "_hooks", {"test": lambda lost, actor, now: heard.append(lost)})
    client = browser(secretary)
    values = {"method": "phone", "outcome": "failed", "checked_on": "2026-03-01"}
    client.post(f"/org/people/{person}/contact/", values)
    assert heard == []
    client.post(f"/org/people/{person}/contact/", values | {"checked_on": "2026-03-03", "method": "visit"})
    assert [lost.person for lost in heard] == [person]
    assert heard[0].failed_on == (date(2026, 3, 1), date(2026, 3, 3))
    client.post(f"/org/people/{person}/contact/", values | {"checked_on": "2026-03-04"})
    assert len(heard) == 1


@pytest.mark.row("S1-58")
def test_nobody_confirms_in_another_persons_place(browser, secretary, below, person):
    answer = browser(secretary).post(
        f"/org/people/{person}/contact/", {"method": "self", "outcome": "reached", "checked_on": "2026-03-01"}
    )
    assert answer.status_code == 422
    assert not ContactCheck._base_manager.exists()
    assert browser(secretary).post("/org/me/contact/").status_code == 404


@pytest.mark.row("S1-58")
def test_the_branch_sees_who_was_not_in_touch_for_half_a_year(browser, secretary, person, settings):
    client = browser(secretary)
    assert "还没有核对过 1 人" in text_of(client.get("/org/contacts/"))
    values = {"method": "phone", "outcome": "reached", "checked_on": TODAY.isoformat()}
    client.post(f"/org/people/{person}/contact/", values)
    settings.DEMO_TODAY = date(2026, 9, 6)
    assert "刘梅" in text_of(client.get("/org/contacts/?state=due"))
    assert "1名党员半年没有核对联系方式" in text_of(client.get("/"))


# --- terms ------------------------------------------------------------------------------------------------------------


def set_term(client, place, **more):
    values = {"number": 3, "elected_on": "2023-09-01", "ends_on": "2026-08-31"} | more
    return client.post(f"/org/{place.uuid}/terms/", values, follow=True)


@pytest.mark.parametrize(("left", "step"), [(180, 180), (90, 90), (30, 30), (1, 30)])
def test_branch_and_superior_are_reminded_before_a_term_ends(browser, secretary, officer, below, settings, left, step):
    set_term(browser(officer), below)
    settings.DEMO_TODAY = date(2026, 8, 31) - timedelta(days=left)
    for account in (secretary, officer):
        assert f"剩{left}天（{step}天提醒）" in text_of(browser(account).get("/"))
    settings.DEMO_TODAY = date(2026, 8, 31) - timedelta(days=181)
    assert "天提醒）" not in text_of(browser(secretary).get("/"))


def test_an_extension_needs_a_document_and_a_year_at_most(browser, officer, below):
    client = browser(officer)
    set_term(client, below)
    with system_scope(reason="test"):
        from linghang.apps.org.models import Term

        term = Term.objects.get()
    too_long = {"extended_to": "2027-09-01", "document": "北党〔2026〕9号"}
    assert "延期最长1年" in text_of(client.post(f"/org/terms/{term.uuid}/extend/", too_long))
    answer = client.post(f"/org/terms/{term.uuid}/extend/", {"extended_to": "2027-08-31", "document": ""})
    assert answer.status_code == 422
    client.post(f"/org/terms/{term.uuid}/extend/", too_long | {"extended_to": "2027-08-31"})
    page = text_of(client.get("/org/terms/"))
    assert "已延期" in page
    assert "2027年8月31日" in page


def test_the_branch_itself_cannot_extend_its_term(browser, officer, secretary, below):
    set_term(browser(officer), below)
    with system_scope(reason="test"):
        from linghang.apps.org.models import Term

        term = Term.objects.get()
    assert browser(secretary).get(f"/org/terms/{term.uuid}/extend/").status_code == 403


def test_a_branch_with_fewer_than_seven_full_members_is_told_that_it_elects_no_committee(
    browser, officer, below, person
):
    set_term(browser(officer), below)
    assert "不足7人" in text_of(browser(officer).get("/org/terms/?q=磨浮"))
    for number in range(6):
        enter(f"党员{number}", below)
    assert "不足7人" not in text_of(browser(officer).get("/org/terms/?q=磨浮"))


def test_the_same_term_is_not_entered_twice(browser, officer, below):
    set_term(browser(officer), below)
    assert "第3届已经登记过" in text_of(set_term(browser(officer), below))
