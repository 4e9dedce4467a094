"""Reading the tree inside the open scope."""

from datetime import date
from itertools import pairwise
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linghang.apps.org.data import KINDS, DatedEvent, OrganisationCard, OrganisationLine
from linghang.apps.org.models import Naming, Organisation, Placement, Succession
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.once import remembered
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import current_scope, system_scope


def organisations_page(*, search: str, kind: str, on: date, with_closed: bool, number: int) -> Page[OrganisationLine]:
    """The tree from the top down; a search looks at names, short names, codes, aliases and former names."""
    rows = _existing(on, with_closed=with_closed)
    if search:
        former = Naming.objects.filter(Q(name__icontains=search) | Q(short_name__icontains=search))
        rows = rows.filter(
            Q(code__istartswith=search) | Q(aliases__contains=[search]) | Q(pk__in=former.values("organisation_id"))
        )
    if kind:
        rows = rows.filter(kind=kind)
    return page_of(rows.select_related("node").order_by("node__path"), number, line_of)


def organisations(*, on: date) -> list[OrganisationLine]:
    """All organisations inside the open scope that exist on a day, from the top down."""
    scope = current_scope()
    key = ("org.organisations", scope.subtrees, scope.nodes, bool(scope.system_reason), on)
    return remembered(key, lambda: [line_of(row) for row in kept_objects(_all_existing, on)])


def _all_existing(on: date) -> QuerySet[Organisation]:
    return _existing(on, with_closed=False).select_related("node").order_by("node__path")


def organisation_card(uuid: UUID, *, on: date) -> OrganisationCard:
    """One organisation; its parent is named even where the viewer may not open it."""
    row = get_organisation(uuid)
    info = KINDS[row.kind]
    above = _parent_of(row, on)
    readable = Organisation.objects.filter(pk=above.pk).exists() if above else False
    below = Organisation.objects.filter(node__parent=row.node)
    return OrganisationCard(
        line=line_of(row),
        family=info.family.value,
        founded_on=row.founded_on,
        aliases=tuple(row.aliases),
        members=info.members,
        beside=info.beside,
        parent=line_of(above) if above and readable else None,
        parent_name=above.name if above else "",
        children=tuple(line_of(child) for child in below.select_related("node").order_by("node__path")),
        events=tuple(_events(row)),
    )


def get_organisation(uuid: UUID) -> Organisation:
    """The row itself, inside the open scope, for operations of this room."""
    row = Organisation.objects.select_related("node").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def name_on(uuid: UUID, day: date) -> str:
    """What an organisation inside the open scope was called on a day; '' before it existed."""
    names = Naming.objects.filter(covers(day), organisation__uuid=uuid)
    return names.values_list("name", flat=True).first() or ""


def line_of(row: Organisation) -> OrganisationLine:
    return OrganisationLine(
        uuid=row.uuid,
        name=row.name,
        short_name=row.short_name,
        code=row.code,
        kind=row.kind,
        kind_label=str(KINDS[row.kind].label),
        depth=row.node.depth,
        closed_on=row.closed_on,
    )


def _existing(on: date, *, with_closed: bool) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(founded_on__lte=on)
    return rows if with_closed else rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))


def _parent_of(row: Organisation, on: date) -> Organisation | None:
    with system_scope(reason="the name of what is directly above is on the door plate"):
        placement = (
            Placement.objects.filter(covers(on), organisation=row).select_related("parent", "parent__node").first()
        )
    return placement.parent if placement else None


def _events(row: Organisation) -> list[DatedEvent]:
    names = list(Naming.objects.filter(organisation=row).order_by("valid_from"))
    with system_scope(reason="the names of former parents belong to the history of this organisation"):
        places = list(Placement.objects.filter(organisation=row).select_related("parent").order_by("valid_from"))
    events = [DatedEvent(_("成立"), row.founded_on, names[0].name if names else row.name)]
    for earlier, later in pairwise(names):
        events.append(DatedEvent(_("更名"), later.valid_from, f"{earlier.name} → {later.name}"))
    for before, after in pairwise(places):
        events.append(DatedEvent(_("调整隶属"), after.valid_from, f"{_name(before)} → {_name(after)}"))
    events += _successions(row)
    if row.closed_on:
        events.append(DatedEvent(_("撤销"), row.closed_on))
    return sorted(events, key=lambda event: event.when, reverse=True)


def _successions(row: Organisation) -> list[DatedEvent]:
    with system_scope(reason="what an organisation came from and went into belongs to its history"):
        before = Succession.objects.filter(successor=row).select_related("predecessor")
        after = Succession.objects.filter(predecessor=row).select_related("successor")
        into = {"merge": _("并入其他组织"), "split": _("分出新组织")}
        out_of = {"merge": _("并入本组织"), "split": _("由拆分成立")}
        found = [DatedEvent(into[one.kind], one.happened_on, one.successor.name) for one in after]
        return found + [DatedEvent(out_of[one.kind], one.happened_on, one.predecessor.name) for one in before]


def _name(place: Placement) -> str:
    return place.parent.name if place.parent else _("独立")
