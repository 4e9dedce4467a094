"""Happenings of a demo unit, recorded by the accounts of its branches on the days on which they were written down."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import groupby
from uuid import UUID

from linghang.apps.ledger import operations as ledger
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.demo.crowd import Crowd
from linghang.demo.life import Entry, Happening
from linghang.demo.places import Places

MORNING = time(1, 30, tzinfo=UTC)  # half past nine in Shanghai


def record_all(
    found: Iterable[Happening], places: Places, crowd: Crowd, *, until: date, progress: Callable[[int], None]
) -> int:
    """Record everything known by `until`, branch by branch in the order in which it was written down."""
    by_branch = sorted((one for one in found if one.known_on <= until), key=lambda one: (one.branch, one.known_on))
    total = 0
    for (branch, day), together in groupby(by_branch, key=lambda one: (one.branch, one.known_on)):
        recorder, now = crowd.recorders[branch], datetime.combine(day, MORNING)
        happenings = list(together)
        items = [item for one in happenings for item in _facts(one, places, crowd)]
        recorded = ledger.record(items=items, actor=recorder, now=now)
        mistaken = [fact for fact, one in zip(recorded.facts, _owners(happenings), strict=True) if one.reversed_later]
        for fact in mistaken:
            ledger.reverse(fact=fact, reason="名单录错，按签到表更正", actor=recorder, now=now)
        total += len(items)
        progress(len(items))
    return total


def _owners(happenings: Iterable[Happening]) -> Iterator[Happening]:
    for one in happenings:
        yield from (one for _ in one.entries)


def _facts(one: Happening, places: Places, crowd: Crowd) -> Iterator[NewFact]:
    event = NewEvent(
        kind=one.kind,
        occurred_on=one.day,
        node=places.nodes[one.branch],
        texts={"title": one.title} if one.title else {},
    )
    for entry in one.entries:
        yield NewFact(
            kind=entry.kind,
            subject=_subject(entry, places, crowd),
            occurred_on=one.day,
            node=places.nodes[one.branch],
            quantity=entry.quantity,
            attributes=entry.attributes,
            event=event,
        )


def _subject(entry: Entry, places: Places, crowd: Crowd) -> UUID:
    return crowd.people.get(entry.subject) or places.uuids[entry.subject]
