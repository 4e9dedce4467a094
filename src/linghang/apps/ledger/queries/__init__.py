"""Reads of the ledger inside the open scope, as plain records."""

from linghang.apps.ledger.queries.subjects import subject_line, subject_lines

__all__ = ["subject_line", "subject_lines"]
