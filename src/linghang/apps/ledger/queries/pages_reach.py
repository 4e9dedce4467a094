"""What of the ledger the open scope reaches, as keys: a list of ten million records is narrowed by indexes on keys."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.ledger.data.pages import PlaceOption
from linghang.apps.ledger.models import Subject
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import current_scope

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
    nodes = nodes_in_scope(on=ALWAYS)
    own = own_subjects()
    if place is not None:
        chosen = next((node for node in nodes if node.uuid == place), None)
        if chosen is None:
            raise not_found()
        nodes = [node for node in nodes if node.path.startswith(chosen.path)]
        own = []
    return Reached([node.key for node in nodes], sorted({node.top_key for node in nodes}), own)


def own_subjects() -> list[int]:
    """The subject that is the reader himself, if anything was recorded of him."""
    reader = current_scope().reader
    if reader is None:
        return []
    return list(Subject.objects.filter(person__user__uuid=reader).values_list("pk", flat=True))


def place_options(*, on: date) -> list[PlaceOption]:
    """The places of the open scope for a select, from the top down."""
    nodes = nodes_in_scope(on=on)
    least = min((node.depth for node in nodes), default=0)
    return [PlaceOption(node.uuid, node.key, node.label, node.depth - least) for node in nodes]
