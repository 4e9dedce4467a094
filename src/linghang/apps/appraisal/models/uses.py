"""结果运用: what a grade of a branch or a unit is used for, and the signed lists that leave the house."""

from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from linghang.apps.appraisal.models.packs import PackVersion, months
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class UseRule(models.Model):
    """From month `since` on a band of a grade has this effect at the node; coefficients are decimal, set by people."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    grade = models.CharField(max_length=100)
    band = models.CharField(max_length=100)
    effect = models.CharField(max_length=200)
    coefficient = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    document = models.CharField(max_length=120)
    since = models.IntegerField()
    until = models.IntegerField(null=True)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="userule_one_a_month",
                expressions=[
                    *((field, RangeOperators.EQUAL) for field in ("node", "scheme", "grade", "band")),
                    (months(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(document=""), name="userule_with_a_document"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.band}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class UseList(models.Model):
    """One list: the final grades of a span at a node with their effects; a draft until a second person confirms it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    grade = models.CharField(max_length=100)
    month = models.IntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    document = models.CharField(max_length=120, blank=True)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "scheme", "grade", "month"], name="uselist_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("made_by")), name="uselist_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.month}"


class UseRow(models.Model):
    """One organisation on a list, as the rule gave it when the list was made."""

    list = models.ForeignKey(UseList, on_delete=models.PROTECT, related_name="rows")
    organisation = models.ForeignKey("org.Organisation", on_delete=models.PROTECT, related_name="+")
    total = models.IntegerField(null=True)
    band = models.CharField(max_length=100)
    effect = models.CharField(max_length=200)
    coefficient = models.DecimalField(max_digits=6, decimal_places=3, null=True)

    objects = ScopedManager("organisation__node__path", "list__node__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "organisation"], name="userow_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.list_id} {self.organisation_id}"
