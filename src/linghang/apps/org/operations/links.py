"""Areas, dated links, categories of branches: opened and ended by date, never deleted."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linghang.apps.org.data.links import AREA_KINDS, CATEGORIES, End
from linghang.apps.org.models import Area, Category, Link, Organisation
from linghang.apps.org.operations.ends import refuse_wrong_ends
from linghang.apps.org.operations.held import held_organisation, hold
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import get_organisation
from linghang.apps.org.queries.ends import area_row, find_end
from linghang.apps.org.search.sources import put_areas
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import LinkKind
from linghang.engine.packs.loop_model import Need
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewLink:
    """What a link is to be; `left` and `right` are people, organisations or areas inside the open scope."""

    kind: str
    left: UUID
    right: UUID
    valid_from: date
    valid_to: date | None = None
    note: str = ""


def open_area(
    *,
    kind: str,
    name: str,
    organisation: UUID,
    valid_from: date,
    code: str = "",
    duties: str = "",
    actor: Viewer,
) -> UUID:
    """A zone, post, key task or feature project of an organisation, from a day on."""
    with writing(actor, "open_area"):
        if kind not in AREA_KINDS:
            raise DomainError(
                "unknown_area_kind", _("请选择类型：责任区、先锋岗、重点难点工作或特色项目。"), field="kind"
            )
        place = get_organisation(organisation)
        _refuse_outside(place, valid_from)
        row = Area(
            kind=kind,
            code=code.strip(),
            name=name.strip(),
            duties=duties.strip(),
            organisation=place,
            node=place.node,
            top_id=place.top_id,
            valid_from=valid_from,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            message = _("编码“%(code)s”已被同类的另一项使用，请核对。") % {"code": code}
            raise DomainError("area_code_taken", message, field="code") from error
        put_areas([row.uuid])
    return row.uuid


def change_area(*, area: UUID, name: str, code: str, duties: str, actor: Viewer) -> None:
    """Correct what an area is called and what belongs to it; the history keeps what stood there before."""
    with writing(actor, "change_area"):
        row = area_row(area)
        row.name, row.code, row.duties = name.strip(), code.strip(), duties.strip()
        try:
            with transaction.atomic():
                row.save(update_fields=["name", "code", "duties"])
        except IntegrityError as error:
            message = _("编码“%(code)s”已被同类的另一项使用，请核对。") % {"code": code}
            raise DomainError("area_code_taken", message, field="code") from error
        put_areas([row.uuid])


def close_area(*, area: UUID, last_day: date, actor: Viewer) -> None:
    """End it; the links that lead to it end with it."""
    with writing(actor, "close_area"):
        hold([f"area:{area}"])
        row = area_row(area)
        _refuse_ended(row.valid_to)
        _refuse_before(last_day, row.valid_from)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
        _end(Link.objects.filter(right_area=row), last_day)
        put_areas([row.uuid])


def link(*, new: NewLink, replace: bool = False, actor: Viewer) -> UUID:
    """Join two ends. `replace` ends what stands in the way of a kind of which only one is allowed at a time."""
    with writing(actor, "link"):
        kind = link_kind(new.kind, on=new.valid_from)
        left = find_end(new.left, kind.left, on=new.valid_from)
        right = find_end(new.right, kind.right, on=new.valid_from)
        refuse_wrong_ends(kind, left, right)
        if new.valid_to is not None:
            _refuse_before(new.valid_to, new.valid_from)
        if kind.note is Need.REQUIRED and not new.note.strip():
            raise DomainError("note_needed", _("“%s”要写明内容，例如岗位承诺。") % told(kind.title), field="note")
        row = Link(kind=kind.id, valid_from=new.valid_from, valid_to=new.valid_to, note=new.note.strip())
        row.left_node_id, row.node_id = left.node_id, right.node_id
        setattr(row, f"left_{left.end.value}", left.row)
        setattr(row, f"right_{right.end.value}", right.row)
        _make_room(kind, row, replace=replace)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            words = _("这两方在这段时间已经有“%s”了，不用再登记。") % told(kind.title)
            raise DomainError("already_linked", words) from error
    return row.uuid


def unlink(*, link: UUID, last_day: date, actor: Viewer) -> None:
    """End a link; the last day still counts."""
    with writing(actor, "unlink"):
        row = Link.objects.select_for_update(of=("self",), no_key=True).filter(uuid=link).first()
        if row is None:
            raise not_found()
        if row.valid_to is not None and row.valid_to <= last_day:
            raise DomainError("already_ended", _("这条联系已经结束，不用再办。"))
        _refuse_before(last_day, row.valid_from)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])


def set_category(*, organisation: UUID, category: str, valid_from: date, actor: Viewer) -> UUID:
    """Class a branch from a day on; what it was before stays for the days before. Gives the row's uuid."""
    with writing(actor, "set_category"):
        place = held_organisation(organisation)
        if category not in CATEGORIES:
            raise DomainError("unknown_category", _("请选择支部类别。"), field="category")
        last = Category.objects.filter(organisation=place).order_by("-valid_from").first()
        if last is not None:
            if last.category == category and last.valid_to is None:
                raise DomainError("same_category", _("现在已经是这个类别，没有变化。"), field="category")
            if valid_from <= last.valid_from:
                words = _("生效日期须晚于上一次变动（%(day)s）。") % {"day": last.valid_from.isoformat()}
                raise DomainError("too_early", words, field="valid_from")
            last.valid_to = valid_from - DAY
            last.save(update_fields=["valid_to"])
        return Category.objects.create(organisation=place, category=category, valid_from=valid_from).uuid


