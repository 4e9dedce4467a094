"""Acceptance checks of rows of the month that go through several rooms: by address, as the people concerned."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.operations.commitments import (
    Promise,
    judge_commitment,
    make_commitment,
    report_kept,
)
from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.queries.results import statement_of
from linghang.apps.appraisal.tests import months_world
from linghang.apps.appraisal.tests.months_world import MonthUnit, bound, month_unit
from linghang.apps.ledger.data import NewEvent, NewEvidence, NewFact, NotRecorded
from linghang.apps.ledger.operations import record
from linghang.apps.org import operations as org
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SCHEME = "dangjian-plus"
JANUARY, FEBRUARY, MARCH = (Month(2026, number) for number in (1, 2, 3))


def with_account(unit: MonthUnit) -> None:
    """The first member of branch a has an account."""
    user = make_account("a-member", "member", unit.places["a"].node)
    unit.users["a-member"] = user
    with system_scope(reason="test"):
        org.link_account(person=unit.people["a"][0], user=user.uuid, actor=SYSTEM, now=unit.clock)


@pytest.fixture
def unit(db, monkeypatch) -> MonthUnit:
    """A unit that lives by the points in three dimensions."""
    made = month_unit(branches=2, people=3)
    bound(made.places["unit"], "example-dangjian-plus", SCHEME)
    monkeypatch.setattr(months_world, "SCHEME", SCHEME)
    with_account(made)
    return made


def page(unit: MonthUnit, who: str, name: str, *arguments: object, settings, status: int = 200) -> str:
    settings.DEMO_TODAY = unit.clock.date()
    client = Client()
    client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == status
    return answer.content.decode()


def made(kind: str, person, day: date, quantity: int = 10_000, **attributes: str) -> NewFact:
    proof = (NewEvidence("number", "派工单 2026-12"),)
    return NewFact(kind, person, day, quantity=quantity, attributes=attributes, sequence=day.day, evidence=proof)


def good_month(unit: MonthUnit, month: Month) -> None:
    """30 points and more for the first member: urgent tasks 5, an organiser's service 3, an idea 5, a task 2."""
    person, day = unit.people["a"][0], month.first + timedelta(days=4)
    unit.record(
        made("judged.pioneer-task", person, day, 50_000),
        made("service.volunteer", person, day + timedelta(days=1), 20_000, role="organiser"),
        made("idea.adopted", person, day + timedelta(days=2), level="unit"),
        made("duty.task", person, day + timedelta(days=3), completion="in-time"),
    )


@pytest.mark.row("S4-25")
def test_an_adopted_idea_counts_for_reform_only_and_what_is_over_its_limit_is_named(unit, settings):
    person = unit.people["a"][0]
    for day in (5, 6):
        unit.record(made("idea.adopted", person, date(2026, 1, day), level="unit"))
    unit.whole_month(JANUARY)
    text = page(unit, "a-member", "appraisal:statement", person, SCHEME, "2026-01", settings=settings)
    assert "28.00" in text  # 20 of duty, 8 of reform, nothing for pioneering
    assert "本类月上限，2.00 未计" in text
    with unit.scope():
        stored = statement_of(person, SCHEME, JANUARY)
    assert {name: values[2] for name, values in stored.categories.items()} == {
        "duty": 2000, "reform": 800, "pioneer": 0,
    }  # fmt: skip


@pytest.mark.row("S4-25")
def test_a_member_sees_his_three_dimensions_as_a_picture_and_each_number_beside_it_opens(unit, settings):
    person = unit.people["a"][0]
    good_month(unit, JANUARY)
    unit.whole_month(JANUARY)
    text = page(unit, "a-member", "appraisal:statement", person, SCHEME, "2026-01", settings=settings)
    assert "职责履行 85%，改革创新 62%，先锋引领 80%" in text
    for category in ("duty", "reform", "pioneer"):
        assert f'href="?category={category}#lines"' in text


@pytest.mark.row("S3-27")
def test_the_file_of_a_member_shows_his_stars_over_time_and_each_opens_its_quarter(unit, settings):
    person = unit.people["a"][0]
    for number in range(1, 7):
        if number < 4:
            good_month(unit, Month(2026, number))
        unit.whole_month(Month(2026, number))
    own = page(unit, "a-member", "org:me", settings=settings)
    assert "历次季度先锋" in own
    assert "points-chart-line" in own
    for quarter in (1, 2):
        assert reverse("appraisal:quarter", args=[person, SCHEME, 2026, quarter]) in own
    assert "历次季度先锋" in page(unit, "a-secretary", "org:person", person, settings=settings)
    assert "历次季度先锋" not in page(unit, "officer", "org:person", person, settings=settings)  # he says first why


