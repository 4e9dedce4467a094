"""What the worker runs for this room: jobs themselves, and once an hour their upkeep."""

import logging
import os
import signal
from uuid import UUID

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from linghang.apps.jobs.data import JobInterrupted, Queue
from linghang.apps.jobs.handle import JobSuperseded
from linghang.apps.jobs.operations import RUN_TASK
from linghang.apps.jobs.running import run_job
from linghang.apps.jobs.upkeep import purge_expired, sweep_folders
from linghang.ui.web import clock

log = logging.getLogger(__name__)

AGAIN = RetryStrategy(retry_exceptions=[JobInterrupted, OperationalError, InterfaceError], wait=1)


@app.task(name=RUN_TASK, retry=AGAIN)
def run(uuid: str) -> None:
    try:
        run_job(uuid=UUID(uuid), clock=clock.now)
    except JobSuperseded:
        # this worker was taken for dead and its jobs were given away: it must not touch the queue's rows any more
        log.critical("worker was superseded; ending it")
        os.kill(os.getpid(), signal.SIGKILL)


@app.periodic(cron="23 * * * *")
@app.task(name="jobs.upkeep", queue=Queue.URGENT, queueing_lock="jobs.upkeep")
def upkeep(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    purge_expired(now=clock.now())
    sweep_folders()
