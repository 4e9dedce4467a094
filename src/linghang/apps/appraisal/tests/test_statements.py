"""党员积分明细: what a member, his branch and those above see of a month, and that the lines add up."""

import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from linghang.apps.appraisal.operations.months import open_books
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import (
    FEBRUARY,
    JANUARY,
    MARCH,
    NOW,
    TODAY,
    browser,
    meeting,
    page_of,
    points_world,
    settle_month,
    volunteer,
)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker):
    """January and February final, March public; in March one absence, and no volunteering. Made once for all tests."""
    with override_settings(DEMO_TODAY=TODAY), django_db_blocker.unblock(), transaction.atomic():
        world = points_world()
        volunteer(world, 0, JANUARY.first)
        volunteer(world, 0, FEBRUARY.first)
        settle_month(world, JANUARY)
        settle_month(world, FEBRUARY)
        meeting(world, 0, MARCH.first)
        settle_month(world, MARCH, state="public")
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def quarter(lived, db):
    """What a test writes is taken back at its end, the quarter itself at the end of the module."""
    return lived


def address(world, month=MARCH, person=0, name="statement"):
    return reverse(f"appraisal:{name}", args=[world.people[person], SCHEME, month])


def test_the_lines_add_up_to_the_total_and_the_sentence_names_what_changed(quarter):
    page = page_of(quarter, "member", MARCH)
    assert sum(line.counted for line in page.lines) == page.total == quarter.row(0, MARCH).counted
    reasons = "党小组会缺席 −3.50，志愿服务少1次 −2.00，志愿服务每月至少1次（不足） −2.00"
    assert page.sentence == f"3月得 74.50 分，比2月少 7.50：{reasons}。"


def test_a_member_opens_his_month_from_the_short_address_and_sees_who_takes_objections(quarter):
    page = browser(quarter, "member").get(reverse("appraisal:mine")).content.decode()
    assert "王小川" in page
    assert "公示中" in page
    assert "比2月少 7.50" in page
    assert "对这一条有异议" in page
    assert "受理人：points-secretary同志" in page
    assert page.count("data-counted") == len(page_of(quarter, "member", MARCH).lines)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 200), ("secretary", 200), ("organiser", 200), ("discipline", 200), ("group_leader", 200),
        ("officer", 302), ("colleague", 404), ("leader", 404), ("inspector", 403), ("personnel", 404),
        ("neighbour", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_who_sees_a_members_points_is_what_the_table_says(quarter, who, status):
    assert browser(quarter, who).get(address(quarter)).status_code == status


def test_the_leader_of_his_group_sees_what_is_still_to_be_checked_and_nobody_elses(quarter):
    leader = browser(quarter, "group_leader")
    assert leader.get(address(quarter, MARCH)).status_code == 200
    assert leader.get(address(quarter, FEBRUARY)).status_code == 404  # final: nothing to check any more
    assert leader.get(address(quarter, MARCH, person=1)).status_code == 404  # not of his group
    assert leader.get(reverse("appraisal:year", args=[quarter.people[0], SCHEME, 2026])).status_code == 404


def test_an_inspector_hears_which_way_there_is(quarter):
    answer = browser(quarter, "inspector").get(address(quarter))
    assert "只通过一件事项查看" in answer.content.decode()


def test_from_above_a_reason_is_asked_once_a_day_and_the_member_reads_it(quarter):
    officer = browser(quarter, "officer")
    asked = officer.get(address(quarter))
    assert asked.url.startswith(reverse("appraisal:sight-reason", args=[quarter.people[0]]))
    assert officer.post(asked.url, {"reason": "核"}).status_code == 422
    given = officer.post(asked.url, {"reason": "核对3月公示中的异议", "next": address(quarter)})
    assert given.url == address(quarter)
    assert officer.get(address(quarter)).status_code == 200
    assert officer.get(address(quarter, FEBRUARY)).status_code == 200
    assert officer.get(address(quarter, person=1)).status_code == 302  # another person, another reason
    said = browser(quarter, "member").get(address(quarter)).content.decode()
    assert "points-officer同志" in said
    assert "核对3月公示中的异议" in said
    assert "points-officer同志" not in browser(quarter, "secretary").get(address(quarter)).content.decode()


def test_a_reason_never_leads_to_another_site(quarter):
    asked = reverse("appraisal:sight-reason", args=[quarter.people[0]])
    given = browser(quarter, "officer").post(asked, {"reason": "核对公示", "next": "https://example.org/"})
    assert given.url == reverse("org:roster")


def test_one_category_alone_adds_up_to_its_bar(quarter):
    page = page_of(quarter, "member", MARCH)
    life = next(bar for bar in page.bars if bar.id == "life")
    assert life.got == 2650
    said = browser(quarter, "member").get(address(quarter) + "?category=life").content.decode()
    assert said.count("data-counted") == 2
    assert ">26.50</a>" in said


@pytest.mark.row("S3-27")
def test_the_quarter_is_its_months_and_what_was_booked(quarter):
    page = page_of(quarter, "member", MARCH)
    span = page.spans[0]
    assert span.total == sum(one.total for one in span.months) == quarter_total(quarter)
    assert (
        browser(quarter, "member")
        .get(reverse("appraisal:quarter", args=[quarter.people[0], SCHEME, 2026, 1]))
        .status_code
        == 200
    )
    assert (
        browser(quarter, "member").get(reverse("appraisal:year", args=[quarter.people[0], SCHEME, 2026])).status_code
        == 200
    )


def test_the_page_costs_the_same_statements_however_much_it_shows(quarter):
    member = browser(quarter, "member")
    member.get(address(quarter))  # packs and plans are read once
    with CaptureQueriesContext(connection) as few:
        member.get(address(quarter))
    for day in range(1, 20):
        volunteer(quarter, 0, MARCH.first + timedelta(days=day), number=day)
    settle_month(quarter, MARCH, state="public")
    with CaptureQueriesContext(connection) as many:
        page = member.get(address(quarter)).content.decode()
    assert page.count("data-counted") > 20
    assert len(many) == len(few)


def test_attributes_of_a_line_stand_in_the_order_of_their_kind(quarter):
    titles = [line.title for line in page_of(quarter, "member", MARCH).lines]
    assert "参加组织生活：党小组会、缺席、无事由" in titles


def test_in_another_language_the_page_says_whose_words_the_lines_are(quarter):
    member = browser(quarter, "member")
    english = member.get(address(quarter), headers={"accept-language": "en"}).content.decode()
    assert "quoted from the scheme, whose text is Chinese" in english
    assert "引用办法的原文" not in member.get(address(quarter)).content.decode()


def quarter_total(world):
    return sum(world.row(0, month).counted for month in (JANUARY, FEBRUARY, MARCH))


@pytest.mark.parametrize("name", ["statement-export", "statement-pdf"])
def test_the_month_is_saved_as_it_is_shown(quarter, name):
    answer = browser(quarter, "member").get(address(quarter, name=name))
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"PK" if name.endswith("export") else b"%PDF")


