"""Working days with 调休, and deadlines counted in them (law 10).

Known days come from `chinesecalendar`; a table that somebody uploaded wins over it; a day of a year for which no notice
is known yet is a guess (暂算): Monday to Friday without the statutory days of 《全国年节及纪念日放假办法》 as revised
in 2024 (13 days, in force since 2025-01-01). Every answer that rests on a guess says so.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from importlib import import_module, resources
from typing import Any

# Business dates are Chinese civil dates: one fixed offset since 1992, so no time zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})  # (month, day); the others move
MOST_WORKDAYS = 10_000  # forty years: more is a slip of the pen, and would only spin
ONE_DAY = timedelta(days=1)


class Counting(StrEnum):
    """Which day is day 1 of a span of working days."""

    NEXT_WORKING_DAY = "next_working_day"  # 次日起算: the first working day after the start; for deadlines
    INCLUSIVE = "inclusive"  # 当日起算: the start itself when it is a working day; for public notices (公示)


class Basis(StrEnum):
    """What an answer about one day rests on."""

    UPLOADED = "uploaded"  # somebody uploaded this day
    KNOWN = "known"  # the arrangement of its year is published
    GUESSED = "guessed"  # 暂算


@dataclass(frozen=True)
class Day:
    """Whether people work on one day, and what that rests on; `notice` is the number of the uploaded document."""

    day: date
    works: bool
    basis: Basis
    notice: str = ""

    @property
    def provisional(self) -> bool:
        return self.basis is Basis.GUESSED


@dataclass(frozen=True)
class Override:
    """One uploaded day."""

    works: bool
    notice: str


@dataclass(frozen=True)
class Overrides:
    """Uploaded days, and the years whose uploaded notice is complete: their other days are no guess."""

    days: Mapping[date, Override] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WorkdayCount:
    """A number of working days; provisional when any day looked at is a guess."""

    days: int
    provisional: bool


@dataclass(frozen=True)
class Deadline:
    """The last day on which something is in time, with its rule in words; it ends at 24:00 Asia/Shanghai."""

    day: date
    words: str
    provisional: bool = False

    @property
    def ends_at(self) -> datetime:
        """The first instant that is too late: 00:00 of the next day."""
        return datetime.combine(self.day + ONE_DAY, time(), SHANGHAI)

    def passed(self, now: datetime) -> bool:
        """Whether it is too late; `now` must know its time zone."""
        return _aware(now) >= self.ends_at


class WorkCalendar:
    """Answers about working days; one may be shared: what it answered before it only remembers."""

    def __init__(self, overrides: Overrides | None = None) -> None:
        self.overrides = overrides or Overrides()
        self._sums: dict[int, tuple[list[int], list[int]]] = {}

    def look_up(self, day: date) -> Day:
        """Uploaded days first, then published years, then the guess."""
        uploaded = self.overrides.days.get(day)
        if uploaded is not None:
            return Day(day, uploaded.works, Basis.UPLOADED, uploaded.notice)
        weekday = day.weekday() < 5
        if day.year in self.overrides.years:
            return Day(day, weekday, Basis.KNOWN)
        if day.year in known_years():
            return Day(day, bool(_package().is_workday(day)), Basis.KNOWN)
        return Day(day, weekday and not is_statutory_holiday(day), Basis.GUESSED)

    def is_workday(self, day: date) -> bool:
        return self.look_up(day).works

    def add_workdays(self, start: date, n: int, counting: Counting = Counting.NEXT_WORKING_DAY) -> Deadline:
        """The n-th working day from `start` (n ≥ 1); `counting` says which day is day 1."""
        if not 1 <= n <= MOST_WORKDAYS:
            raise ValueError(f"工作日数应为 1 至 {MOST_WORKDAYS}，不是 {n}")
        inclusive = counting is Counting.INCLUSIVE
        found, provisional, left = self.look_up(start), False, n
        for found in self._days_from(start if inclusive else start + ONE_DAY):
            provisional = provisional or found.provisional
            left -= found.works
            if not left:
                break
        return Deadline(found.day, _workday_words(start, n, inclusive, provisional), provisional)

    def workdays_between(self, start: date, end: date) -> WorkdayCount:
        """Working days after `start` up to and with `end`; 0 when `end` is not later."""
        if end <= start:
            return WorkdayCount(0, False)
        days = guesses = 0
        for year in range(start.year, end.year + 1):
            works, guessed = self._sums_of(year)
            first = start.timetuple().tm_yday if year == start.year else 0
            last = end.timetuple().tm_yday if year == end.year else len(works) - 1
            days += works[last] - works[first]
            guesses += guessed[last] - guessed[first]
        return WorkdayCount(days, guesses > 0)

    def overdue_workdays(self, deadline: Deadline, now: datetime) -> WorkdayCount:
        """Working days begun since the deadline ended, today's included; 0 while in time."""
        return self.workdays_between(deadline.day, _aware(now).astimezone(SHANGHAI).date())

    def _sums_of(self, year: int) -> tuple[list[int], list[int]]:
        """Working days, and guesses, from the start of a year up to each of its days; looked up once per calendar."""
        if year not in self._sums:
            works, guesses = [0], [0]
            first = date(year, 1, 1)
            for n in range(366 if isleap(year) else 365):
                found = self.look_up(first + ONE_DAY * n)
                works.append(works[-1] + found.works)
                guesses.append(guesses[-1] + found.provisional)
            self._sums[year] = works, guesses
        return self._sums[year]

    def _days_from(self, day: date) -> Iterator[Day]:
        while True:
            yield self.look_up(day)
            day += ONE_DAY


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day when it has no such day: 1-31 + 1 → 2-28."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_deadline(start: date, months: int) -> Deadline:
    """A legal span in months (发展党员工作细则 counts so): ends on the same day, whether or not people work on it."""
    if months < 1:
        raise ValueError(f"月数应为正数，不是 {months}")
    return Deadline(add_months(start, months), f"自{_day_words(start)}起{months}个月，无对应日的为当月最后一日")


def is_statutory_holiday(day: date) -> bool:
    """Whether the day is one of the 13 statutory days; the moving ones are tabled up to the last year of the table."""
    return (day.month, day.day) in FIXED_HOLIDAYS or day in _movable_holidays()


@lru_cache(maxsize=1)
def known_years() -> range:
    """The years that the installed `chinesecalendar` covers."""
    years = {day.year for day in _package().holidays}
    return range(min(years), max(years) + 1)


@lru_cache(maxsize=1)
def _movable_holidays() -> Mapping[date, str]:
    lines = resources.files("linghang.engine").joinpath("data/movable_holidays.csv").read_text("utf-8").splitlines()
    rows = (line.split(",") for line in lines[1:])
    return {date.fromisoformat(day): name for day, name in rows}


def _package() -> Any:
    return import_module("chinese_calendar")  # only when a day is asked for: it builds its tables while importing


def _workday_words(start: date, n: int, inclusive: bool, provisional: bool) -> str:
    from_when = "当日起算（逢休息日顺延至下一工作日）" if inclusive else "次日起算"
    guess = "；含放假安排未公布的日期，暂算" if provisional else ""
    return f"自{_day_words(start)}{from_when}{n}个工作日，调休已计{guess}"


def _day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("now must carry its time zone")
    return now
