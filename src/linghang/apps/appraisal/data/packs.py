"""What other rooms and the pages may know of packs in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from linghang.engine.periods import Month


class PackState(StrEnum):
    """Where a version of a pack stands."""

    DRAFT = "draft"  # may be changed and removed
    OFFERED = "offered"  # one person has asked to publish it, another one must
    PUBLISHED = "published"  # may be bound; its content stays
    WITHDRAWN = "withdrawn"  # not bound anew; where it held it stays readable
    REMOVED = "removed"  # a draft that was thrown away: its content is gone, its history stays


READABLE = (PackState.PUBLISHED, PackState.WITHDRAWN)  # what everybody in the unit may read


@dataclass(frozen=True)
class VersionLine:
    """One version of a pack in a list. `shipped`: it came with the product; every unit may bind it."""

    key: int
    uuid: UUID
    pack: str
    version: str
    title: str
    schemes: Mapping[str, str]
    content_hash: str
    state: PackState
    shipped: bool
    made_by: str
    made_at: datetime
    offered_by: str
    offered_at: datetime | None
    published_by: str
    published_at: datetime | None

    @property
    def label(self) -> str:
        """'example-4x-points 1.0.0 · 3f2a9c01': what stands on every statement."""
        return f"{self.pack} {self.version} · {self.content_hash[:8]}"


@dataclass(frozen=True)
class BindingLine:
    """A scheme of a version of a pack holds at a place and below, from one month to another, both included.

    `key`, `version_key` and `node_key` are for foreign keys inside this room; `confirmed_at` None: only offered yet.
    """

    key: int
    uuid: UUID
    node_key: int
    node: UUID
    path: str
    place: str
    version_key: int
    version: UUID
    pack: str
    number: str
    content_hash: str
    scheme: str
    title: str
    since: Month
    until: Month | None
    offered_by: str
    offered_by_uuid: UUID | None
    offered_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def label(self) -> str:
        """As `engine` Pack.label."""
        return f"{self.pack} {self.number} · {self.content_hash[:8]}"

    def holds_in(self, month: Month) -> bool:
        """Whether the month lies between its first and its last, both included."""
        return self.since <= month and (self.until is None or month <= self.until)

    def holds(self, month: Month) -> bool:
        return self.since <= month and (self.until is None or month <= self.until)


def nearest(lines: Iterable[BindingLine], path: str) -> dict[str, BindingLine]:
    """Scheme → the binding that holds at a place: of those at it and above it, the nearest one."""
    found: dict[str, BindingLine] = {}
    for line in sorted(lines, key=lambda each: len(each.path)):
        if path.startswith(line.path):
            found[line.scheme] = line
    return found
