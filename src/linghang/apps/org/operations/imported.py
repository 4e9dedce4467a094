"""What imports write besides the operations of pages, and how they are taken back. History stays: rows are marked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.apps.access import operations as access
from linghang.apps.org.data import Effect, MembershipKind
from linghang.apps.org.models import (
    Area,
    Category,
    Link,
    Membership,
    Naming,
    Organisation,
    PersonClass,
    Placement,
    Post,
    Standing,
)
from linghang.apps.org.operations.careers import finish
from linghang.apps.org.operations.finding import index_people_at
from linghang.apps.org.operations.lives import Deeds, people_held
from linghang.apps.org.operations.organisations import move_place
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.queries import get_organisation
from linghang.apps.org.search.sources import put_areas, put_organisations
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)
CHANGED_SINCE = _("导入之后又改过")
NOT_HERE = _("不在您的范围内，或者已不存在")
# tables that describe the row itself, or that only say what was done to it
_OWN = ("Naming", "Placement", "RosterSpan", "ScopeNode", "Findable")
_WORDS = {
    "Membership": _("成员"),
    "Person": _("人员"),
    "Post": _("任职"),
    "Term": _("届次"),
    "Link": _("结对联系"),
    "Area": _("责任区和岗"),
    "Category": _("支部类别"),
    "RoleGrant": _("账号的职务"),
    "User": _("账号"),
    "Subject": _("记录对象"),
    "Fact": _("记录"),
    "Event": _("活动记录"),
    "Case": _("事项"),
}


def complete_organisation(
    *, organisation: UUID, code: str, short_name: str, aliases: Sequence[str], actor: Viewer
) -> None:
    """Write what an organisation is called besides its name: its code, its short name, its other names."""
    with writing(actor, "complete_organisation"):
        row = get_organisation(organisation)
        row.code, row.short_name, row.aliases = code, short_name, list(aliases)
        try:
            with transaction.atomic():
                row.save(update_fields=["code", "short_name", "aliases"])
        except IntegrityError as error:
            message = gettext("编码“%(code)s”已被本单位的另一个组织使用，请核对。") % {"code": code}
            raise DomainError("code_taken", message, field="code") from error
        put_organisations([row.uuid])


def void_organisation(*, organisation: UUID, actor: Viewer, now: datetime) -> str:
    """Mark an organisation as never made; gives '' when that is done, or why it must stay: what refers to it."""
    with writing(actor, "void_organisation"):
        row = get_organisation(organisation)
        below = [gettext("下级组织")] if Organisation.objects.filter(node__parent=row.node).exists() else []
        found = "、".join([*below, *referring(row, row.node)])
        if found:
            return gettext("还有内容和它有关：%(what)s。") % {"what": found}
        access.close_node(node=row.node.uuid, last_day=_last_day(row, now), actor=actor)
        row.voided_at = now
        row.save(update_fields=["voided_at"])
        put_organisations([row.uuid])
    return ""


def _last_day(row: Organisation, now: datetime) -> date:
    """The last day of a place that never was: past, and not before those of the places below it, gone as well."""
    with system_scope(reason="a place closes no sooner than what is below it, whoever sees that"):
        below = row.node.children.aggregate(latest=models.Max("valid_to"))
    days: list[date | None] = [row.founded_on, day_of(now) - DAY, below["latest"]]
    return max(day for day in days if day is not None)


def left_as_imported(organisation: UUID, after: Mapping[str, Any] | None, hangs: str | None) -> bool:
    """Whether an organisation of the open scope is still called, and hangs, as an import left it."""
    if after is None:  # an import of the time when this was not written down
        return True
    row = Organisation.objects.filter(uuid=organisation).first()
    if row is None or any(getattr(row, name) != value for name, value in after.items()):
        return False
    with system_scope(reason="the organisation above may be out of sight"):
        last = Placement.objects.filter(organisation=row).select_related("parent").latest("valid_from")
    return (str(last.parent.uuid) if last.parent else "") == (hangs or "")


def take_back_rename(*, organisation: UUID, name: str, short_name: str, actor: Viewer) -> None:
    """Give an organisation the name that it had before its latest renaming, as if that had not happened."""
    with writing(actor, "take_back_rename"):
        row = get_organisation(organisation)
        last = Naming.objects.filter(organisation=row).latest("valid_from")
        for named in (last, row):
            named.name, named.short_name = name, short_name
            named.save(update_fields=["name", "short_name"])
        put_organisations([organisation])
        access.rename_node(node=row.node.uuid, label=name, actor=actor)
        put_organisations([row.uuid])
        index_people_at(row.node_id)


def take_back_move(*, organisation: UUID, parent: UUID, actor: Viewer) -> None:
    """Hang an organisation where it was before its latest move, as if that had not happened."""
    with writing(actor, "take_back_move"):
        row, above = get_organisation(organisation), get_organisation(parent)
        move_place(row, above, actor)
        with system_scope(reason="after the move the row may hang where the actor still sees it, or not"):
            last = Placement.objects.filter(organisation=row).latest("valid_from")
            last.parent = above
            last.save(update_fields=["parent"])


def take_back_category(*, category: UUID, actor: Viewer, now: datetime) -> str:
    """Mark a branch's class as never written, so that the one before goes on; gives '' or why it must stay."""
    with writing(actor, "take_back_category"):
        row = Category.objects.select_for_update().filter(uuid=category).first()
        if row is None:
            return str(NOT_HERE)
        if row.valid_to is not None:
            return str(CHANGED_SINCE)
        row.voided_at = now
        row.save(update_fields=["voided_at"])
        before = Category.objects.filter(organisation=row.organisation_id, valid_to=row.valid_from - DAY).first()
        if before is not None:
            before.valid_to = None
            before.save(update_fields=["valid_to"])
    return ""


