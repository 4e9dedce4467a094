"""Where rooms that do not know each other are joined: this is the only place above both."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.jobs.data import JobData, JobState
from linghang.apps.notify.operations import notify


def tell_starter(job: JobData, now: datetime) -> None:
    """The starter of a job reads in his messages that it has ended; he knows already when he cancelled it himself."""
    if job.state is JobState.CANCELLED:
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
