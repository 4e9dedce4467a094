"""Pages about one organisation or one person, made of several rooms: each registers a panel or an action.

A host room keeps a registry (`SubjectPanels()`). `query(request, uuid, on)` of a panel returns a frozen dataclass,
given to the template as `panel` (with `subject` and `on`), or None when there is nothing to show to this person. The
scope of the request is the one of the page.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from linghang.ui.panels import Rendered


@dataclass(frozen=True)
class SubjectPanel:
    """One part of such a page; `roles` narrows it to some posts, empty means everybody who may open the page."""

    name: str
    query: Callable[[HttpRequest, UUID, date], Any]
    template: str
    order: int = 100
    roles: frozenset[str] = frozenset()
    wide: bool = False


@dataclass
class SubjectPanels:
    """A registry of panels for one page; registering a name again replaces the panel."""

    _panels: dict[str, SubjectPanel] = field(default_factory=dict)

    def register(self, panel: SubjectPanel) -> None:
        self._panels[panel.name] = panel

    def render(self, request: HttpRequest, subject: UUID, *, on: date, roles: Collection[str]) -> list[Rendered]:
        """The panels that have something to show, in order."""
        ordered = sorted(self._panels.values(), key=lambda panel: (panel.order, panel.name))
        shown = [panel for panel in ordered if not panel.roles or panel.roles.intersection(roles)]
        found = ((panel, panel.query(request, subject, on)) for panel in shown)
        return [
            _rendered(panel, {"panel": data, "subject": subject, "on": on}, request)
            for panel, data in found
            if data is not None
        ]


def _rendered(panel: SubjectPanel, context: dict[str, Any], request: HttpRequest) -> Rendered:
    return Rendered(panel.name, render_to_string(panel.template, context, request=request), panel.wide)


@dataclass(frozen=True)
class SubjectAction:
    """Something that can be started from such a page: `address(uuid)` gives where, or "" where it makes no sense.

    `own` actions stand on the person's own page, the others on the page that his organisation sees.
    """

    name: str
    label: Any
    icon: str
    address: Callable[[HttpRequest, UUID], str]
    order: int = 100
    own: bool = False


@dataclass(frozen=True)
class ShownAction:
    """An action as one page shows it."""

    label: str
    icon: str
    url: str


@dataclass
class SubjectActions:
    """A registry of actions for one page; registering a name again replaces the action."""

    _actions: dict[str, SubjectAction] = field(default_factory=dict)

    def register(self, action: SubjectAction) -> None:
        self._actions[action.name] = action

    def links(self, request: HttpRequest, subject: UUID, *, own: bool) -> list[ShownAction]:
        """What can be started here, in order."""
        ordered = sorted(self._actions.values(), key=lambda action: (action.order, action.name))
        found = ((action, action.address(request, subject)) for action in ordered if action.own == own)
        return [ShownAction(str(action.label), action.icon, url) for action, url in found if url]


@dataclass(frozen=True)
class PaperTable:
    """What one room adds to a printed file: a titled table, and sentences below it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


PaperPart = Callable[[HttpRequest, UUID, date], Sequence[PaperTable]]


@dataclass
class SubjectPapers:
    """A registry of parts of one printed file; registering a name again replaces the part.

    The scope of the request is the one of the file: a part holds what its reader may see.
    """

    _parts: dict[str, tuple[int, PaperPart]] = field(default_factory=dict)

    def register(self, name: str, part: PaperPart, *, order: int = 100) -> None:
        self._parts[name] = (order, part)

    def tables(self, request: HttpRequest, subject: UUID, *, on: date) -> list[PaperTable]:
        """The tables of all rooms, in order."""
        ordered = sorted((order, name) for name, (order, _part) in self._parts.items())
        return [table for _order, name in ordered for table in self._parts[name][1](request, subject, on)]
