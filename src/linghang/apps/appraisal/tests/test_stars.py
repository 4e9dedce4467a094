"""星级党支部: a quarter from records to a final star, what came late in the next one, lines, certificate, pages."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.operations.months import (
    announce_book,
    approve_book,
    check_book,
    close_recording,
    open_books,
    publish_book,
    settle_books,
)
from linghang.apps.appraisal.queries.months import BookFilter, books_rows
from linghang.apps.appraisal.queries.stars import star_page, stars_of
from linghang.apps.appraisal.tests.months_world import MonthUnit, at, bound, month_unit
from linghang.apps.ledger.data import NewFact
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

SCHEME, PACK = "branch-stars", "example-star-branch"
JANUARY, FEBRUARY, MARCH, APRIL = (Month(2026, n) for n in (1, 2, 3, 4))
pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> MonthUnit:
    made = month_unit(branches=1, people=1)
    bound(made.places["unit"], PACK, SCHEME)
    return made


def branch(unit: MonthUnit) -> UUID:
    return unit.places["a"].uuid


def held(unit: MonthUnit, kind: str, day: date, **attributes: str) -> None:
    unit.sequence += 1
    unit.record(NewFact(kind, branch(unit), day, attributes=attributes, sequence=unit.sequence))


def month_of_work(unit: MonthUnit, month: Month, *, committee: bool = True) -> None:
    """A theme day and a committee meeting; in a quarter's first month also a general meeting and a lecture."""
    held(unit, "theme-day.held", date(month.year, month.month, 15), content="study")
    if committee:
        held(unit, "meeting.held", date(month.year, month.month, 5), meeting="committee-meeting")
    if month.month % 3 == 1:
        held(unit, "meeting.held", date(month.year, month.month, 8), meeting="general-meeting")
        held(unit, "meeting.held", date(month.year, month.month, 9), meeting="lecture")


def finish(unit: MonthUnit, month: Month) -> None:
    """From recording to announced, for the committee's book of the branches."""
    unit.clock = max(unit.clock, at((month + 1).year, (month + 1).month, 3))
    officer, leader = unit.viewer("officer"), unit.viewer("leader")
    with unit.scope():
        open_books(month=month, node=unit.places["unit"].node.uuid, now=unit.clock)
        book = books_rows(BookFilter(month=month, scheme=SCHEME))[0].uuid
        close_recording(book=book, actor=officer, now=unit.clock)
        settle_books(books=[book], actor=officer, now=unit.clock)
        check_book(book=book, actor=officer, now=unit.clock)
        receiver = unit.users["officer"].uuid
        until = publish_book(book=book, receiver=receiver, manner="当面", actor=officer, now=unit.clock).public_until
        unit.clock = datetime(until.year, until.month, until.day, 20, tzinfo=UTC)
        approve_book(book=book, actor=officer, now=unit.clock)
        approve_book(book=book, actor=leader, now=unit.clock)
        announce_book(book=book, actor=officer, now=unit.clock)


def first_quarter(unit: MonthUnit) -> None:
    """March has no committee meeting, and the quarter no analysis: 100 − 3 − 5 = 92."""
    for month in (JANUARY, FEBRUARY, MARCH):
        month_of_work(unit, month, committee=month != MARCH)
        finish(unit, month)


def stars(unit: MonthUnit, month: Month):
    with system_scope(reason="test"):
        found = stars_of(branch(unit), month=month)
    assert found is not None
    return found


def visit(unit: MonthUnit, who: str) -> Client:
    client = Client()
    client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.row("S3-20")
def test_the_star_of_a_quarter_is_what_its_total_reaches(unit):
    first_quarter(unit)
    star = stars(unit, APRIL).final[0]
    assert (star.span, star.total, star.band, star.announced) == ("2026年1季度", 9200, "四星", True)


@pytest.mark.row("S3-20")
def test_what_is_recorded_after_the_end_leaves_the_quarter_alone_and_stands_in_the_next_one(unit):
    first_quarter(unit)
    held(unit, "meeting.held", date(2026, 3, 20), meeting="committee-meeting")
    held(unit, "branch.mood-analysis", date(2026, 3, 21))
    for month in (APRIL, Month(2026, 5), Month(2026, 6)):
        month_of_work(unit, month)
        finish(unit, month)
    second, first = stars(unit, Month(2026, 7)).final
    assert (first.total, first.band) == (9200, "四星")
    page = star_page(branch(unit), SCHEME, Month(2026, 6))
    assert page is not None
    assert [(late.words, late.counted) for late in page.adjustments] == [("补计3月", 800)]
    assert second.total == 9500 + 800


def test_the_lines_of_the_months_and_what_came_late_give_the_total(unit):
    first_quarter(unit)
    page = star_page(branch(unit), SCHEME, MARCH)
    assert page is not None
    assert sum(line.counted for month in page.months for line in month.lines) == page.star.total
    assert all(sum(line.counted for line in month.lines) == month.counted for month in page.months)
    assert page.thresholds == (("五星", 9500), ("四星", 8500), ("三星", 7500), ("未评星级", None))


@pytest.mark.row("S3-20")
def test_every_score_of_a_star_opens_what_it_is_made_of(unit):
    first_quarter(unit)
    refresh_expected(now=unit.clock)
    client = visit(unit, "a-secretary")
    address = reverse("appraisal:star", args=[branch(unit), SCHEME, "2026-03"])
    page = client.get(address).content.decode()
    assert "四星" in page
    assert "/ledger/facts/" in page or "data-leaf" in page
    assert page.count("data-number") > 6


@pytest.mark.row("S3-20")
def test_only_what_is_announced_has_a_certificate(unit):
    first_quarter(unit)
    client = visit(unit, "officer")
    address = reverse("appraisal:certificate", args=[branch(unit), SCHEME, "2026-03"])
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = reverse("appraisal:certificate", args=[branch(unit), SCHEME, "2026-02"])
    assert client.get(other).status_code == 404


def test_the_running_quarter_is_expected_on_the_page_of_the_branch(unit):
    month_of_work(unit, JANUARY)
    unit.clock = at(2026, 1, 20)
    refresh_expected(now=unit.clock)
    line = stars(unit, JANUARY).expected[0]
    assert (line.counted, line.total, line.band) == (10000, 10000, "五星")
    held(unit, "branch.mood-analysis", date(2026, 1, 19))
    held(unit, "branch.outreach", date(2026, 1, 19))
    refresh_expected(now=unit.clock + timedelta(seconds=20))
    assert stars(unit, JANUARY).expected[0].seq > line.seq
