"""Statements whose words are kept: Django takes longer to put some of them into words than the database to answer.

    rows = kept_rows(_late_links, kind.id, on)      # def _late_links(kind, on) -> QuerySet of plain columns
    page = kept_page(_ordered, asked, number=3)     # its keys; the rows themselves are read by these

The words depend on what stands in the brackets and on the shape of the open scope (how many places, by which posts,
whether there is a reader), never on whose scope it is: his places and he himself are put in anew each time. No row is
ever kept.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet, Window
from psycopg.sql import quote

from linghang.ui.web.paging import PER_PAGE, Page
from linghang.ui.web.planned import planned
from linghang.ui.web.scope import Scope, current_scope, use_scope

Words = tuple[str, tuple[Any, ...]]
MakeQuery = Callable[..., "QuerySet[Any, Any]"]
Make = MakeQuery | Callable[..., Words]
Given = tuple[int | str | UUID, ...]
Shape = tuple[Scope, Given | None]
MARK = "\x1f"  # stands in no text that is asked for
_NUMBERS = -2_000_000_000  # no key is as small


def kept_words(make: Make, *args: Hashable, given: Given | None = None) -> Words:
    """The statement that `make` puts together for the open scope; ('', ()) where nothing can be in it.

    `make` is a function of a module; it looks at nothing but its arguments, the packs in force (whose words must be
    among the arguments) and the places, posts and reader of the scope, as scoped managers do. What is `given` (keys,
    mostly) comes last, as one tuple: of it the words depend on the number alone, and `make` may compare rows with it
    and do nothing else.
    """
    shape, filled = shape_of(given)
    sql, params = _words(make, args, *shape)
    return sql, fill(params, filled)


def shape_of(given: Given | None) -> tuple[Shape, dict[Any, Any]]:
    """What the words depend on, and what stands in the place of each mark in them."""
    scope = current_scope()
    filled: dict[Any, Any] = {}
    if given is not None:
        filled = {_mark_of(n, value): value for n, value in enumerate(given)}
        given = tuple(filled)
    if scope.system_reason:
        return (Scope(system_reason="whatever the reason, everything", top=scope.top), given), filled
    posts = [path for _role, path in scope.posts]
    places = {
        path: _mark_path(n, path) for n, path in enumerate(dict.fromkeys((*scope.subtrees, *scope.nodes, *posts)))
    }
    like = connection.ops.prep_for_like_query
    for path, mark in ((path, mark) for path, mark in places.items() if path):
        filled |= {mark: path, f"{like(mark)}%": f"{like(path)}%"} | dict(zip(_keys(mark), _keys(path), strict=False))
    filled[_READER] = scope.reader
    shape = replace(
        scope,
        subtrees=tuple(places[path] for path in scope.subtrees),
        nodes=tuple(places[path] for path in scope.nodes),
        posts=tuple((role, places[path]) for role, path in scope.posts),
        reader=scope.reader and _READER,
    )
    return (shape, given), filled


def fill(params: Sequence[Any], filled: Mapping[Any, Any]) -> tuple[Any, ...]:
    """The values of a statement with what the marks stand for."""
    return tuple(filled.get(value, value) if isinstance(value, str | UUID | int) else value for value in params)


def _mark_path(number: int, path: str) -> str:
    """Of the same form as the path: a chain of whole numbers, of one or of several steps. '' is everywhere."""
    first = f"{_NUMBERS - 2 * number}/"
    return path and (f"{first}{_NUMBERS - 2 * number - 1}/" if path.count("/") > 1 else first)


def _keys(path: str) -> list[int]:
    """The keys of the first and the last place of a path; managers that know them ask for these."""
    steps = path.split("/")[:-1]
    return [int(step) for step in (steps[0], steps[-1]) if step.removeprefix("-").isdecimal()] if steps else []


def _mark_of(number: int, value: Any) -> Any:
    if isinstance(value, UUID):
        return UUID(int=_READER.int + 1 + number)
    return f"{MARK}{number}" if isinstance(value, str) else _NUMBERS // 2 - number


def kept_rows(
    make: Make, *args: Hashable, given: Given | None = None, one_plan: bool = False, keep: bool = True
) -> list[tuple[Any, ...]]:
    """What the database answers to it, as plain values; with `keep=False` the words are put together anew.

    With `one_plan` each connection plans the statement once for whatever places, reader and keys: for those of many
    tables, which take longer to plan than to answer, and whose plan does not depend on how much lies in a place.
    """
    if one_plan:
        return planned_rows(make, args, given)
    sql, params = kept_words(make, *args, given=given) if keep else _put(make, _all_of(args, given))
    return rows_of(sql, params) if sql else []


def planned_rows(make: Make, args: tuple[Hashable, ...], given: Given | None) -> list[tuple[Any, ...]]:
    """The same by a statement that is planned once; see `planned`."""
    shape, filled = shape_of(given)
    sql, marks = _with_marks(make, args, *shape, tuple(filled))
    return planned(sql, fill(marks, filled)) if sql else []


def kept_page(make: MakeQuery, *args: Hashable, number: int, keep: bool = True, one_plan: bool = False) -> Page[int]:
    """One page of keys of an ordered query with the number of all its rows, in one statement.

    A number past the end gives the last page. With `keep=False` the words are not kept: those that somebody searched
    for are his own. `one_plan` is meant as in `kept_rows`, of words that are kept.
    """
    rows = kept_rows(_paged, make, args, (number - 1) * PER_PAGE, one_plan=one_plan and keep, keep=keep)
    if not rows and number > 1:
        again = partial(kept_page, make, *args, keep=keep, one_plan=one_plan)
        total = again(number=1).total
        return again(number=max(1, -(-total // PER_PAGE))) if total else Page([], 1, 0)
    return Page([key for key, _total in rows], number, rows[0][1] if rows else 0)


def _paged(make: MakeQuery, args: tuple[Hashable, ...], start: int) -> "QuerySet[Any, Any]":
    cut: QuerySet[Any, Any] = make(*args).annotate(of_all=Window(Count("*"))).values_list("pk", "of_all")
    return cut[start : start + PER_PAGE]


@lru_cache(maxsize=512)
def _with_marks(
    make: Make, args: tuple[Hashable, ...], scope: Scope, given: Given | None, marks: tuple[Any, ...]
) -> Words:
    """The statement with its fixed values written out, so that a plan may count on them; only marks stay open."""
    sql, params = _words(make, args, scope, given)
    left = [value for value in params if _is_among(value, marks)]
    written = ("%s" if _is_among(value, marks) else quote(value).replace("%", "%%") for value in params)
    return sql.replace("%%", "%%%%") % tuple(written), tuple(left)


def _is_among(value: Any, marks: tuple[Any, ...]) -> bool:
    return isinstance(value, str | UUID | int) and value in marks


def rows_of(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_READER = UUID("00000000-0000-4000-8000-00000000001f")


@lru_cache(maxsize=1024)
def _words(make: Make, args: tuple[Hashable, ...], scope: Scope, given: Given | None) -> Words:
    with use_scope(scope):
        return _put(make, _all_of(args, given))


def _all_of(args: tuple[Hashable, ...], given: Given | None) -> tuple[Hashable, ...]:
    return args if given is None else (*args, given)


def _put(make: Make, args: tuple[Hashable, ...]) -> Words:
    made = make(*args)
    if isinstance(made, tuple):
        return made
    try:
        sql, params = made.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(params)
