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

_LEAF, _ = LEAF_SQL["ledger_fact"]
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
# the leaf names its tables; what it needs of them came with the fact that is cancelled
_BESIDE = ", ".join(f"LATERAL (SELECT r.{name}_uuid AS uuid) {name[0]}" for name in ("subject", "event", "batch", "v"))
_VOID = f"""
    WITH gone AS (
        DELETE FROM ledger_standingfact WHERE fact_id IN (
            SELECT f.id FROM ledger_fact f JOIN ledger_standingfact t ON t.fact_id = f.id
            WHERE f.batch_id = %(batch)s AND f.reverses_id IS NULL AND f.id > %(after)s
            AND NOT f.uuid = ANY(%(kept)s::uuid[]) AND f.node_id = ANY(%(nodes)s::bigint[])
            ORDER BY f.id LIMIT {PORTION})
        RETURNING fact_id),
    r AS MATERIALIZED (
        SELECT nextval('ledger_fact_id_seq') AS id, {_UUID} AS uuid, f.kind, f.subject_id, f.occurred_on, f.quantity,
            f.attributes, f.event_id, f.role, f.sequence, f.node_id, f.home_id, f.top_id,
            %(now)s::timestamptz AS recorded_at, %(by)s::bigint AS recorded_by_id, NULL::bigint AS confirmed_by_id,
            f.batch_id, '' AS source, f.id AS reverses_id, 'import-undone' AS reason_code, {_KEY} AS key, n.entry_id,
            s.uuid AS subject_uuid, e.uuid AS event_uuid, %(batch_uuid)s::uuid AS batch_uuid, f.uuid AS v_uuid
        FROM gone JOIN ledger_fact f ON f.id = gone.fact_id
        JOIN ledger_subject s ON s.id = f.subject_id LEFT JOIN ledger_event e ON e.id = f.event_id
        JOIN unnest(%(nodes)s::bigint[], %(entries)s::uuid[]) AS n(node, entry_id) ON n.node = f.node_id),
    written AS (
        INSERT INTO ledger_fact ({_COLUMNS}, leaf)
        SELECT {", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))}, {_LEAF} FROM r, {_BESIDE})
    SELECT r.reverses_id, r.uuid, r.kind, r.subject_uuid, r.occurred_on, r.node_id, r.home_id, r.event_uuid, r.v_uuid
    FROM r
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
        kept = _referred(standing.values_list("uuid", flat=True).iterator(chunk_size=PORTION)) if references else {}
        entries = entries_for(standing.order_by().values_list("node_id", flat=True).distinct(), now=now, many=True)
        done, last = 0, 0
        _sort_in_memory()
        while rows := _void_some(row, kept.keys(), entries, account_key(actor.uuid), now, last):
            done, last = done + len(rows), max(key for key, *_rest in rows)
            if after_append:
                tell([_cancelling(about, row) for about in rows], now)
            progress(done)
    return Voided(done, tuple(Kept(fact, why) for fact, why in kept.items()))


def _cancelling(about: tuple[Any, ...], batch: Batch) -> Appended:
    _key, uuid, kind, subject, day, node, home, event, reverses = about
    return Appended(uuid, kind, subject, day, node, home, event, reverses, imported=batch.kind == "import")


def _sort_in_memory() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")


def _void_some(
    batch: Batch, kept: Collection[UUID], entries: Mapping[int, UUID], by: int | None, now: datetime, after: int
) -> list[tuple[Any, ...]]:
    """Cancel the next facts of a batch: the key of each, then the fields of `Appended` of what cancels it."""
    values: dict[str, Any] = {
        "batch": batch.pk,
        "batch_uuid": batch.uuid,
        "after": after,
        "kept": list(kept),
        "nodes": list(entries.keys()),
        "entries": list(entries.values()),
        "now": now,
        "by": by,
        "stamp": f"{int(now.timestamp() * 1000):012x}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_VOID, values)
        return list(cursor.fetchall())


def _referred(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """What upper rooms say stands in the way."""
    wanted, kept = list(uuids), dict[UUID, str]()
    for start in range(0, len(wanted), PORTION):
        for ask in references.values():
            kept = ask(wanted[start : start + PORTION]) | kept
    return kept
