"""督办单: a case on paper, as its reader may see it."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

from django.urls import reverse

from linghang.apps.loops.tests.test_cases import handed_over, report, step


def printed(browser, user, case, form: str = "word"):
    return browser(user).get(reverse("loops:sheet", args=[case.uuid]), {"format": form})


def words(answer) -> str:
    document = ZipFile(BytesIO(b"".join(answer.streaming_content))).read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", document))


def test_the_sheet_says_who_does_what_until_when_with_the_measures_and_room_for_signatures(unit, browser):
    case = handed_over(unit)
    step(unit, "secretary", case, "request", note="已更换屋面防水")
    text = words(printed(browser, unit.users["officer"], case))
    for said in ("督办单", "井口候车室漏雨", "张立", "已更换屋面防水", "措施清单", "督办单位", "非涉密系统"):
        assert said in text
    assert text.index("已更换屋面防水") < text.index("办理经过"), "a measure of its own"


def test_a_case_that_is_late_says_at_which_level_it_is_supervised(unit, browser, settings):
    case = handed_over(unit)
    settings.DEMO_TODAY = date(2026, 4, 20)
    text = words(printed(browser, unit.users["officer"], case))
    assert re.search(r"督办单（(催办|督办|挂牌督办)）", text)
    assert "已超期" in text


def test_the_sheet_for_the_responsible_does_not_name_who_reported_it(unit, browser):
    case = handed_over(unit)
    assert "王小川" not in words(printed(browser, unit.users["secretary"], case))
    assert "王小川" in words(printed(browser, unit.users["officer"], case))


def test_the_sheet_prints_as_pdf_and_only_for_those_who_read_the_case(unit, browser):
    case = report(unit)
    assert b"".join(printed(browser, unit.users["officer"], case, "pdf").streaming_content)[:5] == b"%PDF-"
    assert printed(browser, unit.users["stranger"], case).status_code == 404
    assert printed(browser, unit.users["member"], case).status_code == 403
    assert "督办单" in browser(unit.users["officer"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    assert "督办单" not in browser(unit.users["member"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
