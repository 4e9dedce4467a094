"""Books of the month inside the open scope as lists show them: a board, a place's year, those of the month before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linghang.apps.appraisal.data.months import BookLine, BookState, RunKind, RunLine
from linghang.apps.appraisal.models import Approval, Book, Run
from linghang.apps.appraisal.queries.results import (
    adjustments_of,
    grades_of,
    statement_of,
    statements_of_book,
)
from linghang.apps.appraisal.queries.thin import thin_spots
from linghang.engine.periods import Month, months_between
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_page, kept_rows
from linghang.ui.web.paging import Page

__all__ = [
    "BookFilter",
    "Cell",
    "adjustments_of",
    "approved_by",
    "book_line",
    "books_of_place",
    "books_page",
    "books_rows",
    "grades_of",
    "line_of",
    "lines_of",
    "previous_books",
    "runs_of",
    "statement_of",
    "statements_of_book",
    "thin_spots",
    "year_of",
]

LINE = (
    "uuid", "scheme", "month", "place__uuid", "place_id", "place__name", "node__uuid", "node__path", "state",
    "closed_at", "settled_at", "public_until", "final_at", "announced_at", "approved", "binding__version__uuid",
    "run__uuid", "year_closed_at",
)  # fmt: skip
Columns = tuple[Any, ...]
Books = Sequence[UUID]


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


def run_line(run: Run) -> RunLine:
    return RunLine(
        uuid=run.uuid,
        kind=RunKind(run.kind),
        at=run.at,
        by=run.started_by.display_name if run.started_by else "",
        engine=run.engine,
        result_hash=run.result_hash,
        subjects=run.subjects,
        watermark={int(node): seq for node, seq in run.watermark.items()},
        too_late=count_too_late(run.notes),
    )


def count_too_late(notes: Mapping[str, Any]) -> int:
    """How many differences a settlement found that are booked no more."""
    return int(notes.get("too_late_count", len(notes.get("too_late", []))))


def runs_of(book: UUID) -> list[RunLine]:
    """The settlements that a book has shown in 公示 or shows now, newest first."""
    found = Q(books__uuid=book) | Q(pk__in=Book.objects.filter(uuid=book).values("publications__run_id"))
    rows = Run.objects.select_related("started_by").filter(found).distinct().order_by("-pk")
    return [run_line(row) for row in rows]


# --- lists -----------------------------------------------------------------------------------------------------------


def books_page(asked: BookFilter, *, number: int) -> Page[BookLine]:
    """One page of books, in the order of the tree, then of months."""
    page = kept_page(_found, asked, number=number, keep=not asked.search)
    rows = book_columns().filter(pk__in=page.rows).values_list("pk", *LINE)
    lines = {key: book_line(columns) for key, *columns in rows}
    return Page([lines[key] for key in page.rows if key in lines], page.number, page.total)


def books_rows(asked: BookFilter) -> list[BookLine]:
    """All books that the list shows."""
    return [book_line(columns) for columns in _found(asked).values_list(*LINE)]


def books_of_place(place: UUID, *, first: Month, last: Month) -> list[BookLine]:
    """The books at an organisation between two months, of all schemes, by month."""
    return [book_line(columns) for columns in kept_rows(_at_place, first.index, last.index, given=(place,))]


def _at_place(first: int, last: int, places: Sequence[UUID]) -> QuerySet[Book, Columns]:
    rows = book_columns().filter(place__uuid__in=places, month__range=(first, last))
    return rows.order_by("month", "scheme")


def year_of(place: UUID, scheme: str, year: int) -> tuple[Cell, ...]:
    """The twelve months of a place's year in a scheme."""
    months = months_between(Month(year, 1), Month(year, 12))
    rows = book_columns().filter(place__uuid=place, scheme=scheme, month__range=(months[0].index, months[-1].index))
    books = {line.month: line for line in map(book_line, rows)}
    return tuple(Cell(month, books.get(month)) for month in months)