@pytest.mark.row("S5-35")
def test_a_kept_commitment_counts_in_the_month_in_which_it_was_said_to_be_kept(unit, settings):
    person, unit.clock = unit.people["a"][0], months_world.at(2026, 1, 20)
    promise = Promise("每月帮独居职工检修线路", "上门 6 次", "二号楼独居职工", date(2026, 6, 30))
    with unit.scope("a-member"):
        made = make_commitment(promise=promise, actor=unit.viewer("a-member"), now=unit.clock)
        report_kept(commitment=made, proof="走访记录 6 次", actor=unit.viewer("a-member"), now=unit.clock)
    with unit.scope("a-secretary"):
        judge_commitment(commitment=made, kept=True, reason="", actor=unit.viewer("a-secretary"), now=unit.clock)
    unit.whole_month(JANUARY)
    text = page(unit, "a-member", "appraisal:statement", person, SCHEME, "2026-01", settings=settings)
    assert "承诺兑现" in text
    with unit.scope():
        assert statement_of(person, SCHEME, JANUARY).items["kept"] == (200, 200, 1)


@pytest.mark.row("S3-27")
def test_a_veto_leaves_no_grade_and_its_reason_is_for_the_person_and_his_committee(unit, settings):
    person = unit.people["a"][0]
    for month in (JANUARY, FEBRUARY, MARCH):
        good_month(unit, month)
    unit.record(made("duty.breach", person, date(2026, 2, 20), level="grave"))
    for month in (JANUARY, FEBRUARY, MARCH):
        unit.whole_month(month)
    why = "有严重违章的，本季度不评先锋（第六条）"
    asked = (person, SCHEME, 2026, 1)
    own = page(unit, "a-member", "appraisal:quarter", *asked, settings=settings)
    assert why in own
    assert why in page(unit, "a-secretary", "appraisal:quarter", *asked, settings=settings)
    page(unit, "b-secretary", "appraisal:quarter", *asked, settings=settings, status=404)
    totals = [
        page(unit, "a-member", "appraisal:statement", person, SCHEME, str(m), settings=settings)
        for m in (JANUARY, FEBRUARY, MARCH)
    ]
    assert all("35.00" in text for text in (totals[0], totals[2]))
    assert "23.00" in totals[1]  # 12.00 less
    assert "93.00" in own  # 35 + 23 + 35: the line is 90, and still there is no grade


@pytest.fixture
def daily(db) -> MonthUnit:
    unit = month_unit(branches=1, people=3)
    with_account(unit)
    unit.clock = datetime(2026, 4, 8, 2, tzinfo=UTC)
    return unit


@pytest.mark.row("S3-25")
def test_signing_in_to_an_event_shows_on_ones_own_page_within_a_pass_and_twice_is_refused(daily, settings):
    person, day = daily.people["a"][0], date(2026, 4, 2)
    refresh_expected(now=daily.clock)
    before = page(daily, "a-member", "appraisal:mine", settings=settings)
    assert "80.00" in page(daily, "a-member", "portal:home", settings=settings)
    event = NewEvent("service", day, node=daily.places["a"].node.uuid, texts={"title": "社区用电安全宣传"})
    fact = made("service.volunteer", person, day, 20_000, role="participant")
    with daily.scope():
        record(items=[fact], event=event, actor=daily.viewer("officer"), now=daily.clock)
    refresh_expected(now=daily.clock + timedelta(seconds=30))
    after = page(daily, "a-member", "appraisal:mine", settings=settings)
    assert "志愿服务" in after
    assert "+2.00" in after
    assert "+2.00" not in before
    assert "82.00" in page(daily, "a-member", "portal:home", settings=settings)
    again = replace(fact, event=event.uuid, uuid=uuid4())
    with daily.scope(), pytest.raises(NotRecorded) as refused:
        record(items=[again], actor=daily.viewer("officer"), now=daily.clock)
    assert refused.value.items[0].problem.code == "duplicate"
