"""Branches beside others of their own category, and never beside any other."""

from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import CATEGORIES, ClassedBranch
from linghang.apps.org.data.posts import BRANCHES, PARTY_MEMBERS
from linghang.apps.org.models import Category, Organisation, RosterSpan
from linghang.apps.org.queries.composition import composition_counts
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.paging import Page, page_of


def branches_by_category(category: str, *, on: date, number: int) -> Page[ClassedBranch]:
    """Branches of a category on a day ('' for all, grouped by category, those without one at the end)."""
    page = page_of(_classed(category, on), number, lambda row: row)
    keys = [row.pk for row in page.rows]
    filled, members = composition_counts(keys, on=on), _members(keys, on)
    return Page([_line(row, filled, members) for row in page.rows], page.number, page.total, page.per_page)


def _classed(category: str, on: date) -> "QuerySet[Organisation]":
    there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    kinds = [kind.value for kind in BRANCHES if KINDS[kind.value].members]
    held = Category.objects.filter(covers(on), organisation=OuterRef("pk"))
    rows = Organisation.objects.filter(there, founded_on__lte=on, kind__in=kinds)
    rows = rows.annotate(category=Subquery(held.values("category")[:1]), since=Subquery(held.values("valid_from")[:1]))
    if category:
        rows = rows.filter(Q(category=category))
    return rows.select_related("node").order_by(F("category").asc(nulls_last=True), "node__path")


def _members(keys: list[int], on: date) -> dict[int, int]:
    spans = RosterSpan.objects.filter(covers(on), branch__in=keys, standing__in=sorted(PARTY_MEMBERS))
    found: dict[int, int] = {}
    for branch in spans.values_list("branch_id", flat=True):
        found[branch or 0] = found.get(branch or 0, 0) + 1
    return found


def _line(row: Organisation, filled: dict[int, tuple[int, int]], members: dict[int, int]) -> ClassedBranch:
    said = vars(row)
    done, total = filled.get(row.pk, (0, 0))
    label = str(CATEGORIES[said["category"]]) if said["category"] else ""
    return ClassedBranch(row.uuid, row.name, label, said["since"], members.get(row.pk, 0), done, total)
