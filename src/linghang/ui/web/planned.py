"""Statements that the database plans once per connection: for the few that run with every record.

Django puts values into the text of a statement, so that the database plans it anew each time; for a statement that
touches a few rows by their keys, planning takes several times as long as doing. Where many are at work, waiting for the
answer takes longer than both; so what needs no answer at once is put down (`later`) and goes along with what follows:
with the next planned statement, at the latest with the commit.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import Connection, Cursor, Error, Pipeline
from psycopg._queries import PostgresQuery
from psycopg.abc import Params, PQGen, Query
from psycopg.errors import PipelineAborted
from psycopg.generators import send
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.numeric import Int8Dumper

OFTEN = 2  # times that a connection asks the same before the plan is kept

Rows = list[tuple[Any, ...]]
Values = Sequence[Any] | Mapping[str, Any]


class PlannedCursor(Cursor[tuple[Any, ...]]):
    """Values travel beside the statement. Whole numbers are of one type whatever their size: one plan, not several."""

    # pghistory puts who writes in front of a statement, which would make it two; it leaves cursors with a name alone.
    # So these statements write no table that keeps a history.
    name = "planned"

    def _send_query_prepared(self, name: bytes, pgq: PostgresQuery, *, binary: bool | None = None) -> None:
        """Remembers the statement, as sending one that is not planned yet does: Django's log of statements reads it."""
        self._query = pgq
        super()._send_query_prepared(name, pgq, binary=binary)

    def _execute_gen(
        self, query: Query, params: Params | None = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> PQGen[None]:
        """As psycopg does it; in a line nothing is handed over before its end."""
        if self._conn._pipeline is None:
            yield from super()._execute_gen(query, params, prepare=prepare, binary=binary)
            return
        yield from self._start_query(query)
        yield from self._maybe_prepare_gen(self._convert_query(query, params), prepare=prepare, binary=binary)
        self._last_query = query

    def nextset(self) -> bool | None:
        """One statement has one answer; asking for another one would wait for the first."""
        return None


class _Line(Pipeline):
    """psycopg's pipeline hands its statements over one by one; here they lie in one packet with their end."""

    def _exit_gen(self) -> PQGen[None]:
        self._enqueue_sync()
        while self.command_queue:
            self.command_queue.popleft()()
        yield from send(self.pgconn)
        yield from self._fetch_gen(flush=False)


class Statement(NamedTuple):
    """Something to be sent, and who hears its rows."""

    sql: str
    values: Values
    then: Callable[[Rows], object] | None = None


@dataclass
class _Operation:
    """An operation that lets statements wait. `depth`: the savepoints that were open when it began."""

    depth: int
    waiting: list[Statement] = field(default_factory=list)


class _Kept(threading.local):
    """Of this thread's connection: its cursors, made once, like the plans that they ask for; and what waits."""

    cursors: Sequence[PlannedCursor] = ()
    operation: _Operation | None = None


_kept = _Kept()


def planned(sql: str, values: Values) -> Rows:
    """Execute a statement on tables without history; returns its rows.

    Counted, timed and refused like every other statement of the connection, and part of its transaction. What waits
    goes before it, on the same way.
    """
    db = _connected()
    operation = _kept.operation
    if not (operation and operation.waiting) and not _begins(db):
        return _answer(_execute(db, _cursor(db, 0), sql, values))
    found: list[Rows] = []
    _send(db, [*_taken(operation), Statement(sql, values, found.append)])
    return found[0]


def later(sql: str, values: Values, then: Callable[[Rows], object] | None = None) -> None:
    """Execute a statement as `planned` does, at the latest with the commit of the operation; `then` hears its rows.

    Whatever else asks the database meanwhile comes after it. Where something can be taken back by itself (a savepoint),
    and outside of an operation, it is executed at once. What `then` raises refuses the operation.
    """
    statement, operation = Statement(sql, values, then), _kept.operation
    if operation is not None and _depth(connections[DEFAULT_DB_ALIAS]) == operation.depth:
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
    operation = _kept.operation = _Operation(_depth(db))

    def finish() -> None:
        nobody_hears = all(one.then is None for one in operation.waiting)
        if operation.waiting:
            ends = nobody_hears and not db.savepoint_ids and not db.needs_rollback
            _send(_connected(), _taken(operation), commit=ends)

    try:
        with db.execute_wrapper(_first_what_waits):
            yield finish
    finally:
        _kept.operation = None


def send_what_waits() -> None:
    """For what asks the database past Django's cursors: COPY."""
    if _kept.operation is not None and _kept.operation.waiting:
        _send(_connected(), _taken(_kept.operation))


def _first_what_waits(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
    """Somebody else's statement sees everything that was put down before it."""
    if not isinstance(context["cursor"].cursor, PlannedCursor):
        send_what_waits()
    return execute(sql, values, many, context)


def _send(db: BaseDatabaseWrapper, statements: Sequence[Statement], *, commit: bool = False) -> None:
    """All on one way to the database and back; then whoever wants to hears the rows, in the same order."""
    cursors = [_cursor(db, number) for number in range(len(statements) + commit)]
    with db.wrap_database_errors:
        try:
            with _line(db.connection):
                for cursor, (sql, values, _then) in zip(cursors, statements, strict=False):
                    _execute(db, cursor, sql, values)
                if commit:  # Django commits afterwards, and finds that nothing is left to do
                    cursors[-1].execute("COMMIT", prepare=False)
        except PipelineAborted as error:
            raise _cause(error) from None
    for cursor, statement in zip(cursors, statements, strict=False):
        if statement.then is not None:
            statement.then(_answer(cursor))


@contextmanager
def _line(raw: Connection[Any]) -> Iterator[None]:
    raw._pipeline = line = _Line(raw)
    try:
        with line:
            yield
    finally:
        raw._pipeline = None


def _cause(error: Error) -> BaseException:
    """What went wrong first: later statements on the same way only say that it did."""
    cause: BaseException = error
    while isinstance(cause, PipelineAborted) and cause.__context__ is not None:
        cause = cause.__context__
    return cause


def _execute(db: BaseDatabaseWrapper, cursor: PlannedCursor, sql: str, values: Values) -> PlannedCursor:
    asking = CursorDebugWrapper if db.queries_logged else CursorWrapper
    asking(cursor, db).execute(sql, values)
    return cursor


def _answer(cursor: PlannedCursor) -> Rows:
    answered = cursor.pgresult is not None and cursor.pgresult.status == ExecStatus.TUPLES_OK
    return cursor.fetchall() if answered else []


def _taken(operation: _Operation | None) -> list[Statement]:
    if operation is None:
        return []
    waiting, operation.waiting = operation.waiting, []
    return waiting


def _begins(db: BaseDatabaseWrapper) -> bool:
    """Whether psycopg will send a BEGIN before the next statement, and wait for it."""
    return db.in_atomic_block and db.connection.pgconn.transaction_status == TransactionStatus.IDLE


def _depth(db: BaseDatabaseWrapper) -> int:
    return sum(one is not None for one in db.savepoint_ids)


def rows_as_table(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """What stands behind FROM for rows of these types, and its values. A single row is cheaper without arrays."""
    if len(rows) == 1:
        return f"(VALUES ({', '.join(f'%s::{kind}' for kind in types)}))", list(rows[0])
    columns = [list(column) for column in zip(*rows, strict=True)]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})", columns


def _connected() -> BaseDatabaseWrapper:
    db = connections[DEFAULT_DB_ALIAS]
    db.close_if_health_check_failed()
    db.ensure_connection()
    return db


def _cursor(db: BaseDatabaseWrapper, number: int) -> PlannedCursor:
    """The cursor of a statement by its place among those that go together."""
    raw = db.connection
    if not _kept.cursors or _kept.cursors[0].connection is not raw:
        raw.prepare_threshold = OFTEN  # Django's own cursors never ask for a plan to be kept
        _kept.cursors = []
    while len(_kept.cursors) <= number:
        cursor = PlannedCursor(raw)
        cursor.adapters.register_dumper(int, Int8Dumper)
        _kept.cursors = [*_kept.cursors, cursor]
    return _kept.cursors[number]
