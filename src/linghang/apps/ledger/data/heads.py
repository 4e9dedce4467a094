"""The file of heads: every chain entry's number and seal, appended outside the database."""

from dataclasses import dataclass

HEADS_FILE = "ledger/heads.txt"


@dataclass(frozen=True)
class Head:
    """The end of the chain of one place; `node` is the place's key, `mac` 32 bytes."""

    node: int
    seq: int
    mac: bytes


def head_line(head: Head) -> str:
    return f"{head.node} {head.seq} {head.mac.hex()}\n"


def read_head(line: str) -> Head | None:
    """One line of the file; None for one that was cut or is no head."""
    parts = line.split()
    try:
        node, seq, mac = int(parts[0]), int(parts[1]), bytes.fromhex(parts[2])
    except (ValueError, IndexError):
        return None
    return Head(node, seq, mac) if len(mac) == 32 and len(parts) == 3 else None
