"""月度工作单: what a branch sent of a month, version by version, and what its superior said of each."""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.appraisal.data.duty import Verdict
from linghang.ui.web.scope import ScopedManager


class DutySheet(models.Model):
    """One version that was sent. `content` is what the sheet said then; it never changes, nor does `due_on`."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    place = models.ForeignKey("org.Organisation", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    month = models.IntegerField()
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    due_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    sent_on = models.DateField()

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "month", "version"], name="duty_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.place_id} {self.month} v{self.version}"


class DutyAudit(models.Model):
    """What somebody above said of one version, once."""

    sheet = models.OneToOneField(DutySheet, on_delete=models.PROTECT, related_name="audit")
    verdict = models.CharField(max_length=10)
    remark = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = ScopedManager("sheet__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=[v.value for v in Verdict]), name="duty_known_verdict"),
            models.CheckConstraint(condition=Q(verdict="passed") | ~Q(remark=""), name="duty_returned_with_remark"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.verdict}"
