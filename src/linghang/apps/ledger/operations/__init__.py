"""Writes: record, reverse, erase; each one transaction that ends with its entry in the chain."""

from linghang.apps.ledger.operations.correcting import correct
from linghang.apps.ledger.operations.erasing import erase_evidence, erase_person_texts, erase_text
from linghang.apps.ledger.operations.files import keep_file, sweep_files
from linghang.apps.ledger.operations.importing import open_batch, record_many
from linghang.apps.ledger.operations.recording import record
from linghang.apps.ledger.operations.reversing import reverse
from linghang.apps.ledger.operations.subjects import close_subject, ensure_subjects, register_subject
from linghang.apps.ledger.operations.voiding import void_batch

__all__ = [
    "close_subject",
    "correct",
    "ensure_subjects",
    "erase_evidence",
    "erase_person_texts",
    "erase_text",
    "keep_file",
    "open_batch",
    "record",
    "record_many",
    "register_subject",
    "reverse",
    "sweep_files",
    "void_batch",
]
