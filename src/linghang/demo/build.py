"""A whole demo installation: five units, from their trees to two years of records."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from linghang.apps.org.queries.keys import code_known
from linghang.demo import points
from linghang.demo.content import Unit, units
from linghang.demo.crowd import enrol
from linghang.demo.exemplars import with_exemplar
from linghang.demo.indicators import record_indicators
from linghang.demo.life import Happening, happenings
from linghang.demo.months import Year, first_month, live_through
from linghang.demo.people import Person, people_of
from linghang.demo.places import build_places, end_places
from linghang.demo.records import record_all
from linghang.demo.rules import JANUARY, put_into_force
from linghang.demo.stories import Told, tell
from linghang.demo.ties import tie
from linghang.ui.web.scope import system_scope

SEED = 20261121
SINCE, TODAY = date(2024, 12, 1), date(2026, 11, 21)

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Built:
    """What was made now; nothing where everything was there already."""

    units: int = 0
    people: int = 0
    accounts: int = 0
    facts: int = 0

    def __add__(self, more: "Built") -> "Built":
        sums = (self.units + more.units, self.people + more.people, self.accounts + more.accounts)
        return Built(*sums, self.facts + more.facts)


def build_demo(
    *, password: str, now: datetime, progress: Progress, seed: int = SEED, only: tuple[str, ...] = ()
) -> Built:
    """Make the units that are not there yet, each in one transaction: an interrupted demo has whole units only.

    `password` opens all accounts, on this machine alone. `only` are codes of units, all of them by default.
    """
    built = Built()
    for unit in units():
        if only and unit.code not in only:
            continue
        with transaction.atomic(), system_scope(reason="the demo is made for the whole installation"):
            if not code_known(unit.top.code):
                built += build_unit(unit, password, seed, now, progress)
    return built


def build_unit(
    unit: Unit,
    password: str,
    seed: int,
    now: datetime,
    progress: Progress,
    *,
    since: date = SINCE,
    stories: bool = True,
) -> Built:
    """One unit with everything that belongs to it, inside the transaction and the scope of the caller."""
    places = build_places(unit, since)
    people = people_of(unit, seed=seed, start=since)
    crowd = enrol(unit, people, places, password=password, now=now)
    first = first_month(unit) if stories else JANUARY
    put_into_force(unit, places, crowd, now=now, since=first)
    tie(unit, people, places, crowd)
    end_places(unit, places, TODAY)
    found = happenings(unit, people, seed=seed, since=since, until=TODAY)
    facts = _live(
        Year(unit, places, crowd, first, TODAY), people, found, stories, lambda more: progress(unit.name, more)
    )
    record_indicators(unit, places, crowd, seed=seed, since=since, today=TODAY)
    if stories:
        facts += tell(Told(unit, people, places, crowd, TODAY))
    return Built(1, len(people), len(crowd.accounts), facts)


def _live(
    year: Year, people: Sequence[Person], found: Iterator[Happening], stories: bool, progress: Callable[[int], None]
) -> int:
    """Two years of records; with stories the months of the scheme are settled in between."""
    if not stories:
        return record_all(found, year.places, year.crowd, until=year.today, progress=progress)
    told = with_exemplar(year, people, found)
    if not points.has_a_story(year):
        return live_through(year, told, progress=progress, after={})
    told = points.with_story(year, people, told)
    return live_through(year, told, progress=progress, after=points.afterwards(year, people))
