"""The file of heads outside the database: who cut or rewrote the chain inside would have had to change it, too."""

from collections.abc import Iterator
from itertools import islice

from linghang.apps.ledger.data.heads import Head, read_head
from linghang.apps.ledger.verify.asking import AT_ONCE, Asking


def check_heads_file(asking: Asking, ends: dict[int, tuple[int, bytes]]) -> None:
    """Every line of the file against its entry, and how far the file goes."""
    if asking.heads_size is None:
        if ends:
            asking.found.add("heads-missing", "", str(asking.heads))
        return
    last: dict[int, int] = {}
    lines = _heads(asking)
    while part := list(islice(lines, AT_ONCE)):
        _compare(asking, part)
        for head in part:
            last[head.node] = max(last.get(head.node, 0), head.seq)
    _check_ends(asking, last, ends)


def _heads(asking: Asking) -> Iterator[Head]:
    """Only what stood in the file before the snapshot was taken: what came later is not in it."""
    total, read = asking.heads_size or 0, 0
    with asking.heads.open("rb") as file:
        for number, line in enumerate(file, 1):
            read += len(line)
            if read > total:
                return
            head = read_head(line.decode("ascii", "replace"))
            if head is None:
                asking.found.add("heads-unreadable", "", f"第{number}行")
            elif asking.nodes is None or head.node in asking.nodes:
                yield head
            if not number % 10_000:
                asking.progress("heads", read, total)


def _compare(asking: Asking, heads: list[Head]) -> None:
    found = asking.rows(
        "SELECT c.node_id, c.seq, c.mac FROM ledger_chainentry c"
        " JOIN unnest(%(places)s::bigint[], %(numbers)s::bigint[]) AS h(node, seq)"
        " ON h.node = c.node_id AND h.seq = c.seq",
        places=[head.node for head in heads],
        numbers=[head.seq for head in heads],
    )
    macs = {(node, seq): bytes(mac) for node, seq, mac in found}
    for head in heads:
        mac = macs.get((head.node, head.seq))
        if mac is not None and mac != head.mac:
            asking.found.add("head-differs", asking.place(head.node), f"第{head.seq}环")


def _check_ends(asking: Asking, last: dict[int, int], ends: dict[int, tuple[int, bytes]]) -> None:
    if last and not ends:
        asking.found.add("table-emptied", "", "ledger_chainentry")
    for node, seq in sorted(last.items()):
        end = ends.get(node, (0, b""))[0]
        if seq > end:
            asking.found.add("tail-cut", asking.place(node), f"库外链头文件记到第{seq}环，只到第{end}环")
    for node, (end, _mac) in sorted(ends.items()):
        if end > last.get(node, 0):
            asking.found.add("heads-behind", asking.place(node), f"记到第{last.get(node, 0)}环，已到第{end}环")
