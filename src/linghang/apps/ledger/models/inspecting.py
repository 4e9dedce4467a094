"""What inspection leaves behind: verifications, samples that were drawn, and numbers that were reported elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.models.protect import append_only
from linghang.ui.web.scope import ScopedManager


class _Kept(models.Model):
    """Appended, never changed: whoever reads later sees what was found, drawn or reported at the time."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ScopedManager("node__path")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class VerificationRun(_Kept):
    """One verification of the places below a node, with everything that it found by name."""

    passed = models.BooleanField()
    rows = models.BigIntegerField()
    entries = models.BigIntegerField()
    files = models.BigIntegerField()
    damages = models.JSONField(default=list)

    class Meta:
        triggers = append_only()


class Draw(_Kept):
    """One random sample: `seed`, filter and `population` make it possible to draw the same again.

    The population are records made until `at`; what was recorded later never changes the sample.
    """

    seed = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    population = models.BigIntegerField()
    filters = models.JSONField(default=dict)

    class Meta:
        triggers = append_only()


class Reported(_Kept):
    """How often something was, says a report from elsewhere. The newest row of a subject, norm and period counts."""

    subject = models.ForeignKey("ledger.Subject", on_delete=models.PROTECT, related_name="+")
    norm = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField()
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="reported_dates_in_order")]
        indexes = [models.Index(fields=["norm", "since", "subject"], name="reported_norm")]
        triggers = append_only()
