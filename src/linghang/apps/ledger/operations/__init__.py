"""Writes: record, reverse, erase; each one transaction that ends with its entry in the chain."""

from linghang.apps.ledger.operations.recording import record
from linghang.apps.ledger.operations.reversing import reverse
from linghang.apps.ledger.operations.subjects import close_subject, ensure_subjects, register_subject

__all__ = ["close_subject", "ensure_subjects", "record", "register_subject", "reverse"]
