"""Where upper rooms meet this one: they register in `AppConfig.ready`, this room calls without knowing them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linghang.ui.web.viewer import Viewer


@dataclass(frozen=True)
class LostContact:
    """A person whom nobody reached: `failed_on` are the days of the attempts, the last one at the end."""

    person: UUID
    branch: UUID
    failed_on: tuple[date, ...]


@dataclass
class LostHooks:
    """Called in the same transaction as the second failed attempt; a failure refuses it."""

    _hooks: dict[str, Callable[[LostContact, Viewer, datetime], None]] = field(default_factory=dict)

    def register(self, name: str, hook: Callable[[LostContact, Viewer, datetime], None]) -> None:
        self._hooks[name] = hook

    def call(self, lost: LostContact, actor: Viewer, now: datetime) -> None:
        for hook in self._hooks.values():
            hook(lost, actor, now)


@dataclass
class References:
    """What stands in the way of taking a person back: rooms say for which people they hold records, and which."""

    _sources: dict[str, Callable[[Collection[UUID]], Mapping[UUID, str]]] = field(default_factory=dict)

    def register(self, name: str, source: Callable[[Collection[UUID]], Mapping[UUID, str]]) -> None:
        self._sources[name] = source

    def of(self, people: Collection[UUID]) -> dict[UUID, str]:
        """The first reason found for each person that something refers to; the others are missing."""
        found: dict[UUID, str] = {}
        for source in self._sources.values():
            found = dict(source(people)) | found
        return found


@dataclass(frozen=True)
class Merge:
    """Two entries of one person become one, or two again: who does it, and when."""

    kept: UUID
    gone: UUID
    actor: Viewer
    now: datetime


@dataclass(frozen=True)
class MergeHook:
    """How a room carries its records from the double to the entry that is kept, and gives them back.

    `carry(merge)` returns what it did, in plain words for JSON; `give_back(merge, carried)` gets that again. Both run
    in the transaction of the merge; a DomainError refuses it.
    """

    carry: Callable[[Merge], Any]
    give_back: Callable[[Merge, Any], None]


@dataclass
class MergeHooks:
    """Rooms whose records go along when two entries of one person become one."""

    _hooks: dict[str, MergeHook] = field(default_factory=dict)

    def register(self, name: str, hook: MergeHook) -> None:
        self._hooks[name] = hook

    def carry(self, merge: Merge) -> dict[str, Any]:
        return {name: hook.carry(merge) for name, hook in self._hooks.items()}

    def give_back(self, merge: Merge, carried: Mapping[str, Any]) -> None:
        for name, hook in self._hooks.items():
            if name in carried:
                hook.give_back(merge, carried[name])


on_contact_lost = LostHooks()
on_people_merged = MergeHooks()
person_references = References()
