"""Shaping the tree: create, rename, move, close (names and places of the past stay)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.access.data import NodeLine
from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Naming, Organisation, Placement
from linghang.apps.org.operations.ending import end_people_of, joint_branches_of, refuse_members
from linghang.apps.org.operations.finding import index_people_at
from linghang.apps.org.operations.held import held_organisation
from linghang.apps.org.operations.links import end_with_organisation
from linghang.apps.org.policies import may_be_top, may_hang_under
from linghang.apps.org.queries import get_organisation
from linghang.apps.org.search.operations import hang_findables_anew
from linghang.apps.org.search.sources import put_organisations
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import current_scope, system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)


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
        put_organisations([row.uuid])
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
        row = held_organisation(organisation)
        last = Naming.objects.filter(organisation=row).latest("valid_from")
        _refuse_earlier(valid_from, last.valid_from)
        last.valid_to = valid_from - DAY
        last.save(update_fields=["valid_to"])
        Naming.objects.create(organisation=row, name=name, short_name=short_name, valid_from=valid_from)
        row.name, row.short_name = name, short_name
        row.save(update_fields=["name", "short_name"])
        access.rename_node(node=_uuid_of(row), label=name, actor=actor)
        put_organisations([row.uuid])
        index_people_at(row.node_id)


def move_organisation(*, organisation: UUID, parent: UUID, valid_from: date, actor: Viewer) -> None:
    """Hang it, with all below it, under another parent of the same top from a day on."""
    with writing(actor, "move_organisation"):
        row, above = held_organisation(organisation), get_organisation(parent)
        _refuse_wrong_place(row.kind, above)
        last = Placement.objects.filter(organisation=row).latest("valid_from")
        _refuse_earlier(valid_from, last.valid_from)
        move_place(row, above, actor)
        with system_scope(reason="after the move the row may hang where the actor still sees it, or not"):
            last.valid_to = valid_from - DAY
            last.save(update_fields=["valid_to"])
            Placement.objects.create(organisation=row, parent=above, valid_from=valid_from)


def move_place(row: Organisation, above: Organisation, actor: Viewer) -> None:
    """Move the place in the tree, and with it where everything below is found."""
    before = row.node.path
    access.move_node(node=_uuid_of(row), parent=_uuid_of(above), actor=actor)
    with system_scope(reason="after the move the row may hang where the actor still sees it, or not"):
        row.node.refresh_from_db()
    hang_findables_anew(old_path=before, new_path=row.node.path)


def close_organisation(*, organisation: UUID, last_day: date, actor: Viewer) -> None:
    """End it. Refused while something below it goes on, or while 组织关系 is still there.

    What hangs on it ends with it: posts, links, areas, and the joint branches that were made for a project.
    """
    with writing(actor, "close_organisation"):
        row = held_organisation(organisation)
        if row.closed_on is not None:
            raise DomainError("already_closed", _("这个组织已经撤销，不用再办。"))
        refuse_members(row, last_day)
        for joint in joint_branches_of(row):
            close_organisation(organisation=joint, last_day=last_day, actor=actor)
        access.close_node(node=_uuid_of(row), last_day=last_day, actor=actor)
        end_with_organisation(row, last_day)
        end_people_of(row, last_day, actor=actor)
        for dated in (Naming, Placement):
            dated.objects.filter(organisation=row, valid_to__isnull=True).update(valid_to=last_day)
        row.closed_on = last_day
        row.save(update_fields=["closed_on"])


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
