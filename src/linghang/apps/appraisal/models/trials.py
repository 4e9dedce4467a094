"""Trials, and column matchings that a person asked to remember."""

import uuid

from django.conf import settings
from django.db import models

from linghang.apps.appraisal.data.trials import TrialState

STATES = [state.value for state in TrialState]


class Trial(models.Model):
    """One 试算. Its files and results lie in a private folder and go with it; the row holds no business data."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    pack = models.CharField(max_length=100)
    scheme = models.CharField(max_length=100)
    period = models.CharField(max_length=7)
    files = models.JSONField(default=list)
    closed_all = models.BooleanField(default=False)
    keep_going = models.BooleanField(default=False)
    example = models.BooleanField(default=False)
    state = models.CharField(max_length=12)
    job = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    kept = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="trial_state_known", condition=models.Q(state__in=STATES))]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="trial_by_owner"),
            models.Index(fields=["expires_at"], name="trial_to_purge", condition=models.Q(kept=False)),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.uuid}"


class RememberedMatching(models.Model):
    """What a person said of a table with these headers; used again for the same headers, only for himself."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "fingerprint"], name="matching_once_per_header")]

    def __str__(self) -> str:
        return self.fingerprint