def test_what_is_saved_names_the_moment_of_the_numbers_as_the_clock_on_the_wall_shows_it(quarter):
    answer = browser(quarter, "member").get(address(quarter, name="statement-export"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    said = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell]
    moment = page_of(quarter, "member", MARCH).ground.as_of.astimezone(ZoneInfo("Asia/Shanghai"))
    assert any(f"数据截至：{moment:%Y-%m-%d %H:%M}" in words for words in said)


@pytest.mark.parametrize("name", ["year-export", "year-pdf"])
def test_the_year_is_saved_as_it_is_shown(quarter, name):
    answer = browser(quarter, "member").get(reverse(f"appraisal:{name}", args=[quarter.people[0], SCHEME, 2026]))
    assert b"".join(answer.streaming_content).startswith(b"PK" if name.endswith("export") else b"%PDF")


def test_the_open_month_is_computed_for_this_one_person_as_things_stand_now(quarter):
    april = MARCH + 1
    with quarter.scope("officer"):
        open_books(month=april, node=quarter.places["parent"].node.uuid, now=NOW)
    member = browser(quarter, "member")
    before = member.get(reverse("appraisal:mine")).content.decode()
    assert "2026年4月" in before
    assert "预计" in before
    assert "2026年3月正在公示，去核对" in before
    assert "此刻已有的全部记录" in before
    assert "尚不能确定" in before  # nobody has closed the month: a shortfall is unknown, not zero
    volunteer(quarter, 0, april.first)
    after = member.get(reverse("appraisal:mine")).content.decode()
    assert "到现在，4月得 82.00 分" in after
    for name in ("statement-export", "statement-pdf"):
        assert member.get(address(quarter, april, name=name)).status_code == 200
    assert "对这一条有异议" not in after


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 200), ("secretary", 200), ("group_leader", 200), ("officer", 302), ("colleague", 404),
     ("leader", 404), ("inspector", 403), ("neighbour", 404), ("stranger", 404)],
)  # fmt: skip
def test_the_open_month_is_shown_to_the_same_people(quarter, who, status):
    april = MARCH + 1
    with quarter.scope("officer"):
        open_books(month=april, node=quarter.places["parent"].node.uuid, now=NOW)
    assert browser(quarter, who).get(address(quarter, april)).status_code == status
    assert browser(quarter, who).get(address(quarter, april + 1)).status_code != 200


def pdf_words(client, world) -> str:
    """The words of the printed file of the first member."""
    answer = client.get(reverse("org:person-print", args=[world.people[0]]))
    printed = b"".join(answer.streaming_content)
    return subprocess.run(["pdftotext", "-", "-"], input=printed, capture_output=True, check=True).stdout.decode()


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="NOT RUN: no pdftotext (Debian: apt-get install poppler-utils)"
)
def test_the_printed_file_holds_records_with_their_numbers_and_the_points(quarter):
    fact = volunteer(quarter, 0, MARCH.last)
    said = "".join(pdf_words(browser(quarter, "member"), quarter).split())
    assert str(fact)[-6:] in said  # a narrow column breaks the number
    assert "74.50" in said
    assert "季度" in said or "星级" in said
    above = "".join(pdf_words(browser(quarter, "officer"), quarter).split())
    assert str(fact)[-6:] in above
    assert "74.50" not in above  # points from above only for a reason


def test_the_persons_page_shows_his_points_to_the_committee_and_asks_from_above(quarter):
    file = reverse("org:person", args=[quarter.people[0]])
    committee = browser(quarter, "secretary").get(file).content.decode()
    assert ">74.50</a>" in committee
    above = browser(quarter, "officer").get(file).content.decode()
    assert "74.50" not in above
    assert "写明理由后查看" in above
    own = browser(quarter, "member").get(reverse("org:me")).content.decode()
    assert reverse("appraisal:mine") in own
