"""Indicators of the business, what they mean on which day, and their values: given once, replaced only with a reason.

Values are append-only in the database itself. Their texts are sources and reasons about numbers, never about people.
"""

from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from linghang.apps.metrics.data import DIRECTIONS, MOST_DECIMALS, REASONS, SPANS
from linghang.ui.web.scope import ScopedManager


class IndicatorManager(ScopedManager["Indicator"]):
    """Indicators inside the open scope whose entry was not taken back."""

    def get_queryset(self) -> models.QuerySet["Indicator"]:
        return super().get_queryset().filter(voided_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Indicator(models.Model):
    """One series. `span` is the length of its periods, `decimals` how many its values have at most."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=20)
    span = models.CharField(max_length=10)
    decimals = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10)
    source = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = IndicatorManager("node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(span__in=sorted(SPANS)), name="indicator_known_span"),
            models.CheckConstraint(condition=Q(direction__in=sorted(DIRECTIONS)), name="indicator_known_direction"),
            models.CheckConstraint(condition=Q(decimals__lte=MOST_DECIMALS), name="indicator_decimals"),
            models.CheckConstraint(condition=~Q(unit=""), name="indicator_has_a_unit"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="indicator_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["top", "code"], condition=~Q(code="") & Q(voided_at__isnull=True), name="indicator_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Definition(models.Model):
    """口径: what is counted and how, from one day to another."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="definitions")
    text = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager("indicator__node__path")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="definition_one_a_day",
                expressions=[
                    ("indicator", RangeOperators.EQUAL),
                    (Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.text


class IndicatorValue(models.Model):
    """The value of one period as it stood on `as_of`. Without `replaces` it is the first of its period."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=MOST_DECIMALS, null=True)
    as_of = models.DateField()
    source = models.CharField(max_length=120)
    reason = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    import_uuid = models.UUIDField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ScopedManager("indicator__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="value_dates_in_order"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="", value__isnull=False)
                | Q(replaces__isnull=False, reason__in=sorted(REASONS)),
                name="value_replaces_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["indicator", "starts_on"], condition=Q(replaces__isnull=True), name="value_first_of_a_period"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "-starts_on"], name="value_newest")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts_on}"
