"""Cases (事项): something that is declared, asked for or to be put right, and followed until somebody else verified it.

A case is a mutable row with its history; every step that was taken is a row that nobody changes. Words that people
write (title, text, notes) stand where they can be erased; a step keeps their salted hash.
"""

from typing import Any, TypeVar
from uuid import UUID, uuid4

import pghistory
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from linghang.apps.loops.data import ORIGINS
from linghang.ui.web.scope import Scope, ScopedManager, ScopedQuerySet, current_scope

M = TypeVar("M", bound=models.Model)


class KindVersion(models.Model):
    """The table of states and steps that a case began with; it keeps that table whatever becomes of the pack."""

    kind = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    pack = models.CharField(max_length=64)
    content = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class CaseNumber(models.Model):
    """The last number given under a top organisation in a year; locked until the new case is committed."""

    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = ScopedManager("top__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["top", "year"], name="casenumber_once")]

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"


def readable(scope: Scope, prefix: str = "") -> Q:
    """Cases inside a scope: those that a post of the viewer reads by the kind's table, and those he is part of."""
    if scope.system_reason:
        return Q()
    within = Q(pk__in=[])
    for role, path in scope.posts:
        within |= Q(**{f"{prefix}readers__contains": [role]}) & _at(path, whole=path in scope.subtrees, prefix=prefix)
    if scope.reader:
        own = Q(**{f"{prefix}parties__contains": [scope.reader]})
        within |= own & Q(**{f"{prefix}top_id__in": _tops(scope.top)}) if scope.top else own
    return within


def _at(path: str, *, whole: bool, prefix: str) -> Q:
    """At a place, or at it and below. A path is the chain of keys from the top, so that most need no other table."""
    if not path:
        return Q(pk__in=[])
    steps = path.split("/")[:-1]
    if not whole:
        return Q(**{f"{prefix}node_id": int(steps[-1])})
    if len(steps) == 1:
        return Q(**{f"{prefix}top_id": int(steps[0])})
    places = apps.get_model("access", "ScopeNode")._base_manager.filter(path__startswith=path)
    return Q(**{f"{prefix}node_id__in": places.values("pk")})


def _tops(top: UUID) -> Any:
    return apps.get_model("access", "ScopeNode")._base_manager.filter(uuid=top).values("pk")


class CaseManager(ScopedManager[M]):
    """A place is not enough to read a case: the post must be one of its readers, or the viewer part of it."""

    def __init__(self, *paths: str, prefix: str = "") -> None:
        super().__init__(*paths)
        self.prefix = prefix

    def get_queryset(self) -> models.QuerySet[M]:
        rows = ScopedQuerySet[M](self.model, using=self._db)
        return rows.filter(readable(current_scope(), self.prefix))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["title"], append_only=True)
class Case(models.Model):
    """One case. `readers` are the posts that may see it, `parties` the accounts that are part of it.

    `due_on` is the last day of what it waits for now, `due_words` its rule; None while paused or ended. `same` keeps
    the same thing from being declared twice. `about` holds ids and closed words only.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=64)
    version = models.ForeignKey(KindVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=64)
    ends = models.CharField(max_length=12, blank=True)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    origin = models.CharField(max_length=12)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    tracker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    doer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    about = models.JSONField(default=dict)
    readers = ArrayField(models.CharField(max_length=30), default=list)
    parties = ArrayField(models.UUIDField(), default=list)
    waits_for = models.CharField(max_length=12, blank=True)
    confidential = models.BooleanField(default=False)
    same = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    state_since = models.DateField()
    due_on = models.DateField(null=True)
    due_words = models.CharField(max_length=300, blank=True)
    provisional = models.BooleanField(default=False)
    paused_on = models.DateField(null=True)
    paused_days = models.PositiveIntegerField(default=0)
    left_when_paused = models.IntegerField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=12, blank=True)
    closed_on = models.DateField(null=True)
    steps = models.PositiveIntegerField(default=0)

    objects = CaseManager["Case"]("node__path")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["top", "number"], name="case_number_once"),
            models.UniqueConstraint(fields=["top", "same"], condition=~Q(same=""), name="case_same_once"),
            models.CheckConstraint(condition=Q(origin__in=sorted(map(str, ORIGINS))), name="case_known_origin"),
            models.CheckConstraint(
                condition=Q(ends="", closed_on__isnull=True) | (~Q(ends="") & Q(closed_on__isnull=False)),
                name="case_ends_on_a_day",
            ),
            # law 8, also for whoever writes past the operations; an empty place differs from everybody
            models.CheckConstraint(
                condition=Q(responsible__isnull=True) | Q(verifier__isnull=True) | ~Q(responsible=F("verifier")),
                name="case_doer_does_not_verify",
            ),
            models.CheckConstraint(
                condition=Q(responsible__isnull=True) | Q(tracker__isnull=True) | ~Q(responsible=F("tracker")),
                name="case_doer_does_not_track",
            ),
            models.CheckConstraint(
                condition=Q(tracker__isnull=True) | Q(verifier__isnull=True) | ~Q(tracker=F("verifier")),
                name="case_tracker_does_not_verify",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(ends=""), name="case_open_by_due"),
            models.Index(fields=["opened_on", "id"], name="case_by_day"),
            models.Index(fields=["node", "kind"], name="case_by_place"),
            GinIndex(fields=["parties"], name="case_parties"),
            GinIndex(fields=["about"], opclasses=["jsonb_path_ops"], name="case_about"),
        ]

    def __str__(self) -> str:
        return self.number


_KEPT = (
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'steps of cases are append-only: % is never emptied', TG_TABLE_NAME;",
    ),
)


class Transition(models.Model):
    """One step that was taken: by whom, as what, from which state to which, and what it did to the deadline."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transitions")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=64)
    state_from = models.CharField(max_length=64, blank=True)
    state_to = models.CharField(max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=12)
    at = models.DateTimeField()
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)
    due_words = models.CharField(max_length=300, blank=True)
    note_hash = models.CharField(max_length=64, blank=True)

    objects = CaseManager["Transition"]("case__node__path", prefix="case__")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="transition_in_order")]
        triggers = _KEPT

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.step}"


class CaseText(models.Model):
    """Words of a case that can be erased: its description, or the note of a step. Erasing takes text and salt."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="texts")
    transition = models.OneToOneField(Transition, null=True, on_delete=models.PROTECT, related_name="words")
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    objects = CaseManager["CaseText"]("case__node__path", prefix="case__")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(transition__isnull=True), name="casetext_one_body"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class CaseFile(models.Model):
    """A file that proves something of a case; it lies where the ledger keeps files. Erased, only its row stays."""

    uuid = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    transition = models.ForeignKey(Transition, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    objects = CaseManager["CaseFile"]("case__node__path", prefix="case__")

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
