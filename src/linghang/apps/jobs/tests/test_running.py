"""The edges of running a job, without waiting for a worker to die."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from linghang.apps.jobs import data
from linghang.apps.jobs.data import JobState, job_kind, kind_named
from linghang.apps.jobs.finish import _listeners, on_finished
from linghang.apps.jobs.handle import JobSuperseded
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.operations import start_job
from linghang.apps.jobs.policies import TRANSITIONS, after_cancel, may_follow
from linghang.apps.jobs.queries import job_of
from linghang.apps.jobs.running import run_job
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def kind():
    """Registers a function as the kind `test.here` for one test."""
    yield job_kind("test.here")
    data._KINDS.pop("test.here")


def begin(officer, kind="test.here"):
    return start_job(kind=kind, title="3月试算", arguments={}, actor=officer, scope=Scope(), now=NOW)


def run(job):
    run_job(uuid=job.uuid, clock=lambda: NOW)
    return job_of(starter=job.starter, uuid=job.uuid)


def test_a_worker_that_lost_its_job_can_neither_write_progress_nor_an_outcome(officer, kind):
    def overtaken(handle):
        Job.objects.update(run=99)  # what another worker's claim does
        handle.progress(1, 1)

    kind(overtaken)
    job = begin(officer)
    with pytest.raises(JobSuperseded):
        run(job)
    assert (Job.objects.get().done, Job.objects.get().state) == (0, JobState.RUNNING)


def test_a_worker_that_lost_its_job_and_never_looked_leaves_no_outcome(officer, kind):
    kind(lambda handle: Job.objects.update(run=99) and None)
    assert run(begin(officer)).state == JobState.RUNNING


def test_a_job_that_is_done_does_not_look_as_if_something_were_left(officer, kind):
    kind(lambda handle: handle.progress(95, 100))
    done = run(begin(officer))
    assert (done.state, done.done, done.total) == (JobState.DONE, 100, 100)


def test_a_job_that_has_ended_is_not_run_again(officer, kind):
    runs = []
    kind(runs.append)
    job = begin(officer)
    run(job)
    run(job)
    assert len(runs) == 1


def test_when_the_database_goes_away_the_queue_tries_again_and_nothing_is_called_failed(officer, kind):
    def lost(handle):
        raise OperationalError("server closed the connection")

    kind(lost)
    job = begin(officer)
    with pytest.raises(OperationalError):
        run(job)
    assert Job.objects.get().state == JobState.RUNNING


def test_a_broken_listener_does_not_take_the_finished_work_away(officer, kind, caplog):
    def broken(job, now):
        Job.objects.update(title="changed")
        raise RuntimeError("room above")

    kind(lambda handle: None)
    on_finished(broken)
    try:
        ended = run(begin(officer))
    finally:
        _listeners.remove(broken)
    assert (ended.state, ended.title) == (JobState.DONE, "3月试算")
    assert "room above" in caplog.text


def test_nobody_starts_a_job_without_being_somebody(db, kind):
    kind(lambda handle: None)
    with pytest.raises(ValueError, match="started by a person"):
        begin(Viewer())


def test_an_unknown_kind_is_refused_at_once(officer):
    with pytest.raises(KeyError):
        begin(officer, kind="no.such")


def test_one_name_is_registered_once(kind):
    kind(lambda handle: None)
    with pytest.raises(ValueError, match="twice"):
        job_kind("test.here")(lambda handle: None)
    assert kind_named("test.here").queue == "long"


def test_no_way_leads_out_of_an_ended_job_and_cancel_never_does_what_the_table_forbids():
    for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        assert not TRANSITIONS[state]
    for state in JobState:
        assert after_cancel(state) == state or may_follow(state, after_cancel(state))
