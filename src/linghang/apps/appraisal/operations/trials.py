"""Writes: begin, settle, keep and remove a trial. Only its owner reaches it; to others it does not exist."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.trials import KEPT_FOR, PackChoice, TrialData, TrialFile, TrialState
from linghang.apps.appraisal.models.trials import RememberedMatching, Trial
from linghang.apps.appraisal.policies.trials import WORKING, may_follow
from linghang.apps.appraisal.queries.trials import own_trials, trial_data
from linghang.apps.appraisal.trials.folder import (
    HEADERS,
    PROPOSAL,
    folder_of,
    keep_upload,
    make_folder,
    mapping_file,
    read_json,
    remove_folder,
    root,
    write_json,
)
from linghang.apps.exchange.folders import shown_name
from linghang.apps.jobs.operations import cancel_job, start_job
from linghang.apps.jobs.queries import job_of
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

SETTLE, READ = "trial.settle", "trial.read"


@dataclass(frozen=True)
class Upload:
    """A file that a person hands in; its name is only ever shown."""

    role: str
    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class Wanted:
    """What is to be tried."""

    pack: PackChoice
    period: Month
    closed_all: bool = False
    keep_going: bool = False
    example: bool = False


def begin_trial(*, wanted: Wanted, uploads: Sequence[Upload], actor: Viewer, now: datetime) -> TrialData:
    """Keep the files in a private folder and let a job look at them: an example is settled at once."""
    with writing(actor, "begin_trial"):
        row = Trial(
            owner=get_user_model().objects.get(uuid=_person(actor)),
            title=_title(wanted),
            pack=wanted.pack.folder,
            scheme=wanted.pack.scheme,
            period=str(wanted.period),
            closed_all=wanted.closed_all,
            keep_going=wanted.keep_going,
            example=wanted.example,
            state=TrialState.SETTLING if wanted.example else TrialState.READING,
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
        row.files = _keep_files(row.uuid, uploads)
        row.save()
        _start(row, SETTLE if wanted.example else READ, actor, now)
        return trial_data(row)


def _title(wanted: Wanted) -> str:
    name = _("青塬煤矿（演示·虚构）") if wanted.example else wanted.pack.title
    return f"{_('试算')} {wanted.period.words} {name}"[:200]


def _keep_files(uuid: UUID, uploads: Sequence[Upload]) -> list[dict[str, str]]:
    folder, found, number = make_folder(uuid), [], 0
    for upload in uploads:
        number += upload.role == "records"
        stem = f"records-{number}" if upload.role == "records" else "roster"
        stored = stem + Path(upload.name).suffix.lower()
        keep_upload(folder, stored, upload.chunks)
        found.append(vars(TrialFile(upload.role, stored, shown_name(upload.name))))
    return found


def settle_trial(*, trial: UUID, actor: Viewer, now: datetime, keep_going: bool | None = None) -> TrialData:
    """Settle with the columns as they are matched now; `keep_going` leaves rows with problems out.

    A trial whose files could not be looked at (the job failed or was cancelled) is looked at again.
    """
    with writing(actor, "settle_trial"):
        row = _idle(trial, actor, now)
        row.keep_going = row.keep_going if keep_going is None else keep_going
        reading = row.state == TrialState.READING
        _move(row, TrialState.READING if reading else TrialState.SETTLING)
        _start(row, READ if reading else SETTLE, actor, now)
        return trial_data(row)


def match_columns(
    *, trial: UUID, texts: Mapping[str, str], headers: Mapping[str, Mapping[str, list[int]]], remember: bool,
    actor: Viewer, now: datetime,
) -> TrialData:  # fmt: skip
    """Take the mapping of each file (by its name on disk) and settle; with headers elsewhere, look at the files again.

    `remember` keeps it for the person's next tables with the same headers.
    """
    with writing(actor, "match_columns"):
        row = _idle(trial, actor, now)
        folder = folder_of(row.uuid)
        known = {f["stored"] for f in row.files}
        for stored, text in texts.items():
            if stored in known:
                (folder / mapping_file(stored)).write_text(text, "utf-8")
        if remember and not headers:
            _remember(row, texts, now)
        if headers:
            write_json(folder / HEADERS, (read_json(folder / HEADERS) or {}) | dict(headers))
        _move(row, TrialState.READING if headers else TrialState.SETTLING)
        _start(row, READ if headers else SETTLE, actor, now)
        return trial_data(row)


def take_mapping(*, trial: UUID, stored: str, text: str, actor: Viewer, now: datetime) -> TrialData:
    """Take a mapping file that a person has written for one of the trial's files."""
    with writing(actor, "take_mapping"):
        row = _idle(trial, actor, now)
        if stored not in {f["stored"] for f in row.files}:
            raise not_found()
        (folder_of(row.uuid) / mapping_file(stored)).write_text(text, "utf-8")
        return trial_data(row)


def _remember(row: Trial, texts: Mapping[str, str], now: datetime) -> None:
    for file in _proposal(row)["files"]:
        if file["stored"] in texts:
            RememberedMatching.objects.update_or_create(
                owner=row.owner,
                fingerprint=_fingerprint(row, file),
                defaults={"text": texts[file["stored"]], "written_at": now},
            )


def _proposal(row: Trial) -> dict[str, Any]:
    found: dict[str, Any] | None = read_json(folder_of(row.uuid) / PROPOSAL)
    if found is None:
        raise DomainError(
            "no_proposal", _("这次试算没有列对应可改（示例不用对列）。请上传自己的文件重新开始。"), status=404
        )
    return found


