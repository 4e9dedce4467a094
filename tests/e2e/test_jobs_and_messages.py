"""Watching long work in a real browser while a real worker does it, and reading the message about it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.access.models import User
from linghang.apps.jobs.operations import start_job
from linghang.apps.jobs.tests import kinds  # noqa: F401 -- registers
from linghang.apps.jobs.tests.workers import Workers
from linghang.apps.notify.operations import notify
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

pytestmark = pytest.mark.browser


@pytest.fixture
def workers(transactional_db, test_database, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    crew = Workers(test_database.app_url, tmp_path)
    yield crew
    crew.end()


def start(user: User, kind: str, title: str, **arguments):
    viewer = Viewer(uuid=user.uuid, name=user.display_name)
    now = datetime.now(UTC)
    return start_job(kind=kind, title=title, arguments=arguments, actor=viewer, scope=Scope(), now=now)


def test_a_person_watches_his_job_leaves_comes_back_and_is_told(
    page: Page, people, sign_in, check_page, workers, tmp_path
):
    slow = tmp_path / "slow"
    slow.touch()  # as long as it is there, the job takes its time
    officer = people("officer")
    sign_in(page, officer)
    job = start(officer, "test.count", "3月积分试算", rows=60, pause=2, file=str(slow))
    page.goto(f"/jobs/{job.uuid}/")
    expect(page.get_by_text("排队中")).to_be_visible()
    workers.start()
    expect(page.locator("progress")).to_have_attribute("max", "60")
    with page.expect_request(lambda request: request.headers.get("x-background") == "1"):
        pass  # nobody's click: it does not keep the session alive
    check_page(page, "job-running")
    page.goto("/")
    slow.unlink()
    page.goto(f"/jobs/{job.uuid}/")
    expect(page.get_by_text("共60行")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)
    check_page(page, "job-done")
    page.goto("/notify/")
    expect(page.get_by_text("“3月积分试算”已完成。")).to_be_visible()
    page.get_by_role("button", name="打开").click()
    expect(page).to_have_url(re.compile(f"/jobs/{job.uuid}/$"))
    expect(page.get_by_label("消息，0 条未读")).to_be_visible()


def test_a_job_is_cancelled_by_keyboard_and_the_page_follows(page: Page, people, sign_in, check_page, workers):
    officer = people("officer")
    sign_in(page, officer)
    workers.start()
    job = start(officer, "test.count", "全年核算", rows=20_000, pause=0.02)
    page.goto(f"/jobs/{job.uuid}/")
    expect(page.get_by_text("第", exact=False).filter(has_text="行").first).to_be_visible()
    button = page.get_by_role("button", name="取消任务")
    for _ in range(100):  # the part is replaced every second; the person simply presses again
        if button.count() == 0:
            break
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    expect(page.get_by_text("任务已取消，取消后不再写入任何内容。")).to_be_visible()
    check_page(page, "job-cancelled")


def test_a_refused_job_names_the_cell_and_the_list_stays_readable(page: Page, people, sign_in, check_page, workers):
    officer = people("officer")
    sign_in(page, officer)
    workers.start()
    refused = start(officer, "test.refuse", "导入花名册")
    start(officer, "test.file", "导出积分单")
    page.goto(f"/jobs/{refused.uuid}/")
    expect(page.get_by_text("名册!B7")).to_be_visible()
    check_page(page, "job-refused")
    page.goto("/jobs/")
    expect(page.get_by_text("导出积分单")).to_be_visible()
    check_page(page, "job-list")


def test_messages_and_the_choice_about_e_mail(page: Page, people, sign_in, check_page):
    member = people("member")
    sign_in(page, member)
    now, day = datetime.now(UTC), date(2026, 3, 9)
    for number, text in enumerate(["请确认3月到会", "主题党日补学还差一次", "积分公示开始，可在5个工作日内提出异议"]):
        notify(users=[member.uuid], kind="test", text=text, link="/", due=day + timedelta(days=number), now=now)
    page.goto("/notify/")
    expect(page.get_by_label("消息，3 条未读")).to_be_visible()
    check_page(page, "messages")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("没有未读消息")).to_be_visible()
    check_page(page, "messages-empty")
    page.get_by_role("link", name="邮件提醒").click()
    page.get_by_label("每天发一封邮件提醒").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写邮箱，或者关闭邮件提醒。")).to_be_visible()
    check_page(page, "mail-choice")
