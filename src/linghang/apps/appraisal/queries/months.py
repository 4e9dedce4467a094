"""Books of the month inside the open scope: one of them, lists, a place's year; and what looks thin before closing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from linghang.apps.access.queries import names_of
from linghang.apps.appraisal.data.months import (
    Approved,
    BookCard,
    BookLine,
    BookState,
    RunKind,
    RunLine,
    Shown,
    Thin,
    open_objections,
)
from linghang.apps.appraisal.models import Adjustment, Approval, Book, GradeResult, Run, Statement
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.queries.results import (
    adjustments_of,
    grades_of,
    statement_of,
    statements_of_book,
)
from linghang.apps.appraisal.queries.thin import thin_spots
from linghang.engine.periods import Month, months_between
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of

__all__ = [
    "BookFilter",
    "Cell",
    "adjustments_of",
    "approved_by",
    "book_line",
    "book_of",
    "books_of_place",
    "books_page",
    "books_rows",
    "grades_of",
    "previous_books",
    "runs_of",
    "statement_of",
    "statements_of_book",
    "thin_spots",
    "year_of",
]

ALONG = ("place", "node", "binding__version", "run")


@dataclass(frozen=True)
class BookFilter:
    """What a list of books is asked for; empty means everything. `path`: at this place of the tree and below."""

    month: Month | None = None
    scheme: str = ""
    path: str = ""
    states: tuple[BookState, ...] = ()
    search: str = ""


@dataclass(frozen=True)
class Cell:
    """One month of a place's year; without a book the scheme does not hold in it, or it has not begun."""

    month: Month
    book: BookLine | None


def book_of(uuid: UUID) -> BookCard:
    """A book inside the open scope with all that is known of it."""
    row = _rows().select_related("closed_by", "checked_by", "receiver", "announced_by").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    pack = pack_of(row.binding.version.uuid)
    states = dict(Statement.objects.filter(book=row).values_list("state").annotate(Count("pk")).order_by("state"))
    return BookCard(
        line=book_line(row),
        title=pack.schemes[row.scheme].title["zh"],
        pack=pack.label,
        version=row.binding.version.version,
        document=dict(pack.identity.document),
        invented=pack.identity.invented,
        closed_by=_name(row.closed_by),
        thin=tuple(Thin(**spot) for spot in row.thin),
        run=run_line(row.run) if row.run else None,
        checked_at=row.checked_at,
        checked_by=_name(row.checked_by),
        public_from=row.public_from,
        provisional_deadline=row.provisional_deadline,
        receiver=row.receiver.uuid if row.receiver else None,
        receiver_name=_name(row.receiver),
        manner=row.manner,
        unclosed_reason=row.unclosed_reason,
        announced_by=_name(row.announced_by),
        final_hash=row.final_hash,
        publications=_publications(row),
        approvals=_approvals(row),
        states=states,
        bands=_bands(row),
        adjustments=Adjustment.objects.filter(book=row).count(),
        open_objections=open_objections.of([row.uuid]).get(row.uuid, 0),
        previous=previous_books([row]).get(row.uuid),
    )


def _name(user: object) -> str:
    return str(getattr(user, "display_name", "")) if user is not None else ""


def _publications(row: Book) -> tuple[Shown, ...]:
    rows = row.publications.select_related("receiver", "by", "run").order_by("pk")
    return tuple(
        Shown(p.uuid, p.run.uuid, p.public_from, p.public_until, p.receiver.display_name, p.manner, _name(p.by), p.at)
        for p in rows
    )


def _approvals(row: Book) -> tuple[Approved, ...]:
    rows = Approval.objects.filter(book=row).select_related("person").order_by("pk")
    return tuple(Approved(a.person.uuid, a.person.display_name, a.at, a.run_id == row.run_id) for a in rows)


def _bands(row: Book) -> dict[str, dict[str, int]]:
    """Grade → band → how many; those without a band under ""."""
    found: dict[str, dict[str, int]] = {}
    counted = GradeResult.objects.filter(book=row).values_list("grade", "band").annotate(Count("pk"))
    for grade, band, count in counted.order_by("grade", "band"):
        found.setdefault(grade, {})[band] = count
    return found


def run_line(run: Run) -> RunLine:
    by = names_of([run.started_by.uuid]).values() if run.started_by else ()
    return RunLine(
        uuid=run.uuid,
        kind=RunKind(run.kind),
        at=run.at,
        by=next(iter(by), _name(run.started_by)),
        engine=run.engine,
        result_hash=run.result_hash,
        subjects=run.subjects,
        watermark={int(node): seq for node, seq in run.watermark.items()},
        too_late=run.notes.get("too_late_count", len(run.notes.get("too_late", []))),
    )


