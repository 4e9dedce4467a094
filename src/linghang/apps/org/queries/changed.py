"""Whose life in the organisation was written about since some point of the history, for results that rest on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Max

from linghang.apps.org.models import Organisation, Person

OF_PEOPLE = ("MembershipEvent", "PersonClassEvent", "StandingEvent")
OF_PLACES = ("CategoryEvent",)
OF_ANY = ("LinkEvent", "OrganisationEvent")  # who answers for what, and the tree itself: everything may change


@dataclass(frozen=True)
class Changed:
    """What changed and how far the histories had come. `everything`: no list of people would be complete."""

    people: frozenset[UUID]
    places: frozenset[UUID]
    everything: bool
    marks: Mapping[str, int]


def changed_since(marks: Mapping[str, int]) -> Changed:
    """Everywhere in the open scope after these numbers of the histories; without a number, only how far they are."""
    now = {name: _last(name) for name in (*OF_PEOPLE, *OF_PLACES, *OF_ANY)}
    moved = {name for name, last in now.items() if name in marks and last > marks[name]}
    people = {pk for name in OF_PEOPLE if name in moved for pk in _ids(name, "person_id", marks[name])}
    places = {pk for name in OF_PLACES if name in moved for pk in _ids(name, "organisation_id", marks[name])}
    return Changed(
        people=frozenset(Person.objects.filter(pk__in=people).values_list("uuid", flat=True)),
        places=frozenset(Organisation.objects.filter(pk__in=places).values_list("uuid", flat=True)),
        everything=any(name in moved for name in OF_ANY),
        marks=now,
    )


def _last(name: str) -> int:
    return apps.get_model("org", name)._default_manager.aggregate(last=Max("pgh_id"))["last"] or 0


def _ids(name: str, column: str, after: int) -> set[int]:
    rows = apps.get_model("org", name)._default_manager.filter(pgh_id__gt=after)
    return set(rows.values_list(column, flat=True))
