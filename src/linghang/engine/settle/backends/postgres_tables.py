"""Tables, views and rows of one transaction in PostgreSQL: Arrow goes in, Arrow comes out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from linghang.engine.settle.backends.dialects import in_dialect
from linghang.engine.settle.backends.fact_view import quoted

AT_ONCE = 200_000  # rows that are handed over, or taken in, at once
COLUMNS = ("subject", "occurred_on", "kind", "sequence", "quantity", "event", "record", "reverses")
POSTGRES = "postgres"
BEGIN, ROLLBACK = b"BEGIN ISOLATION LEVEL REPEATABLE READ", b"ROLLBACK"
ALWAYS = {  # so that the same rows are the same text in every session
    "client_encoding": "UTF8",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
TYPES: Sequence[tuple[Callable[[pa.DataType], bool], str]] = (
    (pa.types.is_int32, "integer"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
    (pa.types.is_string, "text"),
)
SUMS = {"part": "i4", "cell": "i4", "points": "i8", "facts": "i4"}
SIGNATURE = b"PGCOPY\n\xff\r\n\0"
ROW = np.dtype([("columns", ">i2"), *((n, f">{k}") for c, k in SUMS.items() for n, k in ((f"{c}_", "i4"), (c, k)))])


class Copy(Protocol):
    def write(self, buffer: bytes) -> None: ...

    def __iter__(self) -> Iterator[Any]: ...


class Cursor(Protocol):
    def execute(self, query: bytes) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def copy(self, statement: bytes) -> AbstractContextManager[Any]: ...


class Connection(Protocol):
    """What is used of a psycopg connection: the engine itself knows no driver."""

    @property
    def autocommit(self) -> bool: ...

    def cursor(self) -> Cursor: ...


class Tables:
    """What one transaction sees and makes: the backend of a settlement."""

    def __init__(self, cursor: Cursor, kind: str) -> None:
        """`kind` of table: TEMP, or UNLOGGED in the schema that stands first in the search path."""
        self.cursor, self.kind = cursor, kind
        self.explained: list[str] | None = None

    @classmethod
    @contextmanager
    def opened(
        cls, connection: Connection, schema: str, settings: Mapping[str, str], *, inside: bool = False
    ) -> Iterator["Tables"]:
        """A transaction that sees everything as of its beginning, and is undone; `inside` one, a part of it.

        ValueError for a connection that may be in the middle of something else.
        """
        if not connection.autocommit:
            raise ValueError("settling needs a connection of its own, with autocommit")
        cursor = connection.cursor()
        cursor.execute(b"SAVEPOINT settlement" if inside else BEGIN)
        try:
            for name, value in (ALWAYS | dict(settings)).items():
                cursor.execute(f"SET LOCAL {name} = {literal(value)}".encode())
            if schema:
                cursor.execute(f"SET LOCAL search_path = {quoted(schema)}".encode())
            yield cls(cursor, "UNLOGGED" if schema else "TEMP")
        finally:
            cursor.execute(b"ROLLBACK TO SAVEPOINT settlement" if inside else ROLLBACK)

    # --- the backend ---

    def put(self, name: str, rows: pa.Table) -> None:
        self.fill(name, rows.schema, rows.to_batches(AT_ONCE))

    def view(self, name: str, sql: str) -> None:
        kind = "TEMP " if self.kind == "TEMP" else ""
        self._run(f"CREATE OR REPLACE {kind}VIEW {name} AS {in_dialect(sql, POSTGRES)}")

    def keep(self, name: str, sql: str) -> None:
        text = self._told(sql)
        self._run(f"CREATE {self.kind} TABLE {name} AS {text}")
        self._run(f"ANALYZE {name}")

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Sums (part, cell, points, facts) as they come."""
        with self.cursor.copy(f"COPY ({self._told(sql)}) TO STDOUT (FORMAT binary)".encode()) as copy:
            yield from _sums(copy)

    def _told(self, sql: str) -> str:
        """The statement in PostgreSQL's words; how the database means to carry it out is noted, when anybody asks."""
        text = in_dialect(sql, POSTGRES)
        if self.explained is not None:
            steps = "\n".join(str(line) for (line,) in self.rows(f"EXPLAIN (VERBOSE, COSTS OFF) {text}"))
            self.explained.append(f"{text};\n\n{steps}\n")
        return text

    def answers(self, sql: str) -> list[Any]:
        """All rows of a small result, as Python knows them."""
        return self.rows(in_dialect(sql, POSTGRES))

    # --- what only this one does ---

    def fill(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """A new table out of whole numbers, texts, days and flags."""
        columns = ", ".join(f"{quoted(f.name)} {_type(f.type)}" for f in schema)
        self._run(f"CREATE {self.kind} TABLE {name} ({columns})")
        with self.cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy:
            for batch in batches:
                copy.write(_lines(batch))
        self._run(f"ANALYZE {name}")

    def adopt(self, name: str, table: str) -> None:
        """Give a table or view of somebody else's a name here; LookupError when there is none."""
        found = self.rows(
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            f"ON n.oid = c.relnamespace WHERE c.oid = to_regclass({literal(table)})"
        )
        if not found:
            raise LookupError(f"数据库里没有“{table}”这张表，或没有读它的权利")
        schema, relation = found[0]
        kind = "TEMP " if self.kind == "TEMP" else ""
        self._run(f"CREATE {kind}VIEW {name} AS SELECT * FROM {quoted(schema)}.{quoted(relation)}")

    def columns(self, name: str) -> dict[str, str]:
        """Names and types of a table's columns."""
        found = self.rows(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_catalog.pg_attribute "
            f"WHERE attrelid = {literal(name)}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
        return {str(column): str(kind) for column, kind in found}

    def count(self, name: str) -> int:
        return int(self.rows(f"SELECT COUNT(*) FROM {name}")[0][0])

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and a figure that another content would not have, whatever the order."""
        count, figure = self.rows(
            f"SELECT COUNT(*), COALESCE(SUM(('x' || SUBSTR(MD5(f::text), 1, 15))::bit(60)::bigint), 0) FROM {name} f"
        )[0]
        return int(count), f"{int(figure):x}"

    def rows(self, sql: str) -> list[Any]:
        """What a statement in PostgreSQL's own words gives."""
        self._run(sql)
        return self.cursor.fetchall()

    def _run(self, sql: str) -> None:
        self.cursor.execute(sql.encode())


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _type(kind: pa.DataType) -> str:
    return next(name for fits, name in TYPES if fits(kind))


def _lines(batch: pa.RecordBatch) -> bytes:
    """Rows as CSV: texts in quotes, what is missing as nothing at all."""
    out = BytesIO()
    pa_csv.write_csv(batch, out, pa_csv.WriteOptions(include_header=False, quoting_style="needed"))
    return out.getvalue()


def _sums(copy: Iterable[Any]) -> Iterator[pa.RecordBatch]:
    """Rows of a binary copy as Arrow, some at a time; every row has the same length, since nothing is missing."""
    rows: list[bytes] = []
    for row in copy:
        rows.append(bytes(row))
        if len(rows) == AT_ONCE:
            yield _batch(b"".join(rows))
            rows.clear()
    yield _batch(b"".join(rows))


def _batch(data: bytes) -> pa.RecordBatch:
    if data.startswith(SIGNATURE):
        data = data[len(SIGNATURE) + 8 :]  # flags, and the length of an extension that no version has
    found = np.frombuffer(data, ROW, count=len(data) // ROW.itemsize)  # two bytes after the last row say that it is
    return pa.record_batch({name: found[name].astype(kind) for name, kind in SUMS.items()})


def file_batches(path: Path, attributes: Sequence[str]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The columns of a fact file that a plan asks for, read while they are handed over; never the file as a whole."""
    file = pq.ParquetFile(path)
    wanted = [n for n in file.schema_arrow.names if n in COLUMNS or n in attributes]
    schema = pa.schema([(n, _plain(file.schema_arrow.field(n).type)) for n in wanted])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in file.iter_batches(AT_ONCE, columns=wanted):
            yield batch.select(wanted).cast(schema)

    return schema, batches()


def _plain(kind: pa.DataType) -> pa.DataType:
    """Texts of any kind as texts, whole numbers of any width as 64 bits."""
    if pa.types.is_integer(kind):
        return pa.int64()
    return kind if pa.types.is_date(kind) else pa.string()
