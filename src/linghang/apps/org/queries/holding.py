"""Which links hold on a day: their own dates, and both ends still there.

A link of a party member holds while he is one; one that ties him to an area or to his own branch, only while he is at
home where he was when it was made: whoever is transferred leaves his zone blank the next morning.
"""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.models import Link, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import system_scope

TIED = Q(right_area__isnull=False) | Q(node=F("left_node"))


def holding(on: date, *kinds: str) -> QuerySet[Link]:
    """Links of these kinds (all without any) that hold on the day, inside the open scope."""
    rows = Link.objects.filter(covers(on), still_there(on))
    return rows.filter(kind__in=kinds) if kinds else rows


def holding_anywhere(on: date, *kinds: str) -> QuerySet[Link]:
    """The same for what is asked of rows that lie inside the scope themselves: who covers them may be outside."""
    with system_scope(reason="whether a visible row is covered does not depend on who looks at it"):
        return holding(on, *kinds)


def still_there(on: date) -> Q:
    """Both ends of a link exist on the day, and a person at the left is still who he was."""
    with system_scope(reason="whether somebody is on the roster does not depend on who asks"):
        roster = RosterSpan.objects.filter(covers(on), person=OuterRef("left_person"))
    here = roster.filter(node=OuterRef("left_node"))
    anybody, members = (Exists(here), Exists(roster)), (Exists(_party(here)), Exists(_party(roster)))
    of_members = Q(kind__in=_member_kinds(on))
    person = (
        (of_members & TIED & Q(members[0]))
        | (of_members & ~TIED & Q(members[1]))
        | (~of_members & TIED & Q(anybody[0]))
        | (~of_members & ~TIED & Q(anybody[1]))
    )
    return (Q(left_organisation__isnull=False) & _open("left_organisation", on) | person) & _right(on)


def _member_kinds(on: date) -> list[str]:
    """Kinds whose left end is a party member."""
    return [kind.id for kind in pack_in_force(on=on).links.values() if kind.left == ("member",)]


def _party(spans: QuerySet[RosterSpan]) -> QuerySet[RosterSpan]:
    return spans.filter(standing__in=sorted(PARTY_MEMBERS))


def _right(on: date) -> Q:
    area = Q(right_area__valid_to__isnull=True) | Q(right_area__valid_to__gte=on)
    return (
        Q(right_person__isnull=False)
        | Q(right_organisation__isnull=False) & _open("right_organisation", on)
        | Q(right_area__isnull=False) & area
    )


def _open(end: str, on: date) -> Q:
    return Q(**{f"{end}__closed_on__isnull": True}) | Q(**{f"{end}__closed_on__gte": on})
