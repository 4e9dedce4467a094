"""Rooms that do not know each other, joined by the room above them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model

from linghang.apps.exchange.data import Work
from linghang.apps.jobs import data
from linghang.apps.jobs.data import JobState
from linghang.apps.jobs.operations import JobFailed, cancel_job, job_kind, start_job
from linghang.apps.jobs.running import run_job
from linghang.apps.jobs.tasks import upkeep
from linghang.apps.jobs.tests.workers import Workers, until
from linghang.apps.notify.operations import notify, set_mail_preference
from linghang.apps.notify.queries import notices_of
from linghang.apps.notify.tests.mailserver import mail_server
from linghang.apps.portal.wiring import tell_starter
from linghang.ui.web.clock import day_of
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def officer(db) -> Viewer:
    user = get_user_model().objects.create(username="officer", display_name="王红", created_at=NOW)
    return Viewer(uuid=user.uuid, name=user.display_name)


@pytest.fixture
def kind():
    """Registers a function as the kind `test.told` for one test."""
    yield job_kind("test.told")
    data._KINDS.pop("test.told")


def begin(officer):
    return start_job(kind="test.told", title="3月试算", arguments={}, actor=officer, scope=Scope(), now=NOW)


def messages(officer):
    return [(notice.text, notice.link) for notice in notices_of(user=officer.uuid, show="all", number=1).rows]


def test_the_starter_is_told_once_when_his_job_has_ended(officer, kind):
    kind(lambda job: job.set_result(words="好"))
    job = begin(officer)
    run_job(uuid=job.uuid, clock=lambda: NOW)
    run_job(uuid=job.uuid, clock=lambda: NOW)
    assert messages(officer) == [("“3月试算”已完成。", f"/jobs/{job.uuid}/")]


def test_the_starter_is_told_when_it_failed_and_not_when_he_cancelled_it_himself(officer, kind):
    def refuse(job):
        raise JobFailed("名册有误。")

    kind(refuse)
    failed, cancelled = begin(officer), begin(officer)
    run_job(uuid=failed.uuid, clock=lambda: NOW)
    cancel_job(job=cancelled.uuid, actor=officer, now=NOW)
    assert messages(officer) == [("“3月试算”没有完成，请查看原因。", f"/jobs/{failed.uuid}/")]


def test_a_step_of_an_import_that_was_ready_while_one_looked_on_is_not_told(officer, kind):
    kind(lambda job: None)
    job = replace(begin(officer), kind=Work.CHECK.value, state=JobState.DONE)
    tell_starter(job, NOW)
    assert messages(officer) == []
    tell_starter(job, NOW + timedelta(minutes=2))
    assert len(messages(officer)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_the_daily_mail_by_itself_and_clears_what_has_expired(officer, test_database, tmp_path):
    now = datetime.now(UTC)
    set_mail_preference(on=True, address="w@example.cn", quiet_from=time(), quiet_to=time(), actor=officer)
    notify(users=[officer.uuid], kind="test", text="请确认到会", link="/", due=day_of(now), now=now)
    stray = tmp_path / "jobs" / "stray"
    stray.mkdir(parents=True)
    workers = Workers(test_database.app_url, tmp_path)
    with mail_server() as post:
        workers.start(LINGHANG_EMAIL_HOST="127.0.0.1", LINGHANG_EMAIL_PORT=str(post.port))
        try:
            # what was due in the last ten minutes is done at the start of a worker
            until(lambda: post.delivered)
            upkeep.defer(timestamp=0)
            until(lambda: not stray.exists())
        finally:
            workers.end()
    assert [message["Subject"] for message in post.delivered] == ["您有1项待办"]
