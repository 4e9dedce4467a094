"""Where upper rooms say what of theirs rests on a record; the record's page shows it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from linghang.apps.ledger.data.pages import LinkLine
from linghang.ui.web.viewer import Viewer

LinksOfFact = Callable[[UUID, Viewer], Iterable[LinkLine]]

links_of_fact: dict[str, LinksOfFact] = {}


def on_links(name: str, links: LinksOfFact) -> None:
    """Register, once per room, what of this room rests on a record, as far as the viewer may know of it."""
    links_of_fact[name] = links


def links_to(fact: UUID, viewer: Viewer) -> list[LinkLine]:
    """Everything that rests on a record, room by room."""
    return [link for links in links_of_fact.values() for link in links(fact, viewer)]
