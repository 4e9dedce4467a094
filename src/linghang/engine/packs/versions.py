"""Version numbers that tell the truth: what changed between two versions decides which number must go up."""

import hashlib
import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from linghang.engine.packs.content import canonical
from linghang.engine.packs.model import Pack

PARTS = ("kinds", "parameters", "groups", "norms", "schemes", "meanings", "loops", "links", "coverages")
WORDS_ONLY = frozenset({"title", "clause", "source", "confidence", "aliases", "words"})


class Change(IntEnum):
    """How much a new version changes: the place of the version number that has to go up, counted from the end."""

    TEXT = 0  # titles, clauses, sources, documents: nobody's points
    RULES = 1  # what something is worth, or what is added
    DROPPED = 2  # a scheme, an item or a kind of records is no longer there


CHANGE_WORDS = {
    Change.TEXT: "只改文字，末位加一",
    Change.RULES: "改了计分或增加了内容，中间一位加一",
    Change.DROPPED: "删去了办法、项目或记录种类，第一位加一",
}


@dataclass(frozen=True)
class Outline:
    """What the number of the next version depends on: a SHA-256 in hex over all that counts, and the names in use."""

    rules: str
    names: frozenset[str]


def outline(pack: Pack) -> Outline:
    """Of a version, what a later one is held against."""
    said = [[_rules(getattr(pack, part)) for part in PARTS], _order(pack)]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return Outline(hashlib.sha256(text.encode()).hexdigest(), frozenset(_names(pack)))


def change_between(old: Pack, new: Pack) -> Change:
    """What a new version changes against an old one of the same pack."""
    return change_from(outline(old), outline(new))


def change_from(old: Outline, new: Outline) -> Change:
    """As `change_between`, where only the outline of the old version is known."""
    if not old.names <= new.names:
        return Change.DROPPED
    return Change.RULES if old.rules != new.rules else Change.TEXT


def least_version(old: str, change: Change) -> str:
    """The lowest number that a new version may have: '1.2.3' with changed rules → '1.3.0'."""
    major, minor, patch = (*numbers(old), 0, 0)[:3]
    if change is Change.DROPPED:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if change is Change.RULES else f"{major}.{minor}.{patch + 1}"


def numbers(version: str) -> tuple[int, ...]:
    """'1.10.0' comes after '1.9.0'."""
    return tuple(int(part) for part in version.split("."))


def _names(pack: Pack) -> set[str]:
    own = {f"kind/{kind}" for kind in pack.kinds} | {f"scheme/{scheme}" for scheme in pack.schemes}
    return own | {f"item/{scheme.id}/{item.id}" for scheme in pack.schemes.values() for item in scheme.items}


def _order(pack: Pack) -> list[list[str]]:
    """Items count in the order in which they are written."""
    return [[item.id for item in scheme.items] for scheme in pack.schemes.values()]


def _rules(value: Any) -> Any:
    """What is said, without the words for people."""
    return _bare(canonical(value))


def _bare(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _bare(inner) for key, inner in said.items() if key not in WORDS_ONLY}
    return [_bare(each) for each in said] if isinstance(said, list) else said
