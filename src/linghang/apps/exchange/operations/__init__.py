"""Writes: an import from its upload to its undoing. Each step that takes time is a job (`do_work`)."""

from linghang.apps.exchange.operations.steps import (
    accept_columns,
    begin_import,
    confirm_import,
    discard_import,
    forget_labels,
    match_columns,
    note_broken,
    purge_imports,
    recheck_import,
    rematch_import,
    undo_import,
)
from linghang.apps.exchange.operations.work import do_work

__all__ = [
    "accept_columns",
    "begin_import",
    "confirm_import",
    "discard_import",
    "do_work",
    "forget_labels",
    "match_columns",
    "note_broken",
    "purge_imports",
    "recheck_import",
    "rematch_import",
    "undo_import",
]
