"""The job as a person sees it; the queue beneath it is procrastinate's and holds nothing but the job's id."""

import uuid

from django.conf import settings
from django.db import models

from linghang.apps.jobs.data import FINAL_STATES, JobState

ALL = [state.value for state in JobState]
FINAL = [state.value for state in JobState if state in FINAL_STATES]
OPEN = [state.value for state in JobState if state not in FINAL_STATES]


class Job(models.Model):
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    starter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scope = models.JSONField(default=dict)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default=JobState.WAITING.value)
    queue_id = models.BigIntegerField(null=True, editable=False)
    # the fencing token: only the worker that holds the newest run may write progress, cursor or outcome
    run = models.PositiveIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    words = models.CharField(max_length=200, blank=True)
    cursor = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="jobs_state_known", condition=models.Q(state__in=ALL)),
            models.CheckConstraint(
                name="jobs_finished_when_final",
                condition=models.Q(state__in=FINAL, finished_at__isnull=False)
                | models.Q(state__in=OPEN, finished_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["starter", "-created_at"], name="jobs_by_starter"),
            models.Index(fields=["expires_at"], name="jobs_to_purge", condition=models.Q(purged_at__isnull=True)),
            models.Index(fields=["queue_id"], name="jobs_open", condition=models.Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
