"""Rooms that want to know when a job has ended; the room above (portal) joins jobs with messages here."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from linghang.apps.jobs.data import JobData
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.queries import job_data

log = logging.getLogger(__name__)

Listener = Callable[[JobData, datetime], None]
_listeners: list[Listener] = []


def on_finished(listener: Listener) -> Listener:
    """Call `listener(job, now)` in the transaction that ends a job, whatever its outcome; register in AppConfig.ready.

    Its writes stand or fall with the job's end, so they happen exactly once. An error of its own is logged and undone;
    it does not take the finished work away from its starter.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_finished(job: Job, now: datetime) -> None:
    for listener in _listeners:
        try:
            with transaction.atomic():
                listener(job_data(job), now)
        except Exception:  # a room above may be broken; the work below is done all the same
            log.exception("listener %r failed for job %s", listener, job.uuid)
