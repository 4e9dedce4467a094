"""What four people have to do for the party work of a month, counted on the real pages (docs/reference/burden.md)."""

from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from linghang.apps.access.tests.world import PASSWORD, make_account
from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.tests.months_world import MonthUnit, at, month_unit
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.running import run_job
from linghang.apps.loops.operations import declare
from linghang.apps.loops.operations.declaring import Declared
from linghang.apps.org.models import Person
from linghang.engine.periods import Month
from linghang.ui.web import clock
from linghang.ui.web.scope import system_scope
from tests.e2e.burden import Meter, keep

pytestmark = pytest.mark.browser

JAN = Month(2026, 1)
PEOPLE, DECLARED, ABSENT = 20, 3, 5
NAMES = [
    *("张立新", "王秀兰", "李国强", "刘海燕", "陈建军", "杨丽华", "赵永刚", "黄晓梅", "周志远", "吴桂芳"),
    *("徐文斌", "孙雪松", "马红霞", "朱宏伟", "胡玉珍", "郭晓东", "林海峰", "何淑芬", "高振华", "罗明"),
]
DESK = pytest.mark.parametrize("screen", ["wide"], indirect=True)
PHONE = pytest.mark.parametrize("screen", ["phone"], indirect=True)


@pytest.fixture
def unit(transactional_db, settings, tmp_path) -> MonthUnit:
    """A branch of twenty in the first days of February; its secretary, a member of its committee, three members."""
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.DEMO_TODAY = tmp_path, tmp_path / "files", date(2026, 2, 3)
    with system_scope(reason="test"):
        install_shipped(now=at(2025, 12))
    made = month_unit(branches=1, people=PEOPLE)
    made.clock = at(2026, 2, 3)
    place = made.places["a"].node
    for n in range(DECLARED):
        name = f"member-{n}"
        made.users[name] = make_account(name, "member", place, password=PASSWORD)
        with system_scope(reason="test"):
            Person.objects.filter(uuid=made.people["a"][n]).update(user=made.users[name])
    for who in ("a-secretary", "a-discipline", "leader"):
        made.users[who].set_password(PASSWORD)
        made.users[who].save()
    for n in range(PEOPLE):
        with system_scope(reason="test"):
            Person.objects.filter(uuid=made.people["a"][n]).update(name=NAMES[n])
        made.volunteered(made.people["a"][n], date(2026, 1, 1 + n))
    made.open(JAN)
    return made


def declared(unit: MonthUnit) -> None:
    for n in range(DECLARED):
        what = Declared("service.volunteer", date(2026, 1, 20 + n), 20_000, {"role": "participant"})
        with unit.scope(f"member-{n}"):
            declare(what=what, note="社区义诊", files=(), actor=unit.viewer(f"member-{n}"), now=at(2026, 1, 28))


def settled() -> None:
    """What a worker of an installation does."""
    run_job(uuid=Job.objects.get(state="waiting").uuid, clock=clock.now)


def to(page: Page, name: str, *, exact: bool = True) -> Locator:
    """A link that can be seen."""
    return page.get_by_role("link", name=name, exact=exact).first


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def menu(work: Meter, name: str) -> None:
    """An entry of the menu; some stand under 更多."""
    entry = work.page.locator("nav").get_by_role("link", name=name, exact=True)
    if entry.count() == 0:
        work.clicks(work.page.locator("nav summary:visible", has_text="更多"))
    work.opens(entry.first)


def meeting(work: Meter, day: str = "") -> None:
    """The form of a meeting of a branch: a tap on why somebody was away, what it was about; the rest is known."""
    page = work.page
    if day:
        with page.expect_response(lambda answer: "/ledger/record/" in answer.url):
            work.types(page.get_by_label("日期"), day)
            page.keyboard.press("Tab")
        page.wait_for_load_state("networkidle")
    for name in NAMES[:ABSENT]:
        work.ticks(page.get_by_role("radiogroup", name=name).get_by_label("病假"))
    work.types(page.locator("#id_title"), "学习贯彻全会精神")
    work.opens(button(page, "录入"))


