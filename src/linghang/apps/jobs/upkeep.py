"""What keeps jobs honest without anybody looking: lost queue rows, expired results, orphaned folders."""

import logging
import shutil
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from linghang.apps.jobs.models import OPEN, Job
from linghang.apps.jobs.operations import enqueue
from linghang.apps.jobs.queries import folder_of

log = logging.getLogger(__name__)


@transaction.atomic
def requeue_lost_jobs() -> int:
    """Put every unfinished job whose queue row is gone or ended back into its queue; returns how many.

    It happens when the database went away between the job's work and the queue's own book-keeping.
    """
    queued = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).values("id")
    lost = Job.objects.select_for_update(skip_locked=True).filter(state__in=OPEN).exclude(queue_id__in=queued)
    jobs = list(lost)
    for job in jobs:
        enqueue(job)
    return len(jobs)


def purge_expired(*, now: datetime) -> int:
    """Remove the folders, arguments and results of jobs past their date; the row stays so that links still explain."""
    expired = Job.objects.filter(expires_at__lte=now, purged_at=None).exclude(state__in=OPEN)
    count = 0
    for job in expired:
        shutil.rmtree(folder_of(job.uuid), ignore_errors=True)
        job.arguments, job.cursor, job.result, job.problems, job.purged_at = {}, {}, {}, [], now
        job.save(update_fields=["arguments", "cursor", "result", "problems", "purged_at"])
        count += 1
    return count


def sweep_folders() -> int:
    """Remove folders that belong to no job, left by a restore or an interrupted purge; returns how many."""
    root = Path(settings.DATA_DIR) / "jobs"
    folders = {folder.name: folder for folder in root.iterdir() if folder.is_dir()} if root.is_dir() else {}
    known = Job.objects.filter(purged_at=None, uuid__in=[name for name in folders if _is_uuid(name)])
    orphans = set(folders) - {str(uuid) for uuid in known.values_list("uuid", flat=True)}
    for name in orphans:
        shutil.rmtree(folders[name], ignore_errors=True)
    return len(orphans)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
