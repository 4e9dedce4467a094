"""What the month puts on front pages: one's own points while they are shown, sheets that wait, of whatever month."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.operations.duty import send_sheet
from linghang.apps.appraisal.tests.months_world import at, month_unit
from linghang.apps.org.models import Person
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

JAN, FEB = Month(2026, 1), Month(2026, 2)


@pytest.fixture
def unit(db, settings):
    settings.DEMO_TODAY = date(2026, 3, 3)
    made = month_unit(branches=1, people=2)
    made.clock = at(2026, 3, 3)
    return made


def front_page(user) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/").content.decode()


def test_a_sheet_of_an_earlier_month_waits_for_its_verdict_on_the_front_page_too(unit):
    with unit.scope("a-secretary"):
        for month in (JAN, FEB):
            send_sheet(
                place=unit.places["a"].uuid, month=month, note="", actor=unit.viewer("a-secretary"), now=unit.clock
            )
    page = front_page(unit.users["officer"])
    assert page.count("审核 1 张工作单") == 2
    assert "month=2026-01&amp;state=sent" in page


def test_a_member_finds_his_points_on_his_front_page_while_they_are_shown_and_no_longer(unit, settings):
    unit.open(JAN)
    unit.close("a", JAN)
    unit.settle(JAN, "a")
    unit.check("a", JAN)
    own = unit.users["a-secretary"]
    with system_scope(reason="test"):
        Person.objects.filter(uuid=unit.people["a"][0]).update(user=own)
    assert "核对自己1月的积分" not in front_page(own)
    unit.publish("a", JAN)
    assert "核对自己1月的积分" in front_page(own)
    settings.DEMO_TODAY = date(2026, 4, 30)
    assert "核对自己1月的积分" not in front_page(own)


def test_whoever_holds_a_post_finds_his_own_points_under_his_name(unit):
    own = f'href="{reverse("appraisal:mine")}"'
    assert own in front_page(unit.users["a-secretary"])
    assert own in front_page(unit.users["officer"])
