"""What of the ledger the open scope reaches, as keys: a list of ten million records is narrowed by indexes on keys."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.access.queries import keys_in_scope, places_to_choose
from linghang.apps.ledger.data.pages import PlaceOption
from linghang.apps.ledger.models import Subject
from linghang.ui.web.scope import current_scope, system_scope

ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True)
class Reached:
    """Keys of places, of their tops, and of the subjects that are the reader himself."""

    nodes: list[int]
    tops: list[int]
    own: list[int]

    @property
    def keys(self) -> dict[str, list[int]]:
        """As parameters of a query."""
        return {"nodes": self.nodes, "tops": self.tops, "own": self.own}


def reached(place: UUID | None = None) -> Reached:
    """The open scope as keys, narrowed to a place and what hangs below it; closed places count, too."""
    keys = keys_in_scope(under=place)
    own = own_subjects() if place is None else []
    return Reached([key for key, _top in keys], sorted({top for _key, top in keys}), own)


def own_subjects() -> list[int]:
    """The subject that is the reader himself, if anything was recorded of him."""
    reader = current_scope().reader
    if reader is None:
        return []
    with system_scope(reason="the reader himself lies inside every scope of his"):
        return list(Subject.objects.filter(person__user__uuid=reader).values_list("pk", flat=True))


def place_options(*, on: date) -> list[PlaceOption]:
    """The places of the open scope for a select, from the top down."""
    places = places_to_choose(on=on)
    least = min((depth for _uuid, _label, depth in places), default=0)
    return [PlaceOption(uuid, label, depth - least) for uuid, label, depth in places]
