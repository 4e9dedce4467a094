"""The steps that a person takes. Each moves the import on and, where work follows, puts a job into its queue."""

import hashlib
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.exchange.data import (
    BUSY,
    FILES_KEPT,
    SUFFIXES,
    UNFINISHED_KEPT,
    ImportData,
    ImportState,
    Work,
    start_work,
)
from linghang.apps.exchange.folders import keep_upload, read_json, shown_name, write_json
from linghang.apps.exchange.imports.children import CORRECTIONS, LOOKS
from linghang.apps.exchange.imports.stored import mapping_json, mapping_of
from linghang.apps.exchange.kinds import ImportKind, kind_of
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.models import Effect, Import, RememberedColumns
from linghang.apps.exchange.operations.opening import context_of, propose_columns
from linghang.apps.exchange.policies import DISCARDABLE, may_follow
from linghang.apps.exchange.queries import FOLDERS, get_import, import_data, posts_for
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Grant, Viewer
from linghang.ui.web.writing import SYSTEM, writing

SHORTEST_REASON, LONGEST_REASON = 2, 200
MOST_CORRECTIONS, LONGEST_CELL = 5_000, 1_000
NO_USER = UUID(int=0)  # nobody's: an import is started by a person
S = ImportState


def begin_import(
    *, kind: ImportKind, post: str, name: str, chunks: Iterable[bytes], said: Mapping[str, str], actor: Viewer,
    now: datetime,
) -> ImportData:  # fmt: skip
    """Keep the file in a private folder and let a job open it. `post` is “role path” of the post it is done with."""
    grant = _post(actor, kind, post)
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise DomainError("not_a_table", _("请用 xlsx、xls 或 csv 文件；别的格式先另存为 .xlsx 再导入。"), field="file")
    with writing(actor, "begin_import"):
        row = Import(
            kind=kind.code,
            state=S.READING,
            starter=get_user_model().objects.get(uuid=actor.uuid or NO_USER),
            role=grant.role,
            path=grant.path,
            place_label=grant.label,
            file=shown_name(name),
            said=dict(said),
            created_at=now,
        )
        row.title = f"{kind.title} · {row.file}"[:200]
        row.sha256 = _keep_file(row.uuid, f"table{suffix}", chunks)
        row.save()
        _start(row, Work.READ, actor, now)
        return import_data(row)


def _post(actor: Viewer, kind: ImportKind, post: str) -> Grant:
    held = posts_for(actor, kind)
    found = next((grant for grant in held if f"{grant.role} {grant.path}" == post), held[0] if held else None)
    if found is None:
        raise DomainError("not_yours", _("您现在的职务不能导入这一类表。请由负责的党务干部导入。"), status=403)
    return found


