"""The board of books: month by state over all branches of the scope; what is still to come, by branch."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from linghang.apps.appraisal.data.months import BookLine, BookState
from linghang.apps.appraisal.queries.months import BookFilter, books_page, books_rows
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language as said
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
    rows = books_rows(BookFilter(asked.month, asked.scheme, asked.path, (), asked.search))
    counts = Counter(row.state for row in rows)
    return [StateCount(state.value, counts.get(state, 0)) for state in BookState]


def schemes_of(rows: Sequence[BookLine]) -> list[tuple[str, str]]:
    """The schemes of some books with their titles."""
    versions = {row.scheme: row.version for row in rows}
    return [(scheme, said(pack_of(version).schemes[scheme].title)) for scheme, version in sorted(versions.items())]
