"""People as whoever reads a table of records needs them: names and codes to be found by, and where they belong."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.org.data import STANDINGS
from linghang.apps.org.models import Organisation, Person, RosterSpan
from linghang.apps.org.queries.dated import covers


@dataclass(frozen=True)
class RosterSubject:
    """One person inside the open scope. `home` is the branch or unit of that day, else the place of his file."""

    uuid: UUID
    name: str
    code: str
    home: str
    home_uuid: UUID
    standing_label: str
    person_class: str
    top_key: int
    node_key: int
    user: UUID | None


def roster_subjects(*, on: date) -> list[RosterSubject]:
    """Everybody inside the open scope, also those who have left: what they did before can still be recorded."""
    spans = {
        person: (home, name, standing, word)
        for person, home, name, standing, word in RosterSpan.objects.filter(covers(on)).values_list(
            "person_id", "home__uuid", "home__name", "standing", "person_class"
        )
    }
    places = {node: (uuid, name) for node, uuid, name in Organisation.objects.values_list("node_id", "uuid", "name")}
    found = []
    rows = Person.objects.order_by("pk").values_list("pk", "uuid", "name", "code", "top_id", "node_id", "user__uuid")
    for pk, uuid, name, code, top, node, user in rows:
        home, home_name = places.get(node, (UUID(int=0), ""))
        standing = word = ""
        if pk in spans:
            home, home_name, standing, word = spans[pk]
        label = str(STANDINGS[standing]) if standing else ""
        found.append(RosterSubject(uuid, name, code, home_name, home, label, word, top, node, user))
    return found
