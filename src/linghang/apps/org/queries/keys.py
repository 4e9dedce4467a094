"""Keys of people and organisations for foreign keys of upper rooms, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Area, Organisation, Person, RosterSpan
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class RowKey:
    """A row of `org` as a foreign key needs it; `kind` and `family` are empty where there are none."""

    uuid: UUID
    key: int
    top_key: int
    kind: str = ""
    family: str = ""


def person_keys(uuids: Iterable[UUID]) -> list[RowKey]:
    """The people among the uuids that lie inside the open scope."""
    rows = Person.objects.filter(uuid__in=set(uuids)).values_list("uuid", "pk", "top_id")
    return [RowKey(uuid, key, top) for uuid, key, top in rows]


def organisation_keys(uuids: Iterable[UUID]) -> list[RowKey]:
    """The organisations among the uuids that lie inside the open scope."""
    rows = Organisation.objects.filter(uuid__in=set(uuids)).values_list("uuid", "pk", "top_id", "kind")
    return [RowKey(uuid, key, top, kind, KINDS[kind].family.value) for uuid, key, top, kind in rows]


def area_keys(uuids: Iterable[UUID]) -> list[RowKey]:
    """The areas among the uuids that lie inside the open scope."""
    rows = Area.objects.filter(uuid__in=set(uuids)).values_list("uuid", "pk", "top_id", "kind")
    return [RowKey(uuid, key, top, kind) for uuid, key, top, kind in rows]


def node_uuids(organisations: Iterable[UUID]) -> dict[UUID, UUID]:
    """The places of the tree on which organisations inside the open scope hang."""
    return dict(Organisation.objects.filter(uuid__in=set(organisations)).values_list("uuid", "node__uuid"))


def code_known(code: str) -> bool:
    """Whether an organisation inside the open scope has this code."""
    return Organisation.objects.filter(code=code).exists()


def place_paths(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """Where people, organisations and areas hang today, as paths in the tree; read for whoever knows the uuid."""
    wanted = set(uuids)
    found: dict[UUID, str] = {}
    with system_scope(reason="whoever sees a link may know at which place its other end is"):
        for model in (Person, Organisation, Area):
            found |= dict(model.objects.filter(uuid__in=wanted).values_list("uuid", "node__path"))
    return found


@dataclass(frozen=True)
class HomeSpan:
    """A person's home from one day to another, as the key of its place; None leaves the end open."""

    person: UUID
    node: int
    since: date
    until: date | None


def home_spans(people: Iterable[UUID]) -> list[HomeSpan]:
    """All homes that the people ever had; read for whoever may record of them."""
    wanted = set(people)
    if not wanted:
        return []
    with system_scope(reason="a record of a past day belongs to the home of that day, wherever that was"):
        rows = RosterSpan.objects.filter(person__uuid__in=wanted).order_by("person_id", "valid_from")
        return [HomeSpan(*row) for row in rows.values_list("person__uuid", "node_id", "valid_from", "valid_to")]


def organisation_of_node(node: UUID) -> UUID | None:
    """The organisation that hangs on a place inside the open scope."""
    return Organisation.objects.filter(node__uuid=node).values_list("uuid", flat=True).first()
