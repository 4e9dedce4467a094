"""What this room itself shows on the page of a person: what he answers for and whom he keeps contact with."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from linghang.apps.org.data.links import LinkLine
from linghang.apps.org.data.panels import SubjectPanel, person_panels
from linghang.apps.org.queries import links_of


@dataclass(frozen=True)
class PersonLinks:
    """One person's links on a day."""

    person: UUID
    lines: tuple[LinkLine, ...]


def links_of_person(_request: HttpRequest, person: UUID, on: date) -> PersonLinks | None:
    """Nothing for somebody who answers for nothing yet."""
    lines = links_of(person, on=on)
    return PersonLinks(person, tuple(lines)) if lines else None


def register_panels() -> None:
    """The panel stands before those of the rooms above."""
    person_panels.register(SubjectPanel("org.links", links_of_person, "org/panels/person_links.html", order=20))
