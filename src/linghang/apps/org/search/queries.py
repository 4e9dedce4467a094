"""Finding: fragments of any length, inside the scope that the address of each kind gives the viewer, and no further."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from linghang.apps.access.queries import scope_on_address
from linghang.apps.org.search.data import MOST_COUNTED, Hit, HitGroup, SearchKind, search_kinds
from linghang.apps.org.search.models import Findable
from linghang.apps.org.search.sources import ORGANISATION
from linghang.apps.org.search.words import keys_of_path, mark, pieces_for, terms_of
from linghang.ui.web.paging import PER_PAGE, Page
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

NEWEST_LOOKED_AT = 6000  # of a kind with many rows, before the index is asked

# The words decide, and so does the scope (the same condition as `Scope.condition`); pieces only find candidates.
# What very many rows contain is found among the newest rows; only where that gives too few, the index is asked.
FIND = """
WITH recent AS MATERIALIZED (
    SELECT f.id, f.day FROM (
        SELECT * FROM (
            SELECT id, day, words, pieces, node_id, home_id, readers FROM org_findable
            WHERE kind = %(kind)s AND top_id = %(top)s ORDER BY day DESC NULLS LAST LIMIT %(newest)s
        ) newest
        WHERE words LIKE ALL (%(fragments)s::text[]) AND (%(anywhere)s OR pieces && %(within)s::int[])
        ORDER BY day DESC NULLS LAST LIMIT %(most)s
    ) f
    JOIN access_scopenode n ON n.id = f.node_id LEFT JOIN access_scopenode h ON h.id = f.home_id
    WHERE (
        n.path LIKE ANY (%(subtrees)s::text[]) OR h.path LIKE ANY (%(subtrees)s::text[])
        OR n.path = ANY (%(nodes)s::text[]) OR h.path = ANY (%(nodes)s::text[]) OR f.readers && %(readers)s::uuid[]
    )
), listed AS MATERIALIZED (
    SELECT f.id, f.day FROM org_findable f
    JOIN access_scopenode n ON n.id = f.node_id LEFT JOIN access_scopenode h ON h.id = f.home_id
    WHERE (SELECT count(*) FROM recent) < %(most)s AND f.kind = %(kind)s
    AND f.pieces @> %(needed)s::int[] AND (%(anywhere)s OR f.pieces && %(within)s::int[])
    AND f.words LIKE ALL (%(fragments)s::text[]) AND (
        n.path LIKE ANY (%(subtrees)s::text[]) OR h.path LIKE ANY (%(subtrees)s::text[])
        OR n.path = ANY (%(nodes)s::text[]) OR h.path = ANY (%(nodes)s::text[]) OR f.readers && %(readers)s::uuid[]
    )
), best AS MATERIALIZED (
    SELECT id, day FROM listed
    UNION ALL SELECT id, day FROM recent WHERE (SELECT count(*) FROM recent) = %(most)s
    ORDER BY day DESC NULLS LAST, id LIMIT %(most)s
)
SELECT f.uuid, f.title, f.line, f.day, count(*) OVER () FROM best JOIN org_findable f USING (id)
ORDER BY CASE WHEN f.words || E'\\n' LIKE %(whole)s THEN 0 WHEN f.words LIKE %(begins)s THEN 1 ELSE 2 END,
    f.day DESC NULLS LAST, f.title, f.id
LIMIT %(shown)s OFFSET %(start)s
"""


def is_enough(query: str) -> bool:
    """Whether a query says enough to look for it: one Chinese character, or two letters or digits."""
    return bool(terms_of(query))


def kinds_for(viewer: Viewer, *, on: date) -> list[SearchKind]:
    """The kinds of things that the viewer's posts of today let him open."""
    return [kind for kind in search_kinds if scope_on_address(viewer, kind.address, on=on) is not None]


