"""Shaping the tree: create, rename, move, close (names and places of the past stay); people and their numbers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import get_user
from linghang.apps.org.data import KINDS, PersonNumbers
from linghang.apps.org.models import Naming, Organisation, Person, Placement
from linghang.apps.org.policies import may_be_top, may_hang_under
from linghang.apps.org.queries import get_organisation, get_person
from linghang.ui.web.clock import SHANGHAI
from linghang.ui.web.errors import DomainError
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.reads import Reading
from linghang.ui.web.scope import current_scope, system_scope
from linghang.ui.web.sealed import Sealed, lookup_hash
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)
SHORTEST_REASON, LONGEST_REASON = 4, 200


def create_organisation(
    *,
    kind: str,
    name: str,
    short_name: str = "",
    code: str = "",
    aliases: Sequence[str] = (),
    parent: UUID | None,
    founded_on: date,
    actor: Viewer,
) -> UUID:
    """Add an organisation below a parent inside the open scope; an independent top needs the whole installation."""
    with writing(actor, "create_organisation"):
        above = get_organisation(parent) if parent else None
        _refuse_wrong_place(kind, above)
        if above is None and not current_scope().reaches(""):
            raise DomainError("top_not_yours", _("独立的顶层组织只能由系统管理员建立。"), status=403, field="parent")
        node = access.create_node(label=name, parent=_node_uuid(above), valid_from=founded_on, actor=actor)
        with system_scope(reason="the new organisation is below the actor's place, or a top of its own"):
            row = _save_new(node, kind, name.strip(), short_name.strip(), code.strip(), aliases, founded_on)
            Naming.objects.create(organisation=row, name=row.name, short_name=row.short_name, valid_from=founded_on)
            Placement.objects.create(organisation=row, parent=above, valid_from=founded_on)
    return row.uuid


def _save_new(
    node: NodeLine, kind: str, name: str, short_name: str, code: str, aliases: Sequence[str], founded_on: date
) -> Organisation:
    row = Organisation(
        node_id=node.key,
        top_id=node.top_key,
        kind=kind,
        name=name,
        short_name=short_name,
        code=code,
        aliases=[alias.strip() for alias in aliases if alias.strip()],
        founded_on=founded_on,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        message = _("编码“%(code)s”已被本单位的另一个组织使用，请核对。") % {"code": code}
        raise DomainError("code_taken", message, field="code") from error
    return row


def rename_organisation(*, organisation: UUID, name: str, short_name: str, valid_from: date, actor: Viewer) -> None:
    """Call it something else from a day on; what it was called before stays findable."""
    with writing(actor, "rename_organisation"):
        row = get_organisation(organisation)
        last = Naming.objects.filter(organisation=row).latest("valid_from")
        _refuse_earlier(valid_from, last.valid_from)
        last.valid_to = valid_from - DAY
        last.save(update_fields=["valid_to"])
        Naming.objects.create(organisation=row, name=name, short_name=short_name, valid_from=valid_from)
        row.name, row.short_name = name, short_name
        row.save(update_fields=["name", "short_name"])
        access.rename_node(node=_uuid_of(row), label=name, actor=actor)


def move_organisation(*, organisation: UUID, parent: UUID, valid_from: date, actor: Viewer) -> None:
    """Hang it, with all below it, under another parent of the same top from a day on."""
    with writing(actor, "move_organisation"):
        row, above = get_organisation(organisation), get_organisation(parent)
        _refuse_wrong_place(row.kind, above)
        last = Placement.objects.filter(organisation=row).latest("valid_from")
        _refuse_earlier(valid_from, last.valid_from)
        access.move_node(node=_uuid_of(row), parent=_uuid_of(above), actor=actor)
        with system_scope(reason="after the move the row may hang where the actor still sees it, or not"):
            last.valid_to = valid_from - DAY
            last.save(update_fields=["valid_to"])
            Placement.objects.create(organisation=row, parent=above, valid_from=valid_from)


def close_organisation(*, organisation: UUID, last_day: date, actor: Viewer) -> None:
    """End it. Refused while something below it goes on; posts there end with it."""
    with writing(actor, "close_organisation"):
        row = get_organisation(organisation)
        if row.closed_on is not None:
            raise DomainError("already_closed", _("这个组织已经撤销，不用再办。"))
        access.close_node(node=_uuid_of(row), last_day=last_day, actor=actor)
        for dated in (Naming, Placement):
            dated.objects.filter(organisation=row, valid_to__isnull=True).update(valid_to=last_day)
        row.closed_on = last_day
        row.save(update_fields=["closed_on"])


def add_person(*, name: str, organisation: UUID, user: UUID | None = None, actor: Viewer) -> UUID:
    """A person of an organisation inside the open scope, without any number; `user` is his account, if he has one."""
    with writing(actor, "add_person"):
        place = get_organisation(organisation)
        account = get_user(user) if user else None
        return Person.objects.create(name=name.strip(), node=place.node, top=place.top, user=account).uuid


def set_numbers(*, person: UUID, phone: str, id_number: str, actor: Viewer, now: datetime) -> None:
    """Write both numbers, '' to remove one. The history says who did it, never the numbers."""
    with writing(actor, "set_numbers"):
        row = get_person(person)
        phone, id_number = normal_phone(phone), normal_id_number(id_number, on=now.astimezone(SHANGHAI).date())
        row.phone, row.phone_lookup = phone, lookup_hash("phone", phone)
        row.id_number, row.id_number_lookup = id_number, lookup_hash("id_number", id_number)
        row.numbers_set_at = now
        try:
            with transaction.atomic():
                row.save(update_fields=["phone", "phone_lookup", "id_number", "id_number_lookup", "numbers_set_at"])
        except IntegrityError as error:
            message = _("这个身份证号已登记在本单位另一个人名下，请核对；确是同一人的，请先合并。")
            raise DomainError("id_number_taken", message, field="id_number") from error


def reveal_numbers(*, person: UUID, reason: str, reading: Reading) -> PersonNumbers:
    """Both numbers in full, for a stated reason. `reading` are the notes of the request: the read log keeps the row."""
    if len(reason.strip()) < SHORTEST_REASON:
        words = _("查看完整号码须写明事由，本人能看到。请写清用途后再查看。")
        raise DomainError("reason_needed", words, field="reason")
    row = get_person(person)
    numbers = PersonNumbers(phone=_opened(row.phone), id_number=_opened(row.id_number))
    reading.persons.append(row.user.uuid if row.user else row.uuid)  # he sees it under his account
    reading.reason = reason.strip()[:LONGEST_REASON]
    return numbers


def _opened(value: Sealed | None) -> str:
    return value.open() if value else ""


def _refuse_wrong_place(kind: str, above: Organisation | None) -> None:
    if kind not in KINDS:
        raise DomainError("unknown_kind", _("请选择组织类型。"), field="kind")
    label = str(KINDS[kind].label)
    if above is None and not may_be_top(kind):
        raise DomainError("needs_parent", _("“%(kind)s”必须挂在上级组织下面。") % {"kind": label}, field="parent")
    if above is not None and not may_hang_under(kind, above.kind):
        words = {"kind": label, "parent": str(KINDS[above.kind].label)}
        sentence = _("“%(kind)s”不能直接挂在“%(parent)s”下面，请另选上级。") % words
        raise DomainError("wrong_parent", sentence, field="parent")


def _refuse_earlier(valid_from: date, last: date) -> None:
    if valid_from <= last:
        words = {"day": last.isoformat()}
        raise DomainError("too_early", _("生效日期须晚于上一次变动（%(day)s）。") % words, field="valid_from")


def _node_uuid(row: Organisation | None) -> UUID | None:
    return _uuid_of(row) if row else None


def _uuid_of(row: Organisation) -> UUID:
    return row.node.uuid
