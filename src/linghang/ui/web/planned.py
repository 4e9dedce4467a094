"""Statements that the database plans once per connection: for the few that run with every record.

Django puts values into the text of a statement, so that the database plans it anew each time; for a statement that
touches a few rows by their keys, planning takes several times as long as doing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
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


def planned(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Execute a statement on tables without history; returns its rows.

    Counted, timed and refused like every other statement of the connection, and part of its transaction.
    """
    with connection.cursor() as cursor, _cursor() as own:
        given, cursor.cursor = cursor.cursor, own
        try:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if own.description else []
        finally:
            cursor.cursor = given


def _cursor() -> PlannedCursor:
    raw = connection.connection
    raw.prepare_threshold = OFTEN  # Django's own cursors never ask for a plan to be kept
    cursor = PlannedCursor(raw)
    cursor.adapters.register_dumper(int, Int8Dumper)
    return cursor
