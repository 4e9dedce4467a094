"""Whole rows by statements whose words are kept: what `kept` is for plain columns.

    links = kept_objects(_filling, on, kinds, given=keys)     # def _filling(on, kinds, keys) -> QuerySet[Link]

Rows come with what the query reads beside them (`select_related`, annotations), as from the query itself.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from linghang.ui.web.kept import Given, Words, fill, planned_rows, rows_of, shape_of
from linghang.ui.web.scope import use_scope

M = TypeVar("M", bound=Model)


class _Reading(NamedTuple):
    """How the columns of an answer become an object with those beside it."""

    words: Words
    model: type[Model]
    names: list[str]
    columns: slice
    beside: Sequence[Any]
    more: dict[str, int]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]


def kept_objects(
    make: Callable[..., QuerySet[M]], *args: Hashable, given: Given | None = None, one_plan: bool = False
) -> list[M]:
    """What the query that `make` puts together finds in the open scope; see `kept.kept_rows`."""
    shape, filled = shape_of(given)
    reading = _reading(make, args, *shape)
    if reading is None:
        return []
    if one_plan:
        return list(_objects(reading, planned_rows(make, args, given)))
    sql, params = reading.words
    return list(_objects(reading, rows_of(sql, fill(params, filled))))


@lru_cache(maxsize=512)
def _reading(make: Callable[..., Any], args: tuple[Hashable, ...], *shape: Any) -> _Reading | None:
    scope, given = shape
    with use_scope(scope):
        compiler: SQLCompiler = make(*args, *(() if given is None else (given,))).query.get_compiler(connection.alias)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
    return _read_by(compiler, (sql, tuple(params)))


def _read_by(compiler: SQLCompiler, words: Words) -> _Reading:
    """What Django's own iteration works out anew each time; nothing of it belongs to a connection."""
    select, info = compiler.select, compiler.klass_info
    fields = info["select_fields"]
    columns = slice(fields[0], fields[-1] + 1)
    beside: Any = get_related_populators  # its stub speaks of a later Django
    return _Reading(
        words,
        info["model"],
        [column.target.attname for column, *_rest in select[columns]],
        columns,
        beside(info, select, connection.alias),
        dict(compiler.annotation_col_map or {}),
        compiler.get_converters([column for column, *_rest in select]),
    )


def _objects(reading: _Reading, rows: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    for row in rows:
        values = list(row)
        for place, (convert, expression) in reading.converters.items():
            for step in convert:
                values[place] = step(values[place], expression, connection)
        made = reading.model.from_db(connection.alias, reading.names, values[reading.columns])
        for each in reading.beside:
            each.populate(values, made)
        for name, place in reading.more.items():
            setattr(made, name, values[place])
        yield made
