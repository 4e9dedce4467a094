"""年终关账: how far the year of each scheme is in the open scope, and until when its records are still taken in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.periods import Month


@dataclass(frozen=True)
class YearEnd:
    """One scheme's year by the books of its December. `until`: the last day of the closing period; `closed_at`: when
    the last of the books was closed, None while one is open."""

    scheme: str
    title: str
    year: int
    until: date
    books: int
    final: int
    closed_at: datetime | None

    @property
    def all_final(self) -> bool:
        return self.final == self.books

    def due(self, today: date) -> bool:
        """Whether nothing but somebody who does it is missing."""
        return self.all_final and self.closed_at is None and today > self.until


def year_ends(year: int) -> list[YearEnd]:
    """Every scheme that has books of the year's December here."""
    december, found = Month(year, 12), dict[str, YearEnd]()
    for scheme, version, books, final, closed, at in _counted(december):
        written = pack_of(version).schemes[scheme]
        until = date.fromisoformat(f"{year + 1}-{written.year_end_closing}")
        line = YearEnd(
            scheme, title_in_language(written.title), year, until, books, final, at if closed == books else None
        )
        found[scheme] = _both(found[scheme], line) if scheme in found else line
    return list(found.values())


def _counted(month: Month) -> QuerySet[Book, Any]:
    rows = Book.objects.filter(month=month.index).order_by("scheme", "binding__version__uuid")
    return rows.values_list("scheme", "binding__version__uuid").annotate(
        books=Count("pk"),
        final=Count("pk", filter=Q(state__in=FINAL_STATES)),
        closed=Count("pk", filter=Q(year_closed_at__isnull=False)),
        at=Max("year_closed_at"),
    )


def _both(one: YearEnd, other: YearEnd) -> YearEnd:
    """Two versions of a scheme hold at different places: the year is over when it is over at both."""
    return YearEnd(
        one.scheme,
        one.title,
        one.year,
        max(one.until, other.until),
        one.books + other.books,
        one.final + other.final,
        max(one.closed_at, other.closed_at) if one.closed_at and other.closed_at else None,
    )
