"""Organisations of the party tree and the business tree. Names and places are dated: every past day can be asked.

Each organisation hangs on one `access.ScopeNode`, which says who may see it; this room keeps the two in step.
"""

from typing import TypeVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from linghang.apps.org.data import KINDS
from linghang.apps.org.models.dated import days
from linghang.ui.web.scope import ScopedManager

M = TypeVar("M", bound=models.Model)


class OrganisationManager(ScopedManager[M]):
    """Organisations inside the open scope whose entry was not taken back."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(voided_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Organisation(models.Model):
    """One organisation with its latest name. `code` is what the unit itself uses, unique under one top.

    `voided_at` is set when an import that made it is undone: it never was.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.OneToOneField("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    founded_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = OrganisationManager("node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="organisation_known_kind"),
            models.UniqueConstraint(
                fields=["top", "code"],
                condition=~Q(code="") & Q(voided_at__isnull=True),
                name="organisation_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Naming(models.Model):
    """What an organisation was called from one day to another."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="namings")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager("organisation__node__path")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="naming_one_a_day",
                expressions=[("organisation", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """Where an organisation hung from one day to another; without a parent it was an independent top."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager("organisation__node__path")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="placement_one_a_day",
                expressions=[("organisation", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} < {self.parent_id}"
