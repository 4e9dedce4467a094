"""The one calendar of working days: what is published, and on top of it the tables that somebody uploaded.

Each table is a file in the data folder, so that all processes agree at once: a look at the folder costs no question
to the database. A table never changes under its name, and those of later notices come after earlier ones.
"""

import os
from datetime import date
from pathlib import Path

from django.conf import settings

from linghang.engine.problems import Problems
from linghang.engine.workday_table import read_overrides
from linghang.engine.workdays import Counting, Day, Deadline, Override, Overrides, WorkCalendar, WorkdayCount

ENDING = ".csv"
Seen = tuple[str, ...]


def tables_folder() -> Path:
    """Where the uploaded tables lie; it need not be there."""
    return Path(settings.MEDIA_ROOT) / "workdays"


class HouseCalendar(WorkCalendar):
    """A calendar that notices by itself when a table was added or taken back. One is shared by all who ask."""

    def __init__(self) -> None:
        super().__init__()
        self._now: tuple[Seen, WorkCalendar] = (), WorkCalendar()

    def look_up(self, day: date) -> Day:
        return self._current().look_up(day)

    def add_workdays(self, start: date, n: int, counting: Counting = Counting.NEXT_WORKING_DAY) -> Deadline:
        return self._current().add_workdays(start, n, counting)

    def workdays_between(self, start: date, end: date) -> WorkdayCount:
        return self._current().workdays_between(start, end)

    def _current(self) -> WorkCalendar:
        """The one that was made of the tables in force; another one is put in its place when they are others."""
        seen = _seen()
        known, calendar = self._now
        if seen != known:
            calendar = WorkCalendar(_read(seen))
            self._now = seen, calendar
        return calendar


def _seen() -> Seen:
    """Names and times of the tables in force."""
    try:
        with os.scandir(tables_folder()) as entries:
            names = [entry.name for entry in entries if entry.name.endswith(ENDING)]
    except FileNotFoundError:
        return ()
    return tuple(sorted(names))


def _read(seen: Seen) -> Overrides:
    days: dict[date, Override] = {}
    years: set[int] = set()
    for name in seen:
        found = read_overrides((tables_folder() / name).read_bytes(), name, Problems())
        days |= found.days
        years |= found.years
    return Overrides(days, frozenset(years))


CALENDAR = HouseCalendar()
