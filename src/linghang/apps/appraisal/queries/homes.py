"""What front pages say of the month's books inside the open scope."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from linghang.apps.appraisal.data.months import FINAL_STATES, BookState
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.policies.months import STATE_TITLES
from linghang.apps.appraisal.queries.packs import binding_rows, pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.periods import Month
from linghang.ui.web.kept import kept_rows


@dataclass(frozen=True)
class StateCount:
    """How many books of a scheme's month stand in a state."""

    scheme: str
    state: str
    title: str
    count: int


@dataclass(frozen=True)
class SchemeMonth:
    """One scheme's month: its books by state, in the order of the states; `final` of `total` are done."""

    scheme: str
    title: str
    month: Month
    states: tuple[StateCount, ...]
    total: int
    final: int


def scheme_months(month: Month) -> tuple[SchemeMonth, ...]:
    """The month's books of every scheme in the open scope."""
    counts: dict[str, dict[str, int]] = {}
    for scheme, state, number in kept_rows(_books_by_state, month.index, one_plan=True):
        counts.setdefault(scheme, {})[state] = number
    titles = _titles(counts)
    return tuple(_month(scheme, titles.get(scheme, scheme), month, found) for scheme, found in sorted(counts.items()))


def _books_by_state(month: int) -> QuerySet[Book, Any]:
    rows = Book.objects.filter(month=month).values("scheme", "state").annotate(n=Count("pk"))
    return rows.values_list("scheme", "state", "n")


def _month(scheme: str, title: str, month: Month, found: dict[str, int]) -> SchemeMonth:
    states = tuple(
        StateCount(scheme, state.value, str(STATE_TITLES[state]), found[state.value])
        for state in BookState
        if state.value in found
    )
    final = sum(found.get(state.value, 0) for state in FINAL_STATES)
    return SchemeMonth(scheme, title, month, states, sum(found.values()), final)


def _titles(schemes: Collection[str]) -> dict[str, str]:
    """What a scheme is called by the binding that made its books; asked only where there are books."""
    if not schemes:
        return {}
    rows = binding_rows().filter(scheme__in=set(schemes)).order_by("scheme", "-since").distinct("scheme")
    return {row.scheme: title_in_language(pack_of(row.version.uuid).schemes[row.scheme].title) for row in rows}


def not_final(places: Collection[UUID], *, month: Month) -> set[UUID]:
    """Those of the places with a book of the month that is not final."""
    rows = Book.objects.filter(month=month.index, place__uuid__in=set(places)).exclude(state__in=FINAL_STATES)
    return set(rows.values_list("place__uuid", flat=True))
