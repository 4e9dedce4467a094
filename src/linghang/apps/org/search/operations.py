"""Keeping the index in step: rooms call these in the transaction that writes what is found."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation

from linghang.apps.access.queries import paths_of_nodes
from linghang.apps.org.search.data import LONGEST_LINE, FindableRow, SearchKind, Sound, search_kinds
from linghang.apps.org.search.models import Findable
from linghang.apps.org.search.spoken import sounds_of
from linghang.apps.org.search.words import keys_of_path, mark, normal, pieces_of
from linghang.ui.web.planned import later, rows_as_table
from linghang.ui.web.scope import system_scope

BATCH = 2000
COLUMNS = ("text", "uuid", "bigint", "bigint", "bigint", "text", "text", "text", "date", "text", "text")
PUT = """
INSERT INTO org_findable (kind, uuid, node_id, home_id, top_id, readers, title, line, day, words, pieces)
SELECT kind, uuid, node, home, top, readers::uuid[], title, line, day, words, pieces::int[]
FROM {rows} AS fresh (kind, uuid, node, home, top, readers, title, line, day, words, pieces)
ON CONFLICT (kind, uuid) DO UPDATE SET
    node_id = excluded.node_id, home_id = excluded.home_id, top_id = excluded.top_id, readers = excluded.readers,
    title = excluded.title, line = excluded.line, day = excluded.day, words = excluded.words, pieces = excluded.pieces
WHERE (org_findable.node_id, org_findable.home_id, org_findable.readers, org_findable.title, org_findable.line,
       org_findable.day, org_findable.words, org_findable.pieces)
    IS DISTINCT FROM (excluded.node_id, excluded.home_id, excluded.readers, excluded.title, excluded.line,
                      excluded.day, excluded.words, excluded.pieces)
"""
HANG_ANEW = """
UPDATE org_findable
SET pieces = (SELECT array_agg(DISTINCT piece) FROM unnest(pieces || %s::int[]) piece WHERE piece <> ALL (%s::int[]))
WHERE node_id = %s AND home_id IS NOT DISTINCT FROM %s
"""
ALONE = "LOCK TABLE org_findable IN SHARE ROW EXCLUSIVE MODE"


def put_findables(rows: Iterable[FindableRow], *, paths: Mapping[int, str] | None = None) -> int:
    """Write rows of the index, or write them anew; the number of rows. Call it in the transaction of the change.

    `paths` says where the places hang (key → path), for callers who have read that already.
    """
    written = 0
    # no savepoint of its own: what fails here fails with the change that it belongs to; stored words speak one language
    with transaction.atomic(savepoint=False), in_stored_language():
        for chunk in _chunks(rows):
            last = {(row.kind, row.uuid): row for row in chunk}  # one statement cannot write the same row twice
            _write(list(last.values()), paths)
            written += len(last)
    return written


def in_stored_language() -> AbstractContextManager[object]:
    """Words in the index speak the installation's language, whatever the reader's."""
    same = translation.get_language() == settings.LANGUAGE_CODE
    return nullcontext() if same else translation.override(settings.LANGUAGE_CODE)


def drop_findables(kind: str, uuids: Iterable[UUID]) -> int:
    """Take rows out of the index, in the transaction in which their words are erased."""
    with system_scope(reason="what is erased leaves the index, whoever erased it"):
        return Findable.objects.filter(kind=kind, uuid__in=list(uuids)).delete()[0]


def hang_findables_anew(*, old_path: str, new_path: str) -> None:
    """A place moved with everything below it: what hangs there is found from the new places above, not the old ones."""
    gone = {mark("p", key) for key in keys_of_path(old_path)}
    with transaction.atomic(), system_scope(reason="everything below moves along, whoever may see it"):
        below = Q(node__path__startswith=new_path) | Q(home__path__startswith=new_path)
        pairs = Findable.objects.filter(below).values_list("node_id", "home_id", "node__path", "home__path").distinct()
        with connection.cursor() as cursor:
            for node, home, path, home_path in list(pairs):
                now = {mark("p", key) for each in (path, home_path or "") for key in keys_of_path(each)}
                cursor.execute(HANG_ANEW, [sorted(now), sorted(gone - now), node, home])


def rebuild(*, report: Callable[[SearchKind, int], None], kinds: Sequence[SearchKind] | None = None) -> dict[str, int]:
    """Make the index anew from its sources, a transaction per kind; the number of rows of each kind.

    Readers find the old rows until a kind is done; whoever writes rows waits. Rows of kinds that nobody registers any
    more go. `report` hears the running count.
    """
    wanted = list(search_kinds) if kinds is None else list(kinds)
    with in_stored_language():
        done = {kind.code: _rebuild_kind(kind, report) for kind in wanted if kind.source is not None}
    if kinds is None:
        with system_scope(reason="rows of kinds that are gone"):
            Findable.objects.exclude(kind__in=[kind.code for kind in wanted]).delete()
    return done


def _rebuild_kind(kind: SearchKind, report: Callable[[SearchKind, int], None]) -> int:
    assert kind.source is not None
    written = 0
    with transaction.atomic(), system_scope(reason="the index is made anew for the whole installation"):
        with connection.cursor() as cursor:
            cursor.execute(ALONE)
        Findable.objects.filter(kind=kind.code).delete()
        for chunk in _chunks(kind.source()):
            written += put_findables(chunk)
            report(kind, written)
    return written


def _chunks(rows: Iterable[FindableRow]) -> Iterator[list[FindableRow]]:
    source = iter(rows)
    while chunk := list(islice(source, BATCH)):
        yield chunk


def _write(rows: Sequence[FindableRow], known: Mapping[int, str] | None) -> None:
    places = {key for row in rows for key in (row.node, row.home) if key is not None}
    paths = known if known is not None else paths_of_nodes(places)
    fresh, values = rows_as_table(COLUMNS, [_columns(row, paths) for row in rows])
    later(PUT.format(rows=fresh), values)


def _columns(row: FindableRow, paths: Mapping[int, str]) -> tuple[Any, ...]:
    """One row in the order of PUT; arrays in PostgreSQL's own writing."""
    title, line = row.title[:LONGEST_LINE], row.line[:LONGEST_LINE]
    words = [line for line in dict.fromkeys(normal(text) for text in (title, line, *row.also)) if line]
    kind = search_kinds.get(row.kind)
    heard = sounds_of(words[0], kind.sound if kind else Sound.FULL) if words else []
    lines = [*words, *(line for line in heard if line not in words)]
    pieces = pieces_of(lines) | _marks(row, paths)
    readers = ",".join(str(reader) for reader in row.readers)
    return (
        row.kind, row.uuid, row.node, row.home, keys_of_path(paths[row.node])[0], f"{{{readers}}}", title, line,
        row.day, "\n".join(lines), f"{{{','.join(map(str, sorted(pieces)))}}}",
    )  # fmt: skip


def _marks(row: FindableRow, paths: Mapping[int, str]) -> set[int]:
    """Its kind, its readers, its places, and all places above those."""
    places = [key for key in (row.node, row.home) if key is not None]
    above = {mark("p", key) for place in places for key in keys_of_path(paths[place])}
    return (
        above | {mark("n", key) for key in places} | {mark("u", user) for user in row.readers} | {mark("k", row.kind)}
    )
