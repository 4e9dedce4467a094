"""Identities: uuids that grow with time (indexes stay small and warm), and the content keys of records."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from datetime import date
from uuid import UUID

SEPARATOR = "\x1f"


def new_uuid() -> UUID:
    """Version 7: milliseconds, then 74 random bits. No order of results may rest on it."""
    stamp = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    return UUID(int=stamp << 80 | 0x7 << 76 | (random >> 62) << 64 | 0x2 << 62 | random & (1 << 62) - 1)


def joined_attributes(attributes: Mapping[str, str]) -> str:
    """`id=value` pairs in the order of their ids: one text for one content."""
    return ",".join(f"{name}={value}" for name, value in sorted(attributes.items()))


def slot_of(
    *,
    kind: str,
    subject: UUID,
    occurred_on: date,
    attributes: Mapping[str, str],
    role: str,
    sequence: int,
    event: UUID | None,
) -> UUID:
    """What may stand only once: kind, subject, event and role; without an event kind, subject, day, content, number.

    It begins with the day, or as the event's uuid does: what happened together lies together in the index, where each
    record would otherwise touch a page that nobody has touched for long.
    """
    if event is not None:
        parts, first = ["event", kind, str(subject), str(event), role], event.bytes[:4]
    else:
        content = joined_attributes(attributes)
        parts = ["day", kind, str(subject), occurred_on.isoformat(), content, role, str(sequence)]
        first = occurred_on.toordinal().to_bytes(4, "big")
    return UUID(bytes=first + hashlib.sha256(SEPARATOR.join(parts).encode()).digest()[:12])
