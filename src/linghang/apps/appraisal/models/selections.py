"""Rounds of selection (评先、旗帜党员) and who was nominated in them."""

from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.apps.appraisal.data.selections import RoundState
from linghang.apps.appraisal.models.packs import PackVersion
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class SelectionRound(models.Model):
    """One round: a proposal list of a scheme for the span that ends with `month`, at one place.

    `points_weight` is in percent and below 100: points are one input among others. The decision is proposed by one
    person and confirmed by another.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    selection = models.CharField(max_length=100)
    month = models.IntegerField()
    title = models.CharField(max_length=120)
    quota = models.PositiveSmallIntegerField()
    points_weight = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=RoundState.NOMINATING)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ballots = models.PositiveSmallIntegerField(null=True)
    voted_on = models.DateField(null=True)
    public_from = models.DateField(null=True)
    public_until = models.DateField(null=True)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    manner = models.CharField(max_length=200, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    title_from = models.DateField(null=True)
    title_until = models.DateField(null=True)
    document = models.CharField(max_length=120, blank=True)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "scheme", "selection", "month"], name="round_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RoundState]), name="round_state_known"),
            models.CheckConstraint(condition=Q(points_weight__lt=100), name="round_points_below_all"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="round_decided_by_two"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Nominee(models.Model):
    """Somebody in a round. `listed`: he met the conditions; otherwise `reason` says why he is nominated."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    round = models.ForeignKey(SelectionRound, on_delete=models.PROTECT, related_name="nominees")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    listed = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    points = models.IntegerField(null=True)
    votes = models.PositiveSmallIntegerField(null=True)
    deeds = models.TextField(blank=True)
    chosen = models.BooleanField(null=True)
    override = models.CharField(max_length=300, blank=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = ScopedManager("round__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="nominee_once"),
            models.CheckConstraint(condition=Q(listed=True) | ~Q(reason=""), name="nominee_outside_with_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_reason=""), name="nominee_withdrawn_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.person_id}"
