"""Many rows at once, past the models: COPY takes a tenth of the time. What may be written is the caller's to check."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from linghang.ui.web.planned import send_what_waits

KEYS = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows whose values stand in the order of `columns`; a refusal of the database comes in Django's words."""
    names = ", ".join(f'"{name}"' for name in columns)
    send_what_waits()
    with connection.cursor() as cursor:
        cursor.execute("VALUES (1)")  # pghistory says who writes in front of a statement, and COPY goes past it
        with connection.wrap_database_errors, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def new_keys(table: str, count: int) -> list[int]:
    """Keys for rows that are going to be copied and that others refer to."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [table, count])
        return [key for (key,) in cursor.fetchall()]
