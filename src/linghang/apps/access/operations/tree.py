"""The tree of places. `org` calls these in the same transaction as its own rows; nothing else does."""

from datetime import date
from uuid import UUID, uuid4

from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from linghang.apps.access.data import NodeLine
from linghang.apps.access.models import RoleGrant, ScopeNode
from linghang.apps.access.queries import get_node, node_line
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

MAX_DEPTH = 12


def create_node(*, label: str, parent: UUID | None, valid_from: date, actor: Viewer) -> NodeLine:
    """Add a place under a parent inside the open scope, or an independent top when there is no parent."""
    with writing(actor, "create_node"):
        above = _locked(parent) if parent else None
        if above is not None and above.depth + 1 >= MAX_DEPTH:
            raise DomainError(
                "too_deep", _("组织层级最多%(n)s层，请挂在更高的组织下面。") % {"n": MAX_DEPTH}, field="parent"
            )
        with system_scope(reason="a new place is not inside any scope before it has its path"):
            node = ScopeNode.objects.create(label=label, parent=above, path=str(uuid4()), valid_from=valid_from)
            node.path = _path_below(above, node)
            node.top = above.top if above else node
            node.save(update_fields=["path", "top"])
        return node_line(node)


def rename_node(*, node: UUID, label: str, actor: Viewer) -> None:
    """Show another name; the dated names are kept by `org`."""
    with writing(actor, "rename_node"):
        row = get_node(node)
        row.label = label
        row.save(update_fields=["label"])


def move_node(*, node: UUID, parent: UUID, actor: Viewer) -> None:
    """Hang a place with everything below it under another parent of the same top organisation."""
    with writing(actor, "move_node"):
        row, above = _locked(node), get_node(parent)
        if row.parent_id is None or row.top_id != above.top_id:
            raise DomainError("other_top", _("不能在相互独立的单位之间移动组织。"), field="parent")
        if above.path.startswith(row.path):
            raise DomainError("own_descendant", _("不能把组织移到它自己的下级里，请选择别的上级。"), field="parent")
        old, new = row.path, _path_below(above, row)
        row.parent = above
        row.save(update_fields=["parent"])
        with system_scope(reason="everything below moves along, whoever may see it"):
            below = ScopeNode.objects.filter(path__startswith=old)
            below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))


def close_node(*, node: UUID, last_day: date, actor: Viewer) -> None:
    """End a place, and the posts at it. Refused while something below it goes on after that day."""
    with writing(actor, "close_node"):
        row = get_node(node)
        _refuse_living_children(row, last_day)
        if last_day < row.valid_from:
            raise DomainError("before_start", _("撤销日期不能早于成立日期。"), field="last_day")
        with system_scope(reason="posts at a closed place end with it"):
            longer = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
            RoleGrant.objects.filter(longer, node=row, valid_from__lte=last_day).update(valid_to=last_day)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])


def _path_below(above: ScopeNode | None, node: ScopeNode) -> str:
    """Steps of one width, so that sorting by path is the order of the tree under every collation."""
    return f"{above.path if above else ''}{node.pk:08d}/"


def _refuse_living_children(row: ScopeNode, last_day: date) -> None:
    with system_scope(reason="a child that the actor cannot see still stands in the way"):
        living = ScopeNode.objects.filter(parent=row, valid_to__isnull=True).exists()
        later = ScopeNode.objects.filter(parent=row, valid_to__gt=last_day).exists()
    if living or later:
        raise DomainError("has_children", _("下面还有没有撤销的组织。请先撤销或移走它们。"))


def _locked(node: UUID) -> ScopeNode:
    """A place as it hangs now, in a tree that nobody else moves until the end of the transaction."""
    row = get_node(node)
    with system_scope(reason="two moves in one tree must not interleave"):
        list(ScopeNode.objects.select_for_update().filter(pk=row.top_id or row.pk).values_list("pk"))
    return get_node(node)
