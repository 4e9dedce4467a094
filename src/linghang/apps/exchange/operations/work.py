"""What jobs do: open, compare, write, take back. Each may be killed at any moment and goes on where it was.

Writing keeps its place (`Import.cursor`) in the transaction of the rows it speaks of: no row is lost or written twice.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.apps.exchange.data import Context, ImportState, Work
from linghang.apps.exchange.folders import read_json, write_json
from linghang.apps.exchange.imports import children
from linghang.apps.exchange.imports.merged import tell_what_was_filled
from linghang.apps.exchange.imports.preview import (
    PREVIEW,
    digest_of,
    endings,
    lines_after,
    write_preview,
)
from linghang.apps.exchange.imports.stored import mapping_of
from linghang.apps.exchange.kinds import Ending, ImportKind, NewEffect, Plan, Source, kind_of
from linghang.apps.exchange.models import Effect, Import
from linghang.apps.exchange.operations.opening import book_of, context_of, propose_columns
from linghang.apps.exchange.queries import FOLDERS, effect_data, still_holds
from linghang.apps.exchange.tables.grid import Workbook
from linghang.engine.problems import Place, Problem, Problems
from linghang.ui.web.copied import copy_rows
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

UNDO_CHUNK = 2_000
EFFECTS = ("import_row_id", "table", "uuid", "action", "before", "label", "source", "kept", "undone")
S = ImportState


class Child(Protocol):
    """Runs a function in a process of its own (`jobs.operations.run_in_child`)."""

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any: ...


@dataclass(frozen=True)
class Step:
    """One step of one import, with what a job lends it."""

    row: Import
    kind: ImportKind
    context: Context
    progress: children.Report
    child: Child


def do_work(
    *, work: Work, import_uuid: UUID, job: UUID, actor: Viewer, progress: children.Report, child: Child, now: datetime
) -> ImportState:
    """Do one step of an import for a job, in the scope of the import's post; gives the state that it led to.

    Refused when the import has moved on without this job, or when its starter no longer holds the post.
    """
    row = Import.objects.select_related("starter").filter(uuid=import_uuid, job=job).first()
    kind = kind_of(row.kind) if row else None
    if row is None or kind is None:
        raise not_found()
    context = context_of(row, actor, now)
    if not still_holds(context):
        raise DomainError("post_ended", _("您已不担任开始导入时的职务，没有继续。请由现任的人重新导入。"), status=403)
    steps = {Work.READ: _read, Work.CHECK: _check, Work.WRITE: _write, Work.UNDO: _undo}
    after = {Work.READ: S.READING, Work.CHECK: S.CHECKING, Work.WRITE: S.WRITING, Work.UNDO: S.UNDOING}
    if row.state != after[work]:  # done already, by a run of this job that was killed before it could say so
        if row.files_gone_at is not None:
            FOLDERS.remove(row.uuid)
        return S(row.state)
    return steps[work](Step(row, kind, context, progress, child))


# --- open ------------------------------------------------------------------------------------------------------------


def _read(step: Step) -> ImportState:
    row, folder = step.row, FOLDERS.of(step.row.uuid)
    stored = next(path.name for path in folder.glob("table.*"))
    found = step.child(children.open_file, {"stored": stored, "file": row.file}, folder)
    with writing(step.context.actor, "read_import"):
        write_json(folder / children.WARNINGS, found["problems"])
        if not found["readable"]:
            errors = [p for p in found["problems"] if p["severity"] == "error"]
            row.failure = "；".join(f"{p['message']}。{p['hint']}" for p in errors)[:500] or _("文件里没有内容。")
            return _save(row, S.REFUSED)
        propose_columns(row, step.kind, step.context)
        return _save(row, S.MATCHING)


def _save(row: Import, state: ImportState) -> ImportState:
    row.state = state
    row.save()
    return state


# --- compare ---------------------------------------------------------------------------------------------------------


def _check(step: Step) -> ImportState:
    row = step.row
    step.progress(0, 1, _("核对每一行"))
    plan, problems, book = _plan(step)
    counts = write_preview(FOLDERS.of(row.uuid) / PREVIEW, plan, problems, book)
    with writing(step.context.actor, "check_import"):
        row.counts, row.digest, row.cursor = counts, digest_of(plan), 0
        return _save(row, S.CHECKED)


def _plan(step: Step) -> tuple[Plan, Problems, Workbook]:
    row, problems = step.row, Problems()
    book = book_of(row)
    for stored in read_json(FOLDERS.of(row.uuid) / children.WARNINGS) or []:
        problems.items.append(Problem(**(stored | {"place": Place(**stored["place"])})))
    mapping = mapping_of(row.mapping)
    plan = step.kind.check(Source(book, mapping, problems, step.kind.whole), step.context)
    tell_what_was_filled(book, mapping, problems)
    return plan, problems, book


# --- write -----------------------------------------------------------------------------------------------------------


def _write(step: Step) -> ImportState:
    """In one transaction, or chunk by chunk; what the preview showed must still be what a comparison gives."""
    row = step.row
    fresh = row.cursor == 0 and not row.effects.exists()
    if fresh and not step.kind.refuses and _has_changed(step):
        return _save(row, S.CHECKED)
    try:
        return _write_rows(step)
    except DomainError:
        if fresh and step.kind.refuses and _has_changed(step):
            return _save(row, S.CHECKED)
        raise


def _has_changed(step: Step) -> bool:
    """Compare once more; when the outcome is another one, the preview shows it and says so."""
    row = step.row
    plan, problems, book = _plan(step)
    if digest_of(plan) == row.digest:
        return False
    row.counts = write_preview(FOLDERS.of(row.uuid) / PREVIEW, plan, problems, book)
    row.digest, row.cursor = digest_of(plan), 0
    row.failure = _("从预览到现在，库里的内容有了变化，还没有写入。请再看一遍预览，再确认。")
    return True


def _write_rows(step: Step) -> ImportState:
    row, kind, context = step.row, step.kind, step.context
    preview, total = FOLDERS.of(row.uuid) / PREVIEW, row.counts["new"] + row.counts["changed"]
    done = row.effects.count()
    step.progress(done, total, _("写入"))
    while chunk := lines_after(preview, row.cursor, kind.chunk):
        with writing(context.actor, "import"):
            _keep(row, kind.apply([line for _number, line in chunk], context))
            row.cursor = chunk[-1][0]
            row.save(update_fields=["cursor"])
            if not kind.chunk:
                return _finish(step, preview)
        done += len(chunk)
        step.progress(min(done, total), total, _("写入"))
    with writing(context.actor, "import"):
        return _finish(step, preview)


def _finish(step: Step, preview: Path) -> ImportState:
    """End what was ticked, in the same transaction as the last rows where all is one."""
    row, end = step.row, step.kind.end
    ticked = set(row.said.get("endings", ()))
    chosen: Sequence[Ending] = [ending for ending in endings(preview) if ending.key in ticked] if ticked else []
    if chosen and end is not None:
        _keep(row, end(chosen, step.context))
    row.files_gone_at = step.context.now
    transaction.on_commit(lambda: FOLDERS.remove(row.uuid))  # what it did is known by its effects
    return _save(row, S.DONE)


def _keep(row: Import, effects: Sequence[NewEffect]) -> None:
    rows = (
        (row.pk, one.table, one.uuid, one.action, json.dumps(one.before), one.label[:200], one.source[:80], "", False)
        for one in effects
    )
    copy_rows("exchange_effect", EFFECTS, rows)


# --- take back -------------------------------------------------------------------------------------------------------


def _undo(step: Step) -> ImportState:
    """The newest first, chunk by chunk; what was taken back is marked in the same transaction."""
    row, kind, context = step.row, step.kind, step.context
    left = row.effects.filter(undone=False)
    total = left.count()
    highest: int | None = None
    done = 0
    while True:
        rows = left if highest is None else left.filter(pk__lt=highest)
        chunk = list(rows.order_by("-id")[:UNDO_CHUNK])
        if not chunk:
            break
        with transaction.atomic(), writing(context.actor, "undo_import"):
            kept = kind.undo([effect_data(effect) for effect in chunk], row.undo_reason, context)
            _mark([effect.pk for effect in chunk], kept)
        highest, done = chunk[-1].pk, done + len(chunk)
        step.progress(done, total, _("撤销"))
    with writing(context.actor, "undo_import"):
        remaining = row.effects.filter(undone=False).count()
        row.counts = {**row.counts, "kept": remaining}
        row.undone_at = context.now
        return _save(row, S.UNDONE)


def _mark(effects: Sequence[int], kept: Mapping[int, str]) -> None:
    """Taken back, or why not: one statement for all that share a reason."""
    Effect.objects.filter(pk__in=[key for key in effects if key not in kept]).update(kept="", undone=True)
    by_reason: dict[str, list[int]] = defaultdict(list)
    for key, reason in kept.items():
        by_reason[reason[:300]].append(key)
    for reason, keys in by_reason.items():
        Effect.objects.filter(pk__in=keys).update(kept=reason, undone=False)
