"""The front pages of five posts in a real browser, at both widths: every number on them opens what it is made of."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.tests.statements_world import NOW, TODAY, PointsWorld, points_world, volunteer
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.operations import record
from linghang.ui.web.scope import system_scope
from tests.e2e.numbers import check_numbers

pytestmark = pytest.mark.browser
THERE = {"meeting": "theme-day", "presence": "present", "reason": "none"}


@pytest.fixture
def world(transactional_db, settings, tmp_path) -> PointsWorld:
    settings.DEMO_TODAY, settings.DATA_DIR = TODAY, tmp_path
    with system_scope(reason="test"):
        install_shipped(now=datetime(2025, 12, 1, tzinfo=UTC))
    made = points_world()
    volunteer(made, 0, date(2026, 4, 2))
    day = date(2026, 4, 3)
    items = [NewFact("life.attendance", person, day, attributes=THERE) for person in made.people]
    items.append(NewFact("theme-day.held", made.branch.uuid, day, attributes={"content": "study"}))
    with made.scope("organiser"):
        event = NewEvent("theme-day", day, node=made.branch.node.uuid)
        record(items=items, event=event, actor=made.viewer("organiser"), now=NOW)
    refresh_expected(now=NOW)
    return made


@pytest.mark.parametrize("who", ["member", "secretary", "officer", "leader", "inspector"])
def test_a_front_page_and_its_numbers(page: Page, world, sign_in, check_page, speak, who):
    sign_in(page, world.users[who])
    page.goto("/")
    check_page(page, f"home-{who}", for_docs=True)
    assert check_numbers(page, f"home-{who}") > 0
    speak(page, "en")
    page.goto("/")
    check_page(page, f"home-{who}-en")


def test_the_expected_month_line_by_line(page: Page, world, sign_in, check_page):
    sign_in(page, world.users["member"])
    page.goto(reverse("appraisal:expected", args=[world.people[0], "member-points"]))
    check_page(page, "expected-month", for_docs=True)
    assert check_numbers(page, "expected-month") > 3


def test_branches_behind_a_number_of_the_cockpit(page: Page, world, sign_in, check_page):
    sign_in(page, world.users["leader"])
    page.goto("/cockpit/branches/")
    check_page(page, "cockpit-branches", for_docs=True)
    check_numbers(page, "cockpit-branches")