def referring(*rows: models.Model) -> list[str]:
    """What refers to one of the rows, in words of the tables; taken back rows and histories do not count.

    All rooms are looked at, also those above this one: they point here by foreign keys.
    """
    found: dict[str, None] = {}
    with system_scope(reason="what the actor may not see can still stand in the way"):
        for row in rows:
            for relation in _pointing_at(row, rows):
                found.setdefault(relation, None)
    return list(found)


def _pointing_at(row: models.Model, rows: Sequence[models.Model]) -> Iterator[str]:
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or not _counts(relation.related_model):
            continue
        model = relation.related_model
        there = model._default_manager.filter(**{relation.field.name: row})
        if hasattr(model, "voided_at"):
            there = there.filter(voided_at__isnull=True)
        mine = [other.pk for other in rows if isinstance(other, model)]
        if there.exclude(pk__in=mine).exists():
            yield str(_WORDS.get(model.__name__, gettext("别的内容")))


def _counts(model: type[models.Model]) -> bool:
    """Histories are made by pghistory and end in Event; a table may be called so itself."""
    is_history = model.__name__.endswith("Event") and model.__name__ != "Event"
    return model.__name__ not in _OWN and not is_history


def end_memberships(
    *, pairs: Sequence[tuple[UUID, UUID]], last_day: date, actor: Viewer, now: datetime
) -> dict[UUID, list[Effect]]:
    """End 组织关系 of people (person, branch) on a day; gives what was done for each, so that it can be taken back."""
    with writing(actor, "end_memberships"):
        done: dict[UUID, list[Effect]] = {}
        deeds = Deeds(actor, now)
        people = [person.pk for person in people_held().filter(uuid__in=[person for person, _branch in pairs])]
        held = Membership.objects.filter(
            person__in=people,
            kind=MembershipKind.PARTY.value,
            valid_to__isnull=True,
        )
        rows = {(row.person.uuid, row.organisation.uuid): row for row in held.select_related("person", "organisation")}
        for pair in pairs:
            before = len(deeds.noted)
            if pair in rows:
                finish(rows[pair], last_day, deeds, reason="other")
            done[pair[0]] = deeds.effects(before)
        keep_in_step(deeds.people, actor=actor)
        return done


def owners_of(effects: Sequence[Effect]) -> dict[UUID, list[Effect]]:
    """The effects by the person whom they concern, in their order."""
    owners: dict[tuple[str, UUID], UUID] = {}
    for model in (Standing, PersonClass, Membership, Post):
        table = model._meta.model_name or ""
        wanted = [effect.uuid for effect in effects if effect.table == table]
        found = model._base_manager.filter(uuid__in=wanted).values_list("uuid", "person__uuid")
        owners |= {(table, uuid): person for uuid, person in found}
    by_person: dict[UUID, list[Effect]] = {}
    for effect in effects:
        by_person.setdefault(owners.get((effect.table, effect.uuid), effect.uuid), []).append(effect)
    return by_person


def void_areas(*, areas: Sequence[UUID], actor: Viewer, now: datetime) -> dict[UUID, str]:
    """Mark areas as never made; gives those that must stay, with what refers to them."""
    kept: dict[UUID, str] = {uuid: str(NOT_HERE) for uuid in areas}
    with writing(actor, "void_areas"):
        for row in Area.objects.filter(uuid__in=areas):
            del kept[row.uuid]
            found = "、".join(referring(row))
            if found:
                kept[row.uuid] = gettext("还有内容和它有关：%(what)s。") % {"what": found}
                continue
            row.voided_at = now
            row.save(update_fields=["voided_at"])
            put_areas([row.uuid])
    return kept


def void_links(*, links: Mapping[UUID, date | None], actor: Viewer, now: datetime) -> dict[UUID, str]:
    """Mark links as never made; gives those that must stay. `links` says until when each was made to go."""
    with writing(actor, "void_links"):
        kept: dict[UUID, Any] = dict.fromkeys(links, NOT_HERE)
        for row in Link.objects.select_for_update(of=("self",)).filter(uuid__in=links):
            del kept[row.uuid]
            if row.valid_to != links[row.uuid]:
                kept[row.uuid] = CHANGED_SINCE
                continue
            row.voided_at = now
            row.save(update_fields=["voided_at"])
    return {uuid: str(reason) for uuid, reason in kept.items()}