def runs_of(book: UUID) -> list[RunLine]:
    """The settlements that a book has shown in 公示 or shows now, newest first."""
    found = Q(books__uuid=book) | Q(pk__in=_rows().filter(uuid=book).values("publications__run_id"))
    rows = Run.objects.select_related("started_by").filter(found).distinct().order_by("-pk")
    return [run_line(row) for row in rows]


# --- lists -----------------------------------------------------------------------------------------------------------


def books_page(asked: BookFilter, *, number: int) -> Page[BookLine]:
    """One page of books, in the order of the tree, then of months."""
    return page_of(_found(asked), number, book_line)


def books_rows(asked: BookFilter) -> list[BookLine]:
    """All books that the list shows."""
    return [book_line(row) for row in _found(asked)]


def books_of_place(place: UUID, *, first: Month, last: Month) -> list[BookLine]:
    """The books at an organisation between two months, of all schemes, by month."""
    rows = _rows().filter(place__uuid=place, month__range=(first.index, last.index))
    return [book_line(row) for row in rows.order_by("month", "scheme")]


def year_of(place: UUID, scheme: str, year: int) -> tuple[Cell, ...]:
    """The twelve months of a place's year in a scheme."""
    months = months_between(Month(year, 1), Month(year, 12))
    rows = _rows().filter(place__uuid=place, scheme=scheme, month__range=(months[0].index, months[-1].index))
    books = {row.month: book_line(row) for row in rows}
    return tuple(Cell(month, books.get(month.index)) for month in months)


def _found(asked: BookFilter) -> QuerySet[Book]:
    rows = _rows().order_by("node__path", "month", "scheme", "pk")
    if asked.month is not None:
        rows = rows.filter(month=asked.month.index)
    if asked.scheme:
        rows = rows.filter(scheme=asked.scheme)
    if asked.path:
        rows = rows.filter(node__path__startswith=asked.path)
    if asked.states:
        rows = rows.filter(state__in=asked.states)
    return rows.filter(place__name__icontains=asked.search) if asked.search else rows


def _rows() -> QuerySet[Book]:
    approved = Count("approvals", filter=Q(approvals__run_id=F("run_id")))
    return Book.objects.select_related(*ALONG).defer("binding__version__files").annotate(approved=approved)


def book_line(row: Book) -> BookLine:
    approved = getattr(row, "approved", None)
    if approved is None:
        approved = Approval.objects.filter(book=row, run_id=row.run_id).count() if row.run_id else 0
    return BookLine(
        uuid=row.uuid,
        scheme=row.scheme,
        month=Month.from_index(row.month),
        place=row.place.uuid,
        place_key=row.place_id,
        place_name=row.place.name,
        node=row.node.uuid,
        path=row.node.path,
        state=BookState(row.state),
        closed_at=row.closed_at,
        settled_at=row.settled_at,
        public_until=row.public_until,
        final_at=row.final_at,
        announced_at=row.announced_at,
        approvals=approved,
        version=row.binding.version.uuid,
        run=row.run.uuid if row.run else None,
        year_closed_at=row.year_closed_at,
    )


def previous_books(rows: Iterable[Book]) -> dict[UUID, BookLine]:
    """Book → the one of the month before in the same year; missing where the scheme did not hold then."""
    inside = [row for row in rows if Month.from_index(row.month).month > 1]
    later = {(row.scheme, row.place_id, row.month - 1): row.uuid for row in inside}
    schemes, places, months = {key[0] for key in later}, {key[1] for key in later}, {key[2] for key in later}
    found = _rows().filter(scheme__in=schemes, place_id__in=places, month__in=months)
    of = {(row.scheme, row.place_id, row.month): row for row in found}
    return {uuid: book_line(of[key]) for key, uuid in later.items() if key in of}


def approved_by(person: UUID | None, books: Collection[UUID]) -> set[UUID]:
    """Those of the books that a person has approved as they are shown now."""
    if person is None or not books:
        return set()
    seen = Approval.objects.filter(book__uuid__in=set(books), person__uuid=person, run_id=F("book__run_id"))
    return set(seen.values_list("book__uuid", flat=True))


def lines_of(books: Iterable[UUID]) -> Mapping[UUID, BookLine]:
    """Books inside the open scope by their uuids."""
    wanted: Collection[UUID] = set(books)
    return {row.uuid: book_line(row) for row in _rows().filter(uuid__in=wanted)}


def as_of(run: RunLine) -> datetime:
    """When the records were read on which a settlement stands."""
    return run.at