def _keep_file(uuid: UUID, stored: str, chunks: Iterable[bytes]) -> str:
    """Write the upload and give its SHA-256; a transaction that fails takes the folder along."""
    digest = hashlib.sha256()

    def hashed() -> Iterable[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    keep_upload(FOLDERS.make(uuid), stored, hashed())
    return digest.hexdigest()


def match_columns(
    *, import_uuid: UUID, mapping: TableMapping, remember: bool, actor: Viewer, now: datetime
) -> ImportData:
    """Take what each column means and let a job compare the rows with what is stored."""
    with writing(actor, "match_columns"):
        row = _idle(import_uuid, actor)
        _move(row, S.CHECKING)
        row.mapping = mapping_json(mapping)
        if remember:
            RememberedColumns.objects.update_or_create(
                path=row.path,
                kind=row.kind,
                fingerprint=_looks(row)["fingerprint"],
                defaults={"mapping": row.mapping, "written_at": now},
            )
        _start(row, Work.CHECK, actor, now)
        return import_data(row)


def accept_columns(*, import_uuid: UUID, actor: Viewer, now: datetime) -> ImportData:
    """Take the columns as they were proposed, or remembered from a table like it; refused when none was known."""
    mapping = mapping_of(get_import(actor, import_uuid).mapping)
    if not (mapping.roster or mapping.facts):
        words = _("表头认不出来。请先在页面上导入一次这样的表，把各列对应好并记住。")
        raise DomainError("columns_unknown", words)
    return match_columns(import_uuid=import_uuid, mapping=mapping, remember=False, actor=actor, now=now)


def rematch_import(
    *, import_uuid: UUID, headers: Mapping[str, list[int]], mapping: TableMapping, actor: Viewer, now: datetime
) -> ImportData:
    """Show the columns again under headers that a person sees in other rows (sheet → first and last row from 0)."""
    with writing(actor, "rematch_import"):
        row = _idle(import_uuid, actor)
        _move(row, S.MATCHING)
        chosen = {**_looks(row).get("chosen", {}), **headers}
        kind = kind_of(row.kind)
        if kind is None:
            raise not_found()
        propose_columns(row, kind, context_of(row, actor, now), chosen, keep=mapping)
        row.save()
        return import_data(row)


def recheck_import(*, import_uuid: UUID, corrections: Mapping[str, str], actor: Viewer, now: datetime) -> ImportData:
    """Put texts in place of cells (“sheet!B7” → text), beside the file and never in it, and compare again."""
    with writing(actor, "recheck_import"):
        row = _idle(import_uuid, actor)
        _move(row, S.CHECKING)
        path = FOLDERS.of(row.uuid) / CORRECTIONS
        merged = {**(read_json(path) or {}), **{where: text[:LONGEST_CELL] for where, text in corrections.items()}}
        if len(merged) > MOST_CORRECTIONS:
            raise DomainError("too_many", _("在页面上改的格子太多了。请在原表里改好，保存后重新上传。"))
        write_json(path, merged)
        _start(row, Work.CHECK, actor, now)
        return import_data(row)


def confirm_import(*, import_uuid: UUID, endings: Sequence[str], actor: Viewer, now: datetime) -> ImportData:
    """Let a job write what the preview shows, and end what is ticked; one that broke off goes on where it was."""
    with writing(actor, "confirm_import"):
        row = _idle(import_uuid, actor)
        if row.state == S.CHECKED and not (row.counts.get("new") or row.counts.get("changed") or endings):
            raise DomainError("nothing_to_write", _("这份表里没有要写入的内容：没有新增，也没有变更。"))
        _move(row, S.WRITING)
        if row.cursor == 0:
            row.said = {**row.said, "endings": list(endings)}
        row.confirmed_at = now
        _start(row, Work.WRITE, actor, now)
        return import_data(row)


def undo_import(*, import_uuid: UUID, reason: str, actor: Viewer, now: datetime) -> ImportData:
    """Let a job take back what the import did, as far as nothing refers to it; the rest is listed with reasons."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise DomainError("reason_needed", _("请写明撤销的原因（2 至 200 个字）。"), field="reason")
    with writing(actor, "undo_import"):
        row = _idle(import_uuid, actor)
        _move(row, S.UNDOING)
        row.undo_reason = reason.strip()
        _start(row, Work.UNDO, actor, now)
        return import_data(row)


def discard_import(*, import_uuid: UUID, actor: Viewer) -> None:
    """Throw away an import that has written nothing, with its file."""
    with writing(actor, "discard_import"):
        row = get_import(actor, import_uuid, lock=True)
        if ImportState(row.state) not in DISCARDABLE:
            raise DomainError("written", _("这次导入已经写入过内容，不能丢弃；要退回，请用“撤销导入”。"), status=409)
        uuid = row.uuid
        row.delete()
        transaction.on_commit(lambda: FOLDERS.remove(uuid))


def forget_labels(*, uuids: Collection[UUID], actor: Viewer) -> int:
    """Take the words away by which lists of imports name some rows; which rows they were stays. Gives how many."""
    with writing(actor, "forget_labels"), translation.override(settings.LANGUAGE_CODE):
        return Effect.objects.filter(uuid__in=uuids).update(label=_("（文字已清除）"))


def note_broken(*, job: UUID, failure: str) -> None:
    """A job has ended without finishing its step: say so and lead back to where a person can go on."""
    with writing(SYSTEM, "note_broken"):
        row = Import.objects.select_for_update().filter(job=job).first()
        if row is None:
            return
        after = {
            S.READING: S.REFUSED,
            S.CHECKING: S.MATCHING,
            S.WRITING: S.FAILED if row.effects.exists() else S.CHECKED,
            S.UNDOING: S.FAILED,
        }.get(S(row.state))
        if after is not None:
            row.state, row.failure = after, failure[:500]
            row.save(update_fields=["state", "failure"])


def purge_imports(*, now: datetime) -> int:
    """Remove unfinished imports past their date, files of finished ones past theirs, and folders of none."""
    with writing(SYSTEM, "purge_imports"):
        old = Import.objects.filter(state__in=DISCARDABLE - BUSY, created_at__lte=now - UNFINISHED_KEPT)
        gone = [row.uuid for row in old.select_for_update()]
        old.filter(uuid__in=gone).delete()
        written = Import.objects.filter(confirmed_at__lte=now - FILES_KEPT, files_gone_at=None)
        ended = written.exclude(state__in=DISCARDABLE | BUSY)
        gone += list(ended.values_list("uuid", flat=True))
        ended.update(files_gone_at=now)
    for uuid in gone:
        FOLDERS.remove(uuid)
    kept = Import.objects.filter(files_gone_at=None)  # not those of a process that was killed before it removed them
    orphans = FOLDERS.orphans(str(uuid) for uuid in kept.values_list("uuid", flat=True))
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone) + len(orphans)


def _looks(row: Import) -> dict[str, Any]:
    found: dict[str, Any] | None = read_json(FOLDERS.of(row.uuid) / LOOKS)
    if found is None:
        raise DomainError("files_gone", _("这次导入的文件已经清除。请重新上传。"), status=410)
    return found


def _idle(import_uuid: UUID, actor: Viewer) -> Import:
    row = get_import(actor, import_uuid, lock=True)
    if S(row.state) in (S.READING, S.CHECKING, S.WRITING, S.UNDOING):
        raise DomainError("import_busy", _("这次导入正在处理，请等它完成再做这一步。"), status=409)
    if kind_of(row.kind) is None:
        raise not_found()
    return row


def _move(row: Import, state: ImportState) -> None:
    if not may_follow(S(row.state), state):
        raise DomainError("import_elsewhere", _("这次导入不在这一步。请打开它的页面，按页面上的下一步做。"), status=409)
    row.state = state


def _start(row: Import, work: Work, actor: Viewer, now: datetime) -> None:
    """The job works in the scope of the post that the import was started with, whoever takes the step."""
    scope = Scope(
        (row.path,), (), reader=actor.uuid, top=actor.top, on=day_of(now), posts=((row.role, row.path),)
    )  # fmt: skip
    row.failure, row.done, row.total = "", 0, 0
    row.job = start_work(
        work=work, import_uuid=row.uuid, title=row.title, actor=actor, scope=scope, now=now
    )  # fmt: skip
    row.save()
