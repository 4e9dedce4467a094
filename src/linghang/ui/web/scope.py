"""Scope as a required context: a query on organisation-bound rows outside a scope raises; it never returns all.

A model becomes scoped by its manager:

    class Organisation(models.Model):
        objects = ScopedManager("node__path")                      # where the row hangs in the tree
    class Fact(models.Model):
        objects = ScopedManager("node__path", "home__path")        # where it happened, and whose member it was
    class Declaration(models.Model):
        objects = ScopedManager("node__path", owner="author__uuid")  # and its author always sees it

`Organisation.objects` then holds only what the open scope reaches. The scope of a request is opened by `access`
from today's posts and the permission row of the address; a job opens the scope of its starter with
`scope_of(user_uuid, roles=…, on=…)`; migrations, the supervisor and nightly jobs say why with `system_scope`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from linghang.ui.web.routes import Reach


class OutsideScope(RuntimeError):
    """A bug, never a refusal: organisation-bound rows were asked for without saying on whose behalf."""


@dataclass(frozen=True)
class Scope:
    """What may be read: whole subtrees, single nodes, rows of the reader himself; all of it under one top.

    A path is the chain of node ids from the top, each followed by a slash ("4/17/"), so that a prefix is a subtree.
    `posts` are those that opened it, as (role, path): what was made in this scope is theirs to see, as long as held.
    """

    subtrees: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    reader: UUID | None = None
    top: UUID | None = None
    on: date | None = None
    system_reason: str = ""
    posts: tuple[tuple[str, str], ...] = ()

    def reaches(self, path: str) -> bool:
        """Whether a node with this path lies inside."""
        if self.system_reason:
            return True
        return path in self.nodes or any(path.startswith(prefix) for prefix in self.subtrees)

    @property
    def is_wide(self) -> bool:
        """Whether everything below a top lies inside: what is there is then counted as a whole, not place by place."""
        return bool(self.system_reason) or any(path.count("/") <= 1 for path in self.subtrees)

    def condition(self, *paths: str, owner: str | None = None) -> Q:
        """The same as a condition on a query: `paths` and `owner` are field lookups; one path inside is enough."""
        if self.system_reason or "" in self.subtrees:
            return Q()
        within = Q(pk__in=[])
        for path in paths:
            for prefix in self.subtrees:
                within |= Q(**{f"{path}__startswith": prefix})
            if self.nodes:
                within |= Q(**{f"{path}__in": self.nodes})
        if owner and self.reader:
            within |= Q(**{owner: self.reader})
        return within

    @property
    def label_path(self) -> str:
        """The nearest node above everything in scope; for the read log."""
        paths = [*self.subtrees, *self.nodes]
        if not paths:
            return ""
        steps: list[str] = []
        for level in zip(*(path.split("/")[:-1] for path in paths), strict=False):
            if len(set(level)) > 1:
                break
            steps.append(level[0])
        return "".join(f"{step}/" for step in steps)


_active: ContextVar[Scope | None] = ContextVar("linghang_scope", default=None)
_first: ContextVar[Scope | None] = ContextVar("linghang_first_scope", default=None)


def current_scope() -> Scope:
    """The open scope; without one it raises, since guessing would mean showing everything."""
    scope = _active.get()
    if scope is None:
        raise OutsideScope("no scope is open: wrap the call in use_scope(...) or system_scope(reason=...)")
    return scope


def first_scope() -> Scope:
    """The scope in which this request or job began, whatever was opened inside it: as long as it lasts, so do reads."""
    current_scope()
    scope = _first.get()
    assert scope is not None
    return scope


def enter(scope: Scope) -> Token[Scope | None]:
    """Open a scope without a block, for middleware; `leave` must follow."""
    if _active.get() is None:
        _first.set(scope)
    return _active.set(scope)


def leave(token: Token[Scope | None]) -> None:
    _active.reset(token)


@contextmanager
def use_scope(scope: Scope) -> Iterator[Scope]:
    """Everything inside the block sees what `scope` reaches."""
    token = enter(scope)
    try:
        yield scope
    finally:
        leave(token)


@contextmanager
def system_scope(*, reason: str) -> Iterator[Scope]:
    """Everything inside sees all organisations: the supervisor, migrations, jobs of the whole installation."""
    if not reason.strip():
        raise ValueError("system_scope needs a reason that a reviewer can judge")
    with use_scope(Scope(system_reason=reason)) as scope:
        yield scope


class ScopeOpener(Protocol):
    def __call__(self, user_uuid: UUID, *, roles: Mapping[str, Reach], on: date) -> Scope: ...


_openers: list[ScopeOpener] = []


def register_opener(opener: ScopeOpener) -> None:
    """`access` says once how a user's posts become a scope; rooms beside it only call `scope_of`."""
    _openers[:] = [opener]


def scope_of(user_uuid: UUID, *, roles: Mapping[str, Reach], on: date) -> Scope:
    """The scope of a user on a day, for jobs on his behalf; `roles` as in the permission row he started from."""
    if not _openers:
        raise OutsideScope("no room has registered how to open a scope")
    return _openers[0](user_uuid, roles=roles, on=on)


M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that the scope open at the moment of asking reaches."""


class ScopedManager(models.Manager[M]):
    """The default manager of organisation-bound rows. `everywhere` does not exist: say `system_scope` and why."""

    def __init__(self, *paths: str, owner: str | None = None) -> None:
        super().__init__()
        self.paths = paths
        self.owner = owner

    def get_queryset(self) -> models.QuerySet[M]:
        paths, owner = self._lookups()
        condition = current_scope().condition(*paths, owner=owner)
        return ScopedQuerySet[M](self.model, using=self._db).filter(condition)

    def _lookups(self) -> tuple[tuple[str, ...], str | None]:
        """Django makes the managers of reverse relations (`user.grants`) anew, without our arguments."""
        declared = self if self.paths else self.model._meta.default_manager
        if not isinstance(declared, ScopedManager) or not declared.paths:
            raise OutsideScope(f"{self.model.__name__}: the default manager must say where its rows hang")
        return declared.paths, declared.owner
