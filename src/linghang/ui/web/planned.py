"""Statements that the database plans once per connection: for the few that run with every record.

Django puts values into the text of a statement, so that the database plans it anew each time; for a statement that
touches a few rows by their keys, planning takes several times as long as doing.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import Cursor
from psycopg._queries import PostgresQuery
from psycopg.types.numeric import Int8Dumper

OFTEN = 2  # times that a connection asks the same before the plan is kept


class PlannedCursor(Cursor[tuple[Any, ...]]):
    """Values travel beside the statement. Whole numbers are of one type whatever their size: one plan, not several."""

    # pghistory puts who writes in front of a statement, which would make it two; it leaves cursors with a name alone.
    # So these statements write no table that keeps a history.
    name = "planned"

    def _send_query_prepared(self, name: bytes, pgq: PostgresQuery, *, binary: bool | None = None) -> None:
        """Remembers the statement, as sending one that is not planned yet does: Django's log of statements reads it."""
        self._query = pgq
        super()._send_query_prepared(name, pgq, binary=binary)


class _Kept(threading.local):
    """The cursor of this thread's connection: made once, like the plans that it asks for."""

    cursor: PlannedCursor | None = None


_kept = _Kept()


def planned(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Execute a statement on tables without history; returns its rows.

    Counted, timed and refused like every other statement of the connection, and part of its transaction.
    """
    own = _cursor()
    asking = CursorDebugWrapper if connection.queries_logged else CursorWrapper
    asking(own, connection).execute(sql, values)
    return own.fetchall() if own.description else []


def rows_as_table(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """What stands behind FROM for rows of these types, and its values. A single row is cheaper without arrays."""
    if len(rows) == 1:
        return f"(VALUES ({', '.join(f'%s::{kind}' for kind in types)}))", list(rows[0])
    columns = [list(column) for column in zip(*rows, strict=True)]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})", columns


def _cursor() -> PlannedCursor:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if _kept.cursor is None or _kept.cursor.connection is not raw:
        raw.prepare_threshold = OFTEN  # Django's own cursors never ask for a plan to be kept
        _kept.cursor = PlannedCursor(raw)
        _kept.cursor.adapters.register_dumper(int, Int8Dumper)
    return _kept.cursor
