"""Where upper rooms join a recording: called in its transaction, so that a failure refuses the whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Told:
    """What recording knows of a fact at its subject's own place, so that nobody need read again what it has just
    written: the subject's name and account, the place, and the fact's attributes and words as they are stored."""

    name: str
    user: UUID | None
    place: str
    path: str
    attributes: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Appended:
    """One fact that was just written; `reverses` names the one it cancels. `imported`: a row of somebody's file."""

    uuid: UUID
    kind: str
    subject: UUID
    occurred_on: date
    node: int
    home: int | None
    event: UUID | None
    reverses: UUID | None = None
    imported: bool = False
    told: Told | None = None


AppendHook = Callable[[Sequence[Appended], datetime], None]
ReferenceHook = Callable[[Sequence[UUID]], dict[UUID, str]]

EraseHook = Callable[[Sequence[UUID], datetime], None]

after_append: dict[str, AppendHook] = {}
references: dict[str, ReferenceHook] = {}
after_erasing: dict[str, EraseHook] = {}


def on_append(name: str, hook: AppendHook) -> None:
    """Register, once per room, what else happens in the transaction of every recording."""
    after_append[name] = hook


def on_void(name: str, hook: ReferenceHook) -> None:
    """Register how a room says which facts it refers to (uuid → why): undoing an import leaves those alone."""
    references[name] = hook


def on_erase(name: str, hook: EraseHook) -> None:
    """Register, once per room, what is forgotten elsewhere with pieces of evidence (by uuid), in that transaction."""
    after_erasing[name] = hook
