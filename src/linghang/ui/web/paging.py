"""Pages of a list: twenty-five rows, the number in the address, counted once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from linghang.ui.web.errors import DomainError

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
PER_PAGE = 25
MOST_ROWS = 50_000  # of an export


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `total` is the number of all rows, `number` starts at 1."""

    rows: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_number(text: str | None) -> int:
    """The page asked for in the address; anything that is not a number from 1 on is the first page."""
    return max(1, int(text)) if text and text.isascii() and text.isdecimal() and len(text) < 7 else 1


def page_of(
    queryset: QuerySet[M],
    number: int,
    row: Callable[[M], T],
    *,
    per_page: int = PER_PAGE,
    whole: Callable[[QuerySet[M]], Iterable[M]] | None = None,
) -> Page[T]:
    """Cut one page out of an ordered query: one count, one select; a number past the end gives the last page.

    `whole` turns the cut into its rows, for lists whose rows are too wide to be sorted as they are.
    """
    total = queryset.count()
    pages = max(1, -(-total // per_page))
    number = min(max(1, number), pages)
    start = (number - 1) * per_page
    cut = queryset[start : start + per_page]
    return Page([row(item) for item in (whole(cut) if whole else cut)], number, total, per_page)


def all_rows(rows: QuerySet[M, R], most: int = MOST_ROWS) -> list[R]:
    """Every row of a list, for its export; one that is too long is refused in words, never cut off silently."""
    found = list(rows[: most + 1])
    if len(found) > most:
        words = _("这份清单超过%(n)d行，一次导不出来。请用筛选缩小范围后再导出。") % {"n": most}
        raise DomainError("too_many_rows", words)
    return found