def end_with_organisation(organisation: Organisation, last_day: date) -> None:
    """What hangs on an organisation ends with it: its areas with their links, its links, its category."""
    with system_scope(reason="what hangs on a closed organisation ends with it, whoever sees it"):
        areas = Area.objects.filter(organisation=organisation)
        _end(Link.objects.filter(right_area__in=areas), last_day)
        _end(Link.objects.filter(left_organisation=organisation), last_day)
        _end(Link.objects.filter(right_organisation=organisation), last_day)
        for rows in (areas, Category.objects.filter(organisation=organisation)):
            rows.filter(valid_to__isnull=True, valid_from__lte=last_day).update(valid_to=last_day)


def link_kind(kind: str, *, on: date) -> LinkKind:
    """A kind of links of the pack in force; a refusal when there is none of that name."""
    found = pack_in_force(on=on).links.get(kind)
    if found is None:
        raise DomainError("unknown_link_kind", _("没有这种联系，请从列表里选。"), field="kind")
    return found


def _make_room(kind: LinkKind, row: Link, *, replace: bool) -> None:
    """Refuse, or end, what makes one too many at either end; two who link the same end do so one after the other."""
    limits = [(most, side) for most, side in ((kind.most_per_left, "left"), (kind.most_per_right, "right")) if most]
    hold(f"link:{kind.id}:{side}:{sorted(_end_of(row, side).items())}" for _most, side in limits)
    for most, side in limits:
        with system_scope(reason="whether an end is taken does not depend on who asks"):
            taken = list(_overlapping(row).filter(**_end_of(row, side), kind=kind.id))
            if len(taken) >= most and not replace:
                raise DomainError("link_taken", _taken_words(kind, taken[0]), field="replace")
            for old in taken[: len(taken) - most + 1]:
                _refuse_before(row.valid_from - DAY, old.valid_from)
                old.valid_to = row.valid_from - DAY
                old.save(update_fields=["valid_to"])


def _end_of(row: Link, side: str) -> dict[str, int]:
    """The one column of a side that is filled, as a condition."""
    names = [f"{side}_{end.value}_id" for end in End]
    return {name: getattr(row, name) for name in names if getattr(row, name, None) is not None}


def _overlapping(row: Link) -> QuerySet[Link]:
    later = Q(valid_to__isnull=True) | Q(valid_to__gte=row.valid_from)
    rows = Link.objects.filter(later).order_by("valid_from")
    return rows.filter(valid_from__lte=row.valid_to) if row.valid_to else rows


def _taken_words(kind: LinkKind, old: Link) -> str:
    right = old.right_area or old.right_organisation or old.right_person
    words = {"kind": told(kind.title), "name": str(right), "since": old.valid_from.isoformat()}
    return _("同一时间只能有一项“%(kind)s”：现在是“%(name)s”（自%(since)s）。要换成新的，请勾选“结束原来的”。") % words


def _end(links: QuerySet[Link], last_day: date) -> None:
    """Every link that goes on after the day ends with it; one that would begin later never begins."""
    longer = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    links.filter(longer, valid_from__lte=last_day).update(valid_to=last_day)


def _refuse_outside(place: Organisation, day: date) -> None:
    if day < place.founded_on or (place.closed_on is not None and day > place.closed_on):
        raise DomainError("organisation_not_there", _("这一天这个组织还没有成立，或者已经撤销。"), field="valid_from")


def _refuse_ended(valid_to: date | None) -> None:
    if valid_to is not None:
        raise DomainError("already_ended", _("这一项已经结束，不用再办。"))


def _refuse_before(last_day: date, valid_from: date) -> None:
    if last_day < valid_from:
        words = _("结束日期不能早于开始日期（%(day)s）。") % {"day": valid_from.isoformat()}
        raise DomainError("before_start", words, field="last_day")
