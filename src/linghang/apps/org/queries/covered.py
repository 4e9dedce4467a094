"""What a coverage speaks of on a day, and the condition under which one of these rows is covered.

What is to be covered lies inside the open scope; who covers it may stand outside.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import AREA_ENDS, KINDS_OF_END
from linghang.apps.org.data.organisations import Family
from linghang.apps.org.data.posts import PARTY_MEMBERS, TITLES
from linghang.apps.org.models import Area, Organisation, Person, Post, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.holding import ends_held, in_words
from linghang.apps.org.queries.spans import spans_in_sight
from linghang.engine.packs.link_model import PEOPLE, Coverage, Through
from linghang.ui.web.scope import system_scope

Ends = Callable[[Sequence[str], str], RawSQL]  # kinds of links, one of their ends → what stands there, for IN


@dataclass(frozen=True)
class Asked:
    """The rows that a coverage speaks of, and the condition under which one of them is covered."""

    rows: QuerySet[Any]
    is_covered: Q


def asked_of(said: Coverage, on: date, under: str, ends: Ends | None = None) -> Asked:
    """`under` is the path of a subtree ('' for the whole scope); `ends` says where the links that hold are read."""
    held = ends or partial(ends_held, on)
    if said.of in PEOPLE:
        rows = _holders(said, on, under) if said.posts else _people(said, on, under)
        return Asked(rows, _person_is_covered(said, on, "pk" if said.posts else "person", held))
    if said.of in AREA_ENDS:
        areas = Area.objects.filter(covers(on), _below(under), kind=said.of)
        return Asked(areas, Q(pk__in=held(said.by, "right_area")))
    return _organisations(said, on, under, held)


def model_of(said: Coverage) -> type[Model]:
    """What the rows of a coverage are."""
    if said.of in PEOPLE:
        return Person if said.posts else RosterSpan
    return Area if said.of in AREA_ENDS else Organisation


def _below(under: str, prefix: str = "") -> Q:
    """Inside a subtree; '' is the whole scope, without a condition that every row would have to be asked."""
    return Q(**{f"{prefix}node__path__startswith": under}) if under else Q()


def _people(said: Coverage, on: date, under: str) -> QuerySet[RosterSpan]:
    rows = spans_in_sight(on).filter(_below(under))
    return rows.filter(standing__in=sorted(PARTY_MEMBERS)) if said.of == "member" else rows


def _holders(said: Coverage, on: date, under: str) -> QuerySet[Person]:
    """People who hold a post that opens one of the roles; each once, however many posts he holds."""
    held = Q(pk__in=[])
    for kinds, titles in _opening(said.posts).items():
        held |= Q(title__in=titles, organisation__kind__in=kinds)
    posts = Post.objects.filter(covers(on), held, _below(under, "organisation__"))
    first = posts.filter(person=OuterRef("pk")).order_by("valid_from").values("valid_from")[:1]
    with system_scope(reason="who holds a visible post is on the door plate"):
        return Person.objects.filter(pk__in=posts.values("person")).annotate(held_since=Subquery(first))


def _opening(roles: Collection[str]) -> dict[tuple[str, ...], list[str]]:
    """Titles that open one of the roles, by the kinds of organisations where they do: few conditions, not a dozen."""
    found: dict[tuple[str, ...], list[str]] = {}
    for info in TITLES.values():
        kinds = tuple(kind.value for kind, role in info.where.items() if role is not None and role.value in roles)
        if kinds:
            found.setdefault(kinds, []).append(info.code)
    return found


def _person_is_covered(said: Coverage, on: date, person: str, held: Ends) -> Q:
    """Being linked to covers, too, where a kind has people at its right end and none at its left."""
    kinds = pack_in_force(on=on).links
    those = [name for name in said.by if not set(kinds[name].left) & set(PEOPLE)]
    right = Q(**{f"{person}__in": held(those, "right_person")}) if those else Q(pk__in=[])
    return Q(**{f"{person}__in": held(said.by, "left_person")}) | right


def _organisations(said: Coverage, on: date, under: str, held: Ends) -> Asked:
    """Branches that keep no members of their own (temporary, project) have nothing to cover."""
    kinds = sorted(kind.value for kind in KINDS_OF_END[said.of] if said.of != "branch" or KINDS[kind.value].members)
    there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    rows = Organisation.objects.filter(there, _below(under), founded_on__lte=on, kind__in=kinds)
    if said.through is Through.MEMBERSHIP:
        work = all(KINDS[kind.value].family is Family.BUSINESS for kind in KINDS_OF_END[said.of])
        column = "unit" if work else "branch"  # where people work, or where their 组织关系 is
        return Asked(rows, Q(pk__in=in_words(*_with_members(on, column))))
    left, right = (held(said.by, f"{side}_organisation") for side in ("left", "right"))
    return Asked(rows, Q(pk__in=left) | Q(pk__in=right))


@lru_cache(maxsize=128)
def _with_members(on: date, column: str) -> tuple[str, tuple[Any, ...]]:
    """The units or branches to which a party member belongs on a day, in words."""
    with system_scope(reason="whether a visible team has a member does not depend on who asks"):
        members = RosterSpan.objects.filter(covers(on), standing__in=sorted(PARTY_MEMBERS))
    sql, params = members.filter(**{f"{column}__isnull": False}).values(column).query.sql_with_params()
    return sql, tuple(params)
