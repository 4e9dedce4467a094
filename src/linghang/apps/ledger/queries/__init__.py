"""Reads of the ledger inside the open scope, as plain records."""

from linghang.apps.ledger.queries.subjects import subject_line, subject_lines
from linghang.apps.ledger.queries.verification import verify

__all__ = ["subject_line", "subject_lines", "verify"]
