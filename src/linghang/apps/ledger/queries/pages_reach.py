"""What of the ledger the open scope reaches, as keys: a list of ten million records is narrowed by indexes on keys."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from linghang.apps.access.queries import keys_in_scope, whole_tops
from linghang.apps.ledger.models import Subject
from linghang.ui.web.scope import Scope, current_scope, system_scope, use_scope

ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True)
class Reached:
    """What a scope reaches: the subjects that are the reader himself, and the places inside, narrowed to one of them.

    `tops`: everything that happened below the tops with these keys lies inside, as it does for a unit's office; its
    places need not be asked one by one. Empty where only some of them are reached.
    """

    scope: Scope
    place: UUID | None
    tops: tuple[int, ...]
    own: tuple[int, ...]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """The places as (key, key of the top)."""
        with use_scope(self.scope):  # whoever asks later sees no more and no less
            return keys_in_scope(under=self.place)

    @cached_property
    def nodes(self) -> list[int]:
        return [key for key, _top in self.places]

    @cached_property
    def some_tops(self) -> list[int]:
        """The tops below which something is reached."""
        return list(self.tops) or sorted({top for _key, top in self.places})


def reached(place: UUID | None = None) -> Reached:
    """The open scope as keys, narrowed to a place and what hangs below it; closed places count, too."""
    if place is not None:
        return Reached(current_scope(), place, (), ())
    return Reached(current_scope(), None, tuple(whole_tops() or ()), tuple(own_subjects()))


def own_subjects() -> list[int]:
    """The subject that is the reader himself, if anything was recorded of him."""
    reader = current_scope().reader
    if reader is None:
        return []
    with system_scope(reason="the reader himself lies inside every scope of his"):
        return list(Subject.objects.filter(person__user__uuid=reader).values_list("pk", flat=True))
