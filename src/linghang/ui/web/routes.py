"""The registry of permission rows: an address without a row is refused at run time and fails the tests.

How to add an address (three steps):

1. In your app's `permissions.py` (found by itself, nothing to call) put a row into `RULES`:

       from linghang.ui.web.routes import EVERYONE, Reach, Rule

       RULES = (
           Rule("jobs:list", "任务", roles={"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE}),
           Rule("jobs:detail", "任务详情", roles={EVERYONE: Reach.SELF}, reads=True),
           Rule("jobs:health", "运行状况", public="the supervisor asks before anybody can sign in"),
       )

   `roles` says which post opens the address and how far that post sees there; the scope of the request is opened
   from exactly these posts, so a view only asks its scoped manager and answers 404 for what it does not find.
   `writes` is a second table for POST, PUT and DELETE, when fewer may write than read.
   `reads=True` marks business data: the request leaves one row in the read log.
2. Role codes are those of `access/data.py` (`ROLES`); an unknown code is a problem reported by `check`.
3. In `tests/permissions/matrix/` write what each role must get; the test compares, and fails on a missing address.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from threading import Lock

from django.apps import apps
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from linghang.ui.web.viewer import NOBODY, Viewer

EVERYONE = "*"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Reach(Enum):
    """How far a post sees on a page: only what is his own, his node, or his node and all below."""

    SELF = "self"
    NODE = "node"
    SUBTREE = "subtree"


@dataclass(frozen=True)
class Rule:
    """One row: an address by its name, what it is called, and who may open it. `public` holds the reason."""

    url_name: str
    title: str | Promise
    roles: Mapping[str, Reach] = field(default_factory=dict)
    writes: Mapping[str, Reach] | None = None
    public: str = ""
    reads: bool = False

    def allowed(self, method: str = "GET") -> Mapping[str, Reach]:
        """Roles that may use the method, each with its reach."""
        if method in SAFE_METHODS or self.writes is None:
            return self.roles
        return self.writes

    def reach(self, role: str, method: str = "GET") -> Reach | None:
        """How far a role sees here, or None if the address is closed to it."""
        table = self.allowed(method)
        return table.get(role, table.get(EVERYONE))

    def admits(self, roles: Iterable[str], method: str = "GET") -> bool:
        """Whether one of the roles opens the address; a rule for everyone also admits a user without a post."""
        table = self.allowed(method)
        return EVERYONE in table or any(role in table for role in roles)


_rules: dict[str, Rule] = {}
_gathering = Lock()


def rules() -> Mapping[str, Rule]:
    """All rows by address name, gathered once from the `permissions` module of every app of this project.

    The first requests of a process come together: whoever comes meanwhile waits for the whole table.
    """
    if not _rules:
        with _gathering:
            if not _rules:
                _rules.update(_gathered())
    return _rules


def _gathered() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("linghang.") and module_has_submodule(config.module, "permissions"):
            module = import_module(f"{config.name}.permissions")
            _add(found, getattr(module, "RULES", ()))
    return found


def _add(found: dict[str, Rule], rows: Iterable[Rule]) -> None:
    for rule in rows:
        if rule.url_name in found:
            raise ValueError(f"two permission rows for {rule.url_name}")
        if bool(rule.public) == bool(rule.roles):
            raise ValueError(f"{rule.url_name}: give either roles or the reason why it is public")
        found[rule.url_name] = rule


def rule_for(url_name: str) -> Rule | None:
    """The row of an address, or None: then the address is refused."""
    return rules().get(url_name)


def may_open(roles: Iterable[str], url_name: str, method: str = "GET") -> bool:
    """Whether a link or a button makes sense for these roles; it never replaces the guard."""
    rule = rule_for(url_name)
    return rule is not None and (bool(rule.public) or rule.admits(roles, method))


def may_see(*roles: str) -> Callable[[HttpRequest], bool]:
    """For a menu entry: visible to a viewer who holds one of the roles today."""

    def visible(request: HttpRequest) -> bool:
        viewer: Viewer = getattr(request, "viewer", NOBODY)
        return viewer.has(*roles)

    return visible


def holds_only(*roles: str) -> Callable[[HttpRequest], bool]:
    """For a menu entry: visible to a viewer whose posts of today are all among these, and who has one."""

    def visible(request: HttpRequest) -> bool:
        viewer: Viewer = getattr(request, "viewer", NOBODY)
        return bool(viewer.roles) and viewer.roles <= set(roles)

    return visible


def beside_a_post(request: HttpRequest) -> bool:
    """For a menu entry about the viewer himself: visible to whoever holds a post beside which he is a member."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    return bool(viewer.roles - {"member", "staff", "system_admin"})
