"""Many records at once, and undoing them: one transaction each, so that nothing is ever half there."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.ledger.data.hooks import references
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.records import Kept, NewFact, Recorded, Voided
from linghang.apps.ledger.models import Batch, Fact
from linghang.apps.ledger.models.facts import BATCH_KINDS
from linghang.apps.ledger.operations.recording import Recording, account_key
from linghang.apps.ledger.operations.reversing import reverse_rows
from linghang.apps.ledger.operations.rows import Stamp
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

CHUNK = 5_000
T = TypeVar("T")

Progress = Callable[[int], None]


def nobody_watches(_done: int) -> None:
    """Progress that nobody watches."""


def open_batch(
    *,
    kind: str,
    node: UUID,
    actor: Viewer,
    now: datetime,
    label: str = "",
    import_uuid: UUID | None = None,
    note: str = "",
) -> UUID:
    """Name what is going to be recorded together and can be taken back together."""
    if kind not in BATCH_KINDS:
        raise DomainError("unknown_batch_kind", _("没有“%(kind)s”这类批次。") % {"kind": kind}, field="kind")
    with writing(actor, "open_batch"):
        row = Batch.objects.create(
            uuid=new_uuid(),
            kind=kind,
            label=label[:120],
            node_id=find_node(node).key,
            made_by_id=account_key(actor.uuid),
            made_at=now,
            import_uuid=import_uuid,
            note=note[:200],
        )
    return row.uuid


def record_many(
    *,
    items: Iterable[NewFact],
    actor: Viewer,
    now: datetime,
    batch: UUID,
    confirmed_by: UUID | None = None,
    progress: Progress = nobody_watches,
) -> Recorded:
    """As `record`, for any number: checked and copied in portions, all of it or nothing.

    Others go on recording meanwhile: places are locked only at the end, for the moment of the chain entries.
    """
    with writing(actor, "record_many"):
        recording = Recording(actor=actor, now=now, batch=batch, confirmed_by=confirmed_by)
        facts: list[UUID] = []
        for chunk in _chunks(items):
            facts += recording.add(chunk)
            progress(recording.count)
        recording.finish()
    return Recorded(tuple(facts))


def void_batch(*, batch: UUID, actor: Viewer, now: datetime, progress: Progress = nobody_watches) -> Voided:
    """Take back every record of a batch that stands and that nothing refers to; says what stays, and why.

    Undoing twice takes back nothing the second time.
    """
    with writing(actor, "void_batch"):
        row = Batch.objects.filter(uuid=batch).first()
        if row is None:
            raise not_found()
        standing = Fact.objects.filter(batch=row, standing__isnull=False)
        kept = _referred(standing.values_list("uuid", flat=True).iterator(chunk_size=CHUNK))
        stamp = Stamp(now, account_key(actor.uuid), None, row.pk, row.uuid)
        done = 0
        rows = standing.select_related("subject", "event").order_by("pk").iterator(chunk_size=CHUNK)
        for chunk in _chunks(fact for fact in rows if fact.uuid not in kept):
            reverse_rows(chunk, stamp, code="import-undone", texts={})
            done += len(chunk)
            progress(done)
    return Voided(done, tuple(Kept(fact, why) for fact, why in kept.items()))


def _referred(uuids: Iterable[UUID]) -> dict[UUID, str]:
    kept: dict[UUID, str] = {}
    for chunk in _chunks(uuids):
        for ask in references.values():
            kept = ask(chunk) | kept
    return kept


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
