"""Branches side by side with those of their class: shape, word and colour, never a sum and never a rank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.queries.homes import not_final
from linghang.apps.appraisal.queries.stars import Star, stars_of_many
from linghang.apps.ledger.data.subjects import BRANCH
from linghang.apps.ledger.queries.pages_norms import counted, organisation_norms, periods_of, within
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.apps.loops.queries import open_by_place
from linghang.apps.org.data.links import CATEGORIES
from linghang.apps.org.queries.year_roster import PlaceRow, places_of_members
from linghang.engine.periods import Month, Span
from linghang.ui.web.request import Request
from linghang.ui.web.scope import Scope, use_scope

SHOWS = ("life", "overdue", "open", "book")


@dataclass(frozen=True)
class BranchRow:
    """One branch: what should have been held last month and is not recorded, its cases, its month, its last star."""

    uuid: UUID
    name: str
    category: str
    missing: tuple[str, ...]
    open_cases: int
    overdue: int
    unfinished: bool
    star: Star | None

    def shown(self, show: str) -> bool:
        """Whether the branch is among those that a number counts."""
        counts = {
            "life": bool(self.missing),
            "overdue": self.overdue > 0,
            "open": self.open_cases > 0,
            "book": self.unfinished,
        }
        return counts.get(show, True)


@dataclass(frozen=True)
class BranchClass:
    """Branches of one class: only these stand beside each other."""

    title: str
    rows: tuple[BranchRow, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Board:
    """All branches of the viewer's part of the tree by class; `month` is the last one that is over."""

    classes: tuple[BranchClass, ...]
    month: Month
    rule: str

    @property
    def rows(self) -> list[BranchRow]:
        return [row for each in self.classes for row in each.rows]

    def count(self, show: str) -> int:
        return sum(1 for row in self.rows if row.shown(show))


def board_of(request: Request, *, show: str = "") -> Board | None:
    """None for whoever may not open the list of branches."""
    scope = scope_on_address(request.viewer, "portal:branches", on=request.today)
    if scope is None:
        return None
    with use_scope(scope):
        return _board(scope, request.today, show)


def _board(scope: Scope, today: date, show: str) -> Board:
    month = Month.of(today) + -1
    places = _places(scope, today)
    uuids = [place.uuid for place in places]
    cases, missing, stars = open_by_place(today=today), _missing(uuids, month), stars_of_many(uuids)
    unfinished = not_final(uuids, month=month)
    rows = [
        BranchRow(
            uuid=place.uuid,
            name=place.name,
            category=place.category,
            missing=missing.get(place.uuid, ()),
            open_cases=sum(n for path, (n, _late) in cases.items() if path.startswith(place.path)),
            overdue=sum(late for path, (_n, late) in cases.items() if path.startswith(place.path)),
            unfinished=place.uuid in unfinished,
            star=stars.get(place.uuid),
        )
        for place in places
    ]
    kept = [row for row in rows if row.shown(show)]
    rule = "、".join(said(norm.title) for norm in _norms(month))
    return Board(tuple(_classes(kept)), month, rule)


def _places(scope: Scope, today: date) -> list[PlaceRow]:
    found: dict[UUID, PlaceRow] = {}
    for path in (*scope.subtrees, *scope.nodes):
        for place in places_of_members(below=path, since=today, until=today):
            found[place.uuid] = place
    return list(found.values())


def _norms(month: Month) -> list:  # type: ignore[type-arg]  # norms of the engine
    kinds = kinds_on(month.last)
    return [
        norm
        for norm in organisation_norms(on=month.last)
        if norm.per is Span.MONTH and not norm.soft and kinds[norm.kind].subject == BRANCH
    ]


def _missing(uuids: Sequence[UUID], month: Month) -> dict[UUID, tuple[str, ...]]:
    norms = _norms(month)
    period = periods_of(month.year, Span.MONTH)[month.month - 1]
    counts = counted(uuids, norms, month.first, month.last) if norms and uuids else {}
    kinds = kinds_on(month.last)
    return {
        uuid: tuple(
            said(kinds[norm.kind].title)
            for norm in norms
            if within(norm, counts.get(uuid, []), period)[0] < norm.at_least
        )
        for uuid in uuids
    }


def _classes(rows: Sequence[BranchRow]) -> list[BranchClass]:
    order = [*CATEGORIES, ""]
    held = sorted({row.category for row in rows}, key=lambda code: order.index(code) if code in order else len(order))
    return [
        BranchClass(str(CATEGORIES[code]) if code else "", tuple(row for row in rows if row.category == code))
        for code in held
    ]
