"""Reads: imports that the viewer may see, as plain records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linghang.apps.exchange.data import Context, EffectData, Filters, ImportData, ImportState
from linghang.apps.exchange.folders import Folders, read_json
from linghang.apps.exchange.imports.children import LOOKS
from linghang.apps.exchange.imports.preview import PREVIEW, flaws_page
from linghang.apps.exchange.kinds import ImportKind, import_kinds
from linghang.apps.exchange.models import Effect, Import, RememberedColumns, WorkdayTable
from linghang.apps.exchange.policies import may_see
from linghang.engine.problems import Problem
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.viewer import Grant, Viewer

FOLDERS = Folders("imports")


def posts_for(viewer: Viewer, kind: ImportKind) -> list[Grant]:
    """The posts with which the viewer may start such an import, the highest place first."""
    held = [grant for grant in viewer.grants if grant.role in kind.roles]
    return sorted(held, key=lambda grant: (grant.path.count("/"), grant.path, grant.role))


def kinds_for(viewer: Viewer) -> list[ImportKind]:
    """The kinds that the viewer may import."""
    return [kind for kind in import_kinds() if posts_for(viewer, kind)]


def imports_page(*, viewer: Viewer, filters: Filters, number: int) -> Page[ImportData]:
    """The imports that the viewer may see, newest first."""
    rows = imports_for(viewer)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(starter__display_name__icontains=filters.q))
    return page_of(rows.order_by("-created_at", "-id"), number, import_data)


def imports_for(viewer: Viewer) -> QuerySet[Import]:
    """The rows that somebody may see: those started with a post that he holds today, at its place or above."""
    reached = Q(pk__in=[])
    for grant in viewer.grants:
        step = grant.path.rstrip("/").rpartition("/")[2]
        at = Q(path__startswith=f"{step}/") | Q(path__contains=f"/{step}/") if step else Q()
        reached |= Q(role=grant.role) & at
    return Import.objects.select_related("starter").filter(reached)


def import_of(*, viewer: Viewer, uuid: UUID) -> ImportData:
    """One import; the same refusal for one that does not exist and for one that is not the viewer's to see."""
    return import_data(get_import(viewer, uuid))


def get_import(viewer: Viewer, uuid: UUID, *, lock: bool = False) -> Import:
    """The row itself, for operations of this room."""
    rows = imports_for(viewer)
    row = (rows.select_for_update(of=["self"]) if lock else rows).filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def still_holds(context: Context) -> bool:
    """Whether the starter of an import still holds the post that he started it with."""
    return may_see(context.role, context.place, frozenset((g.role, g.path) for g in context.actor.grants))


def effects_page(*, viewer: Viewer, uuid: UUID, only: str, q: str, number: int) -> Page[EffectData]:
    """What an import did, in the file's order; `only` narrows to an action, or to what an undo left (`kept`)."""
    rows = effects_of(viewer, uuid, only=only, q=q)
    return page_of(rows, number, effect_data, per_page=50)


def effects_of(viewer: Viewer, uuid: UUID, *, only: str = "", q: str = "") -> QuerySet[Effect]:
    rows = Effect.objects.filter(import_row=get_import(viewer, uuid))
    if only == "kept":
        rows = rows.exclude(kept="")
    elif only:
        rows = rows.filter(action=only)
    if q:
        rows = rows.filter(label__icontains=q)
    return rows.order_by("id")


def all_effects(viewer: Viewer, uuid: UUID) -> Iterator[EffectData]:
    """Everything that an import did, for its export."""
    return (effect_data(row) for row in effects_of(viewer, uuid).iterator())


def effect_data(row: Effect) -> EffectData:
    return EffectData(
        id=row.pk,
        table=row.table,
        uuid=row.uuid,
        action=row.action,
        before=row.before,
        label=row.label,
        source=row.source,
        kept=row.kept,
        undone=row.undone,
    )


def remembered(row: Import, fingerprint: str) -> RememberedColumns | None:
    """What somebody of the same place said of a table with the same headers; nearest place first."""
    steps = row.path.split("/")[:-1]
    places = ["".join(f"{step}/" for step in steps[:n]) for n in range(len(steps), -1, -1)]
    found = RememberedColumns.objects.filter(kind=row.kind, fingerprint=fingerprint, path__in=places)
    return max(found, key=lambda known: len(known.path), default=None)


def preview_path(uuid: UUID) -> Path | None:
    """Where the preview of an import lies, None when it has gone or was not made."""
    path = FOLDERS.of(uuid) / PREVIEW
    return path if path.is_file() else None


def problems_of(*, viewer: Viewer, uuid: UUID, most: int = 10_000) -> list[Problem]:
    """What is wrong with the cells of an import that was compared, errors first; nothing once it is written."""
    get_import(viewer, uuid)
    path = preview_path(uuid)
    return [flaw.problem for flaw in flaws_page(path, sheet="", code="", number=1, most=most)[0]] if path else []


def import_data(row: Import) -> ImportData:
    return ImportData(
        uuid=row.uuid,
        kind=row.kind,
        state=ImportState(row.state),
        title=row.title,
        file=row.file,
        starter=row.starter.display_name,
        place_label=row.place_label,
        said=row.said,
        counts=row.counts,
        failure=row.failure,
        done=row.done,
        total=row.total,
        job=row.job,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        undone_at=row.undone_at,
        undo_reason=row.undo_reason,
        files_gone=row.files_gone_at is not None,
    )


def columns_of(*, viewer: Viewer, uuid: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the sheets of an import look like, and how they are matched now."""
    row = get_import(viewer, uuid)
    looks: dict[str, Any] | None = read_json(FOLDERS.of(uuid) / LOOKS)
    if looks is None:
        raise not_found()
    return looks, row.mapping


@dataclass(frozen=True)
class WorkdayLine:
    """One uploaded table of working days; in force until it was taken back."""

    uuid: UUID
    name: str
    years: tuple[int, ...]
    days: int
    put_at: datetime
    put_by: str
    taken_at: datetime | None
    taken_by: str


def workday_tables() -> list[WorkdayLine]:
    """Every table ever uploaded, the latest first: they hold for the whole installation."""
    rows = WorkdayTable.objects.select_related("put_by", "taken_by").order_by("-put_at", "-pk")
    return [
        WorkdayLine(
            row.uuid,
            row.name,
            tuple(row.years),
            row.days,
            row.put_at,
            row.put_by.display_name if row.put_by else "",
            row.taken_at,
            row.taken_by.display_name if row.taken_by else "",
        )
        for row in rows
    ]
