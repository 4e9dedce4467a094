"""Lists of links, areas and categories inside the open scope, on any past day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from linghang.apps.org.data.links import (
    AREA_KINDS,
    CATEGORIES,
    KINDS_OF_END,
    AreaLine,
    CategoryLine,
    EndLine,
    LinkFilter,
    LinkLine,
)
from linghang.apps.org.models import Area, Category, Link, Organisation, Person
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.composition import ENDS
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.ends import area_row, left_line, right_line
from linghang.apps.org.queries.holding import holding, holding_anywhere, member_kinds
from linghang.apps.org.queries.quotas import counted
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import PEOPLE, LinkKind, Where
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_page
from linghang.ui.web.paging import Page, all_rows, page_of

_NAMES = tuple(f"{end}__name__icontains" for end in ENDS)


def links_page(wanted: LinkFilter, *, on: date, number: int) -> Page[LinkLine]:
    """Links that hold on the day (or ever, with ended ones), the newest first, with their quotas on that day."""
    page = kept_page(_wanted, wanted, on, member_kinds(on), number=number, keep=not wanted.search, one_plan=True)
    return _page_of(page, on)


def all_links(wanted: LinkFilter, *, on: date) -> list[LinkLine]:
    """The same without pages, for an export."""
    return _lines(all_rows(_wanted(wanted, on, member_kinds(on))), on)


def links_of(uuid: UUID, *, on: date) -> list[LinkLine]:
    """What one person, organisation or area inside the scope is linked to on a day, at either side."""
    rows = holding(on).filter(_either_end(uuid)).select_related(*ENDS).order_by("kind", "valid_from")
    return _lines(list(rows), on)


def link_line(uuid: UUID, *, on: date) -> LinkLine:
    """One link inside the scope, whether it still holds or not."""
    row = Link.objects.filter(uuid=uuid).select_related(*ENDS).first()
    if row is None:
        raise not_found()
    return _lines([row], on)[0]


def quotas_page(kind: str, *, on: date, number: int, search: str = "") -> Page[LinkLine]:
    """Every link of a kind with a quota, by who is at the left: 0/2, 1/2, 2/2 with the colour of the day."""
    _refuse_without_quota(kind, on)
    keep = not search
    page = kept_page(_quotas, kind, on, search, member_kinds(on), number=number, keep=keep, one_plan=True)
    return _page_of(page, on)


def _refuse_without_quota(kind: str, on: date) -> None:
    found = pack_in_force(on=on).links.get(kind)
    if found is None or found.quota is None:
        raise not_found()


def _page_of(page: Page[int], on: date) -> Page[LinkLine]:
    """The links with these keys, which were found inside the scope, in their order."""
    rows = Link._base_manager.select_related(*ENDS).in_bulk(list(page.rows)) if page.rows else {}
    return Page(_lines([rows[key] for key in page.rows], on), page.number, page.total)


def all_quotas(kind: str, *, on: date, search: str = "") -> list[LinkLine]:
    """The same without pages, for an export and for to-dos."""
    _refuse_without_quota(kind, on)
    return _lines(all_rows(_quotas(kind, on, search, member_kinds(on))), on)


def contact_lines(*, on: date) -> list[LinkLine]:
    """Links inside the open scope by which a person sees to an organisation so many times, as they hold on a day."""
    kinds = [kind.id for kind in pack_in_force(on=on).links.values() if is_contact(kind)]
    rows = holding(on, *kinds) if kinds else Link.objects.none()
    rows = rows.filter(left_person__isnull=False, right_organisation__isnull=False)
    return _lines(list(rows.select_related(*ENDS).order_by("left_person__name", "right_organisation__name", "pk")), on)


def contact_line(uuid: UUID, *, on: date) -> LinkLine:
    """One of them inside the open scope, by the pack of the day; whether it held on that day its dates say."""
    row = Link.objects.filter(uuid=uuid).select_related(*ENDS).first()
    if row is None:
        raise not_found()
    kind = pack_in_force(on=on).links.get(row.kind)
    ends = row.left_person_id is not None and row.right_organisation_id is not None
    if kind is None or not is_contact(kind) or not ends:
        raise not_found()
    return _lines([row], on)[0]


def is_contact(kind: LinkKind) -> bool:
    """Whether links of the kind are kept by somebody going to an organisation, so and so often."""
    goes = kind.quota is not None and kind.quota.where is Where.RIGHT and kind.slot is None
    return goes and bool(set(kind.left) & set(PEOPLE)) and any(word in KINDS_OF_END for word in kind.right)


def areas_page(*, kind: str, search: str, on: date, with_closed: bool, number: int) -> Page[AreaLine]:
    """Zones, posts, key tasks and features, with who answers for each on the day."""
    page = page_of(_areas(kind, search, on, with_closed=with_closed), number, lambda row: row)
    return Page(_area_lines(page.rows, on), page.number, page.total, page.per_page)


def all_areas(
    *, kind: str, search: str, on: date, with_closed: bool, organisation: UUID | None = None
) -> list[AreaLine]:
    """The same without pages, for an export; or those of one organisation."""
    rows = _areas(kind, search, on, with_closed=with_closed)
    if organisation is not None:
        rows = rows.filter(organisation__uuid=organisation)
    return _area_lines(all_rows(rows), on)


def area_line(uuid: UUID, *, on: date) -> AreaLine:
    """One area inside the scope."""
    return _area_lines([area_row(uuid)], on)[0]


def categories_of(organisation: UUID) -> list[CategoryLine]:
    """What a branch was classed as, the latest first."""
    rows = Category.objects.filter(organisation__uuid=organisation).order_by("-valid_from")
    return [CategoryLine(row.category, str(CATEGORIES[row.category]), row.valid_from, row.valid_to) for row in rows]


def categories_of_many(organisations: Sequence[UUID]) -> dict[UUID, list[CategoryLine]]:
    """The same of several organisations inside the scope, in one statement."""
    found: dict[UUID, list[CategoryLine]] = {}
    rows = Category.objects.filter(organisation__uuid__in=organisations).order_by("-valid_from")
    for uuid, code, first, last in rows.values_list("organisation__uuid", "category", "valid_from", "valid_to"):
        found.setdefault(uuid, []).append(CategoryLine(code, str(CATEGORIES[code]), first, last))
    return found


def category_of(organisations: Sequence[UUID], *, on: date) -> dict[UUID, str]:
    """The category of each organisation inside the scope on a day; one without is missing."""
    rows = Category.objects.filter(covers(on), organisation__uuid__in=organisations)
    return dict(rows.values_list("organisation__uuid", "category"))


def _either_end(uuid: UUID) -> Q:
    """By key: a condition on the columns of links uses their indexes, one on the joined rows does not."""
    found = Q(pk__in=[])
    for name, model in (("organisation", Organisation), ("person", Person), ("area", Area)):
        key = model.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
        if key is not None:
            sides = [f"right_{name}"] if name == "area" else [f"left_{name}", f"right_{name}"]
            for side in sides:
                found |= Q(**{side: key})
    return found


def _wanted(wanted: LinkFilter, on: date, _members: tuple[str, ...]) -> QuerySet[Link]:
    rows = Link.objects.all() if wanted.with_ended else holding(on)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.search:
        words = Q(pk__in=[])
        for name in _NAMES:
            words |= Q(**{name: wanted.search})
        rows = rows.filter(words)
    if wanted.organisation is not None:
        place = Organisation.objects.filter(uuid=wanted.organisation).values_list("node_id", flat=True)
        rows = rows.filter(Q(node__in=place) | Q(left_node__in=place))
    return rows.select_related(*ENDS).order_by("-valid_from", "pk")


def _quotas(kind: str, on: date, search: str, _members: tuple[str, ...]) -> QuerySet[Link]:
    rows = holding(on, kind)
    if search:
        words = Q(pk__in=[])
        for name in _NAMES:
            words |= Q(**{name: search})
        rows = rows.filter(words)
    return rows.select_related(*ENDS).order_by("left_person__name", "left_organisation__name", "left_person", "pk")


def _lines(rows: Sequence[Link], on: date) -> list[LinkLine]:
    kinds = pack_in_force(on=on).links
    numbers = counted(rows, on=on)
    return [
        LinkLine(
            uuid=row.uuid,
            kind=row.kind,
            title=told(kinds[row.kind].title) if row.kind in kinds else row.kind,
            left=left_line(row),
            right=right_line(row),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            note=row.note,
            counted=numbers.get(row.uuid),
        )
        for row in rows
    ]


def _areas(kind: str, search: str, on: date, *, with_closed: bool) -> QuerySet[Area]:
    rows = Area.objects.all() if with_closed else Area.objects.filter(covers(on))
    if kind:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(code__istartswith=search) | Q(organisation__name__icontains=search)
        )
    return rows.select_related("organisation").order_by("node__path", "kind", "code", "name", "pk")


def _area_lines(rows: Sequence[Area], on: date) -> list[AreaLine]:
    holders: dict[int, list[EndLine]] = defaultdict(list)
    links = holding_anywhere(on).filter(right_area__in=[row.pk for row in rows])
    for link in links.select_related("left_person", "left_organisation").order_by("valid_from"):
        holders[link.right_area_id or 0].append(left_line(link))
    return [
        AreaLine(
            uuid=row.uuid,
            kind=row.kind,
            kind_label=str(AREA_KINDS[row.kind]),
            code=row.code,
            name=row.name,
            organisation=row.organisation.uuid,
            organisation_name=row.organisation.name,
            duties=row.duties,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            holders=tuple(end.name for end in holders[row.pk]),
        )
        for row in rows
    ]
