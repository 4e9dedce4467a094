"""What of a case stands elsewhere: messages, records that it became, files; and what becomes of that."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from linghang.apps.ledger.operations import erase_evidence
from linghang.apps.loops.models import Case, CaseFile
from linghang.apps.loops.operations import erase_texts, escalate_due, open_contact_lost
from linghang.apps.loops.tests.test_cases import handed_over, report, step
from linghang.apps.loops.tests.test_meetings_of_rooms import found
from linghang.apps.loops.tests.test_pages import VOLUNTEERED, declare, facts, the_case
from linghang.apps.loops.tests.world import NOW, at
from linghang.apps.notify.models import Notice
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


def messages_of(browser, user):
    return browser(user).get(reverse("notify:list"), {"show": "all"}).content.decode()


def confirmed(unit, browser, **changed):
    declare(browser, unit.users["member"], **changed)
    with system_scope(reason="test"):
        case = Case.objects.latest("pk")
    browser(unit.users["secretary"]).post(reverse("loops:move", args=[case.uuid]), {"step": "confirm"})
    return case.uuid


def picture():
    target = BytesIO()
    Image.new("RGB", (40, 20), "white").save(target, "JPEG")
    return SimpleUploadedFile("王小川家的照片.jpg", target.getvalue())


def test_messages_say_what_a_case_is_about_until_its_words_are_erased(unit, browser):
    case = report(unit, title="王小川家漏雨")
    assert "王小川家漏雨" in messages_of(browser, unit.users["organiser"])
    with unit.acting("leader") as actor:
        erase_texts(case=case.uuid, reason="误录", actor=actor, now=NOW)
    page = messages_of(browser, unit.users["organiser"])
    assert "王小川家漏雨" not in page
    assert "事项2026-001的文字已清除" in page
    assert not Notice.objects.filter(text__contains="漏雨").exists()


def test_messages_about_a_confidential_case_name_nobody(unit, browser):
    with system_scope(reason="test"):
        open_contact_lost(person=unit.people["colleague"], attempts=[], actor=SYSTEM, now=NOW)
        escalate_due(now=at(date(2026, 12, 1)))
    page = messages_of(browser, unit.users["organiser"])
    assert "（2026-001）等您办理" in page
    assert "已超过期限" in page
    assert "刘一鸣" not in page
    assert not Notice.objects.filter(text__contains="刘一鸣").exists()


def test_what_somebody_else_has_done_meanwhile_is_not_counted_as_due(unit, browser):
    case = handed_over(unit)
    assert Notice.objects.filter(user=unit.users["secretary"], due__isnull=False).count() == 1
    assert not Notice.objects.filter(user=unit.users["organiser"], due__isnull=False).exists()
    step(unit, "secretary", case, "request", note="已修")
    assert not Notice.objects.filter(user=unit.users["secretary"], due__isnull=False).exists()
    step(unit, "officer", case, "pass")
    assert not Notice.objects.filter(due__isnull=False).exists()


def test_a_message_about_a_case_that_is_closed_says_so(unit, browser):
    case = handed_over(unit)
    assert "等您办理" in messages_of(browser, unit.users["secretary"])
    step(unit, "secretary", case, "request", note="已修")
    page = messages_of(browser, unit.users["secretary"])
    assert "已转到下一步" in page
    assert "等您办理" not in page
    step(unit, "officer", case, "pass")
    page = messages_of(browser, unit.users["officer"])
    assert "已办结" in page
    assert "等您办理" not in page
    page = messages_of(browser, unit.users["secretary"])  # who did the work learns that it was accepted
    assert "“井口候车室漏雨”（2026-001）办结了" in page


def sent_back(unit, browser, **changed):
    declare(browser, unit.users["member"], **changed)
    with system_scope(reason="test"):
        case = Case.objects.latest("pk")
    values = {"step": "return", "return-note": "日期不对"}
    browser(unit.users["secretary"]).post(reverse("loops:move", args=[case.uuid]), values)
    return case


def test_a_returned_declaration_cannot_become_what_was_declared_already(unit, browser):
    returned = sent_back(unit, browser, day="2026-03-03")
    declare(browser, unit.users["member"])
    answer = browser(unit.users["member"]).post(reverse("loops:redeclare", args=[returned.uuid]), VOLUNTEERED)
    assert answer.status_code == 422
    assert "同一件事已经登记过（2026-002）" in answer.content.decode()
    returned.refresh_from_db()
    assert (returned.state, returned.about["day"]) == ("returned", "2026-03-03")


def test_a_returned_declaration_cannot_become_what_the_branch_recorded_already(unit, browser):
    returned = sent_back(unit, browser, day="2026-03-03")
    confirmed(unit, browser)
    with system_scope(reason="test"):
        Case.objects.exclude(pk=returned.pk).update(same="")
    answer = browser(unit.users["member"]).post(reverse("loops:redeclare", args=[returned.uuid]), VOLUNTEERED)
    assert answer.status_code == 422
    assert "支部已经记过您这一天的这件事" in answer.content.decode()


def test_a_declaration_put_right_is_found_under_its_new_words(unit, browser):
    returned = sent_back(unit, browser, quantity="20")
    browser(unit.users["member"]).post(reverse("loops:redeclare", args=[returned.uuid]), VOLUNTEERED)
    assert "志愿服务 2 小时" in found(browser, unit.users["member"], "志愿服务")
    assert "志愿服务 20 小时" not in found(browser, unit.users["member"], "志愿服务")
    assert "志愿服务 2 小时" in messages_of(browser, unit.users["secretary"])


def test_what_was_taken_back_can_be_declared_again(unit, browser):
    confirmed(unit, browser)
    assert declare(browser, unit.users["member"]).status_code == 422
    (fact,) = facts()
    given = {"reason": "时长记错了", "code": "mistake"}
    browser(unit.users["secretary"]).post(reverse("ledger:reverse", args=[fact.uuid]), given)
    assert len(facts()) == 2
    assert declare(browser, unit.users["member"], quantity="3").status_code == 302
    with system_scope(reason="test"):
        assert Case.objects.latest("pk").number == "2026-002"


@pytest.fixture
def with_a_file(unit, browser):
    """A confirmed declaration with a picture that became evidence of the record."""
    confirmed(unit, browser, files=picture())
    with system_scope(reason="test"):
        return CaseFile.objects.get()


def test_a_file_erased_as_evidence_is_gone_from_its_case_too(unit, browser, with_a_file):
    case = the_case()
    page = reverse("loops:case", args=[case.uuid])
    assert "王小川家的照片" in browser(unit.users["secretary"]).get(page).content.decode()
    with system_scope(reason="test"):
        erase_evidence(evidence=with_a_file.uuid, reason="本人申请删除", actor=unit.viewer("secretary"), now=NOW)
    assert "王小川家的照片" not in browser(unit.users["secretary"]).get(page).content.decode()
    with_a_file.refresh_from_db()
    assert (with_a_file.name, with_a_file.sha256) == ("", "")
    file = reverse("loops:file", args=[case.uuid, with_a_file.uuid])
    assert browser(unit.users["secretary"]).get(file).status_code == 404


def test_erasing_a_case_keeps_no_fingerprint_of_its_files(unit, browser, with_a_file):
    with unit.acting("leader") as actor, system_scope(reason="test"):
        erase_texts(case=the_case().uuid, reason="误录", actor=actor, now=NOW)
    with_a_file.refresh_from_db()
    assert (with_a_file.name, with_a_file.sha256) == ("", "")


def test_whoever_reported_says_in_one_tap_what_he_thinks_of_the_answer(unit, browser):
    case = handed_over(unit)
    page, move = reverse("loops:case", args=[case.uuid]), reverse("loops:move", args=[case.uuid])
    early = browser(unit.users["member"]).post(move, {"step": "satisfied"})
    assert early.status_code == 403
    step(unit, "secretary", case, "request", note="已换防水层")
    step(unit, "officer", case, "pass")
    assert "这样的答复您满意吗？" in browser(unit.users["member"]).get(page).content.decode()
    for who in ("secretary", "officer", "organiser"):
        assert "这样的答复您满意吗？" not in browser(unit.users[who]).get(page).content.decode(), who
        assert browser(unit.users[who]).post(move, {"step": "dissatisfied"}).status_code == 403, who
    told = browser(unit.users["member"]).post(move, {"step": "fairly-satisfied"}, follow=True).content.decode()
    assert "反映人评价：基本满意" in told
    assert browser(unit.users["member"]).post(move, {"step": "satisfied"}).status_code == 403
    seen = browser(unit.users["secretary"]).get(page).content.decode()
    assert "反映人评价：基本满意" in seen
    assert "王小川" not in seen  # who is responsible still does not read who reported


def test_nobody_rates_what_he_declared_himself(unit, browser):
    sent = sent_back(unit, browser)
    move = reverse("loops:move", args=[sent.uuid])
    browser(unit.users["member"]).post(move, {"step": "withdraw"})
    assert browser(unit.users["member"]).post(move, {"step": "satisfied"}).status_code == 403
