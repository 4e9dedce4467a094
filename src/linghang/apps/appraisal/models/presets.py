"""预设: how points are shown to fellow members, dated at a node; the nearest node above a branch says what holds."""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.appraisal.data.presets import PresetCode
from linghang.ui.web.scope import ScopedManager


class Preset(models.Model):
    """From `since` on this preset holds at the node and below; showing more than a distribution needs a ground."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    preset = models.CharField(max_length=12)
    since = models.DateField()
    ground = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(preset__in=[p.value for p in PresetCode]), name="preset_known"),
            models.CheckConstraint(condition=~Q(preset="enterprise") | ~Q(ground=""), name="preset_has_ground"),
        ]
        indexes = [models.Index(fields=["node", "since"], name="preset_of_place")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.preset} {self.since}"
