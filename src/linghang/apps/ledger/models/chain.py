"""The chain: one entry per transaction and place; each seals the one before with a key kept outside the database."""

from django.db import models

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.models.protect import append_only
from linghang.ui.web.scope import ScopedManager


class ChainEntry(models.Model):
    """`root` is the Merkle root over the `leaves` rows that one transaction added at one place; `mac` seals it.

    `counts` says how many of them are facts, events, texts, evidence and erasures.
    """

    uuid = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)
    leaves = models.PositiveIntegerField()
    counts = models.CharField(max_length=60)
    at = models.DateTimeField()

    objects = ScopedManager("node__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "seq"], name="chainentry_one_per_step")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.node_id}:{self.seq}"


class ChainHead(models.Model):
    """The last entry of each place: what a transaction locks to come after the others. Derived from the entries."""

    node = models.OneToOneField("access.ScopeNode", primary_key=True, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField(default=0)
    mac = models.BinaryField(max_length=32)

    objects = ScopedManager("node__path")

    def __str__(self) -> str:
        return f"{self.node_id}:{self.seq}"
