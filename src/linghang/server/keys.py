"""Rotation of the keys that encrypt values: a new key, then every value under an older one is sealed anew.

The installation may run meanwhile: old keys stay readable, and servers see the new file at once. What is left to do is
read from the values themselves, so a rotation that was killed goes on where it stopped. Old keys are never deleted:
backups of before still need them.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import django
import django.apps
import psycopg
from psycopg import sql

from linghang.server.backup import database_of, options_of
from linghang.server.folder import VARIABLE, DataFolder, write_private
from linghang.server.problems import Refused
from linghang.ui.web.keyfile import DataKeys, KeysUnusableError, read_keys
from linghang.ui.web.sealed import Sealed, SealedTextField, SealedUnreadableError, key_prefix

BATCH = 500
MOST_PASSES = 5
ONE_AT_A_TIME = 7_203_401  # an advisory lock; PostgreSQL lets go of it when the connection ends, however it ends


@dataclass(frozen=True)
class Column:
    """Where sealed values lie; `key` is the table's integer primary key."""

    table: str
    name: str
    key: str

    @property
    def place(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass
class Rotation:
    """What a rotation did. `broken` names places of values that do not open; they were left as they are."""

    current: str
    resumed: bool
    sealed: int = 0
    unused: tuple[str, ...] = ()
    broken: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class KeyUse:
    """How many values lie under one key; `known` is false when the file does not have it."""

    key_id: str
    values: int
    current: bool
    known: bool


def rotate(folder: DataFolder, *, report: Callable[[int], None]) -> Rotation:
    """Add a key and seal everything under it, or finish a rotation that broke off; `report` hears the running count."""
    with _opened(folder) as (connection, file):
        _refuse_a_second(connection)
        before = _read(file)
        keys = before if before.rotating else before.with_new_key()
        if keys is not before:
            write_private(file, keys.text())  # before the first value needs it
        done = Rotation(current=keys.current, resumed=before.rotating)
        seal_anew(connection, sealed_columns(), keys, done, report)
        done.unused = tuple(use.key_id for use in _uses(connection, keys) if not use.values and not use.current)
        write_private(file, replace(keys, rotating=False).text())
    return done


def uses(folder: DataFolder) -> list[KeyUse]:
    """Every key of the file, and every key that values ask for."""
    with _opened(folder) as (connection, file):
        return _uses(connection, _read(file))


def sealed_columns() -> list[Column]:
    """All columns that hold sealed values; the app registry must be ready."""
    return [
        Column(model._meta.db_table, str(sealed.column), str(model._meta.pk.column))
        for model in django.apps.apps.get_models(include_auto_created=True)
        for sealed in model._meta.local_fields
        if isinstance(sealed, SealedTextField)
    ]


def seal_anew(
    connection: psycopg.Connection,
    columns: Sequence[Column],
    keys: DataKeys,
    done: Rotation,
    report: Callable[[int], None],
) -> None:
    """Pass over all columns until nothing is left that a server wrote under the old key meanwhile."""
    for _pass in range(MOST_PASSES):
        before = done.sealed
        done.broken.clear()
        for column in columns:
            for count in _batches(connection, column, keys, done.broken):
                done.sealed += count
                report(done.sealed)
        if done.sealed == before:
            return


def _batches(connection: psycopg.Connection, column: Column, keys: DataKeys, broken: Counter[str]) -> Iterator[int]:
    """One transaction per batch; yields how many values it sealed anew."""
    names = {
        "table": sql.Identifier(column.table),
        "key": sql.Identifier(column.key),
        "value": sql.Identifier(column.name),
    }
    select = sql.SQL(
        "SELECT {key}, {value} FROM {table} WHERE {key} > %s AND {value} IS NOT NULL"
        " AND substring({value} FROM 1 FOR %s) <> %s ORDER BY {key} LIMIT %s FOR UPDATE"
    ).format(**names)
    update = sql.SQL("UPDATE {table} SET {value} = %s WHERE {key} = %s").format(**names)
    head, last = key_prefix(keys.current), -1
    while True:
        with connection.transaction():
            rows = connection.execute(select, (last, len(head), head, BATCH)).fetchall()
            if not rows:
                return
            sealed = [
                (new, key) for key, old in rows if (new := _resealed(old, column.place, keys, broken)) is not None
            ]
            connection.cursor().executemany(update, sealed)
        last = rows[-1][0]
        yield len(sealed)


def _resealed(old: bytes, place: str, keys: DataKeys, broken: Counter[str]) -> bytes | None:
    try:
        return Sealed.of(Sealed(old, place).open(keys), place, keys).content
    except SealedUnreadableError:
        broken[place] += 1
        return None


def _uses(connection: psycopg.Connection, keys: DataKeys) -> list[KeyUse]:
    found: Counter[str] = Counter()
    for column in sealed_columns():
        query = sql.SQL(
            "SELECT substring({value} FROM 2 FOR get_byte({value}, 0)), count(*) FROM {table}"
            " WHERE {value} IS NOT NULL GROUP BY 1"
        ).format(table=sql.Identifier(column.table), value=sql.Identifier(column.name))
        for name, count in connection.execute(query):
            found[bytes(name).decode("ascii", "replace")] += count
    return [
        KeyUse(name, found[name], current=name == keys.current, known=name in keys.fields)
        for name in [*keys.fields, *sorted(found.keys() - keys.fields.keys())]
    ]


@contextmanager
def _opened(folder: DataFolder) -> Iterator[tuple[psycopg.Connection, Path]]:
    """A connection as the owner, and the file of keys."""
    os.environ[VARIABLE] = str(folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    options = options_of(folder)
    with database_of(folder, options) as owner:
        django.setup()
        with psycopg.connect(owner, autocommit=True) as connection:
            yield connection, options.data_keys


def _refuse_a_second(connection: psycopg.Connection) -> None:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone()
    if row is None or not row[0]:
        raise Refused("另一个更换密钥的命令正在运行；请等它做完。")


def _read(file: Path) -> DataKeys:
    try:
        return read_keys(file)
    except KeysUnusableError as reason:
        raise Refused(str(reason)) from reason
