"""What comes late to a statement, and that lines, totals and late lines add up whatever is recorded when."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse

from linghang.apps.appraisal.models import Adjustment
from linghang.apps.appraisal.queries.results import live_inputs
from linghang.apps.appraisal.queries.years import adjustment_page
from linghang.apps.appraisal.tests.statements_world import (
    ABSENT,
    FEBRUARY,
    JANUARY,
    LATE,
    MARCH,
    PRESENT,
    TODAY,
    browser,
    meeting,
    page_of,
    points_world,
    settle_month,
    take_back,
    volunteer,
)
from linghang.engine.settle.plainly.reference import settle_member
from linghang.ui.web.scope import system_scope


@pytest.fixture
def world(db, settings):
    settings.DEMO_TODAY = TODAY
    return points_world()


def test_what_came_late_is_a_line_of_its_own_that_opens_to_the_record(world):
    settle_month(world, JANUARY)
    first = page_of(world, "member", JANUARY).total
    late = volunteer(world, 0, JANUARY.last)
    settle_month(world, FEBRUARY, state="public")
    page = page_of(world, "member", FEBRUARY)
    assert [(line.words, line.counted) for line in page.adjustments] == [("补计1月", 400)]
    assert page.spans[0].total == first + page.total + 400
    opened = browser(world, "member").get(reverse("appraisal:adjustment", args=[page.adjustments[0].uuid]))
    assert str(late) in opened.content.decode()
    assert "后来补录" in opened.content.decode()
    assert "不一致" not in opened.content.decode()
    assert page_of(world, "member", JANUARY).total == first  # what is final stays


def test_a_record_taken_back_after_the_month_was_final_is_a_correction(world):
    fact = volunteer(world, 0, JANUARY.last)
    settle_month(world, JANUARY)
    take_back(world, fact)
    settle_month(world, FEBRUARY, state="public")
    page = page_of(world, "member", FEBRUARY)
    assert [(line.words, line.counted) for line in page.adjustments] == [("更正1月", -400)]
    said = browser(world, "member").get(reverse("appraisal:adjustment", args=[page.adjustments[0].uuid]))
    assert "记录已撤销" in said.content.decode()
    assert "不一致" not in said.content.decode()


def test_whatever_is_recorded_the_lines_add_up_and_final_months_with_what_came_late_are_the_full_recompute(world):
    """Records and reversals at random around two finalisations, by a seed: law 4 and law 6 on what pages show."""
    rng = random.Random(20260408)
    days = [month.first + timedelta(days=n) for month in (JANUARY, FEBRUARY, MARCH) for n in range(month.days)]
    kept: list = []

    def live_through(count: int) -> None:
        for _n in range(count):
            person, day = rng.randrange(3), rng.choice(days)
            if kept and rng.random() < 0.2:
                take_back(world, kept.pop(rng.randrange(len(kept))))
            elif rng.random() < 0.5:
                kept.append(meeting(world, person, day, rng.choice([ABSENT, PRESENT, LATE])))
            else:
                kept.append(volunteer(world, person, day, hours=rng.choice([1, 2, 5]), number=len(kept)))

    live_through(14)
    settle_month(world, JANUARY)
    live_through(8)
    settle_month(world, FEBRUARY)
    live_through(8)
    settle_month(world, MARCH, state="public")
    for person in range(3):
        pages = [page_of(world, "secretary", month, person) for month in (JANUARY, FEBRUARY, MARCH)]
        for page, month in zip(pages, (JANUARY, FEBRUARY, MARCH), strict=True):
            assert sum(line.counted for line in page.lines) == page.total == world.row(person, month).counted
            assert sum(bar.got for bar in page.bars) == page.total
        with world.scope("secretary"):
            booked = [adjustment_page(row) for row in Adjustment.objects.filter(subject=world.people[person])]
        for late in booked:
            assert late.explained == late.line.counted
        whole = sum(page.total for page in pages) + sum(late.line.counted for late in booked)
        assert whole == sum(totals_of(world, person).values())


def totals_of(world, person) -> dict:
    """Every month of the person computed anew on all that is recorded."""
    with system_scope(reason="test"):
        given = live_inputs(world.binding.pk, world.people[person], MARCH)
    found = settle_member(given.plan, given.member, given.facts, given.closed)
    return {month: total for month, (_priced, total) in found.months.items()}
