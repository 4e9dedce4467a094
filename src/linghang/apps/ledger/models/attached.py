"""Words and files beside facts and events: they can be erased, and the chain still holds."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.models.chain import ChainEntry
from linghang.apps.ledger.models.facts import Event, Fact
from linghang.apps.ledger.models.protect import never_emptied
from linghang.ui.web.scope import ScopedManager

EVIDENCE_KINDS = ("file", "text", "number", "countersign")


def only_erased(*erased: str) -> list[pgtrigger.Trigger]:
    """A row is never deleted, and the only change is that its content goes."""
    empty = " OR ".join(f"NEW.{column} <> {value}" for column, value in _EMPTY.items() if column in erased)
    left = ", ".join(f"'{column}'" for column in erased)
    return [
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="only_erased",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                IF {empty} OR to_jsonb(OLD) - ARRAY[{left}] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{left}] THEN
                    RAISE EXCEPTION 'words beside a record can only be erased: %', TG_TABLE_NAME;
                END IF;
                RETURN NEW;
            """,
        ),
        never_emptied(),
    ]


_EMPTY = {"text": "''", "content": "''", "name": "''", "sha256": "''", "salt": "''::bytea"}


class _Attached(models.Model):
    """`digest` is the salted hash of the content; the leaf holds the digest, so erasing content and salt leaves the
    chain whole and the content beyond guessing."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    fact = models.ForeignKey(Fact, null=True, on_delete=models.PROTECT, related_name="%(class)ss")
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="%(class)ss")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    leaf = models.BinaryField(max_length=32)
    entry = models.ForeignKey(ChainEntry, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    objects = ScopedManager("node__path", "fact__home__path", owner="fact__subject__person__user__uuid")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.uuid)


def _of_one(name: str) -> models.CheckConstraint:
    one = Q(fact__isnull=False, event__isnull=True) | Q(fact__isnull=True, event__isnull=False)
    return models.CheckConstraint(condition=one, name=name)


class Text(_Attached):
    """Words beside a record: a title, a note, the reason of a reversal."""

    field = models.CharField(max_length=30)
    text = models.TextField()

    class Meta:
        constraints = [_of_one("text_of_one")]
        triggers = only_erased("text", "salt")


class Evidence(_Attached):
    """What proves a record: a file, or a number, words, or who countersigned."""

    kind = models.CharField(max_length=12)
    content = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    media_type = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            _of_one("evidence_of_one"),
            models.CheckConstraint(condition=Q(kind__in=EVIDENCE_KINDS), name="evidence_known_kind"),
        ]
        triggers = only_erased("content", "name", "sha256", "salt")


class Erasure(models.Model):
    """That words or a file were erased: when, by whom and why. Appended and chained like everything else."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    text = models.OneToOneField(Text, null=True, on_delete=models.PROTECT, related_name="erasure")
    evidence = models.OneToOneField(Evidence, null=True, on_delete=models.PROTECT, related_name="erasure")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200)
    leaf = models.BinaryField(max_length=32)
    entry = models.ForeignKey(ChainEntry, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__isnull=False, evidence__isnull=True) | Q(text__isnull=True, evidence__isnull=False),
                name="erasure_of_one",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
