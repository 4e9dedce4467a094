"""Which links hold on a day: their own dates, and both ends still there.

A link of a party member holds while he is one; one that ties him to an area or to his own branch, only while he is at
home where he was when it was made: whoever is transferred leaves his zone blank the next morning.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.expressions import RawSQL

from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.models import Link
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import system_scope

TIED = Q(right_area__isnull=False) | Q(node=F("left_node"))


def holding(on: date, *kinds: str) -> QuerySet[Link]:
    """Links of these kinds (all without any) that hold on the day, inside the open scope."""
    # nobody has two spans on a day, so the join adds no rows; unlike EXISTS inside OR it is one hash join for all links
    spans = FilteredRelation("left_person__spans", condition=covers(on, "left_person__spans__"))
    rows: QuerySet[Any] = Link.objects.filter(covers(on)).annotate(span=spans).filter(_left(on), _right(on))
    return rows.filter(kind__in=kinds) if kinds else rows


def holding_anywhere(on: date, *kinds: str) -> QuerySet[Link]:
    """The same for what is asked of rows that lie inside the scope themselves: who covers them may be outside."""
    with system_scope(reason="whether a visible row is covered does not depend on who looks at it"):
        return holding(on, *kinds)


def ends_held(on: date, kinds: Iterable[str], end: str) -> RawSQL:
    """What stands at one end of the links of these kinds that hold on a day, wherever they hang.

    For `IN`: one hash table, whatever the number of rows that ask.
    """
    return in_words(*_ends_sql(on, tuple(kinds), end, member_kinds(on)))


def in_words(sql: str, params: Sequence[Any]) -> RawSQL:
    """A whole select that Django has put into words before."""
    return RawSQL(sql, params)  # noqa: S611  put together by Django, values apart


@lru_cache(maxsize=512)
def _ends_sql(on: date, kinds: tuple[str, ...], end: str, _members: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Putting these conditions into words takes longer than answering them, and a page asks a dozen times."""
    sql, params = holding_anywhere(on, *kinds).filter(**{f"{end}__isnull": False}).values(end).query.sql_with_params()
    return sql, tuple(params)


def _left(on: date) -> Q:
    person = Q(span__isnull=False) & (~Q(kind__in=member_kinds(on)) | Q(span__standing__in=sorted(PARTY_MEMBERS)))
    at_home = ~TIED | Q(span__node=F("left_node"))
    return Q(left_organisation__isnull=False) & _open("left_organisation", on) | person & at_home


def member_kinds(on: date) -> tuple[str, ...]:
    """Kinds whose left end is a party member."""
    return tuple(kind.id for kind in pack_in_force(on=on).links.values() if kind.left == ("member",))


def _right(on: date) -> Q:
    area = Q(right_area__valid_to__isnull=True) | Q(right_area__valid_to__gte=on)
    return (
        Q(right_person__isnull=False)
        | Q(right_organisation__isnull=False) & _open("right_organisation", on)
        | Q(right_area__isnull=False) & area
    )


def _open(end: str, on: date) -> Q:
    return Q(**{f"{end}__closed_on__isnull": True}) | Q(**{f"{end}__closed_on__gte": on})
