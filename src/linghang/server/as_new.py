"""A test database is made as new after a test that committed: what was written is taken out, what stood there stays.

A whole copy of the template costs some 15 MB of files each time, for a test that wrote thirty rows. So the rows of the
tables that were written to are put back as they were, with their sequences, past every trigger. A database in which a
test changed anything else (a table, a trigger, a right) is not repaired: it is thrown away for a fresh copy; so is each
one after `MOST_TIMES`, since rows that were taken out leave their space behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

MOST_TIMES = 40
OWN = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"

# everything but rows of tables. Whatever is written has a later transaction in `xmin` than what it replaces: with as
# many rows as before, their sum is the same only where nothing was written.
CATALOGUES = (
    "pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_db_role_setting", "pg_default_acl", "pg_enum",
    "pg_extension", "pg_index", "pg_inherits", "pg_largeobject_metadata", "pg_namespace", "pg_policy", "pg_proc",
    "pg_rewrite", "pg_sequence", "pg_statistic_ext", "pg_trigger", "pg_type",
)  # fmt: skip
VERSIONS: LiteralString = "count(*), coalesce(sum(xmin::text::bigint), 0) FROM {}"
TABLES = f"""
    SELECT n.nspname, c.relname,
           ARRAY(SELECT a.attname::text FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                 ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OWN} ORDER BY 1, 2
"""  # noqa: S608 -- a constant above
SEQUENCES = f"""
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND {OWN} ORDER BY 1, 2
"""  # noqa: S608 -- a constant above
OTHERS_END = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

Row = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """A table and, where it is not empty in a new database, its rows as COPY writes them."""

    name: sql.Identifier
    columns: sql.Composed
    rows: bytes


@dataclass
class AsNew:
    """What a new database holds, and how often this one has been put back.

    The connection stays open: a new one would read the description of every table again.
    """

    connection: psycopg.Connection
    shape: list[Row]
    tables: list[Table]
    versions: list[Row]
    sequences: list[sql.Identifier]
    values: list[Row]
    times: int = 0


def look(address: str) -> AsNew:
    """What a database holds that nobody has written to; `address` is the superuser's."""
    connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
    tables = [_table(connection, *row) for row in connection.execute(TABLES)]
    sequences = [sql.Identifier(*row) for row in connection.execute(SEQUENCES)]
    shape, versions = _shape(connection), _versions(connection, tables)
    return AsNew(connection, shape, tables, versions, sequences, _values(connection, sequences))


def put_back(new: AsNew) -> bool:
    """Whether the database is as new again; where it is not, only a fresh copy is. Nobody else stays connected."""
    new.times += 1
    try:
        return new.times <= MOST_TIMES and _put_back(new.connection, new)
    except psycopg.OperationalError:  # the test ended all connections
        return False


def _put_back(connection: psycopg.Connection, new: AsNew) -> bool:
    connection.execute(OTHERS_END)
    if _shape(connection) != new.shape:
        return False
    found = _versions(connection, new.tables)
    written = [n for n, (was, now) in enumerate(zip(new.versions, found, strict=True)) if was != now]
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for number in written:
            _restore(connection, new.tables[number])
        _rewind(connection, new)
    if written:
        new.versions = _versions(connection, new.tables)
    return True


def _table(connection: psycopg.Connection, schema: str, name: str, columns: list[str]) -> Table:
    table, listed = sql.Identifier(schema, name), sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor().copy(sql.SQL("COPY {} ({}) TO STDOUT").format(table, listed)) as copy:
        return Table(table, listed, b"".join(bytes(part) for part in copy))


def _restore(connection: psycopg.Connection, table: Table) -> None:
    connection.execute(sql.SQL("DELETE FROM {}").format(table.name))
    if table.rows:
        words = sql.SQL("COPY {} ({}) FROM STDIN").format(table.name, table.columns)
        with connection.cursor().copy(words) as copy:
            copy.write(table.rows)


def _rewind(connection: psycopg.Connection, new: AsNew) -> None:
    for name, was, now in zip(new.sequences, new.values, _values(connection, new.sequences), strict=True):
        if was != now:
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [name.as_string(connection), *was])


def _shape(connection: psycopg.Connection) -> list[Row]:
    return _all_of(connection, VERSIONS, [sql.Identifier("pg_catalog", name) for name in CATALOGUES])


def _versions(connection: psycopg.Connection, tables: list[Table]) -> list[Row]:
    return _all_of(connection, VERSIONS, [table.name for table in tables])


def _values(connection: psycopg.Connection, sequences: list[sql.Identifier]) -> list[Row]:
    return _all_of(connection, "last_value, is_called FROM {}", sequences)


def _all_of(connection: psycopg.Connection, words: LiteralString, names: Sequence[sql.Identifier]) -> list[Row]:
    """One row for each name, in their order; PostgreSQL may take the parts of a union in any."""
    asked = [
        sql.SQL("SELECT {}, ").format(sql.Literal(number)) + sql.SQL(words).format(name)
        for number, name in enumerate(names)
    ]
    rows = connection.execute(sql.SQL("{} ORDER BY 1").format(sql.SQL(" UNION ALL ").join(asked)))
    return [row[1:] for row in rows]
