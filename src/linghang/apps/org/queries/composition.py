"""The slots of branches (五个一) on any day: which are filled, which stand empty since when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Collate

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import Composition, SlotLine
from linghang.apps.org.data.posts import BRANCHES
from linghang.apps.org.models import Link, Organisation
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.covered import Asked, Ends
from linghang.apps.org.queries.ends import left_line
from linghang.apps.org.queries.holding import holding_anywhere, in_words, member_kinds
from linghang.apps.org.queries.organisations import get_organisation
from linghang.apps.org.queries.quotas import counted
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import Colour, LinkKind, slots
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.paging import Page, all_rows, page_of
from linghang.ui.web.scope import system_scope

DAY = timedelta(days=1)
ENDS = ("left_person", "left_organisation", "right_person", "right_organisation", "right_area")


def composition(organisation: UUID, *, on: date) -> Composition:
    """The slots of one branch inside the scope."""
    row = get_organisation(organisation)
    return _compositions([row], on)[0]


def incomplete_page(*, on: date, number: int, under: str = "", search: str = "") -> Page[Composition]:
    """Branches in which a slot is empty, from the top of the tree down."""
    page = page_of(_incomplete(on, under, search), number, lambda row: row)
    return Page(_compositions(page.rows, on), page.number, page.total, page.per_page)


def incomplete_of(keys: Sequence[int], *, on: date) -> list[Composition]:
    """Branches that were found incomplete in sight, in this order."""
    return _compositions(_rows(keys), on) if keys else []


def incomplete_named(keys: Sequence[int], *, on: date) -> tuple[list[str], Composition | None]:
    """Names of branches that were found incomplete in sight, in this order, and what the first of them has."""
    named = _rows(keys)
    return [row.name for row in named], _compositions(named[:1], on)[0] if named else None


def _rows(keys: Sequence[int]) -> list[Organisation]:
    """Branches that a statement has found in sight, in this order."""
    rows = {row.pk: row for row in kept_objects(_of_keys, given=tuple(keys))}
    return [rows[key] for key in keys]


def _of_keys(keys: Sequence[int]) -> QuerySet[Organisation]:
    return Organisation._base_manager.filter(pk__in=keys)


def all_incomplete(*, on: date, under: str = "", search: str = "") -> list[Composition]:
    """The same without pages, for an export."""
    return _compositions(all_rows(_incomplete(on, under, search)), on)


def complete_count(*, on: date, under: str = "") -> tuple[int, int]:
    """How many branches have every slot filled, of how many."""
    found = _branches(on, under).aggregate(total=Count("pk"), full=Count("pk", filter=_is_full(on)))
    return found["full"], found["total"]


def branches_asked(on: date, held: Ends) -> Asked:
    """Branches that have slots, and the condition under which one of them has all of them filled."""
    kinds = [kind.id for kind in slots(pack_in_force(on=on).links)]
    ends = held(kinds, "right_organisation")
    filled = in_words(f"{ends.sql} GROUP BY 1 HAVING COUNT(DISTINCT kind) >= {len(kinds)}", ends.params)
    return Asked(_branches(on, ""), Q(pk__in=filled) if kinds else Q(pk__isnull=False))


def _incomplete(on: date, under: str, search: str) -> QuerySet[Organisation]:
    rows = _branches(on, under).filter(~_is_full(on))
    if search:
        rows = rows.filter(name__icontains=search)
    return rows.select_related("node").order_by(Collate("node__path", "C"))


def _branches(on: date, under: str) -> QuerySet[Organisation]:
    there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    kinds = sorted(kind.value for kind in BRANCHES if KINDS[kind.value].members)
    rows = Organisation.objects.filter(there, founded_on__lte=on, kind__in=kinds)
    return rows.filter(node__path__startswith=under) if under else rows


def _filled(on: date) -> QuerySet[Any, Any]:
    """Branches in whose slots something stands, with the number of kinds of slots filled: all links are read once."""
    links = holding_anywhere(on, *(kind.id for kind in slots(pack_in_force(on=on).links)))
    held = links.filter(right_organisation__isnull=False).values("right_organisation")
    return held.annotate(filled=Count("kind", distinct=True))


def _is_full(on: date) -> Q:
    """Every slot is filled; where the pack has no slots, every branch is full."""
    kinds = pack_in_force(on=on).links
    if not slots(kinds):
        return Q(pk__isnull=False)
    return Q(pk__in=in_words(*_full_sql(on, tuple(kind.id for kind in slots(kinds)), member_kinds(on))))


@lru_cache(maxsize=64)
def _full_sql(on: date, kinds: tuple[str, ...], _members: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The branches with all of these kinds of slots filled, in words."""
    full = _filled(on).filter(filled__gte=len(kinds)).values("right_organisation")
    sql, params = full.query.sql_with_params()
    return sql, tuple(params)


