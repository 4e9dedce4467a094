"""Pages of cases, as people use them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.apps.ledger.models import Fact
from linghang.apps.loops.models import Case
from linghang.apps.loops.tests.test_cases import handed_over, report
from linghang.apps.loops.tests.world import TODAY
from linghang.apps.notify.models import Notice
from linghang.ui.web.scope import system_scope

DECLARE = "/loops/declare/"
VOLUNTEERED = {"day": "2026-03-04", "quantity": "2", "role": "participant", "note": "井口值守"}


def declare(browser, user, record="service.volunteer", **changed):
    return browser(user).post(f"{DECLARE}?record={record}", VOLUNTEERED | changed)


def the_case():
    with system_scope(reason="test"):
        return Case.objects.get()


def facts():
    with system_scope(reason="test"):
        return list(Fact.objects.select_related("subject").all())


@pytest.mark.row("S3-25")
def test_a_member_declares_and_the_branch_confirms_then_it_is_a_record(unit, browser):
    page = browser(unit.users["member"]).get(DECLARE)
    assert "志愿服务" in page.content.decode()
    assert declare(browser, unit.users["member"]).status_code == 302
    case = the_case()
    assert (case.number, case.due_on.isoformat()) == ("2026-001", "2026-03-12")  # five working days
    assert facts() == []
    page = browser(unit.users["member"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    assert "志愿服务 2 小时，2026年3月4日" in page
    assert "自3月5日次日起算5个工作日，调休已计" in page

    again = declare(browser, unit.users["member"])
    assert again.status_code == 422
    assert "2026-001" in again.content.decode()

    done = browser(unit.users["secretary"]).post(reverse("loops:confirm"), {"cases": [str(case.uuid)]}, follow=True)
    assert "已确认 1 条" in done.content.decode()
    (fact,) = facts()
    assert (fact.kind, fact.quantity, fact.attributes) == ("service.volunteer", 20000, {"role": "participant"})
    assert fact.subject.uuid == unit.people["member"]
    assert Notice.objects.filter(user=unit.users["member"], text__contains="确认").exists()

    again = declare(browser, unit.users["member"])
    assert again.status_code == 422
    assert "支部已经记过" in again.content.decode()
    again = declare(browser, unit.users["member"], quantity="3")  # the same thing with another number
    assert again.status_code == 422
    assert len(facts()) == 1


@pytest.mark.row("S3-25")
def test_nobody_confirms_his_own_declaration_and_a_refusal_writes_nothing(unit, browser):
    declare(browser, unit.users["secretary"])
    case = the_case()
    waiting = browser(unit.users["secretary"]).get(reverse("loops:confirm")).content.decode()
    assert "没有等您确认的申报" in waiting
    said = browser(unit.users["secretary"]).post(reverse("loops:move", args=[case.uuid]), {"step": "confirm"})
    assert said.status_code == 403
    assert "不能由自己" in said.content.decode()
    assert facts() == []
    assert browser(unit.users["organiser"]).post(
        reverse("loops:move", args=[case.uuid]), {"step": "confirm"}
    ).status_code == 302  # fmt: skip
    assert len(facts()) == 1


@pytest.mark.row("S3-25")
def test_a_returned_declaration_is_put_right_and_sent_again_or_withdrawn(unit, browser):
    declare(browser, unit.users["member"], quantity="20")
    case = the_case()
    move = reverse("loops:move", args=[case.uuid])
    silent = browser(unit.users["secretary"]).post(move, {"step": "return"})
    assert silent.status_code == 422
    browser(unit.users["secretary"]).post(move, {"step": "return", "return-note": "实际是2小时"})
    home = browser(unit.users["member"]).get("/").content.decode()
    assert "已退回" in home
    page = browser(unit.users["member"]).get(reverse("loops:redeclare", args=[case.uuid])).content.decode()
    assert "实际是2小时" in page
    browser(unit.users["member"]).post(reverse("loops:redeclare", args=[case.uuid]), VOLUNTEERED)
    case = the_case()
    assert (case.state, case.refused, case.about["quantity"]) == ("submitted", 1, 20000)
    browser(unit.users["member"]).post(move, {"step": "withdraw"})
    assert the_case().ends == "withdrawn"
    assert declare(browser, unit.users["member"]).status_code == 302  # withdrawn: it may be declared anew


def test_what_the_branch_recorded_already_is_not_confirmed_a_second_time(unit, browser):
    from linghang.apps.ledger.data import NewFact
    from linghang.apps.ledger.operations import record
    from linghang.apps.loops.tests.world import NOW

    declare(browser, unit.users["member"])
    with system_scope(reason="test"):
        fact = NewFact(
            "service.volunteer",
            unit.people["member"],
            TODAY.replace(day=4),
            quantity=20000,
            attributes={"role": "participant"},
        )
        record(items=[fact], actor=unit.viewer("organiser"), now=NOW)
    case = the_case()
    said = browser(unit.users["secretary"]).post(reverse("loops:confirm"), {"cases": [str(case.uuid)]})
    assert said.status_code == 422
    assert case.number in said.content.decode()
    assert (the_case().state, len(facts())) == ("submitted", 1)


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_files_come_with_a_declaration_and_prove_the_record(unit, browser, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from linghang.apps.ledger.models import Evidence
    from linghang.apps.ledger.operations import sweep_files

    settings.MEDIA_ROOT = tmp_path
    declare(browser, unit.users["member"], files=SimpleUploadedFile("值守.png", PNG, "image/png"))
    case = the_case()
    page = browser(unit.users["secretary"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    assert "值守." in page
    address = re.search(r'href="(/loops/[^"]+/files/[^"]+)"', page)[1]
    answer = browser(unit.users["secretary"]).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert len(b"".join(answer.streaming_content)) > 50
    for who in ("colleague", "neighbour", "stranger"):
        assert browser(unit.users[who]).get(address).status_code == 404
    assert sweep_files(older_than=-1) == 0  # a case names it
    browser(unit.users["secretary"]).post(reverse("loops:move", args=[case.uuid]), {"step": "confirm"})
    with system_scope(reason="test"):
        assert Evidence.objects.get().kind == "file"


def test_a_file_that_is_no_picture_or_document_is_refused(unit, browser, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    said = declare(browser, unit.users["member"], files=SimpleUploadedFile("x.png", b"MZ\x90\x00program"))
    assert said.status_code == 422
    with system_scope(reason="test"):
        assert not Case.objects.exists()


def test_an_account_without_a_person_is_told_whom_to_ask(unit, browser):
    said = browser(unit.users["organiser"]).get(DECLARE)
    assert said.status_code == 403
    assert "组织委员" in said.content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "2026-03-06"}, "日期还没有到"),
        ({"quantity": "0"}, "field-problem"),
        ({"quantity": "201"}, "最多"),
        ({"role": "boss"}, "field-problem"),
        ({"role": ""}, "field-problem"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_beside_its_field(unit, browser, changed, words):
    said = declare(browser, unit.users["member"], **changed)
    assert said.status_code == 422
    assert words in said.content.decode()
    with system_scope(reason="test"):
        assert not Case.objects.exists()


def test_every_declaration_asks_for_eight_fields_at_most(unit, browser):
    from linghang.apps.loops.forms import DeclareForm
    from linghang.apps.loops.views.starts import _declarable

    for kind in _declarable(TODAY).values():
        assert len(DeclareForm(kind=kind, today=TODAY).fields) <= 8, kind.id


def test_the_list_finds_by_number_words_kind_and_place(unit, browser):
    report(unit, title="井口候车室漏雨")
    report(unit, title="食堂夜班没有热饭")

    def get(**asked):
        return browser(unit.users["officer"]).get(reverse("loops:list"), asked).content.decode()

    assert "漏雨" in get()
    for asked in ({"q": "热饭"}, {"q": "2026-002"}):
        assert "热饭" in get(**asked)
        assert "漏雨" not in get(**asked)
    assert "漏雨" in get(place="磨浮")
    assert "没有符合条件的事项" in get(place="采矿部")
    assert "没有符合条件的事项" in get(kind="correction")
    assert "没有逾期的事项" in get(show="overdue")


def test_the_export_holds_exactly_what_the_list_shows(unit, browser):
    from io import BytesIO

    import openpyxl

    report(unit, title="井口候车室漏雨")
    report(unit, title="食堂夜班没有热饭")
    answer = browser(unit.users["officer"]).get(reverse("loops:export"), {"q": "热饭"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    text = str(cells)
    assert "热饭" in text
    assert "漏雨" not in text
    assert "共 1 行" in text


def test_the_page_of_a_case_shows_one_primary_button_and_the_rule_of_its_deadline(unit, browser):
    case = handed_over(unit)
    page = browser(unit.users["secretary"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    main = page.split("<main")[1]
    assert main.count("btn-primary") == 1
    assert "申请销号" in main
    assert "自3月5日次日起算10个工作日，调休已计" in main
    other = browser(unit.users["officer"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    assert "现在没有要您办的" in other


def test_a_case_elsewhere_answers_like_one_that_does_not_exist(unit, browser):
    case = report(unit)
    for who in ("neighbour", "stranger", "colleague"):
        assert browser(unit.users[who]).get(reverse("loops:case", args=[case.uuid])).status_code == 404
        assert browser(unit.users[who]).post(reverse("loops:comment", args=[case.uuid])).status_code == 404


def test_above_a_case_is_extended_paused_and_resumed_on_its_page(unit, browser):
    case = handed_over(unit)
    steer = reverse("loops:steer", args=[case.uuid])
    leader = unit.users["leader"]
    no_words = browser(leader).post(steer, {"action": "extend", "working_days": "5"})
    assert no_words.status_code == 422
    browser(leader).post(steer, {"action": "extend", "working_days": "5", "note": "等配件"})
    assert the_case().due_on.isoformat() == "2026-03-26"
    browser(leader).post(steer, {"action": "pause", "note": "停产检修"})
    assert "已暂停" in browser(leader).get(reverse("loops:case", args=[case.uuid])).content.decode()
    browser(leader).post(steer, {"action": "resume"})
    assert the_case().paused_on is None


@pytest.mark.row("S5-26")
def test_a_correction_of_ones_own_file_is_asked_for_and_followed_on_the_pages(unit, browser):
    asked = browser(unit.users["member"]).post(
        reverse("loops:correct"), {"title": "入党日期有误", "body": "应为2019年7月1日，见介绍信"}, follow=True
    )
    assert "编号 2026-001" in asked.content.decode()
    case = the_case()
    move = reverse("loops:move", args=[case.uuid])
    browser(unit.users["organiser"]).post(move, {"step": "accept"})
    browser(unit.users["organiser"]).post(move, {"step": "request", "request-note": "已改为2019年7月1日"})
    own = browser(unit.users["organiser"]).post(move, {"step": "pass"})
    assert own.status_code == 403
    assert browser(unit.users["secretary"]).post(move, {"step": "pass"}).status_code == 302
    page = browser(unit.users["member"]).get(reverse("loops:case", args=[case.uuid])).content.decode()
    assert "已更正" in page
    assert "已改为2019年7月1日" in page
    foreign = browser(unit.users["member"]).get(reverse("loops:correct"), {"person": unit.people["colleague"]})
    assert foreign.status_code == 404


def test_a_list_costs_as_many_statements_with_one_case_as_with_many(unit, browser):
    def cost():
        client = browser(unit.users["officer"])
        client.get(reverse("loops:list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("loops:list"))
        return len(queries)

    report(unit)
    one = cost()
    for number in range(12):
        report(unit, title=f"问题{number}")
    assert cost() == one


def test_what_was_imported_wrongly_is_asked_to_be_corrected_at_a_place(unit, browser):
    page = browser(unit.users["organiser"]).get(reverse("loops:correct"), {"entry": "import"}).content.decode()
    assert "申请更正导入的内容" in page
    asked = {"title": "花名册里两人的工号互换", "body": "见原表第12、13行", "node": unit.places["branch"].node.uuid}
    browser(unit.users["organiser"]).post(reverse("loops:correct") + "?entry=import", asked)
    case = the_case()
    assert (case.kind, case.about["entry"], case.subject) == ("correction", "import", None)
    error = browser(unit.users["organiser"]).post(reverse("loops:move", args=[case.uuid]), {"step": "accept"})
    assert error.status_code == 302
    members = browser(unit.users["member"]).get(reverse("loops:correct"), {"entry": "import"}).content.decode()
    assert "申请更正导入的内容" not in members


def test_what_was_typed_for_a_step_stands_there_again_when_the_step_is_refused(unit, browser):
    case = report(unit)
    words = "请机电队先看屋面，三天内回话。"
    sent = {"step": "assign", "assign-note": words}
    answer = browser(unit.users["organiser"]).post(reverse("loops:move", args=[case.uuid]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请先指定责任人" in page
    assert words in page
