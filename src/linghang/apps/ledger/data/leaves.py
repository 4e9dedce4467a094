"""The hash of a row's content, which the chain seals. The same text is put together here and in SQL: `LEAF_SQL`.

A text begins with its table's mark, so that a row of one table never hashes like one of another; inner nodes of the
tree begin with a byte that no text begins with.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from linghang.apps.ledger.data.identity import SEPARATOR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = bytes(32)
TABLES = ("ledger_fact", "ledger_event", "ledger_text", "ledger_evidence", "ledger_erasure")

_MICROS = "(extract(epoch from {}) * 1000000)::bigint"
ATTRIBUTES = """(SELECT string_agg(key || '=' || value, ',' ORDER BY key COLLATE "C") FROM jsonb_each_text({}))"""
_DAY = "to_char({}, 'YYYY-MM-DD')"


def micros(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    gone = instant - EPOCH
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds


def leaf(mark: str, parts: Iterable[object]) -> bytes:
    """SHA-256 over the mark and the parts; None is written as nothing."""
    text = SEPARATOR.join([mark, *("" if part is None else str(part) for part in parts)])
    return hashlib.sha256(text.encode()).digest()


def _sql(mark: str, *parts: str) -> str:
    separator = f", E'{chr(92)}x1f', "
    return f"sha256(convert_to(concat('{mark}'{separator}{separator.join(parts)}), 'UTF8'))"


FACT, EVENT, TEXT, EVIDENCE, ERASURE = (
    f"linghang.{name}.1" for name in ("fact", "event", "text", "evidence", "erasure")
)

# how each table's leaf is computed by the database, with the joins that it needs
LEAF_SQL = {
    "ledger_fact": (
        _sql(
            FACT,
            "r.uuid",
            "r.kind",
            "s.uuid",
            _DAY.format("r.occurred_on"),
            "r.quantity",
            ATTRIBUTES.format("r.attributes"),
            "e.uuid",
            "r.role",
            "r.sequence",
            "r.node_id",
            "r.home_id",
            "r.top_id",
            _MICROS.format("r.recorded_at"),
            "r.recorded_by_id",
            "r.confirmed_by_id",
            "b.uuid",
            "r.source",
            "v.uuid",
            "r.reason_code",
            "r.key",
        ),
        "LEFT JOIN ledger_subject s ON s.id = r.subject_id LEFT JOIN ledger_event e ON e.id = r.event_id"
        " LEFT JOIN ledger_batch b ON b.id = r.batch_id LEFT JOIN ledger_fact v ON v.id = r.reverses_id",
    ),
    "ledger_event": (
        _sql(
            EVENT,
            "r.uuid",
            "r.kind",
            "r.node_id",
            "r.top_id",
            _DAY.format("r.occurred_on"),
            "r.number",
            ATTRIBUTES.format("r.tags"),
            _MICROS.format("r.recorded_at"),
            "r.recorded_by_id",
        ),
        "",
    ),
    "ledger_text": (
        _sql(
            TEXT,
            "r.uuid",
            "f.uuid",
            "e.uuid",
            "r.node_id",
            "r.field",
            "encode(r.digest, 'hex')",
            _MICROS.format("r.added_at"),
            "r.added_by_id",
        ),
        "LEFT JOIN ledger_fact f ON f.id = r.fact_id LEFT JOIN ledger_event e ON e.id = r.event_id",
    ),
    "ledger_evidence": (
        _sql(
            EVIDENCE,
            "r.uuid",
            "f.uuid",
            "e.uuid",
            "r.node_id",
            "r.kind",
            "encode(r.digest, 'hex')",
            "r.size",
            "r.media_type",
            _MICROS.format("r.added_at"),
            "r.added_by_id",
        ),
        "LEFT JOIN ledger_fact f ON f.id = r.fact_id LEFT JOIN ledger_event e ON e.id = r.event_id",
    ),
    "ledger_erasure": (
        _sql(ERASURE, "r.uuid", "t.uuid", "e.uuid", "r.node_id", _MICROS.format("r.at"), "r.by_id", "r.reason"),
        "LEFT JOIN ledger_text t ON t.id = r.text_id LEFT JOIN ledger_evidence e ON e.id = r.evidence_id",
    ),
}


# what may stand only once, as `data.identity.slot_of` puts it together; joins as for the leaf of a fact
_S = f"E'{chr(92)}x1f'"
SLOT_SQL = f"""(CASE WHEN r.event_id IS NOT NULL THEN left(e.uuid::text, 8)
    ELSE lpad(to_hex(r.occurred_on - DATE '0001-01-01' + 1), 8, '0') END
    || encode(substring(sha256(convert_to(CASE WHEN r.event_id IS NOT NULL
    THEN concat('event', {_S}, r.kind, {_S}, s.uuid, {_S}, e.uuid, {_S}, r.role)
    ELSE concat('day', {_S}, r.kind, {_S}, s.uuid, {_S}, to_char(r.occurred_on, 'YYYY-MM-DD'), {_S},
                {ATTRIBUTES.format("r.attributes")}, {_S}, r.role, {_S}, r.sequence)
    END, 'UTF8')) FROM 1 FOR 12), 'hex'))::uuid"""


def digest_of(salt: bytes, content: str) -> bytes:
    """The salted hash of words; of a file, `content` is the SHA-256 of its bytes in hexadecimal digits."""
    return hashlib.sha256(salt + content.encode()).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over the leaves in the order of their bytes; one without a partner goes up as it is."""
    level: Sequence[bytes] = sorted(leaves)
    if not level:
        return NOTHING
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = [*paired, level[-1]] if len(level) % 2 else paired
    return level[0]


def seal(
    key: bytes, *, uuid: UUID, node: int, seq: int, counts: str, root: bytes, previous: bytes, at: datetime
) -> bytes:
    """The mac of a chain entry: whoever has no key cannot make one, and each holds the one before."""
    head = SEPARATOR.join(["linghang.chain.1", str(uuid), str(node), str(seq), counts, str(micros(at))])
    return hmac.digest(key, head.encode() + b"\x1f" + root + previous, "sha256")
