"""What other rooms may know of records: subject types, what is handed in and out, and where upper rooms join."""

from linghang.apps.ledger.data.hooks import Appended, on_append, on_erase, on_void
from linghang.apps.ledger.data.records import (
    ItemProblem,
    Kept,
    NewEvent,
    NewEvidence,
    NewFact,
    NotRecorded,
    Recorded,
    StoredFile,
    Voided,
)
from linghang.apps.ledger.data.subjects import SUBJECT_TYPES, SubjectLine

PUBLIC_FIELDS = {
    "Subject": ("uuid", "type", "code", "label", "person", "organisation"),
    "Fact": ("uuid", "kind", "subject", "occurred_on", "quantity", "node", "home", "event"),
    "Event": ("uuid", "kind", "occurred_on", "node", "number"),
}

__all__ = [
    "PUBLIC_FIELDS",
    "SUBJECT_TYPES",
    "Appended",
    "ItemProblem",
    "Kept",
    "NewEvent",
    "NewEvidence",
    "NewFact",
    "NotRecorded",
    "Recorded",
    "StoredFile",
    "SubjectLine",
    "Voided",
    "on_append",
    "on_erase",
    "on_void",
]
