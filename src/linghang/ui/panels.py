"""Pages made of several rooms: a room registers a panel, the host renders it without importing the room.

    from linghang.ui.panels import Panel, home_panels
    home_panels.register(Panel("org.branch", query=my_branch, template="org/panels/branch.html", order=40))

`query(request)` returns a frozen dataclass, given to the template as `panel`, or None when there is nothing to show
to this person. `roles` narrows a panel to some roles of the host page; empty means everybody who is signed in.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from linghang.ui.web.kept_html import kept_html
from linghang.ui.web.routes import may_open
from linghang.ui.web.viewer import NOBODY


@dataclass(frozen=True)
class Panel:
    name: str
    query: Callable[[HttpRequest], Any]
    template: str
    order: int = 100
    roles: frozenset[str] = frozenset()
    wide: bool = False
    kept: bool = False  # the template looks at nothing but its data

    def shown_to(self, roles: Collection[str]) -> bool:
        return not self.roles or bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class Rendered:
    """A panel as it stands on one page."""

    name: str
    html: SafeString
    wide: bool


@dataclass
class Panels:
    """A registry of panels for one host page; registering a name again replaces the panel."""

    _panels: dict[str, Panel] = field(default_factory=dict)

    def register(self, panel: Panel) -> None:
        self._panels[panel.name] = panel

    def __iter__(self) -> Iterator[Panel]:
        return iter(sorted(self._panels.values(), key=lambda panel: (panel.order, panel.name)))

    def render(self, request: HttpRequest, roles: Collection[str]) -> list[Rendered]:
        """The panels for these roles that have something to show, in order."""
        found = ((panel, panel.query(request)) for panel in self if panel.shown_to(roles))
        return [_rendered(panel, data, request) for panel, data in found if data is not None]


def _rendered(panel: Panel, data: Any, request: HttpRequest) -> Rendered:
    if panel.kept and (not data or isinstance(data, int)):  # words that somebody typed are kept nowhere
        html = kept_html(panel.template, panel=data)
    else:
        html = render_to_string(panel.template, {"panel": data}, request=request)
    return Rendered(panel.name, html, panel.wide)


@dataclass(frozen=True)
class Todo:
    """One thing that a person is to do: verb and object, a deadline if there is one, and where to do it."""

    title: str
    url: str
    action: str
    due: date | None = None
    left: int | None = None  # working days
    rule: str = ""
    note: str = ""
    awaited: bool = False  # others cannot go on before it is done


@dataclass
class TodoSources:
    """Rooms register functions `request -> iterable of Todo`; the home page shows the most urgent first."""

    _sources: dict[str, Callable[[HttpRequest], Iterable[Todo]]] = field(default_factory=dict)

    def register(self, name: str, source: Callable[[HttpRequest], Iterable[Todo]]) -> None:
        self._sources[name] = source

    def collect(self, request: HttpRequest) -> list[Todo]:
        """All to-dos: those with a deadline first, the nearest at the top; then what somebody waits for."""
        todos = [todo for source in self._sources.values() for todo in source(request)]
        return sorted(todos, key=lambda todo: (todo.due or date.max, not todo.awaited, todo.title))


@dataclass(frozen=True)
class Action:
    """Something that a person can start from the front page, shown to those whose posts open its address.

    `offered`: it is also the one thing proposed where there is nothing to do.
    """

    label: Any
    note: Any
    url_name: str
    icon: str
    order: int = 100
    roles: frozenset[str] = frozenset()
    offered: bool = False

    def shown_to(self, request: HttpRequest) -> bool:
        viewer = getattr(request, "viewer", NOBODY)
        wanted = not self.roles or viewer.has(*self.roles)
        return viewer.signed_in and wanted and may_open(viewer.roles, self.url_name)


@dataclass(frozen=True)
class ActionLink:
    """An action as the front page shows it."""

    label: str
    note: str
    url: str
    icon: str
    offered: bool


@dataclass
class Actions:
    """A registry of actions; registering the same address again replaces the action."""

    _actions: dict[str, Action] = field(default_factory=dict)

    def register(self, action: Action) -> None:
        self._actions[action.url_name] = action

    def __iter__(self) -> Iterator[Action]:
        return iter(sorted(self._actions.values(), key=lambda action: (action.order, action.url_name)))

    def links(self, request: HttpRequest) -> list[ActionLink]:
        """What this viewer can start, in order."""
        shown = (action for action in self if action.shown_to(request))
        return [ActionLink(str(a.label), str(a.note), reverse(a.url_name), a.icon, a.offered) for a in shown]


home_actions = Actions()
home_panels = Panels()
header_panels = Panels()  # small signs at the right of every header, such as the bell
todo_sources = TodoSources()
