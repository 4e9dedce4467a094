"""A person starts long work, watches it, cancels it, and loses nothing when a worker is killed."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from linghang.apps.jobs.data import JobState
from linghang.apps.jobs.operations import cancel_job, start_job
from linghang.apps.jobs.queries import file_of, folder_of, job_of
from linghang.apps.jobs.tests import kinds  # noqa: F401 -- registers
from linghang.apps.jobs.tests.workers import PATIENCE, until
from linghang.ui.web.scope import Scope

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 300  # rows that a slow job writes in half a minute, one that is not slow in a second


def now() -> datetime:
    return datetime.now(UTC)


def start(actor, kind: str, scope: Scope | None = None, **arguments):
    return start_job(kind=kind, title="试算", arguments=arguments, actor=actor, scope=scope or Scope(), now=now())


def state(job):
    return job_of(starter=job.starter, uuid=job.uuid).state


def wait_for(job, wanted: JobState, seconds: float = PATIENCE):
    return until(lambda: (found := job_of(starter=job.starter, uuid=job.uuid)).state == wanted and found, seconds)


@pytest.fixture
def slow(tmp_path) -> Path:
    """As long as this file is there, jobs that are given it pause after each row, longer than any test looks."""
    file = tmp_path / "slow"
    file.touch()
    return file


def rows_written() -> list[int]:
    return sorted(int(key.removeprefix("row-")) for key in Session.objects.values_list("session_key", flat=True))


def test_progress_is_seen_while_the_job_runs_and_the_result_afterwards(workers, officer, slow):
    workers.start()
    job = start(officer, "test.count", rows=30, pause=5, file=str(slow))
    half = until(lambda: 0 < (seen := job_of(starter=job.starter, uuid=job.uuid)).done < 30 and seen)
    assert half.state == JobState.RUNNING
    assert half.total == 30
    assert half.words.startswith("第")
    slow.unlink()
    done = wait_for(job, JobState.DONE)
    assert (done.done, done.percent, done.result.words) == (30, 100, "共30行")
    until(lambda: not ProcrastinateJob.objects.filter(task_name="jobs.run").exists())  # its row leaves just after


def test_cancelling_midway_stops_the_job_and_keeps_what_was_written_whole(workers, officer):
    workers.start()
    job = start(officer, "test.count", rows=20_000, pause=0.02)
    until(lambda: len(rows_written()) > 5)
    assert cancel_job(job=job.uuid, actor=officer, now=now()).state == JobState.CANCELLING
    ended = wait_for(job, JobState.CANCELLED)
    written = rows_written()
    assert 5 < len(written) < 20_000
    assert ended.finished_at
    assert written == rows_written()


def test_a_job_that_has_not_begun_is_cancelled_at_once_and_never_runs(workers, officer):
    job = start(officer, "test.count", rows=3, pause=0)
    assert cancel_job(job=job.uuid, actor=officer, now=now()).state == JobState.CANCELLED
    workers.start()
    wait_for(start(officer, "test.file"), JobState.DONE)
    assert rows_written() == []


def test_a_killed_worker_loses_nothing_and_the_next_one_goes_on_from_the_cursor(workers, officer, slow):
    first = workers.start()
    job = start(officer, "test.count", rows=MANY, pause=0.1, file=str(slow))
    until(lambda: len(rows_written()) > 10)
    workers.kill(first)
    before = rows_written()
    slow.unlink()
    workers.start()
    wait_for(job, JobState.DONE)
    assert rows_written() == list(range(MANY))
    by_first = [int(row.session_key[4:]) for row in Session.objects.filter(session_data=str(first.pid))]
    assert len(before) <= len(by_first) <= len(before) + 1 < MANY  # one may have been on its way when it was killed
    assert sorted(by_first) == list(range(len(by_first)))


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_and_ends_with_success(workers, officer, slow):
    first = workers.start()
    job = start(officer, "test.count", rows=MANY, pause=0.1, file=str(slow))
    until(lambda: len(rows_written()) > 10)
    assert workers.stop(first) == 0
    assert state(job) == JobState.WAITING
    slow.unlink()
    workers.start()
    wait_for(job, JobState.DONE)
    assert rows_written() == list(range(MANY))


def test_a_failing_job_shows_a_sentence_and_its_trace_goes_to_the_log_only(workers, officer):
    workers.start()
    job = wait_for(start(officer, "test.crash"), JobState.FAILED)
    assert "程序错误" in job.failure
    assert "traceback-word" not in job.failure
    assert "Traceback" not in job.failure
    assert "RuntimeError: traceback-word" in workers.log
    assert str(job.uuid) in workers.log


def test_a_job_that_refuses_shows_its_own_sentence_and_its_problems(workers, officer):
    workers.start()
    job = wait_for(start(officer, "test.refuse"), JobState.FAILED)
    assert job.failure == "名册里有一处日期不对，没有写入任何内容。请改正后重新开始。"
    assert [str(problem.place) for problem in job.problems] == ["名册!B7"]


def test_a_job_that_takes_its_worker_down_is_given_up_after_three_times(workers, officer):
    job = start(officer, "test.poison")
    for _ in range(3):
        workers.start().wait(PATIENCE)
    workers.start()
    failed = wait_for(job, JobState.FAILED)
    assert "多次意外中断" in failed.failure


def test_heavy_work_in_a_child_reports_progress_and_its_death_is_a_sentence(workers, officer):
    workers.start()
    job = start(officer, "test.child", n=40, pause=0.05)
    until(lambda: 0 < job_of(starter=job.starter, uuid=job.uuid).done < 40)
    assert wait_for(job, JobState.DONE).result.data == {"total": 820}
    dead = wait_for(start(officer, "test.killed-child"), JobState.FAILED)
    assert "计算进程意外中断" in dead.failure


def test_cancelling_reaches_into_the_child(workers, officer):
    workers.start()
    job = start(officer, "test.child", n=20_000, pause=0.05)
    until(lambda: job_of(starter=job.starter, uuid=job.uuid).done > 0)
    cancel_job(job=job.uuid, actor=officer, now=now())
    wait_for(job, JobState.CANCELLED)  # by itself it would end after a quarter of an hour


def test_the_result_file_lies_in_a_private_folder(workers, officer):
    workers.start()
    job = wait_for(start(officer, "test.file"), JobState.DONE)
    assert folder_of(job.uuid).stat().st_mode & 0o777 == 0o700
    assert file_of(job=job, name="积分单.txt").read_text() == "合计 86.00"
    assert file_of(job=job, name="../积分单.txt") is None


def test_a_file_outside_of_the_private_folder_cannot_become_a_result(workers, officer):
    workers.start()
    job = wait_for(start(officer, "test.outside"), JobState.FAILED)
    assert job.result.files == ()


def test_the_job_runs_in_the_scope_of_its_starter(workers, officer):
    workers.start()
    job = wait_for(start(officer, "test.scope", Scope(subtrees=("4/17/",))), JobState.DONE)
    assert job.result.data == {"subtrees": ["4/17/"]}


def test_an_urgent_job_does_not_wait_behind_a_long_one(workers, officer):
    workers.start()
    long = start(officer, "test.count", rows=20_000, pause=0.02)
    wait_for(long, JobState.RUNNING)
    wait_for(start(officer, "test.urgent"), JobState.DONE)
    assert state(long) == JobState.RUNNING


def test_a_job_whose_queue_row_was_lost_is_queued_again(workers, officer):
    job = start(officer, "test.count", rows=3, pause=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    workers.start()
    wait_for(job, JobState.DONE)
    assert rows_written() == [0, 1, 2]


def test_a_database_that_drops_every_connection_costs_nothing_but_time(workers, officer, test_database, slow):
    worker = workers.start()
    job = start(officer, "test.count", rows=MANY, pause=0.1, file=str(slow))
    until(lambda: len(rows_written()) > 10)
    with psycopg.connect(test_database.cluster.url(), autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [test_database.name],
        )
    connection.close()
    slow.unlink()

    def supervised():
        if worker.poll() is not None and len(workers.running) == 1:
            workers.start()  # what the supervisor does
        return state(job) == JobState.DONE

    until(supervised)
    assert rows_written() == list(range(MANY))