@DESK
def test_a_month_of_a_branch_of_twenty_is_closed_within_fifteen_minutes(page: Page, unit, settings):
    declared(unit)
    work = Meter(page)
    work.sitting("2月3日，书记：确认3件申报，补录一次会")
    work.signs_in("a-secretary", PASSWORD)
    work.opens(to(page, "核对报送"))
    work.opens(to(page, "批量确认"))
    boxes = page.locator("main tbody input[type=checkbox]")
    for n in range(boxes.count()):
        work.ticks(boxes.nth(n))
    work.goes_through(page.locator("main tbody tr"))
    work.opens(button(page, "确认所选"))
    work.opens(to(page, "工作台"))
    work.opens(to(page, "核对报送"))
    work.opens(page.locator(".duty-lines li", has_text="主题党日").get_by_role("link", name="录会议"))
    meeting(work, "2026-01-15")
    work.opens(to(page, "工作台"))
    work.sitting("接着：报送，核算，逐人核对，公示")
    work.opens(to(page, "核对报送"))
    work.types(page.get_by_label("补充说明"), "党员大会并入2月5日召开")
    work.opens(button(page, "确认并报送"))
    work.opens(page.locator(".duty-lines li", has_text="晒分核对").get_by_role("link").first)
    work.opens(button(page, "核算"))
    settled()
    work.waits_for("按姓名拼音排列")
    work.goes_through(page.locator("main tbody tr"))
    work.opens(button(page, "支部核对"))
    for label, number in (("异议受理人", 1), ("公示几个工作日", 0)):
        options = page.get_by_label(label)
        work.chooses(options, options.locator("option").nth(number).inner_text())
    work.opens(button(page, "公示"))
    settings.DEMO_TODAY = date(2026, 2, 12)
    work.sitting("公示期满，纪检委员：审定")
    work.signs_in("a-discipline", PASSWORD)
    menu(work, "积分考核")
    work.opens(to(page, "第1党支部", exact=False))
    work.opens(button(page, "审定"))
    work.sitting("同一天，书记：审定，公布")
    work.signs_in("a-secretary", PASSWORD)
    work.opens(to(page, "去办"))
    work.opens(button(page, "审定"))
    work.opens(button(page, "公布"))
    expect(page.get_by_text("本月已经公布。")).to_be_visible()
    assert work.total.seconds <= 15 * 60
    keep("书记办完一个月", work)


@PHONE
def test_the_month_of_a_member_takes_two_minutes(page: Page, unit):
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    unit.publish("a", JAN)
    refresh_expected(now=unit.clock)
    work = Meter(page)
    work.sitting("看自己的积分")
    work.signs_in("member-0", PASSWORD)
    work.opens(page.locator("#todos li", has_text="核对自己1月的积分").get_by_role("link", name="去核对"))
    work.goes_through(page.locator("main li, main tbody tr"))
    work.sitting("申报一次志愿服务")
    work.opens(to(page, "申报"))
    work.opens(to(page, "志愿服务", exact=False))
    work.types(page.get_by_label("多少小时"), "2")
    work.chooses(page.get_by_label("角色"), "参加者")
    work.types(page.get_by_label("说明"), "社区义诊，和王秀兰")
    work.opens(button(page, "提交申报"))
    work.sitting("确认联系方式")
    menu(work, "我的档案")
    work.opens(button(page, "联系得上，确认"))
    assert work.total.seconds <= 2 * 60
    keep("党员的一个月", work)


@DESK
def test_a_meeting_of_twenty_is_recorded_with_at_most_eight_things_set(page: Page, unit):
    work = Meter(page)
    work.sitting("点5人缺席的原因，写主题")
    work.signs_in("a-secretary", PASSWORD)
    work.opens(to(page, "录一次会议"))
    work.opens(to(page, "主题党日", exact=False))
    meeting(work)
    page.get_by_text("已录入21条记录").wait_for()
    assert work.total.fields <= 8
    keep("录一次20人的会", work)


@DESK
def test_a_leader_fills_in_nothing_in_a_week(page: Page, unit):
    refresh_expected(now=unit.clock)
    work = Meter(page)
    work.sitting("看驾驶舱，点开两个数")
    work.signs_in("leader", PASSWORD)
    asked = page.locator("main :is(input:not([type=hidden]), select, textarea)")
    assert asked.count() == 0
    for n in range(2):
        work.opens(page.locator("main .cells a[data-number]").nth(n))
        work.opens(to(page, "工作台"))
    work.opens(page.get_by_role("link", name="第1党支部", exact=True).first)
    assert work.total.fields == 0
    keep("班子成员的一周", work)
