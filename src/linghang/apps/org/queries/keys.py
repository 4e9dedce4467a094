"""Keys of people and organisations for foreign keys of upper rooms, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Area, Organisation, Person


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
