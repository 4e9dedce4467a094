"""Messages in the page, each person's choice about e-mail, and the outbox."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.notify.data import DEFAULT_PREFERENCE, MailState

STATES = [state.value for state in MailState]


class Notice(models.Model):
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=300)
    due = models.DateField(null=True)
    key = models.CharField(max_length=200, null=True)  # null is "no key"; such rows are never equal
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_key")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_by_user"),
            models.Index(fields=["user", "due"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["link"], name="notice_by_link"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class MailPreference(models.Model):
    """The address is given here for reminders only; an account needs none."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.BooleanField(default=False)
    address = models.EmailField(blank=True)
    quiet_from = models.TimeField(default=DEFAULT_PREFERENCE.quiet_from)
    quiet_to = models.TimeField(default=DEFAULT_PREFERENCE.quiet_to)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_only_with_address", condition=Q(on=False) | ~Q(address="")),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.on}"


class Mail(models.Model):
    """One digest of one person of one day. `uuid` is the key that stands in Message-ID at every sending."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    address = models.EmailField()
    count = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=MailState.WAITING.value)
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sending_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="mail_once_a_day"),
            models.CheckConstraint(name="mail_state_known", condition=Q(state__in=STATES)),
        ]
        indexes = [models.Index(fields=["next_try_at"], name="mail_to_try", condition=Q(next_try_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.day} {self.uuid} {self.state}"
