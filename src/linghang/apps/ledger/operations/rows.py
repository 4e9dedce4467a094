"""Checked items as rows of the tables, with their leaves."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection

from linghang.apps.ledger.data.identity import joined_attributes, new_uuid
from linghang.apps.ledger.data.leaves import EVENT, EVIDENCE, FACT, TEXT, digest_of, leaf, micros
from linghang.apps.ledger.data.records import NewEvent, NewEvidence
from linghang.apps.ledger.operations.chain import add_leaves
from linghang.ui.web.planned import Rows, later, rows_as_table, send_what_waits

COPY_FROM = 200  # rows from which COPY beats an insert

TYPES = {
    "ledger_event": {
        "id": "bigint",
        "uuid": "uuid",
        "kind": "text",
        "node_id": "bigint",
        "top_id": "bigint",
        "occurred_on": "date",
        "number": "text",
        "tags": "jsonb",
        "recorded_at": "timestamptz",
        "recorded_by_id": "bigint",
        "leaf": "bytea",
        "entry_id": "uuid",
    },
    "ledger_fact": {
        "id": "bigint",
        "uuid": "uuid",
        "kind": "text",
        "subject_id": "bigint",
        "occurred_on": "date",
        "quantity": "bigint",
        "attributes": "jsonb",
        "event_id": "bigint",
        "role": "text",
        "sequence": "int",
        "node_id": "bigint",
        "home_id": "bigint",
        "top_id": "bigint",
        "recorded_at": "timestamptz",
        "recorded_by_id": "bigint",
        "confirmed_by_id": "bigint",
        "batch_id": "bigint",
        "source": "text",
        "reverses_id": "bigint",
        "reason_code": "text",
        "key": "text",
        "leaf": "bytea",
        "entry_id": "uuid",
    },
    "ledger_text": {
        "uuid": "uuid",
        "fact_id": "bigint",
        "event_id": "bigint",
        "node_id": "bigint",
        "salt": "bytea",
        "digest": "bytea",
        "added_at": "timestamptz",
        "added_by_id": "bigint",
        "leaf": "bytea",
        "entry_id": "uuid",
        "field": "text",
        "text": "text",
    },
    "ledger_evidence": {
        "uuid": "uuid",
        "fact_id": "bigint",
        "event_id": "bigint",
        "node_id": "bigint",
        "salt": "bytea",
        "digest": "bytea",
        "added_at": "timestamptz",
        "added_by_id": "bigint",
        "leaf": "bytea",
        "entry_id": "uuid",
        "kind": "text",
        "content": "text",
        "name": "text",
        "sha256": "text",
        "size": "bigint",
        "media_type": "text",
    },
}


@dataclass(frozen=True)
class Stamp:
    """What all rows of one call share: when and by whom (keys of accounts), and in which batch."""

    now: datetime
    recorder: int | None
    confirmer: int | None = None
    batch: int | None = None
    batch_uuid: UUID | None = None


@dataclass(frozen=True)
class Owner:
    """The row beside which words and files hang."""

    fact: int | None
    fact_uuid: UUID | None
    event: int | None
    event_uuid: UUID | None
    node: int


def _nobody_asks(_standing: set[int]) -> None:
    """Rows that claim nothing."""


@dataclass
class Tables:
    """Rows to be inserted, per table, in the order of `TYPES`."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        self.rows.setdefault(table, []).append(row)

    def insert(self, claims: Sequence[tuple[UUID, int]] = (), then: Callable[[set[int]], None] = _nobody_asks) -> bool:
        """Write everything, and tell the chain what hangs under which entry; a few rows go in one question.

        `claims` are the (slot, fact) of few rows that are to stand, in order: `then` hears which facts do. False where
        there were too many rows, so that the caller claims for itself.
        """
        kept = {table: rows for table in TYPES if (rows := self.rows.pop(table, None))}
        add_leaves(
            (row[entry], table, row[leaf])
            for table, rows in kept.items()
            for entry, leaf in [_AT[table]]
            for row in rows
        )
        few = {table: rows for table, rows in kept.items() if len(rows) < COPY_FROM}
        for table in kept.keys() - few.keys():
            copy_rows(table, kept[table])
        claimed = claims if few.keys() == kept.keys() else ()
        if few:
            _insert_few(few, claimed, lambda rows: then({key for (key,) in rows}) if claimed else None)
        return bool(claimed)