def _compositions(rows: Sequence[Organisation], on: date) -> list[Composition]:
    kinds = slots(pack_in_force(on=on).links)
    keys = [row.pk for row in rows]
    found: dict[tuple[int, str], list[Link]] = defaultdict(list)
    ids = tuple(kind.id for kind in kinds)
    for link in kept_objects(_filling, on, ids, member_kinds(on), given=tuple(keys), one_plan=True):
        found[link.right_organisation_id or 0, link.kind].append(link)
    ended = _last_ends(keys, ids, on)
    return [
        Composition(row.uuid, row.name, tuple(_slot(row, kind, found, ended, on) for kind in kinds)) for row in rows
    ]


def _filling(on: date, kinds: tuple[str, ...], _members: tuple[str, ...], keys: Sequence[int]) -> QuerySet[Link]:
    """What stands in the slots of these branches."""
    links = holding_anywhere(on, *kinds).filter(right_organisation__in=keys)
    return links.select_related(*ENDS).order_by("valid_from")


def _slot(
    row: Organisation,
    kind: LinkKind,
    found: Mapping[tuple[int, str], list[Link]],
    ended: Mapping[tuple[int, str], date],
    on: date,
) -> SlotLine:
    links = found.get((row.pk, kind.id), [])
    title = told(kind.slot.title) if kind.slot else told(kind.title)
    if not links:
        since = ended.get((row.pk, kind.id))
        return SlotLine(kind.id, title, Colour.RED, (), since=since + DAY if since else row.founded_on)
    if kind.quota is None:
        return SlotLine(kind.id, title, Colour.GREEN, tuple(left_line(link) for link in links))
    best = max(counted(links, on=on).values(), key=lambda each: each.done or 0)
    return SlotLine(kind.id, title, best.colour, tuple(left_line(link) for link in links), best)


def _last_ends(keys: list[int], kinds: tuple[str, ...], on: date) -> dict[tuple[int, str], date]:
    """The last day on which each slot was filled before the day: its link ended, or the person at its left went."""
    found: dict[tuple[int, str], date] = {}
    for key, kind, until, gone in kept_rows(_ended, on, kinds, given=tuple(keys), one_plan=True):
        last = min((day for day in (until, gone) if day is not None and day < on), default=None)
        if last is not None:
            found[key or 0, kind] = max(last, found.get((key or 0, kind), last))
    return found


def _ended(on: date, kinds: tuple[str, ...], keys: Sequence[int]) -> QuerySet[Link, Any]:
    went = Max("left_person__spans__valid_to", filter=Q(left_person__spans__valid_to__lt=on))
    with system_scope(reason="since when a slot of a visible branch is empty"):
        links = Link.objects.filter(right_organisation__in=keys, kind__in=kinds)
    return links.annotate(went=went).values_list("right_organisation_id", "kind", "valid_to", "went")


def composition_counts(keys: list[int], *, on: date) -> dict[int, tuple[int, int]]:
    """How many slots of how many are filled, by the key of the branch."""
    wanted = len(slots(pack_in_force(on=on).links))
    here = Subquery(_filled(on).filter(right_organisation=OuterRef("pk")).values("filled"))
    rows = _branches(on, "").filter(pk__in=keys).annotate(filled=here).values_list("pk", "filled")
    return {key: (filled if wanted and filled else 0, wanted) for key, filled in rows}
