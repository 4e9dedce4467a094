"""What waits for a second person or for a leader, inside the open scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.data.selections import RoundState
from linghang.apps.appraisal.models import Book, SelectionRound
from linghang.apps.appraisal.queries.months import approved_by
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.periods import Month
from linghang.ui.web.kept import kept_rows


@dataclass(frozen=True)
class ProposedRound:
    """A selection whose decision somebody has proposed."""

    uuid: UUID
    title: str
    place: str
    by: str


@dataclass(frozen=True)
class WaitingBook:
    """A book of a committee's own that was shown and can be approved."""

    uuid: UUID
    title: str
    place: str
    month: Month


def proposed_rounds(*, but_of: UUID) -> list[ProposedRound]:
    """Selections that wait for a second person, those that somebody himself proposed left out."""
    held = kept_rows(_proposed, given=(but_of,), one_plan=True)
    return [ProposedRound(uuid, title, place, by or "") for uuid, title, place, by in held]


def _proposed(but_of: Sequence[UUID]) -> QuerySet[SelectionRound, Any]:
    rows = SelectionRound.objects.filter(state=RoundState.PROPOSED).exclude(proposed_by__uuid=but_of[0])
    return rows.order_by("pk").values_list("uuid", "title", "node__label", "proposed_by__display_name")


def own_books_to_approve(paths: Collection[str], *, on: date, but_of: UUID | None) -> list[WaitingBook]:
    """Books at exactly these places that have been shown for their days and that the person has not approved."""
    rows = Book.objects.filter(node__path__in=set(paths), state=BookState.PUBLIC, public_until__lt=on)
    found = list(rows.select_related("place", "binding__version").defer("binding__version__files").order_by("month"))
    approved = approved_by(but_of, [row.uuid for row in found])
    return [_waiting(row) for row in found if row.uuid not in approved]


def _waiting(row: Book) -> WaitingBook:
    scheme = pack_of(row.binding.version.uuid).schemes[row.scheme]
    return WaitingBook(row.uuid, title_in_language(scheme.title), row.place.name, Month.from_index(row.month))
