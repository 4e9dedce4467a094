"""Packs that units hold, from draft to withdrawn, and which of them holds where and since when."""

from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from linghang.apps.appraisal.data.packs import PackState
from linghang.ui.web.scope import ScopedManager, ScopedQuerySet, current_scope


class PackManager(ScopedManager["PackVersion"]):
    """What came with the product, what the units above the reader hold, and what his own part of the tree holds."""

    def get_queryset(self) -> models.QuerySet["PackVersion"]:
        scope = current_scope()
        if scope.system_reason:
            return ScopedQuerySet[PackVersion](self.model, using=self._db)
        within = Q(owner=None) | scope.condition("owner__path")
        if scope.top:
            within |= Q(owner__uuid=scope.top)
        return ScopedQuerySet[PackVersion](self.model, using=self._db).filter(within).exclude(state=PackState.REMOVED)


def months() -> Func:
    """The months of a row as a range of `Month.index`, both ends included; without an end it goes on."""
    return Func(F("since"), F("until"), Value("[]"), function="int4range")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class PackVersion(models.Model):
    """One version of a pack, whole: `files` maps each path inside the pack to its text, `schemes` ids to titles.

    `owner` is the top organisation that holds it; without one it came with the product and every unit may bind it.
    Once published its content never changes.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey("access.ScopeNode", null=True, on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=100)
    version = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    files = models.JSONField()
    locked = models.JSONField(default=dict)
    schemes = models.JSONField(default=dict)
    state = models.CharField(max_length=12)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = PackManager("owner__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in PackState]), name="packversion_state_known"),
            models.UniqueConstraint(
                fields=["owner", "pack", "version"],
                condition=Q(state__in=["published", "withdrawn"]),
                nulls_distinct=False,
                name="packversion_published_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(owner=None) | ~Q(offered_by=F("published_by")),
                name="packversion_published_by_two",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "withdrawn"])
                & (
                    pgtrigger.Q(old__files__df=pgtrigger.F("new__files"))
                    | pgtrigger.Q(old__content_hash__df=pgtrigger.F("new__content_hash"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Binding(models.Model):
    """From month `since` to month `until` (`Month.index`) the scheme holds at the node and below, unless a nearer
    node says otherwise. It holds once two people have said so."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="bindings")
    scheme = models.CharField(max_length=100)
    since = models.IntegerField()
    until = models.IntegerField(null=True)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="binding_one_a_month",
                expressions=[
                    ("node", RangeOperators.EQUAL),
                    ("scheme", RangeOperators.EQUAL),
                    (months(), RangeOperators.OVERLAPS),
                ],
                condition=Q(confirmed_at__isnull=False, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(offered_by=F("confirmed_by")), name="binding_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} @ {self.node_id}"
