"""One record as it was written, for rooms that put it right: what stands there is taken back and written anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.ledger.models import ChainEntry, Fact
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class WrittenFact:
    """What one record says; quantity in ten-thousandths. `stands` is false once it was taken back."""

    uuid: UUID
    kind: str
    subject: UUID
    occurred_on: date
    quantity: int
    attributes: Mapping[str, str]
    role: str
    sequence: int
    event: UUID | None
    node: UUID
    stands: bool


def written_fact(uuid: UUID) -> WrittenFact:
    """A record inside the open scope; a reversal is no record of its own and is not found."""
    rows = Fact.objects.select_related("subject", "event", "node").filter(uuid=uuid, reverses__isnull=True)
    row = rows.first()
    if row is None:
        raise not_found()
    return WrittenFact(
        uuid=row.uuid,
        kind=row.kind,
        subject=row.subject.uuid,
        occurred_on=row.occurred_on,
        quantity=row.quantity,
        attributes=row.attributes,
        role=row.role,
        sequence=row.sequence,
        event=row.event.uuid if row.event else None,
        node=row.node.uuid,
        stands=not Fact.objects.filter(reverses=row).exists(),
    )


def seals_of(facts: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Fact → (key of the place whose chain sealed it, number of the entry): what a watermark is compared with."""
    with system_scope(reason="which entry sealed a record says nothing of it; the caller knows its uuid"):
        sealed = dict(Fact.objects.filter(uuid__in=set(facts)).values_list("uuid", "entry_id"))
        rows = ChainEntry.objects.filter(pk__in=set(sealed.values())).values_list("pk", "node_id", "seq")
        entries = {pk: (node, seq) for pk, node, seq in rows}
    return {uuid: entries[entry] for uuid, entry in sealed.items() if entry in entries}
