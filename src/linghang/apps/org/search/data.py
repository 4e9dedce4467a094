"""What a room hands to the index, and what the index gives back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_QUERY = 60
MOST_TERMS = 6
MOST_COUNTED = 100  # hits of one kind; beyond it an answer says "more than" and asks for another word
LONGEST_LINE = 200


@dataclass(frozen=True)
class FindableRow:
    """One thing that can be found: whoever may open the address of its kind at `node` or `home` finds it.

    `node` and `home` are keys of places (`NodeLine.key`); `readers` are users who find it wherever it hangs.
    `title` and `line` are shown, so they hold only what every such reader may see; `also` is searched and not shown
    (codes, former names, aliases). `day` puts newer hits first and is shown, so that `line` need not say it.
    """

    kind: str
    uuid: UUID
    node: int
    title: str
    line: str = ""
    also: tuple[str, ...] = ()
    home: int | None = None
    readers: tuple[UUID, ...] = ()
    day: date | None = None


class Sound(StrEnum):
    """How titles of a kind are found by their sound."""

    NAME = "name"  # of a person: initials and full pinyin, in the several ways in which names are read
    FULL = "full"  # initials and full pinyin
    INITIALS = "initials"  # for what is written very often


Source = Callable[[], Iterable[FindableRow]]


@dataclass(frozen=True)
class SearchKind:
    """One kind of hits: its word on screens, the address of one of them (taking `uuid`), and how to read all anew.

    The permission row of `address` decides who finds them. `dated` kinds are many, and the newest come first.
    `source` gives all rows again, in the scope of the whole installation.
    """

    code: str
    label: Any
    address: str
    order: int = 100
    icon: str = "file-text"
    sound: Sound = Sound.FULL
    dated: bool = False
    source: Source | None = None


@dataclass
class SearchKinds:
    """A registry of kinds; registering a code again replaces the kind."""

    _kinds: dict[str, SearchKind] = field(default_factory=dict)

    def register(self, kind: SearchKind) -> None:
        self._kinds[kind.code] = kind

    def get(self, code: str) -> SearchKind | None:
        return self._kinds.get(code)

    def __iter__(self) -> Iterator[SearchKind]:
        return iter(sorted(self._kinds.values(), key=lambda kind: (kind.order, kind.code)))


search_kinds = SearchKinds()


@dataclass(frozen=True)
class Hit:
    """One thing that was found, as the page shows it."""

    kind: str
    uuid: UUID
    title: str
    line: str
    day: date | None


@dataclass(frozen=True)
class HitGroup:
    """Hits of one kind: the best of them, and how many there are inside the scope; `more` when over `count`."""

    kind: SearchKind
    count: int
    more: bool
    hits: Sequence[Hit]
