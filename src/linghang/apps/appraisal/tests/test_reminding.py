"""What a month asks is told in good time, once, and is nobody's to do once it is done."""

from datetime import UTC, datetime, timedelta

import pytest

from linghang.apps.appraisal.operations.duty import send_sheet
from linghang.apps.appraisal.operations.reminding import remind_month
from linghang.apps.appraisal.tests.statements_world import points_world
from linghang.apps.notify.models import Notice
from linghang.engine.periods import Month

FIRST = datetime(2026, 4, 1, 22, 20, tzinfo=UTC)  # 2 April in the morning
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return points_world()


def texts(world, who: str = "secretary") -> list[str]:
    return [n.text for n in Notice.objects.filter(user=world.users[who], due__isnull=False).order_by("text")]


def test_the_sheet_of_last_month_is_told_with_its_last_day_and_the_working_days_left(world):
    remind_month(now=FIRST)
    assert texts(world) == ["3月工作单请在4月3日前报送：还有1个工作日（磨浮党支部）"]


def test_it_is_told_once_however_often_the_morning_comes(world):
    assert remind_month(now=FIRST) > 0
    assert remind_month(now=FIRST + DAY) == 0


def test_what_was_sent_is_due_no_more(world):
    remind_month(now=FIRST)
    with world.scope("secretary"):
        viewer = world.viewer("secretary")
        send_sheet(place=world.branch.uuid, month=Month(2026, 3), note="", actor=viewer, now=FIRST)
    remind_month(now=FIRST + DAY)
    assert texts(world) == []


def test_what_every_branch_holds_monthly_is_told_in_the_last_working_days(world):
    remind_month(now=datetime(2026, 4, 27, 22, 20, tzinfo=UTC))
    assert any(text.startswith("4月“开展主题党日”还没有记录：还有") for text in texts(world))


def test_members_are_told_nothing_of_it(world):
    remind_month(now=FIRST)
    assert texts(world, "member") == []