def _fingerprint(row: Trial, file: Mapping[str, Any]) -> str:
    """A mapping speaks in the words of its pack, so the same headers under another pack are something else."""
    return hashlib.sha256(f"{row.pack}\x1f{file['fingerprint']}".encode()).hexdigest()


def note_proposal(*, trial: UUID, job: UUID, proposal: dict[str, Any]) -> bool:
    """A job tells what the columns seem to mean; what the owner asked to remember goes before it."""
    with writing(SYSTEM, "note_proposal"):
        row = _of_job(trial, job, TrialState.MATCHING)
        if row is None:
            return False
        for file in proposal["files"]:
            known = RememberedMatching.objects.filter(owner=row.owner, fingerprint=_fingerprint(row, file)).first()
            if known:
                (folder_of(trial) / mapping_file(file["stored"])).write_text(known.text, "utf-8")
                file["remembered"] = True
        write_json(folder_of(trial) / PROPOSAL, proposal)
        row.state = TrialState.MATCHING
        row.save(update_fields=["state"])
        return True


def _of_job(trial: UUID, job: UUID, state: TrialState) -> Trial | None:
    """The trial, if this job is its newest one and it may go into that state."""
    row = Trial.objects.select_related("owner").select_for_update(of=["self"]).filter(uuid=trial, job=job).first()
    return row if row and may_follow(TrialState(row.state), state) else None


def _start(row: Trial, kind: str, actor: Viewer, now: datetime) -> None:
    arguments = {"trial": str(row.uuid)}
    row.job = start_job(kind=kind, title=row.title, arguments=arguments, actor=actor, scope=Scope(), now=now).uuid
    row.save()


def note_state(*, trial: UUID, job: UUID, state: TrialState) -> bool:
    """A job tells how far its trial has come; False when the trial is gone or belongs to a newer job by now."""
    with writing(SYSTEM, "note_state"):
        row = _of_job(trial, job, state)
        if row is None:
            return False
        row.state = state
        row.save(update_fields=["state"])
        return True


def keep_trial(*, trial: UUID, actor: Viewer) -> TrialData:
    """Keep it until its owner removes it."""
    with writing(actor, "keep_trial"):
        row = _own(trial, actor)
        row.kept = True
        row.save(update_fields=["kept"])
        return trial_data(row)


def remove_trial(*, trial: UUID, actor: Viewer, now: datetime) -> None:
    """Remove the trial, its files and its results at once; a job of it that still runs is cancelled."""
    with writing(actor, "remove_trial"):
        row = _own(trial, actor)
        if row.job:
            cancel_job(job=row.job, actor=actor, now=now)
        row.delete()
        transaction.on_commit(lambda: remove_folder(trial))


def purge_trials(*, now: datetime) -> int:
    """Remove trials past their date, and folders that belong to none; returns how many of both."""
    with writing(SYSTEM, "purge_trials"):
        expired = list(Trial.objects.select_for_update(of=["self"]).filter(kept=False, expires_at__lte=now))
        for row in expired:
            row.delete()
    known = {str(uuid) for uuid in Trial.objects.values_list("uuid", flat=True)}
    orphans = [path for path in root().iterdir() if path.name not in known] if root().is_dir() else []
    for path in orphans:
        shutil.rmtree(path, ignore_errors=True)
    return len(orphans)


def wanted_of(trial: TrialData, *, now: datetime) -> Mapping[str, Any]:
    """The trial as small JSON values, for the child process."""
    folder = folder_of(trial.uuid)
    mappings = {f.stored: mapping_file(f.stored) for f in trial.files if (folder / mapping_file(f.stored)).is_file()}
    return {
        "pack": str(Path(settings.PACKS_DIR) / trial.pack),
        "scheme": trial.scheme,
        "period": str(trial.period),
        "roster": trial.roster.stored,
        "records": [f.stored for f in trial.records],
        "closed_all": trial.closed_all,
        "keep_going": trial.keep_going,
        "mappings": mappings,
        "names": trial.names,
        "now": now.isoformat(),
        "headers": read_json(folder / HEADERS) or {},
    }


def _own(trial: UUID, actor: Viewer) -> Trial:
    row = own_trials(_person(actor)).select_for_update(of=["self"]).filter(uuid=trial).first()
    if row is None:
        raise not_found()
    return row


def _idle(trial: UUID, actor: Viewer, now: datetime) -> Trial:
    """One's own trial on which no job reads or settles; one that only proves ways to the next band gives way."""
    row = _own(trial, actor)
    job = job_of(starter=_person(actor), uuid=row.job) if row.job else None
    if job and not job.is_final and TrialState(row.state) in WORKING:
        raise DomainError("trial_busy", _("这次试算正在处理，请等它完成或先取消，再做这一步。"), status=409)
    if job and not job.is_final:
        cancel_job(job=job.uuid, actor=actor, now=now)
    return row


def _move(row: Trial, state: TrialState) -> None:
    if not may_follow(TrialState(row.state), state):
        raise DomainError(
            "trial_elsewhere", _("这次试算还没有到这一步。请回到试算页面，按页面上的下一步做。"), status=409
        )
    row.state = state


def _person(actor: Viewer) -> UUID:
    if actor.uuid is None:
        raise not_found()
    return actor.uuid