def _found(asked: BookFilter) -> QuerySet[Book]:
    return books_asked(asked, _with_approvals()).order_by("node__path", "month", "scheme", "pk")


def books_asked(asked: BookFilter, rows: QuerySet[Book] | None = None) -> QuerySet[Book]:
    """Those of the rows, or of all books inside the open scope, that a list asks for; in no order."""
    rows = Book.objects.all() if rows is None else rows
    if asked.month is not None:
        rows = rows.filter(month=asked.month.index)
    if asked.scheme:
        rows = rows.filter(scheme=asked.scheme)
    if asked.path:
        rows = rows.filter(node__path__startswith=asked.path)
    if asked.states:
        rows = rows.filter(state__in=asked.states)
    return rows.filter(place__name__icontains=asked.search) if asked.search else rows


def book_columns() -> QuerySet[Book, Columns]:
    """Books inside the open scope, of each what a line shows, for `book_line`."""
    return _with_approvals().values_list(*LINE)


def _with_approvals() -> QuerySet[Book]:
    """Each with how many have approved what it shows now. A row's own count: grouping by all its columns would cost
    the database sixty milliseconds of planning."""
    of_book = Approval._base_manager.filter(book=OuterRef("pk"), run_id=OuterRef("run_id")).order_by()
    count = of_book.values("book").annotate(count=Count("pk")).values("count")
    return Book.objects.annotate(approved=Coalesce(Subquery(count), 0))


def book_line(columns: Iterable[Any]) -> BookLine:
    """A line from the columns of `LINE`."""
    values = dict(zip(LINE, columns, strict=True))
    return BookLine(
        uuid=values["uuid"],
        scheme=values["scheme"],
        month=Month.from_index(values["month"]),
        place=values["place__uuid"],
        place_key=values["place_id"],
        place_name=values["place__name"],
        node=values["node__uuid"],
        path=values["node__path"],
        state=BookState(values["state"]),
        closed_at=values["closed_at"],
        settled_at=values["settled_at"],
        public_until=values["public_until"],
        final_at=values["final_at"],
        announced_at=values["announced_at"],
        approvals=values["approved"],
        version=values["binding__version__uuid"],
        run=values["run__uuid"],
        year_closed_at=values["year_closed_at"],
    )


def previous_books(rows: Iterable[Book]) -> dict[UUID, BookLine]:
    """Book → the one of the month before in the same year; missing where the scheme did not hold then."""
    inside = [row for row in rows if Month.from_index(row.month).month > 1]
    later = {(row.scheme, row.place_id, row.month - 1): row.uuid for row in inside}
    schemes, places, months = {key[0] for key in later}, {key[1] for key in later}, {key[2] for key in later}
    found = book_columns().filter(scheme__in=schemes, place_id__in=places, month__in=months)
    of = {(line.scheme, line.place_key, line.month.index): line for line in map(book_line, found)}
    return {uuid: of[key] for key, uuid in later.items() if key in of}


def approved_by(person: UUID | None, books: Collection[UUID]) -> set[UUID]:
    """Those of the books that a person has approved as they are shown now."""
    if person is None or not books:
        return set()
    seen = Approval.objects.filter(book__uuid__in=set(books), person__uuid=person, run_id=F("book__run_id"))
    return set(seen.values_list("book__uuid", flat=True))


def lines_of(books: Iterable[UUID]) -> Mapping[UUID, BookLine]:
    """Books inside the open scope by their uuids."""
    wanted: Collection[UUID] = set(books)
    return {line.uuid: line for line in map(book_line, book_columns().filter(uuid__in=wanted))}


def line_of(book: UUID) -> BookLine:
    """One book inside the open scope."""
    for columns in kept_rows(_named, given=(book,)):
        return book_line(columns)
    raise not_found()


def _named(asked: Books) -> QuerySet[Book, Columns]:
    return book_columns().filter(uuid__in=asked)


def as_of(run: RunLine) -> datetime:
    """When the records were read on which a settlement stands."""
    return run.at
