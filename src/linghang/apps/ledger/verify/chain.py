"""The chain: its entries in order, the rows under each, and the heads."""

import hmac
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from linghang.apps.ledger.data.leaves import NOTHING, TABLES, merkle_root, seal
from linghang.apps.ledger.verify.asking import Asking

WORDS = dict(zip(TABLES, ("条记录", "个活动", "段文字", "件佐证材料", "次清除"), strict=True))


def check_chain(asking: Asking) -> dict[int, tuple[int, bytes]]:
    """Walk every place's chain from its first entry; returns the last entry of each (number, seal)."""
    ends: dict[int, tuple[int, bytes]] = {}
    total = asking.number(f"SELECT count(*) FROM ledger_chainentry WHERE {asking.within('node_id')}")
    sql = (
        "SELECT node_id, seq, uuid, root, previous, mac, counts, leaves, at FROM ledger_chainentry"
        f" WHERE {asking.within('node_id')} ORDER BY node_id, seq"
    )
    for row in asking.stream("chain", sql):
        node, seq, mac = row[0], row[1], bytes(row[5])
        _check_entry(asking, row, *ends.get(node, (0, NOTHING)))
        ends[node] = (seq, mac)
        asking.found.entries += 1
        if not asking.found.entries % 10_000:
            asking.progress("chain", asking.found.entries, total)
    _check_heads(asking, ends)
    return ends


def _check_entry(asking: Asking, row: tuple[Any, ...], last: int, before: bytes) -> None:
    node, seq, uuid, root, previous, mac, counts, leaves, at = row
    place, what = asking.place(node), f"第{seq}环"
    if seq != last + 1:
        asking.found.add("entry-lost", place, f"第{last + 1}环至第{seq - 1}环")
    elif bytes(previous) != before:
        asking.found.add("entry-order", place, what)
    made = seal(
        asking.key, uuid=uuid, node=node, seq=seq, counts=counts, root=bytes(root), previous=bytes(previous), at=at
    )
    if not hmac.compare_digest(made, bytes(mac)) or leaves != sum(int(count) for count in counts.split()):
        asking.found.add("entry-forged", place, what)


def _check_heads(asking: Asking, ends: dict[int, tuple[int, bytes]]) -> None:
    heads = asking.rows(f"SELECT node_id, seq, mac FROM ledger_chainhead WHERE {asking.within('node_id')}")
    stored = {node: (seq, bytes(mac)) for node, seq, mac in heads}
    for node in sorted(stored.keys() | ends.keys()):
        last, head = ends.get(node, (0, NOTHING)), stored.get(node)
        if head is not None and head[0] > last[0]:
            asking.found.add("tail-cut", asking.place(node), f"应到第{head[0]}环，只到第{last[0]}环")
        elif head != last:
            asking.found.add("head-wrong", asking.place(node), f"第{last[0]}环")


def check_leaves(asking: Asking) -> None:
    """What hangs under each entry, against its root; rows under no entry stand outside of the chain."""
    entries = asking.stream(
        "entries",
        "SELECT uuid, node_id, seq, root, counts FROM ledger_chainentry"
        f" WHERE {asking.within('node_id')} ORDER BY uuid",
    )
    total = asking.number(f"SELECT count(*) FROM ledger_chainentry WHERE {asking.within('node_id')}")
    done, waiting = 0, next(entries, None)
    short: set[str] = set()
    for uuid, rows in groupby(_leaves(asking), key=itemgetter(0)):
        leaves = list(rows)
        while waiting is not None and waiting[0] < uuid:
            _check_root(asking, waiting, [], short)
            waiting, done = next(entries, None), done + 1
        if waiting is not None and waiting[0] == uuid:
            _check_root(asking, waiting, leaves, short)
            waiting, done = next(entries, None), done + 1
        else:
            _outside(asking, leaves)
        if not done % 10_000:
            asking.progress("leaves", done, total)
    while waiting is not None:
        _check_root(asking, waiting, [], short)
        waiting = next(entries, None)
    _emptied(asking, short)


def _leaves(asking: Asking) -> Iterator[tuple[UUID, int, bytes, int]]:
    streams = [
        asking.stream(
            f"leaves_{table}",
            f"SELECT entry_id, {number}, leaf, node_id FROM {table} WHERE {asking.within('node_id')} ORDER BY entry_id",
        )
        for number, table in enumerate(TABLES)
    ]
    return merge(*streams, key=itemgetter(0))


def _check_root(asking: Asking, entry: tuple[Any, ...], leaves: list[Any], short: set[str]) -> None:
    _uuid, node, seq, root, counts = entry
    if merkle_root(bytes(leaf) for _entry, _table, leaf, _node in leaves) == bytes(root):
        return
    wanted = [int(count) for count in counts.split()] or [0] * len(TABLES)
    found = [sum(1 for row in leaves if row[1] == number) for number in range(len(TABLES))]
    lost = [table for table, w, f in zip(TABLES, wanted, found, strict=True) if f < w]
    short.update(lost)
    words = "，".join(
        f"应有{w}{WORDS[table]}，现有{f}" for table, w, f in zip(TABLES, wanted, found, strict=True) if w != f
    )
    code = "rows-lost" if lost else "rows-added"
    asking.found.add(code, asking.place(node), f"第{seq}环{f'，{words}' if words else '，内容被替换'}")


def _outside(asking: Asking, leaves: list[Any]) -> None:
    for _entry, table, _leaf, node in leaves:
        asking.found.add("row-outside", asking.place(node), f"1{WORDS[TABLES[table]]}，记在链上没有的环节{_entry}")


def _emptied(asking: Asking, short: set[str]) -> None:
    for table in TABLES:
        if table in short and not asking.rows(f"SELECT 1 FROM {table} LIMIT 1"):
            asking.found.add("table-emptied", "", table)
