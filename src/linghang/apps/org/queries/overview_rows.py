"""Rows of the statement that counts all coverages: read one by one, or, of a whole unit, counted by place.

Either way a coverage says how many rows there are, how many of them it covers, and the first that it does not cover,
from the top of the tree down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Model, Q, QuerySet

from linghang.apps.org.models import Area, Organisation, Person, RosterSpan
from linghang.apps.org.queries.trees import places_in_sight
from linghang.ui.web.kept import Words

BORN: dict[type[Model], str] = {
    RosterSpan: "valid_from",
    Area: "valid_from",
    Organisation: "founded_on",
    Person: "held_since",
}


_LISTED = "SELECT json_agg(json_build_array(row_key, row_born)) FROM ({first}) AS gaps"


class Rows(Protocol):
    """One table of the statement, `rows<number>`, for some coverages of the same rows."""

    def table(self) -> Words:
        """What is read once. Raises EmptyResultSet where nothing can be in sight."""

    def select(self, place: int, n: int, gaps: tuple[int, int]) -> Words:
        """What the n-th coverage finds in it: `place`, all, covered, and gaps as (how many, after how many)."""


@dataclass(frozen=True)
class OneByOne:
    """The rows of the open scope with their order, the day on which each began, and whether each coverage has them."""

    number: int
    rows: QuerySet[Any]
    covered: Sequence[Q]

    def table(self) -> Words:
        flags = {f"covered{n}": ExpressionWrapper(each, BooleanField()) for n, each in enumerate(self.covered)}
        born = F(BORN[self.rows.model])
        order = {"row_key": F("pk"), "row_path": F("node__path"), "row_name": F("name"), "row_born": born}
        return _words(self.rows.values(**order, **flags))

    def select(self, place: int, n: int, gaps: tuple[int, int]) -> Words:
        rows, order = f"FROM rows{self.number}", 'ORDER BY row_path COLLATE "C", row_name, row_key'
        first = f"SELECT row_key, row_born {rows} WHERE NOT covered{n} {order} LIMIT {gaps[0]} OFFSET {gaps[1]}"
        listed = _LISTED.format(first=first)
        return f"SELECT {place}, COUNT(*), COUNT(*) FILTER (WHERE covered{n}), ({listed}) {rows}", ()


_COUNTED = """
    SELECT {place}, COALESCE(SUM(many), 0)::bigint, COALESCE(SUM(covered{n}), 0)::bigint, ({listed}) FROM rows{number}
"""
# the numbers are ours, everything else comes from Django; every place with a gap has at least one, so that the first
# so many of them have as many; as an array they lead to their people through the index
_FIRST = """
    SELECT one.id AS row_key, one.row_born
    FROM rows{number} JOIN ({rows}) one ON one.node_id = rows{number}.row_node
    WHERE one.node_id = ANY (ARRAY(
        SELECT row_node FROM rows{number} WHERE many > covered{n} ORDER BY row_path COLLATE "C" LIMIT {upto}))
    ORDER BY row_path COLLATE "C", one.name, one.id LIMIT {most} OFFSET {after}
"""


@dataclass(frozen=True)
class ByPlace:
    """How many rows hang at each place of the open scope, and how many of them each coverage has.

    `rows` are those of everybody: the places decide what of them is seen.
    """

    number: int
    rows: QuerySet[Any]
    covered: Sequence[Q]

    def table(self) -> Words:
        flags = {f"covered{n}": Count("pk", filter=each) for n, each in enumerate(self.covered)}
        counts, counted = _words(self.rows.values("node_id").annotate(many=Count("pk"), **flags))
        seen, within = _words(places_in_sight())
        both = f"FROM ({counts}) counts JOIN ({seen}) seen ON seen.id = counts.node_id"
        return f"SELECT seen.id AS row_node, seen.path AS row_path, counts.* {both}", (*counted, *within)

    def select(self, place: int, n: int, gaps: tuple[int, int]) -> Words:
        born = F(BORN[self.rows.model])
        uncovered = self.rows.filter(~self.covered[n])
        open_rows, params = _words(uncovered.values("id", "node_id", "name", row_born=born))
        most, after = gaps
        first = _FIRST.format(number=self.number, rows=open_rows, n=n, most=most, after=after, upto=most + after)
        return _COUNTED.format(place=place, n=n, number=self.number, listed=_LISTED.format(first=first)), params


def _words(rows: QuerySet[Any, Any]) -> Words:
    sql, params = rows.query.sql_with_params()
    return sql, tuple(params)
