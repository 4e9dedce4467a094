"""承诺践诺: one to three commitments of a member for a year, each with a day and a measure, kept or not."""

from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.apps.appraisal.data.commitments import CommitmentState
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Commitment(models.Model):
    """What a member promises: to whom, how it is measured, by which day; somebody else says whether it was kept."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    measure = models.CharField(max_length=120)
    beneficiary = models.CharField(max_length=60)
    due = models.DateField()
    made_at = models.DateTimeField()
    midway_note = models.CharField(max_length=200, blank=True)
    midway_on = models.DateField(null=True)
    state = models.CharField(max_length=10, default=CommitmentState.OPEN)
    proof = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)
    judged_reason = models.CharField(max_length=200, blank=True)
    fact = models.UUIDField(null=True)  # the record of the ledger that it was kept

    objects = ScopedManager("node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "year", "number"], name="commitment_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="commitment_at_most_three"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in CommitmentState]), name="commitment_state_known"
            ),
            models.CheckConstraint(condition=Q(due__year=F("year")), name="commitment_due_in_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.year} {self.number}"
