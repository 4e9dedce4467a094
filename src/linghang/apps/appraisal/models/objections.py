"""异议: an objection to somebody's month links its case with the line that it is about."""

from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.appraisal.data.objections import Outcome
from linghang.apps.appraisal.models.books import Book, Run
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Objection(models.Model):
    """One objection. `line` is a record's uuid, an item of the scheme, or `all`; `fact` the record, where it is one.

    `run` is the settlement that was shown. `late` says that the month was final already: what is put right is booked in
    the open month. `correction` holds ids and closed words: what was taken back and written (`corrected_by`).
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.OneToOneField("loops.Case", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="objections")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.UUIDField()
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=100)
    fact = models.UUIDField(null=True)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    late = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField()
    outcome = models.CharField(max_length=10, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    correction = models.JSONField(default=dict)

    objects = ScopedManager("node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in Outcome]), name="objection_known_outcome")
        ]
        indexes = [
            models.Index(fields=["book"], name="objection_of_book"),
            models.Index(fields=["subject"], name="objection_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.line}"
