"""Pages made of several rooms: a room registers a panel, the host renders it without importing the room.

    from linghang.ui.panels import Panel, home_panels
    home_panels.register(Panel("org.branch", query=my_branch, template="org/panels/branch.html", order=40))

`query(request)` returns a frozen dataclass, given to the template as `panel`, or None when there is nothing to show
to this person. `roles` narrows a panel to some roles of the host page; empty means everybody who is signed in.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    name: str
    query: Callable[[HttpRequest], Any]
    template: str
    order: int = 100
    roles: frozenset[str] = frozenset()
    wide: bool = False

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
    html = render_to_string(panel.template, {"panel": data}, request=request)
    return Rendered(panel.name, html, panel.wide)


@dataclass(frozen=True)
class Todo:
    """One thing that a person is to do: verb and object, a deadline if there is one, and where to do it."""

    title: str
    url: str
    action: str
    due: Any = None
    rule: str = ""
    note: str = ""


@dataclass
class TodoSources:
    """Rooms register functions `request -> iterable of Todo`; the home page shows the most urgent first."""

    _sources: dict[str, Callable[[HttpRequest], Iterable[Todo]]] = field(default_factory=dict)

    def register(self, name: str, source: Callable[[HttpRequest], Iterable[Todo]]) -> None:
        self._sources[name] = source

    def collect(self, request: HttpRequest) -> list[Todo]:
        """All to-dos: those with a deadline first, the nearest at the top."""
        todos = [todo for source in self._sources.values() for todo in source(request)]
        return sorted(todos, key=lambda todo: (todo.due is None, str(todo.due or ""), todo.title))


home_panels = Panels()
todo_sources = TodoSources()
