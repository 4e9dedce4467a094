"""The table of states and steps that a case began with, kept with it: a later pack never changes an open case."""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from linghang.apps.loops.models import KindVersion
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.content import canonical, content_hash
from linghang.engine.packs.loop_model import (
    Ending,
    Escalation,
    Level,
    LoopKind,
    LoopState,
    LoopStep,
    Need,
    Tally,
    Term,
    Who,
)
from linghang.engine.workdays import Counting
from linghang.ui.web.errors import not_found

E = TypeVar("E", bound=StrEnum)


def kinds_in_force(*, on: date) -> Mapping[str, LoopKind]:
    """The kinds of cases that can be opened on a day, in the order of the pack."""
    return pack_in_force(on=on).loops


def kind_in_force(kind: str, *, on: date) -> LoopKind:
    """One of them, by its id; an unknown one is not found."""
    found = kinds_in_force(on=on).get(kind)
    if found is None:
        raise not_found()
    return found


def version_of(kind: LoopKind, *, pack: str) -> KindVersion:
    """The row that keeps this very table; made the first time that a case begins with it."""
    digest = content_hash({"loop": kind, "order": [*kind.states, *kind.steps]}, {})
    row = KindVersion.objects.filter(digest=digest).first()
    if row is not None:
        return row
    content = json.dumps(canonical(kind), ensure_ascii=False)
    KindVersion.objects.bulk_create(
        [KindVersion(kind=kind.id, digest=digest, pack=pack, content=content)], ignore_conflicts=True
    )
    return KindVersion.objects.get(digest=digest)


@lru_cache(maxsize=256)
def kind_of(digest: str) -> LoopKind:
    """The table that a case goes by, by the hash of its content, so that each is read once per process."""
    return thawed(json.loads(KindVersion.objects.values_list("content", flat=True).get(digest=digest)))


def thawed(said: Mapping[str, Any]) -> LoopKind:
    """The kind whose canonical form this is."""
    return LoopKind(
        id=said["id"],
        title=said["title"],
        starters=tuple(said["starters"]),
        readers=tuple(said["readers"]),
        people={who: tuple(roles) for who, roles in said["people"].items()},
        states={name: _state(state) for name, state in said["states"].items()},
        steps={name: _step(step) for name, step in said["steps"].items()},
        source=said["source"],
        confidence=said["confidence"],
        escalation=tuple(Escalation(Level(one["level"]), one["after"]) for one in said.get("escalation", ())),
        declares=tuple(said.get("declares", ())),
        confidential=said.get("confidential", False),
        hides_reporter=said.get("hides_reporter", False),
    )


def _state(said: Mapping[str, Any]) -> LoopState:
    return LoopState(said["id"], said["title"], _word(Who, said, "waits_for"), _word(Ending, said, "ends"))


def _step(said: Mapping[str, Any]) -> LoopStep:
    term = said.get("term")
    return LoopStep(
        id=said["id"],
        title=said["title"],
        to=said["to"],
        who=tuple(Who(who) for who in said["who"]),
        origins=tuple(said.get("origins", ())),
        term=Term(term["working_days"], _word(Counting, term, "counting") or Counting.NEXT_WORKING_DAY)
        if term
        else None,
        evidence=_word(Need, said, "evidence") or Need.NONE,
        reason=_word(Need, said, "reason") or Need.OPTIONAL,
        names=tuple(Who(who) for who in said.get("names", ())),
        counts=_word(Tally, said, "counts"),
        emits=said.get("emits", ""),
    )


def _word(words: type[E], said: Mapping[str, Any], name: str) -> E | None:
    return words(said[name]) if said.get(name) is not None else None
