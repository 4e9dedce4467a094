"""The list of records: one page at a time by its position, never by counting through, so ten million rows stay quick.

A narrow scope is asked place by place, a wide one kind by kind; each asks an index for its first rows only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from linghang.apps.ledger.data.pages import ANY, REVERSAL, REVERSED, STANDING, FactFilter, FactLine, FactsPage
from linghang.apps.ledger.models import Event, Fact, Subject
from linghang.apps.ledger.queries.pages_lines import fact_lines
from linghang.apps.ledger.queries.pages_reach import Reached, reached
from linghang.ui.web.errors import DomainError

PER_PAGE = 25
COUNTED = 1_000  # a longer list says "more than"
EXPORTED = 50_000
NARROW = 60  # places up to which asking each of them is the quicker way
FEW = 5  # the same where only one kind is asked for
PATIENCE_MS = 3000  # then the reader is asked to narrow the list
NAMES = 300  # subjects that a search may mean

LATE = "((f.recorded_at AT TIME ZONE 'Asia/Shanghai')::date - f.occurred_on)"
INSIDE = "(f.node_id = ANY(%(nodes)s) OR f.home_id = ANY(%(nodes)s) OR f.subject_id = ANY(%(own)s))"
# asked row by row: as a join the planner would read the whole table to count a thousand
STANDS = "(SELECT TRUE FROM ledger_standingfact s WHERE s.fact_id = f.id) IS NOT NULL"
IN_STATE = {
    STANDING: STANDS,
    REVERSED: f"f.reverses_id IS NULL AND NOT ({STANDS})",
    REVERSAL: "f.reverses_id IS NOT NULL",
    ANY: "TRUE",
}


class _Asked:
    """One list: where its rows may be found, and what they must be like."""

    def __init__(self, filters: FactFilter, reach: Reached) -> None:
        self.reach, self.state = reach, filters.state
        self.params: dict[str, Any] = {"own": list(reach.own)}
        self.where = " AND ".join(self._conditions(filters))
        self.subjects, self.events = _meant(filters)
        self.narrowed = bool(filters.search or filters.subject)

    def _conditions(self, filters: FactFilter) -> Iterator[str]:
        yield IN_STATE[filters.state]
        given = {
            "kind": (filters.kind, "f.kind = %(kind)s"),
            "since": (filters.since, "f.occurred_on >= %(since)s"),
            "until": (filters.until, "f.occurred_on <= %(until)s"),
            "late": (filters.late, f"{LATE} >= %(late)s"),
            "recorder": (
                filters.recorder,
                "f.recorded_by_id IN (SELECT id FROM access_user WHERE display_name = %(recorder)s)",
            ),
        }
        for name, (value, condition) in given.items():
            if value not in ("", None):
                self.params[name] = value
                yield condition
        for number, (name, value) in enumerate(sorted(filters.attributes.items())):
            self.params |= {f"attribute{number}": name, f"value{number}": value}
            yield f"f.attributes ->> %(attribute{number})s = %(value{number})s"

    def arms(self, *, more: str = "TRUE", order: str = "", once: bool = False) -> list[str]:
        """Queries whose rows together are the list. `once`: no row comes out of two of them."""
        here = f"{self.where} AND {more}"
        if self.state in (REVERSED, REVERSAL) and not self.narrowed:
            return [_taken_back(self.state, f"{self._inside()} AND {here}", order)]
        if self.narrowed:
            self.params |= {"subjects": self.subjects, "events": self.events}
            arms = [_each("%(subjects)s::bigint[]", f"f.subject_id = a.id AND {self._inside()} AND {here}", order)]
            apart = f"f.event_id = ANY(%(events)s) AND {self._inside()} AND {here}"
            rest = f"{apart} AND NOT f.subject_id = ANY(%(subjects)s)" if once else apart
            return [*arms, _plain(rest, order)] if self.events else arms
        places = self._places(here, order, once=once)
        mine = f"f.subject_id = a.id AND {here}"
        if once and self.reach.tops:
            mine += " AND NOT f.top_id = ANY(%(tops)s)"
        elif once:
            mine += " AND NOT f.node_id = ANY(%(nodes)s) AND (f.home_id IS NULL OR NOT f.home_id = ANY(%(nodes)s))"
        return [*places, _each("%(own)s::bigint[]", mine, order)] if self.reach.own else places

    def _inside(self) -> str:
        self.params["nodes"] = self.reach.nodes
        return INSIDE

    def _places(self, here: str, order: str, *, once: bool) -> list[str]:
        if self.reach.tops:
            return [self._by_kind(here, order)]
        self.params["nodes"] = self.reach.nodes
        if not self.reach.nodes:
            return []
        if len(self.reach.nodes) > (min(NARROW, FEW) if "kind" in self.params else NARROW):
            return [self._by_kind(f"(f.node_id = ANY(%(nodes)s) OR f.home_id = ANY(%(nodes)s)) AND {here}", order)]
        home = f"f.home_id = a.id AND {here}"
        if once:
            home += " AND NOT f.node_id = ANY(%(nodes)s)"
        nodes = "%(nodes)s::bigint[]"
        return [_each(nodes, f"f.node_id = a.id AND {here}", order), _each(nodes, home, order)]

    def _by_kind(self, here: str, order: str) -> str:
        self.params["tops"] = self.reach.some_tops
        if "kinds" not in self.params:
            kind = self.params.get("kind")
            self.params["kinds"] = [kind] if kind else known_kinds(self.params["tops"])
        pairs = "%(tops)s::bigint[]) AS t(id) CROSS JOIN unnest(%(kinds)s::text[]"
        return _each(pairs, f"f.top_id = t.id AND f.kind = a.id AND {here}", order)


def _each(keys: str, where: str, order: str) -> str:
    """The first rows of every key, found by an index."""
    return (
        f"SELECT x.id, x.occurred_on FROM unnest({keys}) AS a(id) CROSS JOIN LATERAL"  # noqa: S608  texts of this file
        f" (SELECT f.id, f.occurred_on FROM ledger_fact f WHERE {where} {order}) x"
    )


def _taken_back(state: str, where: str, order: str) -> str:
    """Records that were cancelled, or what cancelled them: there are few, and an index knows them."""
    own = "f.id = r.reverses_id" if state == REVERSED else "f.id = r.id"
    return (
        f"(SELECT f.id, f.occurred_on FROM ledger_fact r JOIN ledger_fact f ON {own}"  # noqa: S608  texts of this file
        f" WHERE r.reverses_id IS NOT NULL AND {where} {order})"
    )


def _plain(where: str, order: str) -> str:
    return f"(SELECT f.id, f.occurred_on FROM ledger_fact f WHERE {where} {order})"  # noqa: S608  texts of this file


def known_kinds(tops: Sequence[int]) -> list[str]:
    """Every kind that was ever recorded below these tops: a hop from one to the next along the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE k AS ("
            " SELECT t.id AS top, (SELECT min(kind) FROM ledger_fact f WHERE f.top_id = t.id) AS id"
            " FROM unnest(%s::bigint[]) AS t(id)"
            " UNION ALL SELECT k.top, (SELECT min(kind) FROM ledger_fact f WHERE f.top_id = k.top AND f.kind > k.id)"
            " FROM k WHERE k.id IS NOT NULL) SELECT DISTINCT id FROM k WHERE id IS NOT NULL",
            [list(tops)],
        )
        return [kind for (kind,) in cursor.fetchall()]


