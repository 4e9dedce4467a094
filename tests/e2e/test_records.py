"""The pages of records in a real browser, on a wide screen and on a phone."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from linghang.apps.access.models import RoleGrant, User
from linghang.apps.access.scope import scope_for, viewer_on
from linghang.apps.ledger.data import NewEvent, NewEvidence, NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.operations.inspecting import draw_sample
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people, create_organisation
from linghang.apps.org.queries import get_organisation
from linghang.ui.web import clock
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.browser
FIRST = date(2020, 1, 1)
NAMES = [
    *("张立新", "王秀兰", "李国强", "刘海燕", "陈建军", "杨丽华", "赵永刚", "黄晓梅", "周志远", "吴桂芳"),
    *("徐文斌", "孙雪松", "马红霞", "朱宏伟", "胡玉珍", "郭晓东", "林海峰", "何淑芬", "高振华", "罗明"),
]


@pytest.fixture(autouse=True)
def _folders(tmp_path):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def branch(transactional_db):
    """A branch of twenty under a committee, its secretary and an inspector, with two months of records."""
    with system_scope(reason="test"):
        top = create_organisation(
            kind="party_committee", name="北山矿业党委", code="BS", parent=None, founded_on=FIRST, actor=SYSTEM
        )
        uuid = create_organisation(
            kind="branch", name="磨浮车间党支部", code="BS01", parent=top, founded_on=FIRST, actor=SYSTEM
        )
        rows = [NewPerson(name, FIRST, branch=uuid, standing="full_member", standing_from=FIRST) for name in NAMES]
        people = add_people(rows=rows, actor=SYSTEM, now=clock.now()).people
    return uuid, top, people


@pytest.fixture
def keeper(branch):
    """Accounts of this tree."""

    def account(role: str, place=None) -> User:
        with system_scope(reason="test"):
            node = get_organisation(place or branch[0]).node
            user = User(
                username=f"{role}-9", display_name="赵明", created_at=clock.now(), must_change_password=False, home=node
            )
            user.set_unusable_password()
            user.save()
            RoleGrant(user=user, role=role, node=node, valid_from=FIRST, granted_at=clock.now()).save()
        return user

    return account


def _recorded(user: User, branch) -> list:
    uuid, _top, people = branch
    today = clock.today()
    viewer = viewer_on(user.uuid, user.display_name, on=today)
    facts = []
    with use_scope(scope_for(viewer, {EVERYONE: Reach.SUBTREE}, on=today)):
        for days in (0, 12, 45):
            day = today - timedelta(days=days)
            attended = {"meeting": "theme-day", "presence": "present", "reason": "none"}
            items = [NewFact("theme-day.held", uuid, day)]
            items += [NewFact("life.attendance", person, day, attributes=attended) for person in people]
            event = NewEvent("theme-day", day, texts={"title": "学习贯彻全会精神"})
            facts += record(items=items, actor=viewer, now=clock.now(), event=event).facts
        proof = NewEvidence("number", "北矿党〔2026〕3号")
        one = NewFact(
            "service.volunteer",
            people[2],
            today,
            quantity=25_000,
            attributes={"role": "organiser"},
            evidence=[proof],
            texts={"note": "矿区环境整治"},
        )
        facts += record(items=[one], actor=viewer, now=clock.now()).facts
        draw_sample(
            place=get_organisation(uuid).node.uuid,
            since=FIRST,
            until=today,
            kind="",
            size=8,
            seed="2026春季",
            actor=viewer,
            now=clock.now(),
        )
    return facts


def test_a_meeting_is_recorded_by_ticking_who_was_away(page, keeper, branch, sign_in, check_page):
    sign_in(page, keeper("secretary"))
    page.goto("/ledger/record/")
    check_page(page, "record-choose")
    page.get_by_role("link", name="主题党日").first.click()
    page.get_by_role("radiogroup", name="李国强").get_by_label("病假").check()
    page.get_by_text("按到会记 19 人，另记 1 人").wait_for()
    page.locator("#id_title").fill("学习贯彻全会精神")
    check_page(page, "record-meeting", for_docs=True)
    page.get_by_role("button", name="录入", exact=True).click()
    page.get_by_text("已录入21条记录").wait_for()
    check_page(page, "record-done")
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销这次活动的21条记录").wait_for()


def test_the_list_of_people_follows_the_way_of_ticking(page, keeper, branch, sign_in):
    sign_in(page, keeper("secretary"))
    page.goto("/ledger/record/?what=theme-day")
    page.get_by_label("点到会的").check()
    page.get_by_text("到会的人（其余按缺席记）").wait_for()
    page.goto("/ledger/record/?what=service.volunteer")
    page.get_by_role("button", name="全选").click()
    assert page.locator('input[name="who"]:checked').count() == 20


def test_who_was_ticked_as_away_stays_ticked_when_the_day_is_changed(page, keeper, branch, sign_in):
    sign_in(page, keeper("secretary"))
    page.goto("/ledger/record/?what=theme-day")
    page.get_by_role("radiogroup", name="李国强").get_by_text("病假", exact=True).click()
    with page.expect_response(lambda answer: "day=" in answer.url):
        page.get_by_label("日期").fill((clock.today() - timedelta(days=1)).isoformat())
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-away]")).to_have_text("1")
    expect(page.get_by_role("radiogroup", name="李国强").get_by_role("radio", name="病假")).to_be_checked()


def test_a_meeting_is_recorded_without_a_mouse(page, keeper, branch, sign_in):
    sign_in(page, keeper("secretary"))
    page.goto("/ledger/record/?what=theme-day")
    page.get_by_role("radiogroup", name="张立新").get_by_label("到会").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#id_title").focus()
    page.keyboard.type("学习")
    page.keyboard.press("Enter")
    page.get_by_text("已录入21条记录").wait_for()


def test_one_record_of_one_person(page, keeper, branch, sign_in, check_page):
    sign_in(page, keeper("secretary"))
    page.goto("/ledger/record/?what=duty.breach&one=1")
    check_page(page, "record-one")


def test_lists_and_pages_of_records(page, keeper, branch, sign_in, check_page):
    user = keeper("secretary")
    facts = _recorded(user, branch)
    sign_in(page, user)
    page.goto("/ledger/")
    check_page(page, "records", for_docs=True)
    page.locator("#id_q").fill("李国强")
    page.get_by_role("button", name="筛选").click()
    page.get_by_text("共 4 条").wait_for()
    page.goto(f"/ledger/facts/{facts[-1]}/")
    check_page(page, "record", for_docs=True)
    page.goto(f"/ledger/facts/{facts[1]}/")
    check_page(page, "record-of-event")
    page.goto(reverse("org:branch", args=[branch[0]]))
    check_page(page, "branch-year")


def test_the_pages_of_the_inspector(page, keeper, branch, sign_in, check_page):
    _recorded(keeper("secretary"), branch)
    sign_in(page, keeper("inspector", branch[1]))
    for address, name in (
        ("/ledger/inspect/", "late-list"),
        ("/ledger/inspect/mass/?many=5", "mass-entry"),
        ("/ledger/inspect/verify/", "verify"),
        ("/ledger/inspect/draws/", "draws"),
        ("/ledger/inspect/reconcile/?norm=theme-day-monthly", "reconcile"),
        ("/ledger/inspect/reconcile/report/?norm=theme-day-monthly", "report"),
    ):
        page.goto(address)
        check_page(page, name)
    page.goto("/ledger/inspect/draws/")
    page.locator(".list a").first.click()
    check_page(page, "draw")
