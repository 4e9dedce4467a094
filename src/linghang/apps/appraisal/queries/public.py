"""What is shown inside a branch: the table or the distribution, by the preset that holds there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.appraisal.data.books import Members
from linghang.apps.appraisal.data.months import FINAL_STATES, BookCard, BookLine, BookState
from linghang.apps.appraisal.data.presets import PresetLine
from linghang.apps.appraisal.policies.presets import View, distribution, view_of
from linghang.apps.appraisal.queries.books import members_of
from linghang.apps.appraisal.queries.cards import book_of
from linghang.apps.appraisal.queries.months import BookFilter, books_page
from linghang.apps.appraisal.queries.presets import preset_of_month
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page
from linghang.ui.web.viewer import Viewer

SHOWN = (BookState.PUBLIC, *FINAL_STATES)


@dataclass(frozen=True)
class Span:
    """How many have at least `since` and less than `below` (hundredths)."""

    since: int
    below: int
    count: int


@dataclass(frozen=True)
class PublicPage:
    """A month as it is shown inside its branch; `members` where the table is shown, `spans` in any case."""

    card: BookCard
    preset: PresetLine
    view: View
    members: Members | None
    spans: tuple[Span, ...]
    people: int
    while_public: bool


def public_page(uuid: UUID, *, viewer: Viewer, today: date) -> PublicPage:
    """A book of the open scope while it is shown and after; before, and for others, it is not found."""
    card = book_of(uuid)
    if card.line.state not in SHOWN:
        raise not_found()
    preset = preset_of_month(card.line.path, shown_on=card.public_from, on=today)
    view = view_of(viewer, card.line.path, preset.code)
    if view is None:
        raise not_found()
    members = members_of(card)
    return PublicPage(
        card=card,
        preset=preset,
        view=view,
        members=members if view is View.TABLE else None,
        spans=tuple(Span(*each) for each in distribution(members.totals)),
        people=len(members.totals),
        while_public=card.line.state is BookState.PUBLIC,
    )


def shown_page(*, number: int) -> Page[BookLine]:
    """One page of the months of the open scope that are shown or were."""
    return books_page(BookFilter(states=SHOWN), number=number)