def _meant(filters: FactFilter) -> tuple[list[int], list[int]]:
    """Which subjects and events a search means, inside the open scope."""
    if filters.subject is not None:
        return list(Subject.objects.filter(uuid=filters.subject).values_list("pk", flat=True)), []
    if not filters.search:
        return [], []
    name = Q()
    for way in ("person__", "organisation__", "area__"):
        name |= Q(**{f"{way}name__icontains": filters.search}) | Q(**{f"{way}code__iexact": filters.search})
    name |= Q(label__icontains=filters.search) | (Q(code__iexact=filters.search) & ~Q(code=""))
    subjects = Subject.objects.filter(name).order_by("pk").values_list("pk", flat=True)[:NAMES]
    events = Event.objects.filter(number=filters.search).order_by("-pk").values_list("pk", flat=True)[:NAMES]
    return list(subjects), list(events)


def facts_page(filters: FactFilter, *, older_than: str = "", newer_than: str = "") -> FactsPage:
    """One page of records inside the open scope, the latest day first.

    `older_than` or `newer_than` is the uuid of a record beside which the page lies.
    """
    asked = _Asked(filters, reached(filters.place))
    backwards = bool(newer_than) and not older_than
    position = _position(newer_than or older_than)
    with _patiently():
        keys = _keys(asked, position, backwards=backwards, limit=PER_PAGE + 1)
        total = _count(asked)
    further, keys = len(keys) > PER_PAGE, keys[:PER_PAGE]
    rows = fact_lines(keys[::-1] if backwards else keys)
    before = further if backwards else bool(older_than)
    after = bool(newer_than) if backwards else further
    return FactsPage(
        rows=tuple(rows),
        total=total,
        limit=COUNTED,
        newer=str(rows[0].uuid) if rows and before else "",
        older=str(rows[-1].uuid) if rows and after else "",
    )


