"""Books of the month: one for each place at which a scheme holds, made when the month has begun."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.packs import BindingLine, nearest
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.queries.packs import bindings_between, pack_of
from linghang.apps.org.queries.year_roster import PlaceRow, places_at, places_of_members
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.workdays import SHANGHAI
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM, writing

WHY = "books are made for every place of the unit, whoever looks first"
MEMBERS = "member"


def open_books(*, month: Month, node: UUID, now: datetime) -> int:
    """Make the missing books of the year up to a month, at a place inside the open scope and below it.

    A month that has not begun gets none. Returns how many were made; nothing is written where all are there.
    """
    place = find_node(node)
    months = _months(min(month, Month.of(now.astimezone(SHANGHAI).date())))
    with system_scope(reason=WHY):
        wanted = {(b.scheme, at.key, m.index): (b, at) for m, b, at in _needed(place, months)}
        there = _there(wanted)
        missing = [key for key in wanted if key not in there]
        if not missing:
            return 0
        rows = [
            Book(
                binding_id=wanted[key][0].key,
                scheme=key[0],
                month=key[2],
                place_id=key[1],
                node_id=wanted[key][1].node_key,
            )
            for key in sorted(missing, key=lambda each: (each[2], each[1], each[0]))
        ]
        with writing(SYSTEM, "open_books"):
            Book.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _months(month: Month) -> list[Month]:
    return months_between(span_start(month, Span.YEAR), month)


def _needed(place: NodeLine, months: Sequence[Month]) -> Iterator[tuple[Month, BindingLine, PlaceRow]]:
    """The bindings that hold in each month with the places whose books they make; read once for all the months."""
    first, last = months[0], months[-1]
    homes = places_of_members(below=place.path, since=first.first, until=last.last)
    lines = bindings_between(place.path, first, last)
    at = places_at([line.node_key for line in lines])
    for month in months:
        held = [line for line in lines if line.holds_in(month)]
        for home in homes:
            if home.since <= month.last and (home.until is None or home.until >= month.first):
                yield from ((month, line, home) for line in nearest(held, home.path).values() if of_members(line))
        for line in held:
            if line.path.startswith(place.path) and line.node_key in at and not of_members(line):
                yield month, line, at[line.node_key]


def of_members(line: BindingLine) -> bool:
    """Whether the scheme's subjects are members, and its books those of branches."""
    return pack_of(line.version).schemes[line.scheme].subject == MEMBERS


def _there(wanted: Iterable[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    keys = list(wanted)
    rows = Book.objects.filter(
        scheme__in={k[0] for k in keys}, place_id__in={k[1] for k in keys}, month__in={k[2] for k in keys}
    )
    return set(rows.values_list("scheme", "place_id", "month"))
