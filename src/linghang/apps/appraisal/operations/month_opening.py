"""Books of the month: one for each place at which a scheme holds, made when the month has begun."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.packs import BindingLine
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.queries.packs import bindings_around, bindings_at, pack_of
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
    month = min(month, Month.of(now.astimezone(SHANGHAI).date()))
    with system_scope(reason=WHY):
        wanted = {(b.scheme, at.key, m.index): (b, at) for m in _months(month) for b, at in _needed(place, m)}
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


def _needed(place: NodeLine, month: Month) -> Iterator[tuple[BindingLine, PlaceRow]]:
    """The bindings that hold in the month with the places whose books they make."""
    yield from _of_branches(place, month)
    lines = [b for b in bindings_around(place.uuid, month=month) if not of_members(b)]
    at = places_at([b.node_key for b in lines])
    for line in lines:
        if line.path.startswith(place.path) and line.node_key in at:
            yield line, at[line.node_key]


def _of_branches(place: NodeLine, month: Month) -> Iterator[tuple[BindingLine, PlaceRow]]:
    places = places_of_members(below=place.path, since=month.first, until=month.last)
    nearest = bindings_at([each.path for each in places], month=month)
    for each in places:
        for line in nearest[each.path].values():
            if of_members(line):
                yield line, each


def of_members(line: BindingLine) -> bool:
    """Whether the scheme's subjects are members, and its books those of branches."""
    return pack_of(line.version).schemes[line.scheme].subject == MEMBERS


def _there(wanted: Iterable[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    keys = list(wanted)
    rows = Book.objects.filter(
        scheme__in={k[0] for k in keys}, place_id__in={k[1] for k in keys}, month__in={k[2] for k in keys}
    )
    return set(rows.values_list("scheme", "place_id", "month"))
