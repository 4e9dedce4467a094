"""Merging and splitting branches and units: members and what they answer for go along, the past stays as it was."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.org.data.links import Merged
from linghang.apps.org.data.posts import MembershipKind
from linghang.apps.org.models import Area, Link, Membership, Organisation, Person, Succession
from linghang.apps.org.operations.careers import write_membership
from linghang.apps.org.operations.held import held_organisation
from linghang.apps.org.operations.lives import Deeds, people_held
from linghang.apps.org.operations.organisations import close_organisation, create_organisation, move_organisation
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.policies import may_hang_under, may_merge
from linghang.apps.org.queries import get_organisation, get_person
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)
CARRIED = (MembershipKind.PARTY.value, MembershipKind.WORK.value, MembershipKind.STUDY.value)


def merge_organisations(
    *, sources: Sequence[UUID], into: UUID, valid_from: date, actor: Viewer, now: datetime
) -> Merged:
    """From a day on, what was several is one: members, what hangs below, areas and duties go along; posts end."""
    with writing(actor, "merge_organisations"):
        held = {uuid: held_organisation(uuid) for uuid in sorted({into, *sources})}
        target, rows = held[into], [held[uuid] for uuid in dict.fromkeys(sources)]
        _refuse_merging(rows, target)
        people = moved = 0
        for row in rows:
            moved += _move_below(row, target, valid_from, actor)
            people += _carry_people(_members(row), row, target, valid_from, actor=actor, now=now)
            _carry_areas(row, target)
            Succession.objects.create(predecessor=row, successor=target, kind="merge", happened_on=valid_from)
            close_organisation(organisation=row.uuid, last_day=valid_from - DAY, actor=actor)
    return Merged((target.uuid,), people, moved)


def split_organisation(
    *,
    organisation: UUID,
    name: str,
    short_name: str = "",
    code: str = "",
    people: Sequence[UUID],
    valid_from: date,
    actor: Viewer,
    now: datetime,
) -> Merged:
    """From a day on, some people of an organisation form a new one beside it, of the same type."""
    with writing(actor, "split_organisation"):
        row = held_organisation(organisation)
        chosen = [get_person(uuid) for uuid in dict.fromkeys(people)]
        if not chosen:
            raise DomainError("nobody_chosen", _("请选择分到新组织的人员。"), field="people")
        parent = row.placements.filter(valid_to__isnull=True).values_list("parent__uuid", flat=True).first()
        made = create_organisation(
            kind=row.kind,
            name=name,
            short_name=short_name,
            code=code,
            parent=parent,
            founded_on=valid_from,
            actor=actor,
        )
        target = get_organisation(made)
        moved = _carry_people(chosen, row, target, valid_from, actor=actor, now=now)
        Succession.objects.create(predecessor=row, successor=target, kind="split", happened_on=valid_from)
    return Merged((row.uuid, made), moved)


def _refuse_merging(rows: Sequence[Organisation], target: Organisation) -> None:
    if not rows or target in rows:
        raise DomainError("merged_into_itself", _("请选择要并入的其他组织，不能并入自己。"), field="sources")
    for row in rows:
        if row.top_id != target.top_id or not may_merge(row.kind, target.kind):
            words = {"name": row.name, "into": target.name}
            sentence = _("“%(name)s”和“%(into)s”不是同一单位的同类组织，不能合并。") % words
            raise DomainError("cannot_merge", sentence, field="sources")
        if row.closed_on is not None:
            raise DomainError("already_closed", _("这个组织已经撤销，不用再办。"), field="sources")


def _members(row: Organisation) -> list[Person]:
    with system_scope(reason="whoever belongs to a merged organisation goes along"):
        held = Membership.objects.filter(organisation=row, kind__in=CARRIED, valid_to__isnull=True)
        return list(people_held().filter(pk__in=held.values("person")))


def _move_below(row: Organisation, target: Organisation, day: date, actor: Viewer) -> int:
    """What hangs below goes under the target; what may not hang there stands in the way and says so."""
    below = Organisation.objects.filter(node__parent=row.node, closed_on__isnull=True)
    for child in below:
        if not may_hang_under(child.kind, target.kind):
            words = {"child": child.name, "target": target.name}
            sentence = _("“%(child)s”不能挂在“%(target)s”下面，请先把它移走或撤销。") % words
            raise DomainError("child_in_the_way", sentence, field="sources")
        move_organisation(organisation=child.uuid, parent=target.uuid, valid_from=day, actor=actor)
    return len(below)


def _carry_people(
    people: Sequence[Person], row: Organisation, target: Organisation, day: date, *, actor: Viewer, now: datetime
) -> int:
    """Memberships of the same kinds at the target from the day on, and what the people answer for with them."""
    deeds = Deeds(actor, now, reshapes=True)
    with system_scope(reason="members go along wherever the actor sees them"):
        for person in people:
            held = Membership.objects.filter(
                person=person, organisation=row, kind__in=CARRIED, valid_to__isnull=True, valid_from__lt=day
            )
            for kind in list(held.values_list("kind", flat=True)):
                write_membership(person, target, kind, day, deeds)
            if not held.exists() and person.pk not in deeds.people:
                words = _("%(name)s在这一天之前不在“%(place)s”，请核对。") % {"name": person.name, "place": row.name}
                raise DomainError("not_a_member", words, field="people")
        _carry_links(people, row, target, day)
    keep_in_step(deeds.people, actor=actor)
    return len(deeds.people)


def _carry_links(people: Sequence[Person], row: Organisation, target: Organisation, day: date) -> None:
    """Links that tied people to the old place end; the same ones begin at the new place."""
    keys = [person.pk for person in people]
    tied = Link.objects.filter(left_person__in=keys, left_node=row.node_id, valid_from__lt=day)
    for old in tied.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day)):
        at_home = old.right_organisation_id == row.pk
        new = Link(
            kind=old.kind, note=old.note, left_person_id=old.left_person_id, valid_from=day, valid_to=old.valid_to
        )
        new.right_area_id, new.right_person_id = old.right_area_id, old.right_person_id
        new.right_organisation_id = target.pk if at_home else old.right_organisation_id
        new.left_node_id = target.node_id
        new.node_id = target.node_id if old.node_id == row.node_id else old.node_id
        old.valid_to = day - DAY
        old.save(update_fields=["valid_to"])
        new.save()


def _carry_areas(row: Organisation, target: Organisation) -> None:
    """Areas go on at the target; the history says since when."""
    Area.objects.filter(organisation=row, valid_to__isnull=True).update(organisation=target, node=target.node)
