"""Where this room meets others: contact checks, pages of people and branches, records, the index of finding."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.html import escape

from linghang.apps.access.tests.world import LONG_AGO
from linghang.apps.ledger.data.links import links_to
from linghang.apps.loops.models import Case
from linghang.apps.loops.operations import erase_texts
from linghang.apps.loops.tests.test_cases import report
from linghang.apps.loops.tests.test_pages import declare, facts, the_case
from linghang.apps.loops.tests.world import NOW, TODAY
from linghang.apps.org.operations import join, record_contact
from linghang.apps.org.tests.imports.walk import Walk, workbook
from linghang.ui.web.scope import system_scope


def failed_attempt(unit, day):
    with system_scope(reason="test"):
        record_contact(
            person=unit.people["colleague"],
            checked_on=day,
            method="phone",
            reached=False,
            actor=unit.viewer("secretary"),
            now=NOW,
        )


def member_of_the_branch(unit):
    with system_scope(reason="test"):
        join(
            person=unit.people["colleague"],
            organisation=unit.places["branch"].uuid,
            kind="party",
            valid_from=LONG_AGO,
            actor=unit.viewer("officer"),
            now=NOW,
        )


@pytest.mark.row("S1-58")
def test_the_second_failed_attempt_opens_a_case_that_only_organisation_officers_see(unit, browser):
    member_of_the_branch(unit)
    failed_attempt(unit, date(2026, 3, 2))
    with system_scope(reason="test"):
        assert not Case.objects.exists()
    failed_attempt(unit, date(2026, 3, 5))
    case = the_case()
    assert (case.kind, case.confidential, case.subject.uuid) == ("contact-lost", True, unit.people["colleague"])
    page = reverse("loops:case", args=[case.uuid])
    seen = {who for who in unit.users if browser(unit.users[who]).get(page).status_code == 200}
    assert seen == {"organiser", "officer", "second_officer"}
    for who in ("secretary", "leader", "inspector", "colleague"):
        told = browser(unit.users[who]).get(reverse("loops:list"), {"show": "all"}).content.decode()
        assert "失联" not in told.split('id="rows"')[1], who
    assert "失联事项" in browser(unit.users["organiser"]).get("/").content.decode()
    assert "失联事项" not in browser(unit.users["secretary"]).get("/").content.decode()


def test_a_record_leads_back_to_its_declaration_for_those_who_may_read_it(unit, browser):
    declare(browser, unit.users["member"])
    case = the_case()
    browser(unit.users["secretary"]).post(reverse("loops:move", args=[case.uuid]), {"step": "confirm"})
    (fact,) = facts()
    assert [link.url for link in links_to(fact.uuid, unit.viewer("secretary"))] == [
        reverse("loops:case", args=[case.uuid])
    ]
    assert links_to(fact.uuid, unit.viewer("neighbour")) == []


def found(browser, user, words):
    return browser(user).get(reverse("portal:search"), {"q": words}).content.decode() if user else ""


def test_a_case_is_found_by_those_who_may_read_it_and_not_after_its_words_were_erased(unit, browser):
    report(unit, title="井口候车室漏雨")
    declare(browser, unit.users["member"])
    for who, sees_problem, sees_declaration in (
        ("officer", True, True),
        ("leader", True, False),
        ("member", True, True),
        ("colleague", False, False),
        ("neighbour", False, False),
        ("stranger", False, False),
    ):
        assert ("候车室漏雨" in found(browser, unit.users[who], "漏雨")) == sees_problem, who
        assert ("志愿服务 2 小时" in found(browser, unit.users[who], "志愿服务")) == sees_declaration, who
    with system_scope(reason="test"):
        problem = Case.objects.get(kind="problem")
    with unit.acting("leader") as actor:
        erase_texts(case=problem.uuid, reason="误录", actor=actor, now=NOW)
    assert "候车室漏雨" not in found(browser, unit.users["officer"], "漏雨")


def test_the_page_of_a_branch_counts_what_is_not_closed(unit, browser):
    report(unit, title="井口候车室漏雨")
    page = browser(unit.users["officer"]).get(reverse("org:branch", args=[unit.places["branch"].uuid]))
    text = page.content.decode()
    assert "未结束 1 项，逾期 0 项" in text
    assert "井口候车室漏雨" in text
    assert TODAY.isoformat() in text


def test_the_result_of_an_import_leads_to_where_a_few_lines_of_it_are_put_right(unit, browser, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    rows = [["姓名", "工号", "支部", "政治面貌", "转入日期"], ["齐一", "2001", "磨浮党支部", "正式党员", "2021-07-01"]]
    walk = Walk(unit.users["officer"], "roster").upload(workbook({"名册": rows})).match().confirm()
    page = walk.get().content.decode()
    address = f"{reverse('loops:correct')}?{urlencode({'entry': 'import', 'what': walk.row.title})}"
    assert f'href="{escape(address)}"' in page
    asked = browser(unit.users["officer"]).get(address).content.decode()
    assert "申请更正导入的内容" in asked
    assert f'value="{walk.row.title}"' in asked