_AT = {table: (list(types).index("entry_id"), list(types).index("leaf")) for table, types in TYPES.items()}
_ids: "WeakKeyDictionary[object, list[int]]" = WeakKeyDictionary()
AHEAD, SCARCE = 32, 4
MORE_IDS = "SELECT nextval('ledger_fact_id_seq') FROM generate_series(1, %s::int)"
_written = json.JSONEncoder(ensure_ascii=False).encode

CLAIM = (
    "INSERT INTO ledger_standingfact (slot, fact_id) SELECT * FROM {rows} AS t(slot, fact_id)"
    " ON CONFLICT (slot) DO NOTHING RETURNING fact_id"
)


def _insert_few(
    tables: Mapping[str, Sequence[tuple[Any, ...]]],
    claims: Sequence[tuple[UUID, int]],
    then: Callable[[Rows], None],
) -> None:
    """Foreign keys are looked at when the transaction ends, so all tables go in one statement."""
    parts = []
    for table, rows in tables.items():
        types = TYPES[table]
        one = "(" + ", ".join(f"%s::{kind}" for kind in types.values()) + ")"
        parts.append(f"INSERT INTO {table} ({', '.join(types)}) VALUES {', '.join([one] * len(rows))}")  # noqa: S608  our own names
    values = [value for rows in tables.values() for row in rows for value in row]
    if claims:
        claimed, more = rows_as_table(("uuid", "bigint"), claims)
        parts.append(CLAIM.format(rows=claimed))
        values += more
    *before, last = parts
    named = ", ".join(f"t{number} AS ({part})" for number, part in enumerate(before))
    later(f"WITH {named} {last}" if named else last, values, then)


def next_ids(facts: int, events: int) -> tuple[list[int], list[int]]:
    """Keys for new facts and events. A connection takes some ahead: gaps do no harm."""
    if not events and (kept := _ids.get(connection.connection)) is not None and len(kept) >= facts:
        taken, kept[:facts] = kept[:facts], []
        if len(kept) < SCARCE:  # the next ones come along with what is written now
            later(MORE_IDS, [AHEAD], lambda rows: kept.extend(key for (key,) in rows))
        return taken, []
    more = AHEAD if facts < AHEAD else 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('ledger_fact_id_seq') FROM generate_series(1, %s)"
            " UNION ALL SELECT nextval('ledger_event_id_seq') FROM generate_series(1, %s)",
            [facts + more, events],
        )
        keys = [key for (key,) in cursor.fetchall()]
    if more:
        _ids[connection.connection] = keys[facts : facts + more]
    return keys[:facts], keys[facts + more :]


