"""Events and facts: appended, never changed; a mistake is cancelled by one reversing fact."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.models.chain import ChainEntry
from linghang.apps.ledger.models.protect import append_only
from linghang.apps.ledger.models.subjects import Subject
from linghang.ui.web.scope import ScopedManager

BATCH_KINDS = ("page", "import", "system")


class Batch(models.Model):
    """What was recorded together and can be taken back together: one import, one page, one run of the system."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=120, blank=True)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    import_uuid = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=BATCH_KINDS), name="batch_known_kind")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.label or str(self.uuid)


class Event(models.Model):
    """One thing that happened to several subjects at once: a meeting gives each of them one fact."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", db_index=False, on_delete=models.PROTECT, related_name="+")
    occurred_on = models.DateField()
    number = models.CharField(max_length=60, blank=True)
    tags = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    leaf = models.BinaryField(max_length=32)
    entry = models.ForeignKey(ChainEntry, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    objects = ScopedManager("node__path")

    class Meta:
        indexes = [models.Index(fields=["node", "-occurred_on"], name="event_place_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_on}"


class Fact(models.Model):
    """One fact. Holds ids, closed-domain attributes and numbers only; words and files hang beside it.

    `node` is where it happened, `home` the branch that a person belonged to on that day. `leaf` is the hash of the
    row's content, which the chain seals; `key` the content hash by which the engine orders. `entry` has no constraint:
    the chain entry is written last, when its place's head is locked.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", db_index=False)
    occurred_on = models.DateField()
    quantity = models.BigIntegerField()
    attributes = models.JSONField(default=dict)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="facts", db_index=False)
    role = models.CharField(max_length=40, blank=True)
    sequence = models.IntegerField(default=0)
    node = models.ForeignKey("access.ScopeNode", db_index=False, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey("access.ScopeNode", null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", db_index=False, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="facts", db_index=False)
    source = models.CharField(max_length=120, blank=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
    reason_code = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=32)
    leaf = models.BinaryField(max_length=32)
    entry = models.ForeignKey(ChainEntry, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)

    objects = ScopedManager("node__path", "home__path", owner="subject__person__user__uuid")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "occurred_on"], name="fact_subject_day"),
            models.Index(fields=["node", "occurred_on"], name="fact_place_day"),
            models.Index(fields=["home", "occurred_on"], name="fact_home_day", condition=Q(home__isnull=False)),
            models.Index(fields=["top", "kind", "occurred_on", "id"], name="fact_top_kind_day"),
            models.Index(fields=["event"], name="fact_event", condition=Q(event__isnull=False)),
            models.Index(fields=["batch"], name="fact_batch", condition=Q(batch__isnull=False)),
        ]
        triggers = [
            *append_only(),
            # once per statement, not per row: undoing an import cancels a hundred thousand
            pgtrigger.Trigger(
                name="cancels_exactly_one",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]  # not annotated there
                func="""
                    IF EXISTS (SELECT 1 FROM fresh n WHERE n.reverses_id IS NOT NULL AND (
                                   SELECT TRUE FROM ledger_fact f WHERE f.id = n.reverses_id
                                   AND f.reverses_id IS NULL AND f.subject_id = n.subject_id
                                   AND f.kind = n.kind AND f.quantity = n.quantity) IS NULL) THEN
                        RAISE EXCEPTION 'a reversal cancels exactly one fact of its subject that stands';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_on}"


class StandingFact(models.Model):
    """The facts that nothing has cancelled, and what may stand only once (`slot`). Derived; verified."""

    fact = models.OneToOneField(Fact, primary_key=True, on_delete=models.PROTECT, related_name="standing")
    slot = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return str(self.fact_id)
