"""Which spans a roster of a day shows, in which order, and one page of them.

From the top of the tree down and, at one place, as the names sound. A page of a whole unit is not found by putting
everybody in order: how many there are at each place says at which places it begins and ends, and only the people of
these are ordered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, QuerySet
from django.db.models.functions import Collate

from linghang.apps.org.data import PARTY_MEMBERS
from linghang.apps.org.models import Mobility, RosterSpan, Transfer
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.trees import nodes_below, organisations_named, places_in_sight
from linghang.ui.web.kept import Words, kept_page, kept_rows
from linghang.ui.web.paging import PER_PAGE, Page
from linghang.ui.web.scope import current_scope

PARTY = "party"  # 党员, probationary ones included


@dataclass(frozen=True)
class RosterFilter:
    """What a roster is asked for; empty means everything. `place` are words of organisations, `below` is one of
    them, both with all below; `standing` may also be `PARTY`; `state` away | on_the_way."""

    on: date
    search: str = ""
    below: UUID | None = None
    place: str = ""
    standing: str = ""
    person_class: str = ""
    state: str = ""


def spans_ordered(asked: RosterFilter) -> QuerySet[RosterSpan]:
    """All spans that the list shows, in its order."""
    rows = _asked(asked).filter(current_scope().condition("node__path"))
    return rows.order_by(Collate("node__path", "C"), "sound", "name", "person_id")


def keys_page(asked: RosterFilter, *, number: int) -> Page[int]:
    """One page of their keys; a number past the end gives the last page."""
    keep = not (asked.search or asked.below or asked.place)  # places are looked up while it is put together
    if not current_scope().is_wide:
        return kept_page(spans_ordered, asked, number=number, keep=keep)
    rows = kept_rows(_by_places, asked, given=((number - 1) * PER_PAGE,), keep=keep)
    if not rows and number > 1:
        total = keys_page(asked, number=1).total
        return keys_page(asked, number=max(1, -(-total // PER_PAGE))) if total else Page([], 1, 0)
    return Page([key for key, _total in rows], number, rows[0][1] if rows else 0)


# all but the names and the start comes from Django; as an array, the few places lead to their people through the index
_PAGE = """
    WITH many AS MATERIALIZED ({many}),
    placed AS (
        SELECT seen.id, seen.path, many.n, (sum(many.n) OVER (ORDER BY seen.path COLLATE "C"))::bigint AS upto,
            (sum(many.n) OVER ())::bigint AS total
        FROM many JOIN ({seen}) seen ON seen.id = many.node_id),
    shown AS MATERIALIZED (
        SELECT id, path, upto - n AS before, total FROM placed WHERE upto > %s AND upto - n < %s + {per_page})
    SELECT one.id, shown.total FROM shown JOIN ({rows}) one ON one.node_id = shown.id
    WHERE one.node_id = ANY (ARRAY(SELECT id FROM shown))
    ORDER BY shown.path COLLATE "C", one.sound, one.name, one.person_id
    LIMIT {per_page} OFFSET %s - (SELECT min(before) FROM shown)
"""


def _by_places(asked: RosterFilter, start: Sequence[int]) -> Words:
    """The statement of one page: the people at each place are counted first, the scope is asked of the places."""
    nodes = places_in_sight()
    rows = _asked(asked)
    many = rows.values("node_id").annotate(n=Count("pk"))
    try:
        parts = [part.query.sql_with_params() for part in (many, nodes, rows.values(*_SORTED_BY))]
    except EmptyResultSet:  # nothing is in sight
        return "", ()
    (many_sql, counted), (seen, within), (every, again) = parts
    sql = _PAGE.format(many=many_sql, seen=seen, rows=every, per_page=PER_PAGE)
    return sql, (*counted, *within, *start, *start, *again, *start)


_SORTED_BY = ("id", "node_id", "sound", "name", "person_id")


def _asked(asked: RosterFilter) -> QuerySet[RosterSpan]:
    """Spans of the day with all that was asked for, wherever they hang: the caller narrows them to the scope."""
    rows = RosterSpan._base_manager.filter(covers(asked.on))
    if asked.search:
        rows = rows.filter(search_text__contains=asked.search.strip().casefold())
    if asked.below or asked.place:
        rows = rows.filter(node_id__in=_places(asked))
    if asked.standing:
        rows = rows.filter(standing__in=sorted(PARTY_MEMBERS) if asked.standing == PARTY else [asked.standing])
    if asked.person_class:
        rows = rows.filter(person_class=asked.person_class)
    return _in_state(rows, asked)


def _places(asked: RosterFilter) -> set[int]:
    """Places of the organisation asked for, or of all whose name, short name or code has these words."""
    found = [asked.below] if asked.below else organisations_named(asked.place)
    return {node for uuid in found for node in nodes_below(uuid, on=asked.on)}


def _in_state(rows: QuerySet[RosterSpan], asked: RosterFilter) -> QuerySet[RosterSpan]:
    """Those away or on the way; the spans are narrowed to the scope, so the registers are read without asking again."""
    if asked.state == "away":
        moves = Mobility._base_manager.filter(covers(asked.on), direction="out", voided_at__isnull=True)
        return rows.filter(person_id__in=moves.values("person_id"))
    if asked.state == "on_the_way":
        sent = Transfer._base_manager.filter(sent_on__lte=asked.on, voided_at__isnull=True)
        open_ones = sent.filter(received_on__isnull=True, cancelled_on__isnull=True)
        return rows.filter(person_id__in=open_ones.values("person_id"))
    return rows
