"""What the open month is expected to give: made anew from the records whenever they change, never decided on."""

from django.db import models

from linghang.apps.appraisal.models.packs import PackVersion
from linghang.ui.web.scope import ScopedManager


class Expected(models.Model):
    """预计: one subject's open month by one scheme, with all that is recorded up to `ExpectedMark`.

    `counted` is the month's total, `total` that of the grade's span (Σ months + adjustments), hundredths, None where
    there is none (免评); `unknown` holds the items whose value cannot be known yet. `missing` to `next_band`.
    `node` is where the subject is at home: the place of the book, or the branch itself.
    """

    subject = models.UUIDField()
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("org.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    month = models.IntegerField()
    book = models.ForeignKey("appraisal.Book", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    counted = models.IntegerField(null=True)
    unknown = models.JSONField(default=list)
    grade = models.CharField(max_length=100, blank=True)
    grade_state = models.CharField(max_length=12, blank=True)
    total = models.IntegerField(null=True)
    band = models.CharField(max_length=100, blank=True)
    next_band = models.CharField(max_length=100, blank=True)
    missing = models.IntegerField(null=True)
    at = models.DateTimeField()

    objects = ScopedManager("node__path", owner="person__user__uuid")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "subject", "month"], name="expected_once")]
        indexes = [models.Index(fields=["subject", "month"], name="expected_of_subject")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.subject} {self.month}"


class ExpectedMark(models.Model):
    """How far the chain of a place had come at the last pass: all expected results stand on these."""

    node = models.OneToOneField("access.ScopeNode", primary_key=True, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()

    objects = ScopedManager("node__path")

    def __str__(self) -> str:
        return f"{self.node_id}:{self.seq}"


class ExpectedPass(models.Model):
    """The last pass over everything, one row. `marks`: how far it had read what else a result depends on."""

    at = models.DateTimeField()
    whole_on = models.DateField()
    marks = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.at)
