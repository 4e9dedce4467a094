"""Many records at once, in one transaction, so that nothing is ever half there."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.records import NewFact, Recorded
from linghang.apps.ledger.models import Batch
from linghang.apps.ledger.models.facts import BATCH_KINDS
from linghang.apps.ledger.operations.recording import Recording, account_key
from linghang.apps.ledger.operations.voiding import Progress, nobody_watches
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

CHUNK = 5_000
T = TypeVar("T")


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


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
