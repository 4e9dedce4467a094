"""Law 10: deadlines are working days (make-up days included), each states its rule, past the known calendar it says so.

The law is one function over a calendar. It holds for ours, and each seeded bug below is refuted by the same function.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.workdays import (
    ONE_DAY,
    Basis,
    Counting,
    Day,
    Deadline,
    Override,
    Overrides,
    WorkCalendar,
    known_years,
)
from tests.laws.effort import hunting, trying
from tests.laws.worlds import COVERAGE

NEXT, INCLUSIVE = Counting.NEXT_WORKING_DAY, Counting.INCLUSIVE
DAYS = st.dates(date(2007, 1, 1), date(2031, 12, 31))
COUNTS = st.integers(1, 40)
UPLOADS = st.dictionaries(DAYS, st.builds(Override, st.booleans(), st.just("通知")), max_size=12)


@st.composite
def deadline_cases(draw: st.DrawFn) -> tuple[date, int, int, dict[date, Override]]:
    """A start, two spans, and uploads of which some lie where they matter."""
    start = draw(DAYS)
    near = st.dictionaries(
        st.integers(0, 30).map(lambda n: start + timedelta(days=n)),
        st.builds(Override, st.booleans(), st.just("通知")),
        max_size=6,
    )
    return start, draw(COUNTS), draw(COUNTS), draw(UPLOADS) | draw(near)


def expected_works(day: date, uploads: dict[date, Override]) -> bool | None:
    """What the law demands of one day, said independently of the calendar; None where it is a guess."""
    import chinese_calendar

    if day in uploads:
        return uploads[day].works
    return chinese_calendar.is_workday(day) if day.year <= known_years()[-1] else None


def check_law(make, start: date, a: int, b: int, uploads: dict[date, Override]) -> None:
    """The law, for a calendar made from uploads."""
    calendar = make(Overrides(uploads))
    due = calendar.add_workdays(start, a)
    passed = [start + timedelta(days=n) for n in range(1, (due.day - start).days + 1)]
    wanted = [expected_works(day, uploads) for day in passed]
    # always a working day, the a-th after the start: uploads win, make-up days count, holidays do not
    assert due.day > start
    assert calendar.is_workday(due.day)
    assert all(w in (None, calendar.is_workday(d)) for w, d in zip(wanted, passed, strict=True))
    assert sum(calendar.is_workday(day) for day in passed) == a
    assert calendar.workdays_between(start, due.day).days == a
    # says 暂算 exactly when a passed day is a guess, and states its rule
    assert due.provisional == (None in wanted)
    assert ("暂算" in due.words) == due.provisional
    assert f"{a}个工作日" in due.words
    # additive: b more working days from there are a + b from the start
    assert calendar.add_workdays(due.day, b).day == calendar.add_workdays(start, a + b).day
    # monotone in the start and strictly in the count
    assert calendar.add_workdays(start + ONE_DAY, a).day >= due.day
    assert calendar.add_workdays(start, a + 1).day > due.day
    # inclusive from a day = next-day counting from the day before; one day earlier when the start is a working day
    inclusive = calendar.add_workdays(start, a, INCLUSIVE)
    assert inclusive.day == calendar.add_workdays(start - ONE_DAY, a).day
    assert (inclusive.day < due.day) == calendar.is_workday(start)


SEEN: Counter[str] = Counter()


def note_coverage(start: date, a: int, uploads: dict[date, Override]) -> None:
    days = [WorkCalendar(Overrides(uploads)).look_up(start + timedelta(days=n)) for n in range(a + 1)]
    SEEN["cases"] += 1
    SEEN["with a working weekend day"] += any(d.works and d.day.weekday() >= 5 for d in days)
    SEEN["with a weekday off"] += any(not d.works and d.day.weekday() < 5 for d in days)
    SEEN["provisional"] += any(d.provisional for d in days)
    SEEN["with an uploaded day"] += any(d.basis is Basis.UPLOADED for d in days)
    SEEN["from a day off"] += not days[0].works
    SEEN["across a year"] += days[0].day.year != days[-1].day.year


@trying(300, least=300)
@given(deadline_cases())
def law_holds(case):
    start, a, b, uploads = case
    note_coverage(start, a, uploads)
    check_law(WorkCalendar, start, a, b, uploads)


def test_deadlines_are_working_days():
    SEEN.clear()
    law_holds()
    COVERAGE.update({f"deadlines: {what}": count for what, count in SEEN.items()})
    assert all(SEEN[what] >= SEEN["cases"] // 100 for what in SEEN)
    assert len(SEEN) == 7


# --- seeded bugs ---


class IgnoresMakeUpDays(WorkCalendar):
    def look_up(self, day: date) -> Day:
        found = super().look_up(day)
        weekend = found.basis is Basis.KNOWN and day.weekday() >= 5
        return Day(day, False, found.basis) if weekend else found


class IgnoresHolidays(WorkCalendar):
    def look_up(self, day: date) -> Day:
        found = super().look_up(day)
        return Day(day, day.weekday() < 5 or found.works, found.basis) if found.basis is Basis.KNOWN else found


class IgnoresUploads(WorkCalendar):
    def __init__(self, overrides: Overrides) -> None:
        super().__init__(Overrides())


class CallsTheGuessFirm(WorkCalendar):
    def look_up(self, day: date) -> Day:
        found = super().look_up(day)
        return Day(day, found.works, Basis.KNOWN if found.provisional else found.basis)


class CountsTheStart(WorkCalendar):
    def add_workdays(self, start: date, n: int, counting: Counting = NEXT) -> Deadline:
        return super().add_workdays(start, n, INCLUSIVE)


class CountsCalendarDays(WorkCalendar):
    def add_workdays(self, start: date, n: int, counting: Counting = NEXT) -> Deadline:
        found = super().add_workdays(start, n, counting)
        return Deadline(start + timedelta(days=n), found.words, found.provisional)


@pytest.mark.parametrize(
    "broken",
    [IgnoresMakeUpDays, IgnoresHolidays, IgnoresUploads, CallsTheGuessFirm, CountsTheStart, CountsCalendarDays],
)
def test_the_law_refutes_a_calendar_with_a_seeded_bug(broken):
    @hunting()
    @given(deadline_cases())
    def law_for_the_broken(case):
        start, a, b, uploads = case
        check_law(broken, start, a, b, uploads)

    with pytest.raises(AssertionError):
        law_for_the_broken()
