"""Statements that the database plans once per connection: for the few that run with every record.

Django puts values into the text of a statement, so that the database plans it anew each time; for a statement that
touches a few rows by their keys, planning takes several times as long as doing. Where many are at work, waiting for the
answer takes longer than both; so what needs no answer at once is put down (`later`) and goes along with what follows:
with the next planned statement, at the latest with the commit.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from pghistory.runtime import _inject_history_context
from psycopg.pq import ExecStatus, TransactionStatus

from linghang.ui.web.lines import PlannedCursor, go_together

OFTEN = 2  # times that a connection asks the same before the plan is kept
MOST = 100  # statements that a connection keeps cursors for, as psycopg does plans

Rows = list[tuple[Any, ...]]
Values = Sequence[Any] | Mapping[str, Any]


class Statement(NamedTuple):
    """Something to be sent, and who hears its rows."""

    sql: str
    values: Values
    then: Callable[[Rows], object] | None = None


@dataclass
class _Operation:
    """An operation that lets statements wait. `depth`: the savepoints that were open when it began."""

    db: BaseDatabaseWrapper
    depth: int
    waiting: list[Statement] = field(default_factory=list)


class _Kept(threading.local):
    """Of this thread's connection: its cursors, made once, like the plans that they ask for; and what waits."""

    raw: object = None
    operation: _Operation | None = None

    def __init__(self) -> None:
        self.cursors: dict[tuple[str, int], PlannedCursor] = {}


_kept = _Kept()


def planned(sql: str, values: Values) -> Rows:
    """Execute a statement on tables without history; returns its rows.

    Counted, timed and refused like every other statement of the connection, and part of its transaction. What waits
    goes before it, on the same way.
    """
    found: list[Rows] = []
    operation = _kept.operation
    _send(operation.db if operation else _healthy(), [*_taken(operation), Statement(sql, values, found.append)])
    return found[0]


def later(sql: str, values: Values, then: Callable[[Rows], object] | None = None) -> None:
    """Execute a statement as `planned` does, at the latest with the commit of the operation; `then` hears its rows.

    Whatever else asks the database meanwhile comes after it. Where something can be taken back by itself (a savepoint),
    and outside of an operation, it is executed at once. What `then` raises refuses the operation.
    """
    statement, operation = Statement(sql, values, then), _kept.operation
    if operation is not None and _depth(operation.db) == operation.depth:
        operation.waiting.append(statement)
        return
    rows = planned(sql, values)
    if then is not None:
        then(rows)


@contextmanager
def together() -> Iterator[Callable[[], None]]:
    """Statements may wait inside; `writing` opens it in its transaction and, at the end, calls what it is given.

    That sends what waits, and the commit along with it where the transaction ends there, too.
    """
    db = connections[DEFAULT_DB_ALIAS]
    operation = _kept.operation = _Operation(db, _depth(db))

    def finish() -> None:
        nobody_hears = all(one.then is None for one in operation.waiting)
        if operation.waiting:
            ends = nobody_hears and not db.savepoint_ids and not db.needs_rollback
            _send(db, _taken(operation), commit=ends)

    try:
        with db.execute_wrapper(_first_what_waits):
            yield finish
    finally:
        _kept.operation = None


def send_what_waits() -> None:
    """For what asks the database past Django's cursors: COPY."""
    if _kept.operation is not None and _kept.operation.waiting:
        _send(_kept.operation.db, _taken(_kept.operation))


def _first_what_waits(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
    """Somebody else's statement sees everything that was put down before it."""
    if not isinstance(context["cursor"].cursor, PlannedCursor):
        send_what_waits()
    return execute(sql, values, many, context)


# what these do is for all other statements
DEAF = (_inject_history_context, _first_what_waits)


def _send(db: BaseDatabaseWrapper, statements: Sequence[Statement], *, commit: bool = False) -> None:
    """All on one way to the database and back; then whoever wants to hears the rows, in the same order."""
    db.ensure_connection()
    begin = _begins(db)
    cursors = _cursors(db, [statement.sql for statement in statements])
    with db.wrap_database_errors:
        for cursor, (sql, values, _then) in zip(cursors, statements, strict=True):
            _asked_by(db, cursor).execute(sql, values)
        db.validate_no_broken_transaction()
        # Django commits afterwards, and finds that nothing is left to do
        go_together(db.connection, cursors, begin=begin, commit=commit)
    # all answers are taken before anybody hears one: he may ask the same anew
    answers = [_answer(cursor) for cursor in cursors]
    for statement, rows in zip(statements, answers, strict=True):
        if statement.then is not None:
            statement.then(rows)


def _asked_by(db: BaseDatabaseWrapper, cursor: PlannedCursor) -> PlannedCursor | CursorWrapper:
    """The cursor as those see it who want to hear of each statement; mostly there is nobody."""
    if db.queries_logged:
        return CursorDebugWrapper(cursor, db)
    somebody = any(wrapper not in DEAF for wrapper in db.execute_wrappers)
    return CursorWrapper(cursor, db) if somebody else cursor


def _answer(cursor: PlannedCursor) -> Rows:
    answered = cursor.pgresult is not None and cursor.pgresult.status == ExecStatus.TUPLES_OK
    rows = cursor.fetchall() if answered else []
    cursor.forget_answer()
    return rows


def _taken(operation: _Operation | None) -> list[Statement]:
    if operation is None:
        return []
    waiting, operation.waiting = operation.waiting, []
    return waiting


def _begins(db: BaseDatabaseWrapper) -> bool:
    """Whether a transaction begins with the next statement, as psycopg has it."""
    raw = db.connection
    return not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE


def _depth(db: BaseDatabaseWrapper) -> int:
    return sum(one is not None for one in db.savepoint_ids)


def array(keys: Iterable[int | UUID]) -> str:
    """Keys in the database's own writing of an array: putting a list into it takes longer than asking with it."""
    return f"{{{','.join(map(str, keys))}}}"


def rows_as_table(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """What stands behind FROM for rows of these types, and its values. A single row is cheaper without arrays."""
    if len(rows) == 1:
        return f"(VALUES ({', '.join(f'%s::{kind}' for kind in types)}))", list(rows[0])
    columns = [list(column) for column in zip(*rows, strict=True)]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})", columns


def _healthy() -> BaseDatabaseWrapper:
    db = connections[DEFAULT_DB_ALIAS]
    db.close_if_health_check_failed()
    return db


def _cursors(db: BaseDatabaseWrapper, texts: Sequence[str]) -> list[PlannedCursor]:
    """A cursor for each, made once for a statement; if the same one is there twice, it needs two."""
    raw, taken, found = db.connection, Counter[str](), []
    if _kept.raw is not raw or len(_kept.cursors) > MOST:
        raw.prepare_threshold = OFTEN  # Django's own cursors never ask for a plan to be kept
        _kept.raw, _kept.cursors = raw, {}
    for sql in texts:
        cursor = _kept.cursors.get((sql, taken[sql]))
        if cursor is None:
            cursor = _kept.cursors[sql, taken[sql]] = PlannedCursor(raw)
        taken[sql] += 1
        found.append(cursor)
    return found
