"""Rows that hold from one day to another: compared by the database, never deleted, taken back by a mark."""

from typing import TypeVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Func, Q, Value

from linghang.ui.web.scope import ScopedManager

M = TypeVar("M", bound=models.Model)


def days() -> Func:
    """The days of a row, both ends included; without an end it goes on."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")


class StandingManager(ScopedManager[M]):
    """Rows inside the open scope that were not taken back."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(voided_at__isnull=True)


class Dated(models.Model):
    """From `valid_from` to `valid_to`, both included; `voided_at` is set when an import that made the row is undone."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


IN_FORCE = Q(voided_at__isnull=True)
