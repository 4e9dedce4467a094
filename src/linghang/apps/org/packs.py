"""The packs that hold: kinds of records, of links and of loops. `national` holds for every unit; a unit adds its own.

Which further packs hold is known above: `unit_packs` is filled there. A unit's kinds stay known after its pack has been
replaced, so that records of earlier months can still be read.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.scope import OutsideScope, Scope, current_scope, first_scope

SHARED = ("meanings", "kinds", "groups", "norms", "loops", "links", "coverages")


@dataclass(frozen=True)
class HeldPack:
    """A pack that holds at a place and below from one month to another; None: until further notice."""

    pack: Pack
    path: str
    since: Month
    until: Month | None


Holding = Callable[[UUID | None], Iterable[HeldPack]]
_holding: list[Holding] = []
Read = tuple[Scope, dict[UUID | None, tuple[HeldPack, ...]], dict[tuple[UUID | None, date], Pack]]
_read: ContextVar[Read | None] = ContextVar("linghang_held_packs", default=None)


def unit_packs(holding: Holding) -> None:
    """A room above says once which packs the places under a top organisation go by; without a top: all there are."""
    _holding[:] = [holding]


def forget_packs() -> None:
    """Ask anew: which packs hold has just changed."""
    _read.set(None)


def pack_in_force(*, on: date) -> Pack:
    """What the organisations inside the open scope go by on a day. Raises ProblemsFound when the pack is damaged."""
    asked = _asked()
    if asked is None:
        return _national()
    (_first, _known, composed), top = asked
    if (top, on) not in composed:
        held = [each for each in _held() if each.since.first <= on]  # asked of far days, too, which are in no month
        unique = {each.pack.content_hash: each.pack for each in sorted(held, key=lambda each: each.since, reverse=True)}
        composed[top, on] = _composed(_Packs(tuple(unique.values())))
    return composed[top, on]


def is_own(kind: str) -> bool:
    """Whether a kind of records is a unit's own: it does not hold for every unit."""
    return kind not in _national().kinds


def kind_holds(kind: str, *, path: str, on: date) -> bool:
    """Whether records of a kind may be made of a day at a place: a unit's own kind only where its pack holds."""
    if not is_own(kind):
        return True
    month = Month.of(on)
    return any(
        kind in each.pack.kinds
        for each in _held()
        if path.startswith(each.path) and each.since <= month and (each.until is None or month <= each.until)
    )


def _held() -> tuple[HeldPack, ...]:
    """Asked once per request or job and top, however many scopes are opened inside it."""
    asked = _asked()
    if asked is None:
        return ()
    (_first, known, _composed_packs), top = asked
    if top not in known:
        known[top] = tuple(_holding[0](top)) if _holding else ()
    return known[top]


def _asked() -> tuple[Read, UUID | None] | None:
    """What this request or job has read so far, and the top that is asked for; None: what holds for every unit."""
    try:
        scope, first, known = current_scope(), first_scope(), _read.get()
    except OutsideScope:  # nobody's organisations
        return None
    if known is None or known[0] is not first:
        known = (first, {}, {})
        _read.set(known)
    if not scope.system_reason and scope.top is None:
        return None
    return known, first.top if scope.system_reason else scope.top  # a page goes by its own unit's packs throughout


class _Packs:
    """Packs, newest first, told apart by what they say."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self.packs = packs
        self._hashes = tuple(pack.content_hash for pack in packs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Packs) and self._hashes == other._hashes

    def __hash__(self) -> int:
        return hash(self._hashes)


@lru_cache(maxsize=64)
def _composed(units: _Packs) -> Pack:
    """`national` with what the units' packs add; of two that say the same id the newer one holds."""
    national = _national()
    added: dict[str, dict[str, Any]] = {name: dict(getattr(national, name)) for name in SHARED}
    for pack in units.packs:
        for name in SHARED:
            said: Mapping[str, Any] = getattr(pack, name)
            added[name].update({id: value for id, value in said.items() if id not in added[name]})
    if all(added[name].keys() == getattr(national, name).keys() for name in SHARED):
        return national
    shared: Any = added
    return replace(national, **shared)


@cache
def _national() -> Pack:
    pack, problems = load_pack(settings.PACKS_DIR / "national")
    if pack is None:
        raise ProblemsFound(problems.errors)
    return pack
