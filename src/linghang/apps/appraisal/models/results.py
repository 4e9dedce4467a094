"""What settlements say of each subject: statements, what came late, grades, proposals. Final rows never move."""

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import F, Q

from linghang.apps.appraisal.models.books import Book, Run
from linghang.ui.web.scope import ScopedManager


def stays_final() -> list[pgtrigger.Trigger]:
    """Refuse any change and any removal of a final row, also by the owner of the tables."""
    final = pgtrigger.Q(old__final=True)
    return [pgtrigger.Protect(name="final_stays", operation=pgtrigger.Update | pgtrigger.Delete, condition=final)]


class Result(models.Model):
    """What a settlement says of one subject: the subject's uuid is the person's or the organisation's."""

    subject = models.UUIDField()
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("org.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    month = models.IntegerField()
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="%(class)ss")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    final = models.BooleanField(default=False)

    objects = ScopedManager("node__path", owner="person__user__uuid")

    class Meta:
        abstract = True


class Statement(Result):
    """月度积分单 of one subject. `priced`, `counted` are hundredths, None where there is no total (免评).

    items {item: [priced, counted, facts]}, categories {category: [base, priced, counted]}, unknown [item];
    `basis` is the roster's row as it was read, so that the lines can be made again.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(max_length=12)
    priced = models.IntegerField(null=True)
    counted = models.IntegerField(null=True)
    items = models.JSONField(default=dict)
    categories = models.JSONField(default=dict)
    unknown = models.JSONField(default=list)
    basis = models.JSONField(default=dict)

    class Meta(Result.Meta):
        constraints = [models.UniqueConstraint(fields=["scheme", "subject", "month"], name="statement_once")]
        indexes = [
            models.Index(fields=["book"], name="statement_of_book"),
            models.Index(fields=["subject", "month"], name="statement_of_subject"),
        ]
        triggers = stays_final()

    def __str__(self) -> str:
        return f"{self.subject} {self.month}"


class Adjustment(Result):
    """补计或更正: what became known late about a final `month`, booked in month `booked`; hundredths."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    booked = models.IntegerField()
    counted = models.IntegerField()
    year_end = models.BooleanField(default=False)

    class Meta(Result.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "subject", "month", "booked", "year_end"], name="adjustment_once"
            ),
            models.CheckConstraint(condition=Q(booked__gte=F("month")), name="adjustment_booked_later"),
        ]
        indexes = [
            models.Index(fields=["book"], name="adjustment_of_book"),
            models.Index(fields=["subject", "booked"], name="adjustment_of_subject"),
        ]
        triggers = stays_final()

    def __str__(self) -> str:
        return f"{self.subject} {self.month} in {self.booked}"


class GradeResult(Result):
    """A grade of the span that ends with `month`; `total` is Σ months + adjustments booked in it, in hundredths."""

    grade = models.CharField(max_length=100)
    state = models.CharField(max_length=12)
    total = models.IntegerField(null=True)
    band = models.CharField(max_length=100, blank=True)

    class Meta(Result.Meta):
        constraints = [models.UniqueConstraint(fields=["scheme", "subject", "grade", "month"], name="grade_once")]
        indexes = [
            models.Index(fields=["book"], name="grade_of_book"),
            models.Index(fields=["subject", "month"], name="grade_of_subject"),
        ]
        triggers = stays_final()

    def __str__(self) -> str:
        return f"{self.subject} {self.grade} {self.month}"


class Shortlisted(Result):
    """Who meets all conditions of a proposal list at the end of `month`; people decide what follows."""

    selection = models.CharField(max_length=100)

    class Meta(Result.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scheme", "subject", "selection", "month"], name="shortlisted_once")
        ]
        indexes = [models.Index(fields=["book"], name="shortlisted_of_book")]
        triggers = stays_final()

    def __str__(self) -> str:
        return f"{self.subject} {self.selection} {self.month}"