def facts_for_export(filters: FactFilter) -> list[FactLine]:
    """All records of a list, up to one more than `EXPORTED`."""
    asked = _Asked(filters, reached(filters.place))
    with _patiently():
        keys = _keys(asked, None, backwards=False, limit=EXPORTED + 1)
    return [line for start in range(0, len(keys), 5000) for line in fact_lines(keys[start : start + 5000])]


def fact_keys(filters: FactFilter, limit: int) -> list[int]:
    """Keys of the records of a list, the latest day first."""
    asked = _Asked(filters, reached(filters.place))
    with _patiently():
        return _keys(asked, None, backwards=False, limit=limit)


def _position(uuid: str) -> tuple[Any, int] | None:
    try:
        wanted = UUID(uuid)
    except ValueError:
        return None
    return Fact.objects.filter(uuid=wanted).values_list("occurred_on", "pk").first()


def _keys(asked: _Asked, position: tuple[Any, int] | None, *, backwards: bool, limit: int) -> list[int]:
    more = "TRUE"
    if position is not None:
        asked.params |= {"day": position[0], "key": position[1]}
        more = f"(f.occurred_on, f.id) {'>' if backwards else '<'} (%(day)s, %(key)s)"
    way = "ASC" if backwards else "DESC"
    asked.params["limit"] = limit
    arms = asked.arms(more=more, order=f"ORDER BY f.occurred_on {way}, f.id {way} LIMIT %(limit)s")
    rows = _rows(arms, asked.params, f"ORDER BY occurred_on {way}, id {way} LIMIT %(limit)s")
    return [key for (key,) in rows]


def _rows(arms: Sequence[str], params: dict[str, Any], tail: str) -> list[tuple[int]]:
    if not arms:
        return []
    return _fetched(f"SELECT id FROM ({' UNION '.join(arms)}) u {tail}", params)  # noqa: S608  texts of this file


def _fetched(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@contextmanager
def _patiently() -> Iterator[None]:
    """The answers, or a refusal: a filter that hardly anything meets may have to read everything."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        words = _("符合这些条件的记录太少或太分散，一时查不完。请再选组织、种类，或把日期缩短后再查。")
        raise DomainError("too_wide", words) from error


def _count(asked: _Asked) -> int:
    """How many rows the list has, up to one more than `COUNTED`."""
    arms = asked.arms(once=True, order="LIMIT %(counted)s")
    if not arms:
        return 0
    asked.params["counted"] = COUNTED + 1
    found: int = _fetched(
        f"SELECT count(*) FROM (SELECT 1 FROM ({' UNION ALL '.join(arms)}) u LIMIT %(counted)s) c",  # noqa: S608  ours
        asked.params,
    )[0][0]
    return found
