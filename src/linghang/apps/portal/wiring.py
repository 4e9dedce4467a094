"""Where rooms that do not know each other are joined: this is the only place above both."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.exchange.data import Work
from linghang.apps.exchange.operations import note_broken
from linghang.apps.jobs.data import JobData, JobState
from linghang.apps.jobs.operations import start_job
from linghang.apps.notify.operations import notify
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

WATCHED = frozenset({Work.READ.value, Work.CHECK.value})  # their page goes on by itself
AT_ONCE = timedelta(minutes=1)


def tell_starter(job: JobData, now: datetime) -> None:
    """The starter of a job reads in his messages that it has ended; he knows already when he cancelled it himself, and
    when a step of an import was ready while he looked on."""
    watched = job.kind in WATCHED and job.state is JobState.DONE and now - job.created_at < AT_ONCE
    if job.state is JobState.CANCELLED or watched:
        return
    with translation.override(settings.LANGUAGE_CODE):  # stored text: not the language of whoever happens to look on
        words = _("“%(title)s”已完成。") if job.state is JobState.DONE else _("“%(title)s”没有完成，请查看原因。")
    notify(
        users=[job.starter],
        kind="jobs.finished",
        text=words % {"title": job.title},
        link=reverse("jobs:job", args=[job.uuid]),
        due=None,
        now=now,
        key=f"jobs.finished:{job.uuid}",
    )


def start_step(*, work: Work, import_uuid: UUID, title: str, actor: Viewer, scope: Scope, now: datetime) -> UUID:
    """A step of an import becomes a job of its starter."""
    arguments = {"import": str(import_uuid)}
    return start_job(kind=work, title=title, arguments=arguments, actor=actor, scope=scope, now=now).uuid


def note_broken_step(job: JobData, _now: datetime) -> None:
    """A step that failed or was cancelled leads its import back to where a person can go on."""
    if job.kind in set(Work) and job.state is not JobState.DONE:
        with translation.override(settings.LANGUAGE_CODE):
            note_broken(job=job.uuid, failure=job.failure or _("已取消。"))
