"""Statements whose words are kept: Django takes longer to put some of them into words than the database to answer.

    rows = kept_rows(_late_links, kind.id, on)      # def _late_links(kind, on) -> QuerySet of plain columns
    page = kept_page(_ordered, asked, number=3)     # its keys; the rows themselves are read by these

The words depend on what stands in the brackets and on the shape of the open scope (how many places, whether there is a
reader), never on whose scope it is: his places and he himself are put in anew each time. No row is ever kept.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet, Window

from linghang.ui.web.paging import PER_PAGE, Page
from linghang.ui.web.scope import Scope, current_scope, use_scope

Words = tuple[str, tuple[Any, ...]]
MakeQuery = Callable[..., "QuerySet[Any, Any]"]
Make = MakeQuery | Callable[..., Words]
MARK = "\x1f"  # stands in no path


def kept_words(make: Make, *args: Hashable) -> Words:
    """The statement that `make` puts together for the open scope; ('', ()) where nothing can be in it.

    `make` is a function of a module; it looks at nothing but its arguments, the packs in force (whose words must be
    among the arguments) and the places and reader of the scope, as scoped managers do.
    """
    scope = current_scope()
    if scope.system_reason:
        return _words(make, args, Scope(system_reason="whatever the reason, everything"), scope.top)
    places = {f"{MARK}subtree{n}/": path for n, path in enumerate(scope.subtrees) if path}
    nodes = {f"{MARK}node{n}/": path for n, path in enumerate(scope.nodes)}
    shape = replace(
        scope,
        subtrees=(*places, *([""] if "" in scope.subtrees else [])),
        nodes=tuple(nodes),
        reader=scope.reader and _READER,
        posts=(),
    )
    sql, params = _words(make, args, shape, scope.top)
    like = connection.ops.prep_for_like_query
    filled: dict[Any, Any] = {f"{like(mark)}%": f"{like(path)}%" for mark, path in places.items()}
    filled |= nodes | {_READER: scope.reader}
    return sql, tuple(filled.get(value, value) if isinstance(value, str | UUID) else value for value in params)


def kept_rows(make: Make, *args: Hashable) -> list[tuple[Any, ...]]:
    """What the database answers to it, as plain values."""
    sql, params = kept_words(make, *args)
    return rows_of(sql, params) if sql else []


def kept_page(make: MakeQuery, *args: Hashable, number: int, keep: bool = True) -> Page[int]:
    """One page of keys of an ordered query with the number of all its rows, in one statement.

    A number past the end gives the last page. With `keep=False` the words are not kept: those that somebody searched
    for are his own.
    """
    words = kept_words if keep else _words_anew
    sql, params = words(_paged, make, args, (number - 1) * PER_PAGE)
    rows = rows_of(sql, params) if sql else []
    if not rows and number > 1:
        total = kept_page(make, *args, number=1, keep=keep).total
        return kept_page(make, *args, number=max(1, -(-total // PER_PAGE)), keep=keep) if total else Page([], 1, 0)
    return Page([key for key, _total in rows], number, rows[0][1] if rows else 0)


def _paged(make: MakeQuery, args: tuple[Hashable, ...], start: int) -> "QuerySet[Any, Any]":
    cut: QuerySet[Any, Any] = make(*args).annotate(of_all=Window(Count("*"))).values_list("pk", "of_all")
    return cut[start : start + PER_PAGE]


def _words_anew(make: Make, *args: Hashable) -> Words:
    return _put(make, args)


def rows_of(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_READER = UUID("00000000-0000-4000-8000-00000000001f")


@lru_cache(maxsize=1024)
def _words(make: Make, args: tuple[Hashable, ...], shape: Scope, _top: UUID | None) -> Words:
    with use_scope(shape):
        return _put(make, args)


def _put(make: Make, args: tuple[Hashable, ...]) -> Words:
    made = make(*args)
    if isinstance(made, tuple):
        return made
    try:
        sql, params = made.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(params)
