"""月度工作单: prefilled from the records, sent within three working days of the month's end, judged, and kept."""

from datetime import UTC, date, datetime

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from linghang.apps.appraisal.data.duty import SheetState, Verdict
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import DutySheet
from linghang.apps.appraisal.operations.duty import judge_sheet, send_sheet
from linghang.apps.appraisal.policies.duty import due_of
from linghang.apps.appraisal.queries.duty import UNSENT, sheet_counts, sheet_of, sheets_page
from linghang.apps.appraisal.tests.months import FEBRUARY, absent, make_book, make_branch
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

IN_TIME, LAST_DAY, TOO_LATE = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)
NAME = "2026-02"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = IN_TIME


@pytest.fixture
def branch(db):
    return make_branch()


@pytest.fixture
def browser(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def sent(branch, who="secretary", day=IN_TIME, note=""):
    with branch.acting(who, day) as actor:
        return send_sheet(place=branch.place.uuid, month=FEBRUARY, note=note, actor=actor, now=at(day))


def judged(branch, sheet, verdict, remark="", who="officer", day=IN_TIME):
    with branch.acting(who, day) as actor:
        judge_sheet(sheet=sheet, verdict=verdict, remark=remark, actor=actor, now=at(day))


def card(branch, day=IN_TIME, who="secretary"):
    with branch.acting(who, day):
        return sheet_of(branch.place.uuid, FEBRUARY, today=day)


def held(branch, day=date(2026, 2, 12)):
    with branch.acting("organiser") as actor:
        fact = NewFact("theme-day.held", branch.place.uuid, day, quantity=50_000)
        record(items=[fact], actor=actor, now=at(IN_TIME))


def refused(code, call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    assert caught.value.code == code


def line(found, code):
    return next(one for one in found.lines if one.code == code)


@pytest.mark.row("S4-20")
def test_a_sheet_is_due_three_working_days_after_the_month_and_red_from_the_next_day_on(branch):
    assert due_of(FEBRUARY).day == LAST_DAY
    assert card(branch, LAST_DAY).state == SheetState.OPEN
    late = card(branch, TOO_LATE)
    assert (late.state, late.mark, late.left) == (SheetState.LATE, "red", -1)
    assert "3个工作日" in late.due_words


def test_the_lines_are_what_is_recorded_and_nothing_is_typed_again(branch):
    absent(branch, "member")
    before = card(branch)
    assert (line(before, "absences").count, line(before, "absences").state) == (1, "short")
    assert line(before, "norm:主题党日").state == "short"
    held(branch)
    after = line(card(branch), "norm:主题党日")
    assert (after.count, after.wanted, after.state) == (1, 1, "ok")


@pytest.mark.row("S4-20")
def test_a_returned_sheet_shows_the_remark_and_its_version_and_can_be_sent_again(branch, browser):
    first = sent(branch, note="主题党日因检修改期")
    judged(branch, first, Verdict.RETURNED, "请补录主题党日")
    page = browser(branch.users["secretary"]).get(reverse("appraisal:duty", args=[branch.place.uuid, NAME]))
    text = page.content.decode()
    assert "请补录主题党日" in text
    assert "第1版已由李文退回" in text
    held(branch)
    second = sent(branch)
    judged(branch, second, Verdict.PASSED)
    versions = card(branch).versions
    assert [one.version for one in versions] == [2, 1]
    assert line(versions[1], "norm:主题党日").count == 0  # what the first version said stays


@pytest.mark.row("S4-20")
def test_audited_numbers_stay_as_they_were_whatever_is_recorded_later(branch):
    judged(branch, sent(branch), Verdict.PASSED)
    held(branch)
    found = card(branch)
    assert (found.state, line(found, "norm:主题党日").count) == (SheetState.PASSED, 0)
    refused("sheet_passed", sent, branch)


def test_versions_and_verdicts_cannot_be_changed_in_the_database_either(branch):
    sheet = sent(branch)
    judged(branch, sheet, Verdict.PASSED)
    for table in ("dutysheet", "dutyaudit"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM appraisal_{table}")


def test_a_month_that_still_runs_is_not_sent(branch):
    refused("month_runs", sent, branch, day=date(2026, 2, 28))
    sent(branch, day=date(2026, 3, 1))


def test_only_the_branch_sends_and_only_somebody_above_judges(branch):
    refused("not_your_step", sent, branch, who="discipline")
    refused("not_your_step", sent, branch, who="officer")
    sheet = sent(branch)
    refused("not_your_step", judged, branch, sheet, Verdict.PASSED, who="organiser")
    refused("not_found", judged, branch, sheet, Verdict.PASSED, who="stranger")
    refused("reason_needed", judged, branch, sheet, Verdict.RETURNED)
    judged(branch, sheet, Verdict.PASSED)
    refused("sheet_judged", judged, branch, sheet, Verdict.PASSED)


def test_what_was_sent_waits_for_its_verdict_before_it_is_sent_again(branch):
    sent(branch)
    refused("sheet_waits", sent, branch, who="organiser")
    with system_scope(reason="test"):
        assert DutySheet.objects.count() == 1


def test_the_board_counts_branches_by_state_and_each_count_lists_as_many(branch):
    with branch.acting("officer", TOO_LATE):
        assert sheet_counts(FEBRUARY, on=TOO_LATE)[SheetState.LATE] == 1
    judged(branch, sent(branch), Verdict.RETURNED, "请补录")
    with branch.acting("officer", TOO_LATE):
        counts = sheet_counts(FEBRUARY, on=TOO_LATE)
        assert {state: len(sheets_page(FEBRUARY, state=state, on=TOO_LATE)) for state in counts} == counts
        assert counts[UNSENT] == 1


def test_the_way_of_a_secretary_through_the_pages(branch, browser):
    address = reverse("appraisal:duty", args=[branch.place.uuid, NAME])
    client = browser(branch.users["secretary"])
    page = client.get(address).content.decode()
    assert "确认并报送" in page
    assert client.post(f"{address}send/", {"note": "无"}).status_code == 302
    assert "已报送，待审核" in client.get(address).content.decode()
    assert client.post(f"{address}send/").status_code == 409
    client = browser(branch.users["officer"])
    assert "审核通过" in client.get(address).content.decode()
    assert client.post(f"{address}judge/", {"verdict": "returned", "remark": ""}).status_code == 422
    assert client.post(f"{address}judge/").status_code == 404
    assert client.post(f"{address}judge/", {"verdict": "passed"}).status_code == 302
    board = client.get(reverse("appraisal:duty-board"), {"month": NAME, "state": "passed"}).content.decode()
    assert branch.place.node.label in board
    assert client.get(reverse("appraisal:duty-board"), {"month": NAME, "export": "xlsx"}).status_code == 200


def test_sheets_of_other_branches_are_not_found(branch, browser):
    for who, status in (("neighbour", 403), ("stranger", 404), ("member", 403)):
        page = browser(branch.users[who]).get(reverse("appraisal:duty", args=[branch.place.uuid, NAME]))
        assert page.status_code == status, who
    officer = browser(branch.users["officer"])
    assert officer.get(reverse("appraisal:duty", args=[branch.place.uuid, "2026-13"])).status_code == 404
    assert officer.get(reverse("appraisal:duty", args=[branch.places["own"].uuid, NAME])).status_code == 404


def test_the_front_page_asks_the_secretary_for_the_sheet_and_the_officer_to_judge_it(branch, browser):
    text = browser(branch.users["secretary"]).get("/").content.decode()
    assert "报2月工作单" in text
    assert reverse("appraisal:duty", args=[branch.place.uuid, NAME]) in text
    sheet = sent(branch)
    assert "报2月工作单" not in browser(branch.users["secretary"]).get("/").content.decode()
    assert "审核 1 张工作单" in browser(branch.users["officer"]).get("/").content.decode()
    judged(branch, sheet, Verdict.RETURNED, "请补录")
    assert "重报2月工作单" in browser(branch.users["organiser"]).get("/").content.decode()


def test_after_sending_the_sheet_offers_the_settlement_and_later_the_book(branch, browser):
    address = reverse("appraisal:duty", args=[branch.place.uuid, NAME])
    book = make_book(branch, state=BookState.RECORDING)
    assert 'value="settle"' not in browser(branch.users["secretary"]).get(address).content.decode()
    sent(branch)
    text = browser(branch.users["secretary"]).get(address).content.decode()
    assert reverse("appraisal:book-step", args=[book.uuid]) in text
    assert 'value="settle"' in text
    assert 'value="settle"' not in browser(branch.users["discipline"]).get(address).content.decode()


def test_the_front_page_asks_the_discipline_member_for_an_approval_that_is_due_and_only_once(branch, browser, settings):
    book = make_book(branch, public_until=date(2026, 3, 2))
    client = browser(branch.users["discipline"])
    assert "审定2月积分" in client.get("/").content.decode()
    step = reverse("appraisal:book-step", args=[book.uuid])
    assert client.post(step, {"step": "approve"}).status_code == 302
    assert "审定2月积分" not in client.get("/").content.decode()
    assert "审定2月积分" in browser(branch.users["secretary"]).get("/").content.decode()
    for who in ("member", "colleague"):
        assert "审定2月积分" not in browser(branch.users[who]).get("/").content.decode()
    settings.DEMO_TODAY = date(2026, 3, 2)
    assert "审定2月积分" not in browser(branch.users["secretary"]).get("/").content.decode()  # it is still shown
