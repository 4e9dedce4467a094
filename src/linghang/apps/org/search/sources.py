"""Organisations and areas as rows of the index. Operations of this room call `put_…` in their transaction."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import AREA_KINDS
from linghang.apps.org.models import Area, Organisation
from linghang.apps.org.search.data import FindableRow
from linghang.apps.org.search.operations import drop_findables, put_findables
from linghang.ui.web.scope import system_scope

ORGANISATION, AREA = "organisation", "area"
FOLLOWS = "the index follows its rows, wherever they hang"


def put_organisations(organisations: Iterable[UUID]) -> None:
    """Bring the index up to date with organisations."""
    wanted = Q(uuid__in=list(organisations))
    with system_scope(reason=FOLLOWS):
        put_findables(organisation_rows(wanted))
        _drop_gone(ORGANISATION, Organisation, wanted)


def put_areas(areas: Iterable[UUID]) -> None:
    """Bring the index up to date with areas."""
    wanted = Q(uuid__in=list(areas))
    with system_scope(reason=FOLLOWS):
        put_findables(area_rows(wanted))
        _drop_gone(AREA, Area, wanted)


def _drop_gone(kind: str, model: Any, wanted: Q) -> None:
    """Those whose entry was taken back are no longer among the objects, and leave the index."""
    kept = set(model.objects.filter(wanted).values_list("uuid", flat=True))
    gone = set(_everything(model).filter(wanted).values_list("uuid", flat=True)) - kept
    if gone:
        drop_findables(kind, gone)


def _everything(model: type[Model]) -> Any:
    return model._base_manager


def organisation_rows(wanted: Q | None = None) -> Iterator[FindableRow]:
    """Organisations with all their names; of all rooms' rows those with the most ways to be called."""
    rows = Organisation.objects.filter(wanted or Q()).order_by("pk").prefetch_related("namings")
    for row in rows.iterator(chunk_size=1000):
        former = [name for naming in row.namings.all() for name in (naming.name, naming.short_name)]
        also = (row.short_name, row.code, *row.aliases, *former)
        yield FindableRow(ORGANISATION, row.uuid, row.node_id, row.name, str(KINDS[row.kind].label), also=also)


def area_rows(wanted: Q | None = None) -> Iterator[FindableRow]:
    """Areas, each with its kind and the organisation that it belongs to."""
    for row in Area.objects.filter(wanted or Q()).select_related("organisation").order_by("pk").iterator():
        words = f"{AREA_KINDS[row.kind]} · {row.organisation.name}"
        yield FindableRow(AREA, row.uuid, row.node_id, row.name, words, also=(row.code,))
