"""The front page of each post with something on it: what stands there, and that its numbers open equal lists."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.tests.months_world import MonthUnit, bound, month_unit
from linghang.apps.appraisal.tests.statements_world import TODAY, PointsWorld, points_world, volunteer
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.loops.operations import report_problem

NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings) -> PointsWorld:
    settings.DEMO_TODAY = TODAY
    return points_world()


def page(world: PointsWorld | MonthUnit, who: str, address: str = "/") -> str:
    client = Client()
    client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def plain(html: str) -> str:
    """What is read: without tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def theme_day(world: PointsWorld) -> None:
    """Two there, one away without a reason."""
    day = date(2026, 4, 3)
    event = NewEvent("theme-day", day, node=world.branch.node.uuid)
    there = {"meeting": "theme-day", "presence": "present", "reason": "none"}
    items = [
        NewFact("life.attendance", person, day, attributes=there | ({"presence": "absent"} if n == 2 else {}))
        for n, person in enumerate(world.people)
    ]
    items.append(NewFact("theme-day.held", world.branch.uuid, day, attributes={"content": "study"}))
    with world.scope("organiser"):
        record(items=items, event=event, actor=world.viewer("organiser"), now=NOW)


def test_a_member_reads_what_his_month_is_expected_to_give_and_why_one_tap_away(world):
    refresh_expected(now=NOW)
    before = plain(page(world, "member"))
    assert "2026年4月预计 80.00 分" in before
    volunteer(world, 0, date(2026, 4, 2))
    refresh_expected(now=NOW + timedelta(seconds=20))
    assert "2026年4月预计 82.00 分" in plain(page(world, "member"))
    why = plain(page(world, "member", reverse("appraisal:expected", args=[world.people[0], "member-points"])))
    assert "志愿服务：参加者、2小时" in why
    assert "+2.00" in why
    assert "到现在，4月得 82.00 分" in why


def test_the_lines_of_an_expected_month_add_up_to_its_number(world):
    volunteer(world, 0, date(2026, 4, 2))
    refresh_expected(now=NOW)
    html = page(world, "member", reverse("appraisal:expected", args=[world.people[0], "member-points"]))
    assert sum(int(each) for each in re.findall(r'data-counted="(-?\d+)"', html)) == 8200


def test_a_colleague_reads_nothing_of_it(world):
    refresh_expected(now=NOW)
    client = Client()
    client.force_login(world.users["colleague"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("appraisal:expected", args=[world.people[0], "member-points"])).status_code == 404


def test_a_secretary_sees_the_sheet_of_the_month_and_the_last_meeting(world):
    theme_day(world)
    text = plain(page(world, "secretary"))
    assert "本月工作单" in text
    assert re.search(r"主题党日 .*?已开 1/1 04-03", text)
    assert re.search(r"应到 3 · 到会 2 · 已补学 0 · 未补 1 人", text)


def test_a_secretary_sees_what_waits_for_others(world):
    with world.scope("secretary"):
        report_problem(
            title="活动室漏水", body="三月起漏水", node=world.branch.node.uuid, origin="person",
            actor=world.viewer("secretary"), now=NOW,
        )  # fmt: skip
    text = plain(page(world, "secretary"))
    assert "活动室漏水" in text


def test_a_secretary_reads_the_expected_star_of_his_branch_and_its_number_opens(settings):
    settings.DEMO_TODAY = date(2026, 2, 10)
    unit = month_unit(branches=1, people=1)
    bound(unit.places["unit"], "example-star-branch", "branch-stars")
    refresh_expected(now=datetime(2026, 2, 10, 1, 0, tzinfo=UTC))
    html = page(unit, "a-secretary")
    assert "2026年1季度累计 100.00 分，预计五星" in plain(html).replace(" ，", "，")
    lines = re.search(r'href="([^"]*/expected/branches/[^"]*)"', html)
    assert lines is not None
    assert "主题党日" in plain(page(unit, "a-secretary", lines[1]))


def test_an_officer_sees_how_many_branches_stand_where(world):
    refresh_expected(now=NOW)
    html = page(world, "officer")
    assert "2026年3月积分" in plain(html)
    found = re.search(r'href="([^"]*state=recording)"[^>]*>(\d+)<', html)
    assert found is not None
    listed = page(world, "officer", found[1].replace("&amp;", "&"))
    assert listed.count('<th scope="row"') == int(found[2])
    assert "example-4x-points 1.1.0" in html


def test_each_number_of_a_leader_opens_a_list_of_as_many(world):
    html = page(world, "leader")
    cell = re.search(r'href="([^"]*cockpit/branches/\?show=life)">(\d+)<', html)
    assert cell is not None
    listed = page(world, "leader", cell[1])
    assert listed.count('<th scope="row"') == int(cell[2]) > 0
    assert "应开未开" in listed


def test_branches_stand_by_class_and_in_no_order_of_merit(world):
    text = plain(page(world, "leader", "/cockpit/branches/"))
    assert "未分类" in text
    assert not re.search("排名|名次|第1名", text)


def test_an_inspector_sees_what_is_supervised_and_what_was_recorded_late(world):
    text = plain(page(world, "inspector"))
    assert "督办中" in text
    assert "近三个月补录清单" in text
    assert "访问记录" in text


def test_no_front_page_speaks_of_log_ins_or_ranks_people(world):
    refresh_expected(now=NOW)
    for who in ("member", "secretary", "officer", "leader", "inspector"):
        assert not re.search("登录次数|登录率|活跃度|排行榜|排名", plain(page(world, who)))


def test_the_front_page_of_a_keeper_takes_few_statements(world):
    theme_day(world)
    refresh_expected(now=NOW)
    client = Client()
    client.force_login(world.users["secretary"], backend="django.contrib.auth.backends.ModelBackend")
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    asked = [query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 27
