"""A whole demo installation: five units, from their trees to two years of records."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from linghang.demo.content import Unit, units
from linghang.demo.crowd import enrol
from linghang.demo.life import happenings
from linghang.demo.people import people_of
from linghang.demo.places import build_places, end_places
from linghang.demo.records import record_all
from linghang.demo.ties import tie
from linghang.ui.web.scope import system_scope

SEED = 20261121
SINCE, TODAY = date(2024, 12, 1), date(2026, 11, 21)

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Built:
    """What a demo holds, and the password of all its accounts."""

    units: int
    people: int
    accounts: int
    facts: int
    password: str


def build_demo(*, now: datetime, progress: Progress, seed: int = SEED, only: tuple[str, ...] = ()) -> Built:
    """Make the units, each in one transaction: an interrupted demo has whole units only."""
    password = secrets.token_urlsafe(9)
    counts = [0, 0, 0]
    chosen = [unit for unit in units() if not only or unit.code in only]
    for unit in chosen:
        with transaction.atomic(), system_scope(reason="the demo is made for the whole installation"):
            made = _build_unit(unit, password, seed, now, progress)
        counts = [sum(pair) for pair in zip(counts, made, strict=True)]
    people, accounts, facts = counts
    return Built(len(chosen), people, accounts, facts, password)


def _build_unit(unit: Unit, password: str, seed: int, now: datetime, progress: Progress) -> tuple[int, int, int]:
    places = build_places(unit, SINCE)
    people = people_of(unit, seed=seed, start=SINCE)
    crowd = enrol(unit, people, places, password=password, now=now)
    tie(unit, people, places, crowd)
    end_places(unit, places, TODAY)
    found = happenings(unit, people, seed=seed, since=SINCE, until=TODAY)
    facts = record_all(found, places, crowd, until=TODAY, progress=lambda more: progress(unit.name, more))
    return len(people), crowd.accounts, facts
