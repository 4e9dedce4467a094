"""The board of books: month by state over all branches of the scope; what is still to come, by branch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet

from linghang.apps.appraisal.data.months import BookLine, BookState
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.queries.months import BookFilter, books_asked, books_page, books_rows
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language as said
from linghang.engine.periods import Month
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import Page


@dataclass(frozen=True)
class StateCount:
    """How many books of the list stand in a state; `state` opens the list of as many."""

    state: str
    count: int


def board_page(asked: BookFilter, *, number: int) -> Page[BookLine]:
    """One page of the board."""
    return books_page(asked, number=number)


def board_rows(asked: BookFilter) -> list[BookLine]:
    """All of it, for the export."""
    return books_rows(asked)


def state_counts(asked: BookFilter) -> list[StateCount]:
    """How many stand in each state, of the list without its filter by state."""
    every = replace(asked, states=())
    counts = dict(_states(every) if asked.search else kept_rows(_states, every))
    return [StateCount(state.value, counts.get(state, 0)) for state in BookState]


def _states(asked: BookFilter) -> QuerySet[Book, tuple[Any, ...]]:
    return books_asked(asked).order_by("state").values_list("state").annotate(Count("pk"))


def schemes_in(month: Month) -> list[tuple[str, str]]:
    """The schemes of the books of a month with their titles, in the words of the latest version."""
    return [(scheme, said(pack_of(version).schemes[scheme].title)) for scheme, version in kept_rows(_schemes, month)]


def _schemes(month: Month) -> QuerySet[Book, tuple[Any, ...]]:
    rows = Book.objects.filter(month=month.index).order_by("scheme", "-binding__version_id").distinct("scheme")
    return rows.values_list("scheme", "binding__version__uuid")


def schemes_of(rows: Sequence[BookLine]) -> list[tuple[str, str]]:
    """The schemes of some books with their titles."""
    versions = {row.scheme: row.version for row in rows}
    return [(scheme, said(pack_of(version).schemes[scheme].title)) for scheme, version in sorted(versions.items())]