def find(query: str, *, viewer: Viewer, on: date, each: int = 5) -> list[HitGroup]:
    """The best hits of every kind with their number inside the scope; kinds without hits are left out."""
    terms, groups = terms_of(query), []
    for kind in search_kinds if terms else ():
        scope = scope_on_address(viewer, kind.address, on=on)
        hits, number = _best(terms, kind, scope, shown=each) if scope else ([], 0)
        if hits:
            groups.append(HitGroup(kind, min(number, MOST_COUNTED), number > MOST_COUNTED, hits))
    return groups


def find_page(query: str, kind: SearchKind, *, viewer: Viewer, on: date, number: int) -> tuple[Page[Hit], bool]:
    """One page of the hits of one kind, the best first, and whether there are more than the page counts."""
    terms, scope = terms_of(query), scope_on_address(viewer, kind.address, on=on)
    hits, found = _best(terms, kind, scope, shown=MOST_COUNTED) if terms and scope else ([], 0)
    total = len(hits)
    number = min(max(1, number), max(1, -(-total // PER_PAGE)))
    start = (number - 1) * PER_PAGE
    return Page(hits[start : start + PER_PAGE], number, total), found > MOST_COUNTED


def places_sounding(words: str) -> Q | None:
    """Places of organisations whose names, codes or former names sound so, for a query on places inside a scope.

    None for words that say too little to look for.
    """
    terms = terms_of(words)
    if not terms:
        return None
    found = Findable._base_manager.filter(kind=ORGANISATION, pieces__contains=_pieces(terms, ORGANISATION))
    for term in terms:
        found = found.filter(words__contains=term)
    return Q(pk__in=found.values("node_id"))


def _best(terms: Sequence[str], kind: SearchKind, scope: Scope, *, shown: int) -> tuple[list[Hit], int]:
    """The first hits of a kind: titles that begin with the first fragment, then the newest; and how many there are."""
    newest = NEWEST_LOOKED_AT if kind.dated and _is_wide(scope) else 0
    values = _words(terms, kind) | _reach(scope)
    values |= {"newest": newest, "most": MOST_COUNTED + 1, "shown": shown, "start": 0}
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        rows = cursor.fetchall()
    return [Hit(kind.code, *row[:4]) for row in rows], (rows[0][4] if rows else 0)


def _words(terms: Sequence[str], kind: SearchKind) -> dict[str, Any]:
    plain = [_plain(term) for term in terms]
    return {
        "kind": kind.code,
        "needed": _pieces(terms, kind.code),
        "fragments": [f"%{term}%" for term in plain],
        "whole": f"{plain[0]}\n%",
        "begins": f"{plain[0]}%",
    }


def _pieces(terms: Sequence[str], kind: str) -> list[int]:
    """What the index must hold of anything of this kind with all of these fragments in its words."""
    return sorted({mark("k", kind)}.union(*(pieces_for(term) for term in terms)))


def _is_wide(scope: Scope) -> bool:
    """Whether it reaches a whole unit or what is directly below: further down the index leaves few rows anyway."""
    return any(path.count("/") <= 2 for path in scope.subtrees)


def _reach(scope: Scope) -> dict[str, Any]:
    """The scope as paths, which decide, and as marks in the index, which only make it fast."""
    place = [mark("p", keys_of_path(path)[-1]) for path in scope.subtrees if path]
    place += [mark("n", keys_of_path(path)[-1]) for path in scope.nodes]
    return {
        "subtrees": [f"{_plain(path)}%" for path in scope.subtrees],
        "nodes": list(scope.nodes),
        "readers": [scope.reader] if scope.reader else [],
        "top": next((keys_of_path(path)[0] for path in (*scope.subtrees, *scope.nodes) if path), None),
        "anywhere": "" in scope.subtrees,
        "within": [*place, *([mark("u", scope.reader)] if scope.reader else [])],
    }


def _plain(text: str) -> str:
    """For LIKE: nothing in it stands for anything else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
