"""The worker process: `python -m linghang.apps.jobs.worker`. The supervisor starts it and restarts it when it dies.

It serves the queues `urgent` and `long` side by side, so that a message never waits behind a settlement. SIGTERM ends
it gracefully: running jobs see it at their next look, store their cursor and go back to their queue. Jobs of a worker
that was killed are found by its missing heartbeat, at the start and every few seconds.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import django
from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from linghang.ui.web.memory import keep_what_stands

log = logging.getLogger("linghang.worker")

QUEUES = ("urgent", "long")
LEFT_HARD = 75


@dataclass(frozen=True)
class Pace:
    """All in seconds. A worker is taken for dead after `stalled` without a heartbeat."""

    heartbeat: float = 3.0
    stalled: float = 15.0
    recover: float = 5.0
    grace: float = 20.0
    poll: float = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="linghang.apps.jobs.worker", description="领航后台任务进程")
    for name, seconds in vars(Pace()).items():
        parser.add_argument(f"--{name}", type=float, default=seconds, metavar="SECONDS")
    pace = Pace(**vars(parser.parse_args(arguments)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    django.setup()
    keep_what_stands()
    asyncio.run(serve(pace))
    return 0


async def serve(pace: Pace) -> None:
    """Run until SIGTERM or SIGINT; a part that fails ends all of it, and the supervisor starts a new worker."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=6)
    await connector.open_async()
    try:
        await recover(connector, pace)
        await _serve_until(stop, connector, pace)
    finally:
        await connector.close_async()


async def _serve_until(stop: asyncio.Event, connector: PsycopgConnector, pace: Pace) -> None:
    parts = [asyncio.create_task(serve_queue(queue, connector, pace), name=queue) for queue in QUEUES]
    parts.append(asyncio.create_task(_recover_often(connector, pace), name="recovery"))
    stopped = asyncio.create_task(stop.wait(), name="signal")
    await asyncio.wait([*parts, stopped], return_when=asyncio.FIRST_COMPLETED)
    await _end(parts, pace)
    if not stop.is_set():
        stopped.cancel()
        raise RuntimeError("a part of the worker ended by itself; the log above says which")


async def _end(parts: Sequence[asyncio.Task[None]], pace: Pace) -> None:
    """Tell running jobs, wait for them, and log what had failed."""
    from linghang.apps.jobs.handle import worker_stopping  # needs the app registry, which main() fills

    worker_stopping.set()
    asyncio.get_running_loop().call_later(pace.grace, _leave_hard)
    for part in parts:
        part.cancel()
    for part, outcome in zip(parts, await asyncio.gather(*parts, return_exceptions=True), strict=True):
        if isinstance(outcome, Exception):
            log.error("%s failed", part.get_name(), exc_info=outcome)


async def serve_queue(name: str, connector: PsycopgConnector, pace: Pace) -> None:
    """One procrastinate worker on one queue. Only `urgent` defers periodic tasks, since two would share iterators.

    The app is a second one on the worker's own connections: the first keeps Django's connection, so that a job that
    starts another job does so in its own transaction.
    """
    mine = App(connector=connector, worker_defaults=app.worker_defaults)
    mine.tasks = app.tasks
    if name == "urgent":
        mine.periodic_registry = app.periodic_registry
    await mine.run_worker_async(
        queues=[name],
        name=name,
        concurrency=1,
        delete_jobs="always",
        install_signal_handlers=False,
        fetch_job_polling_interval=pace.poll,
        update_heartbeat_interval=pace.heartbeat,
        stalled_worker_timeout=pace.stalled,
    )


async def _recover_often(connector: PsycopgConnector, pace: Pace) -> None:
    while True:
        await asyncio.sleep(pace.recover)
        await recover(connector, pace)


async def recover(connector: PsycopgConnector, pace: Pace) -> None:
    """Give the jobs of dead workers back to their queue, and queue jobs again that the queue has forgotten."""
    manager = JobManager(connector)
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=pace.stalled):
        log.warning("taking back job %s (%s) of a dead worker", job.id, job.task_name)
        try:
            await manager.retry_job(job)
        except ConnectorException as taken:
            log.info("job %s was taken back by somebody else: %s", job.id, taken)
    if lost := await sync_to_async(_requeue_lost_jobs)():
        log.warning("%d jobs were missing in the queue and stand there again", lost)


def _requeue_lost_jobs() -> int:
    from linghang.apps.jobs.upkeep import requeue_lost_jobs  # needs the app registry, which main() fills

    close_old_connections()
    return requeue_lost_jobs()


def _leave_hard() -> None:
    """A job did not look in time: leave it to the heartbeat; a thread cannot be stopped from outside."""
    log.warning("a job did not stop in time; the next worker resumes it from its cursor")
    os._exit(LEFT_HARD)


if __name__ == "__main__":
    sys.exit(main())
