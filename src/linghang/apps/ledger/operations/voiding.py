"""Undoing a batch: all that stands of it and that nothing refers to is reversed, inside the database."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linghang.apps.ledger.data.hooks import Appended, after_append, references
from linghang.apps.ledger.data.leaves import ATTRIBUTES, LEAF_SQL
from linghang.apps.ledger.data.records import Kept, Voided
from linghang.apps.ledger.models import Batch, Fact
from linghang.apps.ledger.operations.chain import entries_for
from linghang.apps.ledger.operations.recording import account_key, tell
from linghang.ui.web.errors import not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

PORTION = 20_000

Progress = Callable[[int], None]

_COLUMNS = (
    "id, uuid, kind, subject_id, occurred_on, quantity, attributes, event_id, role, sequence, node_id, home_id, top_id,"
    " recorded_at, recorded_by_id, confirmed_by_id, batch_id, source, reverses_id, reason_code, key, entry_id"
)
# the leaf names its tables and puts the attributes together; what it needs came with the fact that is cancelled
_LEAF = LEAF_SQL["ledger_fact"][0].replace(ATTRIBUTES.format("r.attributes"), "r.joined")
_BESIDE = ", ".join(f"LATERAL (SELECT r.{name}_uuid AS uuid) {name[0]}" for name in ("subject", "event", "batch", "v"))
_KEY = """left(encode(sha256(convert_to(concat_ws(E'\\x1f', f.kind, s.uuid, to_char(f.occurred_on, 'YYYY-MM-DD'),
    f.quantity, coalesce(e.uuid::text, ''), f.sequence, w.listed, f.key), 'UTF8')), 'hex'), 32)"""
# uuids of version 7, as `data.identity.new_uuid` makes them; nobody knows the salt, which is made for one undoing
_UUID = "(%(stamp)s || '7' || left(u.random, 3) || 'a' || substr(u.random, 4, 15))::uuid"
_PORTIONS = f"""
    SELECT id FROM (
        SELECT f.id, row_number() OVER (ORDER BY f.id) AS n, count(*) OVER () AS all_of_them
        FROM ledger_fact f WHERE f.batch_id = %(batch)s AND f.reverses_id IS NULL) f
    WHERE n %% {PORTION} = 0 OR n = all_of_them ORDER BY id
"""  # noqa: S608  a number of this module
_VOID = f"""
    WITH gone AS (
        DELETE FROM ledger_standingfact t USING ledger_fact f
        WHERE f.batch_id = %(batch)s AND f.reverses_id IS NULL AND f.id > %(after)s AND f.id <= %(until)s
        AND t.fact_id = f.id AND NOT f.uuid = ANY(%(kept)s::uuid[]) AND f.node_id = ANY(%(nodes)s::bigint[])
        RETURNING f.id, f.uuid, f.kind, f.subject_id, f.occurred_on, f.quantity, f.attributes, f.event_id, f.role,
            f.sequence, f.node_id, f.home_id, f.top_id, f.batch_id, f.key),
    words AS (
        SELECT d.attributes, {ATTRIBUTES.format("d.attributes")} AS joined,
            (SELECT string_agg(key || '=' || value, E'\\x1f' ORDER BY key COLLATE "C")
             FROM jsonb_each_text(d.attributes)) AS listed
        FROM (SELECT DISTINCT attributes FROM gone) d),
    r AS MATERIALIZED (
        SELECT nextval('ledger_fact_id_seq') AS id, {_UUID} AS uuid, f.kind, f.subject_id, f.occurred_on, f.quantity,
            f.attributes, f.event_id, f.role, f.sequence, f.node_id, f.home_id, f.top_id,
            %(now)s::timestamptz AS recorded_at, %(by)s::bigint AS recorded_by_id, NULL::bigint AS confirmed_by_id,
            f.batch_id, '' AS source, f.id AS reverses_id, 'import-undone' AS reason_code, {_KEY} AS key, n.entry_id,
            s.uuid AS subject_uuid, e.uuid AS event_uuid, %(batch_uuid)s::uuid AS batch_uuid, f.uuid AS v_uuid, w.joined
        FROM gone f JOIN words w ON w.attributes = f.attributes
        JOIN ledger_subject s ON s.id = f.subject_id LEFT JOIN ledger_event e ON e.id = f.event_id
        JOIN unnest(%(nodes)s::bigint[], %(entries)s::uuid[]) AS n(node, entry_id) ON n.node = f.node_id
        CROSS JOIN LATERAL (SELECT md5(%(salt)s || f.id) AS random) u),
    written AS (
        INSERT INTO ledger_fact ({_COLUMNS}, leaf)
        SELECT {", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))}, {_LEAF} FROM r, {_BESIDE})
    SELECT r.uuid, r.kind, r.subject_uuid, r.occurred_on, r.node_id, r.home_id, r.event_uuid, r.v_uuid FROM r
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
        values = _values(row, kept, entries, account_key(actor.uuid), now)
        done, after = 0, 0
        _sort_in_memory()
        for until in _portions(row):
            rows = _void_some(values | {"after": after, "until": until})
            done, after = done + len(rows), until
            if rows and after_append:
                tell([_cancelling(about, row) for about in rows], now)
            progress(done)
    return Voided(done, tuple(Kept(fact, why) for fact, why in kept.items()))


def _portions(batch: Batch) -> list[int]:
    """The last fact of each portion of a batch, by key."""
    with connection.cursor() as cursor:
        cursor.execute(_PORTIONS, {"batch": batch.pk})
        return [key for (key,) in cursor.fetchall()]


def _cancelling(about: tuple[Any, ...], batch: Batch) -> Appended:
    uuid, kind, subject, day, node, home, event, reverses = about
    return Appended(uuid, kind, subject, day, node, home, event, reverses, imported=batch.kind == "import")


def _sort_in_memory() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")


def _values(
    batch: Batch, kept: Collection[UUID], entries: Mapping[int, UUID], by: int | None, now: datetime
) -> dict[str, Any]:
    """Of `_VOID`, but for the portion."""
    return {
        "batch": batch.pk,
        "batch_uuid": batch.uuid,
        "kept": list(kept),
        "nodes": list(entries.keys()),
        "entries": list(entries.values()),
        "now": now,
        "by": by,
        "stamp": f"{int(now.timestamp() * 1000):012x}",
        "salt": secrets.token_hex(16),
    }


def _void_some(values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Cancel the facts of a portion: the fields of `Appended` of what cancels each."""
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
