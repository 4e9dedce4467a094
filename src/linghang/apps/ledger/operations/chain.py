"""Appending to the chain: the last step of every transaction that recorded something."""

import logging
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from linghang.apps.ledger.data.heads import HEADS_FILE, Head, head_line
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.leaves import NOTHING, TABLES, merkle_root, seal
from linghang.ui.web.planned import array, later, planned, rows_as_table
from linghang.ui.web.sealed import data_keys
from linghang.ui.web.writing import at_the_end

LEAVES = " UNION ALL ".join(
    f"SELECT {number}, entry_id, leaf FROM {table} WHERE entry_id = ANY(%(entries)s)"  # noqa: S608  names of ours
    for number, table in enumerate(TABLES)
)

HEADS = "SELECT node_id, seq, mac FROM ledger_chainhead WHERE node_id = ANY(%s::bigint[]) ORDER BY node_id FOR UPDATE"
NEW_HEADS = """
    INSERT INTO ledger_chainhead (node_id, seq, mac) SELECT n, 0, %s::bytea FROM unnest(%s::bigint[]) n
    ORDER BY n ON CONFLICT DO NOTHING
"""
ENTRY = ("uuid", "bigint", "bigint", "int", "text", "bytea", "bytea", "bytea", "timestamptz")
STORE = """
    WITH new AS (SELECT * FROM {rows} AS t(uuid, node, seq, leaves, counts, root, previous, mac, at)),
    entry AS (
        INSERT INTO ledger_chainentry (uuid, node_id, seq, leaves, counts, root, previous, mac, at) SELECT * FROM new)
    UPDATE ledger_chainhead h SET seq = new.seq, mac = new.mac FROM new WHERE h.node_id = new.node
"""

log = logging.getLogger(__name__)


class _Entry(NamedTuple):
    """A new row of the chain, its columns in the order of the insert."""

    uuid: UUID
    node: int
    seq: int
    leaves: int
    counts: str
    root: bytes
    previous: bytes
    mac: bytes
    at: datetime


class _Pending:
    """The entries that the open transaction will add, one per place; called as its last step."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.entries: dict[int, UUID] = {}
        self.many = False
        self.leaves: dict[UUID, list[tuple[int, bytes]]] = {}
        self.complete = True

    def __call__(self) -> None:
        _append(self)


def entries_for(nodes: Iterable[int], *, now: datetime, many: bool = False) -> dict[int, UUID]:
    """The ids of the chain entries to which rows at these places belong; written when the operation ends.

    `many`: so many rows that their foreign keys are to be checked before anybody has to wait for a head.
    """
    pending = at_the_end("ledger.chain", _Pending(now))
    assert isinstance(pending, _Pending)
    pending.many |= many
    for node in nodes:
        pending.entries.setdefault(node, new_uuid())
    return pending.entries


def add_leaves(leaves: Iterable[tuple[UUID, str, bytes]]) -> None:
    """Say what was written under the entries: (entry, table, leaf)."""
    pending = at_the_end("ledger.chain", _nothing)
    assert isinstance(pending, _Pending)
    if connection.savepoint_ids:  # what is written now can be taken back without the rest
        pending.complete = False
        return
    for entry, table, leaf in leaves:
        pending.leaves.setdefault(entry, []).append((TABLES.index(table), leaf))


def _nothing() -> None:
    raise AssertionError("entries_for comes first")


def _append(pending: _Pending) -> None:
    """Lock the heads in the order of their places, add one entry to each, and remember the heads outside, too.

    Unless everything can only be taken back together, leaves are read back from the tables: what a caught failure took
    back does not reach the chain.
    """
    found = _leaves(pending)
    if not found:
        return
    key = data_keys().chain
    drafts = [_draft(pending, node, leaves) for node, leaves in sorted(found.items())]
    heads = _locked_heads([draft.node for draft in drafts])  # from here on others wait
    added: list[_Entry] = []
    for draft in drafts:
        seq, previous = heads[draft.node]
        entry = draft._replace(seq=seq + 1, previous=previous)
        added.append(entry._replace(mac=seal_entry(key, entry)))
    _store(added)
    lines = [head_line(Head(entry.node, entry.seq, entry.mac)) for entry in added]
    transaction.on_commit(lambda: append_heads(lines))


def _draft(pending: _Pending, node: int, leaves: Sequence[tuple[int, bytes]]) -> _Entry:
    """An entry that does not know its place in the chain yet."""
    counts = Counter(table for table, _leaf in leaves)
    return _Entry(
        uuid=pending.entries[node],
        node=node,
        seq=0,
        leaves=len(leaves),
        counts=" ".join(str(counts[number]) for number in range(len(TABLES))),
        root=merkle_root(leaf for _table, leaf in leaves),
        previous=NOTHING,
        mac=NOTHING,
        at=pending.at,
    )


def seal_entry(key: bytes, entry: _Entry) -> bytes:
    return seal(
        key,
        uuid=entry.uuid,
        node=entry.node,
        seq=entry.seq,
        root=entry.root,
        previous=entry.previous,
        counts=entry.counts,
        at=entry.at,
    )


def _leaves(pending: _Pending) -> dict[int, list[tuple[int, bytes]]]:
    nodes = {entry: node for node, entry in pending.entries.items()}
    if pending.complete and not pending.many:
        return {nodes[entry]: leaves for entry, leaves in pending.leaves.items()}
    found: dict[int, list[tuple[int, bytes]]] = {}
    with connection.cursor() as cursor:
        if pending.many:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(LEAVES, {"entries": list(nodes)})
        for table, entry, leaf in cursor.fetchall():
            found.setdefault(nodes[entry], []).append((table, bytes(leaf)))
    return found


def _locked_heads(nodes: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    wanted = array(nodes)
    rows = planned(HEADS, [wanted])
    if len(rows) < len(nodes):
        planned(NEW_HEADS, [NOTHING, wanted])
        rows = planned(HEADS, [wanted])
    return {node: (seq, bytes(mac)) for node, seq, mac in rows}


def _store(added: Sequence[_Entry]) -> None:
    rows, values = rows_as_table(ENTRY, added)
    later(STORE.format(rows=rows), values)


def append_heads(lines: Sequence[str]) -> None:
    """Write the new heads to a file outside the database: who cuts the chain there would have to cut it here, too.

    After the commit: a file that is behind (the machine stopped in between) accuses nobody, one that is ahead would.
    """
    path = os.path.join(settings.DATA_DIR, HEADS_FILE)
    try:
        handle = _opened(path)
        try:
            os.write(handle, "".join(lines).encode())
        finally:
            os.close(handle)
    except OSError:
        log.exception("the heads of the chain could not be written to %s; what was recorded is safe", path)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
