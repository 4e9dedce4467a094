"""A month of one scheme at one place: the settlement it shows, its publications and approvals."""

from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.appraisal.data.months import BookState, RunKind
from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.ui.web.scope import ScopedManager


class Run(models.Model):
    """One settlement as it was made: by which pack, on which records (`watermark`: place → last entry of its chain).

    Immutable: it can be made again bit for bit. `until_day` is the last day whose records it read.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=100)
    month = models.IntegerField()
    watermark = models.JSONField()
    inputs = models.JSONField(default=dict)
    engine = models.CharField(max_length=20)
    versions = models.JSONField()
    result_hash = models.CharField(max_length=64)
    subjects = models.IntegerField()
    notes = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=[k.value for k in RunKind]), name="run_known_kind")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month} {self.result_hash[:8]}"


class RunInputs(models.Model):
    """The roster, closings and final months that a run read, packed: with the records of its watermark it can be made
    again. Beside the run, since it is large and seldom read."""

    run = models.OneToOneField(Run, primary_key=True, on_delete=models.PROTECT, related_name="packed")
    content = models.BinaryField()

    objects = ScopedManager("run__node__path")

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.run_id)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Book(models.Model):
    """月度积分单（册）: one scheme, one month, one place; decided as a whole.

    The place is the branch for schemes of members, the organisation of the binding for schemes of branches. `run` is
    the settlement that is shown; `receiver` takes objections until `public_until`, the last day, at 24:00. A December's
    book also holds the year-end closing (年终关账): `year_run`.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    binding = models.ForeignKey(Binding, on_delete=models.PROTECT, related_name="books")
    scheme = models.CharField(max_length=100)
    month = models.IntegerField()
    place = models.ForeignKey("org.Organisation", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=BookState.RECORDING)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    thin = models.JSONField(default=list)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="books")
    settled_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    public_from = models.DateField(null=True)
    public_until = models.DateField(null=True)
    provisional_deadline = models.BooleanField(default=False)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    manner = models.CharField(max_length=200, blank=True)
    unclosed_reason = models.CharField(max_length=300, blank=True)
    final_at = models.DateTimeField(null=True)
    final_hash = models.CharField(max_length=64, blank=True)
    announced_at = models.DateTimeField(null=True)
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    year_run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    year_closed_at = models.DateTimeField(null=True)
    year_closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "place", "month"], name="book_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in BookState]), name="book_state_known"),
        ]
        indexes = [models.Index(fields=["node", "month"], name="book_of_place")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month} {self.place_id}"


class Publication(models.Model):
    """A 公示 of a book: which settlement was shown, from when to when, and who takes objections how."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="publications")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    public_from = models.DateField()
    public_until = models.DateField()
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    manner = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("book__node__path")

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.book_id} {self.public_from}"


class Approval(models.Model):
    """One of the two people who approve a book; an approval stands for the run it saw."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="approvals")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager("book__node__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "run", "person"], name="approval_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.book_id} {self.person_id}"
