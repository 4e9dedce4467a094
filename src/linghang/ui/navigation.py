"""Where one can go: rooms register entries in `AppConfig.ready`, and the frame of every page renders what is visible.

    from linghang.ui.navigation import Entry, main_menu
    main_menu.register(Entry(_("积分考核"), "appraisal:home", icon="chart-bar", order=60))

An entry shows to those whose posts open its address (`ui.web.routes`), unless it brings its own `visible`.
No more than seven entries stand in the header, or six and 更多 with the rest. A phone shows the first four and 更多.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from linghang.ui.icons import known_icon
from linghang.ui.web.routes import may_open
from linghang.ui.web.viewer import NOBODY

MAIN_LIMIT = 6
PHONE_LIMIT = 4


Visible = Callable[[HttpRequest], bool]


@dataclass(frozen=True)
class Entry:
    """One place to go. `label` is a lazily translated text; `method="post"` renders a button (sign out)."""

    label: Any
    url_name: str
    icon: str
    order: int = 100
    visible: Visible | None = None
    method: str = "get"

    def __post_init__(self) -> None:
        known_icon(self.icon)

    def shown_to(self, request: HttpRequest) -> bool:
        """Whether the viewer of this request sees the entry; a request without a viewer counts as nobody's."""
        if self.visible is not None:
            return self.visible(request)
        viewer = getattr(request, "viewer", NOBODY)
        return viewer.signed_in and may_open(viewer.roles, self.url_name, self.method.upper())


@dataclass(frozen=True)
class Link:
    """An entry as the page at hand shows it."""

    label: str
    url: str
    icon: str
    method: str
    current: bool


@dataclass
class Menu:
    """A registry of entries, one per url name; registering the same name again replaces the entry."""

    _entries: dict[str, Entry] = field(default_factory=dict)

    def register(self, entry: Entry) -> None:
        self._entries[entry.url_name] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.url_name)))

    def links(self, request: HttpRequest | None) -> list[Link]:
        """The entries that this request may see, in order, with at most one marked as current."""
        if request is None:
            return []
        prefix = get_script_prefix()
        visible = [(entry, _address(entry.url_name, prefix)) for entry in self if entry.shown_to(request)]
        current = _current(request.path, [url for _, url in visible])
        return [Link(str(entry.label), url, entry.icon, entry.method, url == current) for entry, url in visible]


@cache
def _address(url_name: str, _prefix: str) -> str:
    """Every page asks for thirty of them, and they never change below one prefix."""
    return reverse(url_name)


def _current(path: str, urls: list[str]) -> str:
    """The longest address that the path lies under; the front page only counts when it is exactly that."""
    under = [url for url in urls if path == url or (url.count("/") > 1 and path.startswith(url))]
    return max(under, key=len, default="")


main_menu = Menu()
user_menu = Menu()
demo_menu = Menu()  # in the banner of a demo installation
