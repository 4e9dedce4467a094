"""Undoing a batch: all that stands of it and that nothing refers to is reversed, inside the database."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.data.hooks import Appended, after_append, references
from linghang.apps.ledger.data.leaves import LEAF_SQL
from linghang.apps.ledger.data.records import Kept, Voided
from linghang.apps.ledger.models import Batch, Fact
from linghang.apps.ledger.operations.chain import entries_for
from linghang.apps.ledger.operations.recording import account_key, tell
from linghang.ui.web.errors import not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

PORTION = 20_000

Progress = Callable[[int], None]

_LEAF, _JOINS = LEAF_SQL["ledger_fact"]
_COLUMNS = (
    "id, uuid, kind, subject_id, occurred_on, quantity, attributes, event_id, role, sequence, node_id, home_id, top_id,"
    " recorded_at, recorded_by_id, confirmed_by_id, batch_id, source, reverses_id, reason_code, key, entry_id"
)
_KEY = """left(encode(sha256(convert_to(concat_ws(E'\\x1f', f.kind, s.uuid, to_char(f.occurred_on, 'YYYY-MM-DD'),
    f.quantity, coalesce(e.uuid::text, ''), f.sequence,
    (SELECT string_agg(key || '=' || value, E'\\x1f' ORDER BY key COLLATE "C") FROM jsonb_each_text(f.attributes)),
    f.key), 'UTF8')), 'hex'), 32)"""
# uuids of version 7, as `data.identity.new_uuid` makes them
_UUID = "(%(stamp)s || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
_VOID = f"""
    WITH batch AS MATERIALIZED (
        SELECT id, uuid, node_id FROM ledger_fact WHERE batch_id = %(batch)s AND reverses_id IS NULL),
    gone AS (
        DELETE FROM ledger_standingfact WHERE fact_id IN (
            SELECT f.id FROM batch f JOIN ledger_standingfact t ON t.fact_id = f.id
            WHERE NOT f.uuid = ANY(%(kept)s::uuid[]) AND f.node_id = ANY(%(nodes)s::bigint[]) LIMIT {PORTION})
        RETURNING fact_id),
    r AS (
        SELECT nextval('ledger_fact_id_seq') AS id, {_UUID} AS uuid, f.kind, f.subject_id, f.occurred_on, f.quantity,
            f.attributes, f.event_id, f.role, f.sequence, f.node_id, f.home_id, f.top_id,
            %(now)s::timestamptz AS recorded_at, %(by)s::bigint AS recorded_by_id, NULL::bigint AS confirmed_by_id,
            f.batch_id, '' AS source, f.id AS reverses_id, 'import-undone' AS reason_code, {_KEY} AS key, n.entry_id
        FROM gone JOIN ledger_fact f ON f.id = gone.fact_id
        JOIN ledger_subject s ON s.id = f.subject_id LEFT JOIN ledger_event e ON e.id = f.event_id
        JOIN unnest(%(nodes)s::bigint[], %(entries)s::uuid[]) AS n(node, entry_id) ON n.node = f.node_id)
    INSERT INTO ledger_fact ({_COLUMNS}, leaf)
    SELECT {", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))}, {_LEAF} FROM r {_JOINS}
    RETURNING id
"""  # noqa: S608  names of this package


def nobody_watches(_done: int) -> None:
    """Progress that nobody watches."""


def void_batch(*, batch: UUID, actor: Viewer, now: datetime, progress: Progress = nobody_watches) -> Voided:
    """Take back every record of a batch that stands and that nothing refers to; says what stays, and why.

    The batch and its places lie inside the open scope. Undoing twice takes back nothing the second time.
    """
    with writing(actor, "void_batch"):
        row = Batch.objects.filter(uuid=batch).first()
        if row is None:
            raise not_found()
        standing = Fact.objects.filter(batch=row, standing__isnull=False)
        kept = _referred(standing.values_list("uuid", flat=True).iterator(chunk_size=PORTION))
        entries = entries_for(standing.order_by().values_list("node_id", flat=True).distinct(), now=now, many=True)
        done = 0
        while keys := _void_some(row.pk, kept.keys(), entries, account_key(actor.uuid), now):
            done += len(keys)
            _tell(keys, now)
            progress(done)
    return Voided(done, tuple(Kept(fact, why) for fact, why in kept.items()))


def _void_some(
    batch: int, kept: Collection[UUID], entries: Mapping[int, UUID], by: int | None, now: datetime
) -> list[int]:
    values: dict[str, Any] = {
        "batch": batch,
        "kept": list(kept),
        "nodes": list(entries.keys()),
        "entries": list(entries.values()),
        "now": now,
        "by": by,
        "stamp": f"{int(now.timestamp() * 1000):012x}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_VOID, values)
        return [key for (key,) in cursor.fetchall()]


def _tell(keys: list[int], now: datetime) -> None:
    if not after_append:
        return
    rows = Fact.objects.filter(pk__in=keys).select_related("subject", "event", "reverses")
    tell(
        [
            Appended(
                uuid=row.uuid,
                kind=row.kind,
                subject=row.subject.uuid,
                occurred_on=row.occurred_on,
                node=row.node_id,
                home=row.home_id,
                event=row.event.uuid if row.event else None,
                reverses=row.reverses.uuid if row.reverses else None,
            )
            for row in rows
        ],
        now,
    )


def _referred(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """What upper rooms say stands in the way."""
    wanted, kept = list(uuids), dict[UUID, str]()
    for start in range(0, len(wanted), PORTION):
        for ask in references.values():
            kept = ask(wanted[start : start + PORTION]) | kept
    return kept
