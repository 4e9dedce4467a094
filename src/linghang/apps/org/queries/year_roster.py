"""The roster of a year as settlements need it: everybody's spans, the branches, and who answers for what, in bulk.

Everywhere under one top: a settlement sees the whole life of its subjects in the year, wherever they were. The caller
has found the places or the people inside his scope.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import override

from linghang.apps.org.data import KINDS, PARTY_MEMBERS
from linghang.apps.org.data.links import CATEGORIES
from linghang.apps.org.data.spans import DAY
from linghang.apps.org.data.year import LinkSpan, PlaceRow, YearSpan
from linghang.apps.org.models import Category, Link, Organisation, RosterSpan
from linghang.ui.web.scope import system_scope
from linghang.ui.web.spans import PAPERS

WHY = "a settlement counts what its subjects did wherever they were in the year"
__all__ = [
    "LinkSpan",
    "PlaceRow",
    "YearSpan",
    "links_of_kinds",
    "member_spans",
    "places_at",
    "places_by_key",
    "places_of_members",
]
_HOMES = [kind for kind, info in KINDS.items() if info.members]


def member_spans(
    *, since: date, until: date, branches: Collection[int] = (), people: Collection[UUID] = ()
) -> list[YearSpan]:
    """Spans of party members between two days, of the people and of everybody who was in one of the branches then.

    Each person with all his spans in other branches, by person and day. Two statements, whatever the size.
    """
    with system_scope(reason=WHY):
        member = Q(standing__in=sorted(PARTY_MEMBERS), branch__isnull=False)
        during = Q(valid_from__lte=until) & (Q(valid_to=None) | Q(valid_to__gte=since))
        held = RosterSpan.objects.filter(member, during)
        wanted = held.filter(Q(branch_id__in=set(branches)) | Q(person__uuid__in=set(people)))
        rows = held.filter(person_id__in=wanted.values("person_id")).order_by("person__uuid", "valid_from")
        columns = ("person__uuid", "person_id", "name", "branch_id", "standing", "person_class", "valid_from")
        return [YearSpan(*row) for row in rows.values_list(*columns, "valid_to")]


def places_of_members(*, below: str, since: date, until: date) -> list[PlaceRow]:
    """The organisations with members of their own at a path and below it that existed on some of the days."""
    during = Q(founded_on__lte=until) & (Q(closed_on=None) | Q(closed_on__gte=since))
    with system_scope(reason=WHY):
        rows = Organisation.objects.filter(during, node__path__startswith=below, kind__in=_HOMES)
        found = [PlaceRow(*row) for row in rows.order_by("node__path").values_list(*_PLACE)]
        kept = Category.objects.filter(organisation__in=rows, valid_from__lte=until).order_by("valid_from")
        classed: dict[int, list[tuple[str, date, date | None]]] = {}
        for key, category, first, last in kept.values_list("organisation_id", "category", "valid_from", "valid_to"):
            classed.setdefault(key, []).append((category, first, last))
        return [_classed(place, classed[place.key]) if place.key in classed else place for place in found]


def _classed(place: PlaceRow, rows: Sequence[tuple[str, date, date | None]]) -> PlaceRow:
    """With its categories in Chinese, whoever reads: packs name them so."""
    told: dict[date, str] = {}
    with override(PAPERS):
        for category, since, until in rows:
            told[since] = str(CATEGORIES[category])
            if until is not None:
                told[until + DAY] = ""
    return replace(place, category=rows[-1][0], categories=tuple(sorted(told.items())))


def places_at(nodes: Collection[int]) -> dict[int, PlaceRow]:
    """The organisations that hang on nodes, by the key of the node."""
    with system_scope(reason=WHY):
        rows = Organisation.objects.filter(node_id__in=set(nodes)).values_list(*_PLACE)
        return {row[4]: PlaceRow(*row) for row in rows}


def places_by_key(keys: Collection[int]) -> dict[int, PlaceRow]:
    """Organisations by their keys."""
    with system_scope(reason=WHY):
        rows = Organisation.objects.filter(pk__in=set(keys)).values_list(*_PLACE)
        return {row[0]: PlaceRow(*row) for row in rows}


def links_of_kinds(kinds: Collection[str], lefts: Collection[UUID], *, since: date, until: date) -> list[LinkSpan]:
    """Links of the kinds whose left end is one of the subjects, as far as they held between two days."""
    if not kinds:
        return []
    wanted, during = set(lefts), Q(valid_from__lte=until) & (Q(valid_to=None) | Q(valid_to__gte=since))
    with system_scope(reason=WHY):
        ends = Q(left_person__uuid__in=wanted) | Q(left_organisation__uuid__in=wanted)
        rows = Link.objects.filter(during, ends, kind__in=set(kinds)).order_by("pk")
        found = rows.values_list("kind", *_LEFT, *_RIGHT, "valid_from", "valid_to")
        return [
            LinkSpan(kind, left_person or left_place, right_person or right_place or right_area, first, last)
            for kind, left_person, left_place, right_person, right_place, right_area, first, last in found
        ]


_PLACE = ("pk", "uuid", "name", "kind", "node_id", "node__uuid", "node__path", "founded_on", "closed_on")
_LEFT = ("left_person__uuid", "left_organisation__uuid")
_RIGHT = ("right_person__uuid", "right_organisation__uuid", "right_area__uuid")
