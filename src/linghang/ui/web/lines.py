"""Statements that go to the database, and their answers that come back, on one way.

psycopg's own pipeline waits until a transaction has begun before it hands over the first statement, and hands over one
by one; here a transaction's beginning, its statements and its end lie in one packet, and so do the answers.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Self

from psycopg import Connection, Cursor, Error, OperationalError
from psycopg._preparing import Prepare
from psycopg.abc import Params, PQGen, Query
from psycopg.adapt import Transformer
from psycopg.errors import NotSupportedError, error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.types.numeric import Int8Dumper

Answers = list[list[PGresult]]


class PlannedCursor(Cursor[tuple[Any, ...]]):
    """Values travel beside the statement. Whole numbers are of one type whatever their size: one plan, not several."""

    # pghistory puts who writes in front of a statement, which would make it two; it leaves cursors with a name alone.
    # So these statements write no table that keeps a history.
    name = "planned"

    def __init__(self, connection: Connection[Any]) -> None:
        super().__init__(connection)
        self.adapters.register_dumper(int, Int8Dumper)
        self._plan, self._plan_name = Prepare.NO, b""

    def execute(
        self, query: Query, params: Params | None = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Self:
        """Make the statement ready; it goes with `go_together`. Only the connection says when its plan is kept."""
        if prepare is not None or binary is not None:
            raise NotSupportedError("a planned statement is prepared as often as its connection says, answered in text")
        self._reset()
        if self._last_query is not query:
            self._tx = Transformer(self)
            self._last_query = query
        self._query = self._convert_query(query, params)
        return self

    def hand_over(self) -> int:
        """Put it into the packet; how many answers it will have."""
        statement, plans = self._query, self._conn._prepared
        assert statement is not None
        self._plan, self._plan_name = plans.get(statement)
        self._fresh = plans.maybe_add_to_cache(statement, self._plan, self._plan_name)
        if self._plan is Prepare.NO:
            self._pgconn.send_query_params(
                statement.query, statement.params, param_types=statement.types, param_formats=statement.formats
            )
            return 1
        if self._plan is Prepare.SHOULD:
            self._pgconn.send_prepare(self._plan_name, statement.query, param_types=statement.types)
        self._pgconn.send_query_prepared(self._plan_name, statement.params, param_formats=statement.formats)
        return 2 if self._plan is Prepare.SHOULD else 1

    def hear(self, answers: Answers) -> None:
        """Take what the database says to it; raises what is wrong."""
        for results in answers:
            self._check_results(results)
        if self._fresh is not None:
            self._conn._prepared.validate(self._fresh, self._plan, self._plan_name, answers[-1])
        self._set_results(answers[-1])

    def forget_plan(self) -> None:
        """What was to be planned with a packet that failed may not have been."""
        if self._plan is Prepare.SHOULD and self._query is not None:
            plans = self._conn._prepared
            plans._names.pop(plans.key(self._query), None)

    def forget_answer(self) -> None:
        """The cursor stays, what it was asked and told need not."""
        self._reset()
        self._tx.set_pgresult(None)

    def nextset(self) -> bool | None:
        """One statement has one answer; asking for another one would wait for the first."""
        return None


def go_together(raw: Connection[Any], cursors: Sequence[PlannedCursor], *, begin: bool, commit: bool) -> None:
    """Send what the cursors have ready, and let each hear its answer; raises the first thing that is wrong.

    `begin`, `commit`: a transaction begins before the first one, or ends after the last one.
    """
    with raw.lock:
        first, *answers, last = _ask(raw, cursors, begin=begin, commit=commit)
    try:
        _check(first)
        for cursor, heard in zip(cursors, answers, strict=True):
            cursor.hear(heard)
        _check(last)
    except Error:
        for cursor in cursors:
            cursor.forget_plan()
        raise
    if raw._prepared._to_flush:
        raw.wait(raw._prepared.maintain_gen(raw))


def _ask(raw: Connection[Any], cursors: Sequence[PlannedCursor], *, begin: bool, commit: bool) -> list[Answers]:
    """What the database says to the beginning, to each cursor and to the end."""
    pgconn = raw.pgconn
    pgconn.enter_pipeline_mode()
    try:
        if begin:
            pgconn.send_query_params(raw._get_tx_start_command(), None)
        numbers = [int(begin), *(cursor.hand_over() for cursor in cursors), int(commit)]
        if commit:
            pgconn.send_query_params(b"COMMIT", None)
        pgconn.pipeline_sync()
        answers = iter(raw.wait(_fetched(pgconn, sum(numbers))))
        return [list(islice(answers, number)) for number in numbers]
    finally:
        _leave(raw)


def _fetched(pgconn: PGconn, number: int) -> PQGen[Answers]:
    """So many answers, and the word that these were all."""
    yield from send(pgconn)
    answers = []
    for _ in range(number + 1):
        answers.append((yield from fetch_many(pgconn)))
    return answers[:-1]


def _leave(raw: Connection[Any]) -> None:
    """Where not everything was fetched, the connection is of no use to anybody any more."""
    if raw.pgconn.status == ConnStatus.BAD:
        return
    try:
        raw.pgconn.exit_pipeline_mode()
    except OperationalError:
        raw.close()


def _check(answers: Answers) -> None:
    for result in (result for results in answers for result in results):
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result, encoding="utf-8")
