"""Coverages of the pack on any day: x of y, the gaps by name, since when, and the curve of the past months.

What is to be covered lies inside the open scope; who covers it may stand outside. Counted by the database in one
statement per coverage, whatever the number of rows.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from linghang.apps.org.data.links import (
    END_LABELS,
    KINDS_OF_END,
    Blank,
    CoverageLine,
    CurvePoint,
    EndLine,
    GapLine,
)
from linghang.apps.org.models import Area, Organisation, Person, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.blanks import blank_since, blanks_of
from linghang.apps.org.queries.covered import Asked, asked_of
from linghang.apps.org.queries.ends import area_row, line_of_area, line_of_organisation, line_of_person
from linghang.apps.org.queries.organisations import get_organisation
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import PEOPLE, Coverage, Through
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, all_rows, page_of

DAY = timedelta(days=1)
FIRST_GAPS = 5


def coverage(id: str, *, on: date, under: str = "", gaps: int = FIRST_GAPS) -> CoverageLine:
    """One coverage on a day; `under` is the path of a subtree ('' for the whole scope)."""
    said = _said(id, on)
    asked = asked_of(said, on, under)
    counts = asked.rows.aggregate(total=Count("pk"), covered=Count("pk", filter=asked.is_covered))
    first = _gap_lines(said, asked, on, gaps) if gaps and counts["covered"] < counts["total"] else ()
    return coverage_line(said, on, counts["covered"], counts["total"], first)


def coverage_line(said: Coverage, on: date, covered: int, total: int, gaps: tuple[GapLine, ...]) -> CoverageLine:
    """A coverage with its numbers, in words."""
    return CoverageLine(
        id=said.id,
        title=told(said.title),
        of=said.of,
        of_label=str(END_LABELS[said.of]),
        covered=covered,
        total=total,
        rule=_rule(said, on),
        suggestions=tuple(told(each) for each in said.suggestions),
        gaps=gaps,
    )


def gaps_page(id: str, *, on: date, number: int, search: str = "", under: str = "") -> Page[GapLine]:
    """Everybody and everything that a coverage misses on a day, by name."""
    said = _said(id, on)
    rows = _open_rows(asked_of(said, on, under))
    if search:
        rows = rows.filter(Q(**{f"{_name_of(said)}__icontains": search}))
    page = page_of(rows, number, lambda row: row, whole=_whole)
    return Page(_lines(said, list(page.rows), on), page.number, page.total, page.per_page)


def all_gaps(id: str, *, on: date, search: str = "", under: str = "") -> list[GapLine]:
    """The same without pages, for an export."""
    said = _said(id, on)
    rows = _open_rows(asked_of(said, on, under))
    if search:
        rows = rows.filter(Q(**{f"{_name_of(said)}__icontains": search}))
    return _lines(said, all_rows(rows), on)


def curve(id: str, *, on: date, under: str = "", months: int = 12) -> list[CurvePoint]:
    """The coverage on the last day of each of the past months, and on the day itself at the end."""
    return [_point(id, day, under) for day in (*_month_ends(on, months), on)]


def uncovered(id: str, *, on: date, uuids: Iterable[UUID]) -> set[UUID]:
    """Which of these rows inside the scope a coverage misses."""
    said = _said(id, on)
    asked = asked_of(said, on, "")
    field = _uuid_of(said)
    return set(asked.rows.filter(~asked.is_covered, **{f"{field}__in": set(uuids)}).values_list(field, flat=True))


def _said(id: str, on: date) -> Coverage:
    found = pack_in_force(on=on).coverages.get(id)
    if found is None:
        raise not_found()
    return found


def _open_rows(asked: Asked) -> QuerySet[Any]:
    return _in_order(asked.rows.filter(~asked.is_covered))


def _in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """From the top of the tree down; not by the index on paths, which would seek the first few place by place."""
    with_names = rows.select_related("person", "node") if rows.model is RosterSpan else rows.select_related("node")
    return with_names.order_by(Collate("node__path", "C"), "name", "pk")


def _gap_lines(said: Coverage, asked: Asked, on: date, most: int) -> tuple[GapLine, ...]:
    return tuple(_lines(said, list(_whole(_open_rows(asked)[:most])), on))


def _whole(cut: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a cut; those of the roster are sorted by their keys alone, since with their people they are wide."""
    if cut.model is not RosterSpan:
        return cut
    return _in_order(RosterSpan._base_manager.filter(pk__in=cut.values("pk")))


def _lines(said: Coverage, rows: list[Any], on: date) -> list[GapLine]:
    since = blank_since(said, rows, on=on)
    return [gap_line(row, since[row.pk], on) for row in rows]


def gap_line(row: Any, since: date, on: date) -> GapLine:
    """A row that is not covered; it was read with its place."""
    return GapLine(_line(row), row.node.label, since, (on - since).days + 1)


def _line(row: Model) -> EndLine:
    if isinstance(row, RosterSpan):
        return line_of_person(row.person)
    if isinstance(row, Person):
        return line_of_person(row)
    if isinstance(row, Area):
        return line_of_area(row)
    assert isinstance(row, Organisation), "a coverage speaks of people, areas or organisations"
    return line_of_organisation(row)


def _point(id: str, day: date, under: str) -> CurvePoint:
    asked = asked_of(_said(id, day), day, under)
    counts = asked.rows.aggregate(total=Count("pk"), covered=Count("pk", filter=asked.is_covered))
    return CurvePoint(day, counts["covered"], counts["total"])


def _month_ends(on: date, months: int) -> list[date]:
    ends: list[date] = []
    first = on.replace(day=1)
    while len(ends) < months:
        ends.append(first - DAY)
        first = ends[-1].replace(day=1)
    return ends[::-1]


def _rule(said: Coverage, on: date) -> str:
    """What counts as covered, in words."""
    kinds = pack_in_force(on=on).links
    of = str(END_LABELS[said.of])
    if said.through is Through.MEMBERSHIP:
        return _("%(of)s：至少有1名党员") % {"of": of}
    words = {"of": of, "kinds": "、".join(told(kinds[name].title) for name in said.by)}
    return _("%(of)s：至少有1项%(kinds)s") % words


def _name_of(said: Coverage) -> str:
    return "person__name" if said.of in PEOPLE and not said.posts else "name"


def _uuid_of(said: Coverage) -> str:
    return "person__uuid" if said.of in PEOPLE and not said.posts else "uuid"


def blanks_of_area(uuid: UUID, *, on: date) -> list[Blank]:
    """The days up to `on` on which nobody answered for an area, the newest first; empty for what no coverage asks."""
    row = area_row(uuid)
    said = _first_of(row.kind, on)
    return blanks_of(said, row, on=on) if said else []


def blanks_of_organisation(uuid: UUID, *, on: date) -> list[Blank]:
    """The days up to `on` on which a team was without a member."""
    row = get_organisation(uuid)
    said = next(
        (
            each
            for each in pack_in_force(on=on).coverages.values()
            if each.through is Through.MEMBERSHIP and row.kind in KINDS_OF_END.get(each.of, ())
        ),
        None,
    )
    return blanks_of(said, row, on=on) if said else []


def _first_of(word: str, on: date) -> Coverage | None:
    return next((each for each in pack_in_force(on=on).coverages.values() if each.of == word), None)