def copy_rows(table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Copy rows whose columns are those of `TYPES`; what goes wrong is said in Django's words, as everywhere."""
    names = ", ".join(TYPES[table])
    copying = f"COPY {table} ({names}) FROM STDIN"
    send_what_waits()
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


def event_row(event: NewEvent, key: int, node: int, top: int, stamp: Stamp, entry: UUID) -> tuple[Any, ...]:
    content = leaf(
        EVENT,
        (
            event.uuid,
            event.kind,
            node,
            top,
            event.occurred_on.isoformat(),
            event.number,
            joined_attributes(event.tags),
            micros(stamp.now),
            stamp.recorder,
        ),
    )
    return (
        key,
        event.uuid,
        event.kind,
        node,
        top,
        event.occurred_on,
        event.number,
        json_of(event.tags),
        stamp.now,
        stamp.recorder,
        content,
        entry,
    )


def json_of(values: Mapping[str, str]) -> str:
    return _written(dict(values)) if values else "{}"


@dataclass(frozen=True)
class FactContent:
    """A fact with every reference resolved, in the words of the tables."""

    id: int
    uuid: UUID
    kind: str
    subject: int
    subject_uuid: UUID
    occurred_on: Any
    quantity: int
    attributes: Mapping[str, str]
    event: int | None
    event_uuid: UUID | None
    role: str
    sequence: int
    node: int
    home: int | None
    top: int
    source: str
    key: str
    reverses: int | None = None
    reverses_uuid: UUID | None = None
    reason_code: str = ""


def fact_leaf(fact: FactContent, stamp: Stamp) -> bytes:
    """The hash of a fact's content; `data.leaves.LEAF_SQL` computes the same in the database."""
    return leaf(
        FACT,
        (
            fact.uuid,
            fact.kind,
            fact.subject_uuid,
            fact.occurred_on.isoformat(),
            fact.quantity,
            joined_attributes(fact.attributes),
            fact.event_uuid,
            fact.role,
            fact.sequence,
            fact.node,
            fact.home,
            fact.top,
            micros(stamp.now),
            stamp.recorder,
            stamp.confirmer,
            stamp.batch_uuid,
            fact.source,
            fact.reverses_uuid,
            fact.reason_code,
            fact.key,
        ),
    )


def fact_row(fact: FactContent, stamp: Stamp, entry: UUID) -> tuple[Any, ...]:
    return (
        fact.id,
        fact.uuid,
        fact.kind,
        fact.subject,
        fact.occurred_on,
        fact.quantity,
        json_of(fact.attributes),
        fact.event,
        fact.role,
        fact.sequence,
        fact.node,
        fact.home,
        fact.top,
        stamp.now,
        stamp.recorder,
        stamp.confirmer,
        stamp.batch,
        fact.source,
        fact.reverses,
        fact.reason_code,
        fact.key,
        fact_leaf(fact, stamp),
        entry,
    )


def add_words(
    tables: Tables,
    owner: Owner,
    texts: Mapping[str, str],
    evidence: Iterable[NewEvidence],
    stamp: Stamp,
    entry: UUID,
) -> None:
    """Words and files beside a record."""
    for name, text in texts.items():
        if text.strip():
            tables.add("ledger_text", _text_row(owner, name, text.strip(), stamp, entry))
    for one in evidence:
        tables.add("ledger_evidence", _evidence_row(owner, one, stamp, entry))


def _text_row(owner: Owner, name: str, text: str, stamp: Stamp, entry: UUID) -> tuple[Any, ...]:
    uuid, salt = new_uuid(), secrets.token_bytes(16)
    digest = digest_of(salt, text)
    at = micros(stamp.now)
    content = leaf(TEXT, (uuid, owner.fact_uuid, owner.event_uuid, owner.node, name, digest.hex(), at, stamp.recorder))
    head = (uuid, owner.fact, owner.event, owner.node, salt, digest, stamp.now, stamp.recorder, content, entry)
    return (*head, name, text)


def _evidence_row(owner: Owner, one: NewEvidence, stamp: Stamp, entry: UUID) -> tuple[Any, ...]:
    file = one.file
    uuid, salt = file.uuid if file else new_uuid(), secrets.token_bytes(16)
    digest = digest_of(
        salt, evidence_content(one.content.strip(), file.name if file else "", file.sha256 if file else "")
    )
    size, media_type = (file.size, file.media_type) if file else (0, "")
    about = (uuid, owner.fact_uuid, owner.event_uuid, owner.node, one.kind, digest.hex(), size, media_type)
    content = leaf(EVIDENCE, (*about, micros(stamp.now), stamp.recorder))
    head = (uuid, owner.fact, owner.event, owner.node, salt, digest, stamp.now, stamp.recorder, content, entry)
    name, sha256 = (file.name, file.sha256) if file else ("", "")
    return (*head, one.kind, one.content.strip(), name, sha256, size, media_type)


def evidence_content(content: str, name: str, sha256: str) -> str:
    """What of an evidence row is hashed with the salt: everything that erasing takes away."""
    return "\x1f".join([content, name, sha256])
