"""Imports of files into the database, the columns that a unit has matched before, and what each import did.

An import is visible to those who hold the post by which it was started, at its place or above: `path` is the place in
the tree on that day, `role` the post. The file, its cells and the preview lie in a private folder, never in these
tables, and go as soon as they are written.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.exchange.data import ImportState

STATES = [state.value for state in ImportState]
ACTIONS = ("created", "changed", "ended")


class Import(models.Model):
    """One file on its way into the database, and afterwards what is known of it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=12)
    starter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    path = models.CharField(max_length=200, blank=True)
    place_label = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200)
    file = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    said = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    cursor = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)
    job = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=200, blank=True)
    files_gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="import_state_known")]
        indexes = [models.Index(fields=["path", "-created_at"], name="import_by_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class RememberedColumns(models.Model):
    """What somebody of a place said of a table with these headers; proposed for the next one like it there."""

    path = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "kind", "fingerprint"], name="remembered_columns_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"


class Effect(models.Model):
    """What an import did to one row: which table of which room, what, and what stood there before.

    `kept` says why an undo left it; `undone` is set when it was taken back.
    """

    import_row = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="effects")
    table = models.CharField(max_length=40)
    uuid = models.UUIDField()
    action = models.CharField(max_length=10)
    before = models.JSONField(default=dict)
    label = models.CharField(max_length=200)
    source = models.CharField(max_length=80, blank=True)
    kept = models.CharField(max_length=300, blank=True)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(action__in=ACTIONS), name="effect_known_action")]
        indexes = [models.Index(fields=["import_row", "id"], name="effect_by_import")]

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.uuid}"


class WorkdayTable(models.Model):
    """A table of working days that somebody uploaded; in force until it is taken back. Its days lie in a file."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    days = models.PositiveIntegerField()
    years = models.JSONField(default=list)
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name
