"""Two invented units with a small tree each, for tests of this room and of the permission matrix."""

from dataclasses import dataclass
from uuid import UUID

from linghang.apps.access.data import NodeLine
from linghang.apps.access.tests.world import LONG_AGO
from linghang.apps.org.models import Organisation
from linghang.apps.org.operations import create_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


@dataclass(frozen=True)
class Place:
    """An organisation and the node on which it hangs."""

    uuid: UUID
    node: NodeLine


def make_organisation(kind: str, name: str, parent: Place | None = None, *, code: str = "") -> Place:
    """An organisation that has been there for long."""
    with system_scope(reason="test"):
        uuid = create_organisation(
            kind=kind, name=name, code=code, parent=parent.uuid if parent else None, founded_on=LONG_AGO, actor=SYSTEM
        )
        node = Organisation.objects.select_related("node").get(uuid=uuid).node
        return Place(uuid, NodeLine(node.pk, node.top_id or node.pk, node.uuid, node.label, node.path, node.depth))


def two_units() -> dict[str, Place]:
    """`own` with `below` under it, its `sibling` and `parent`, and `other_top`, which has nothing to do with them."""
    parent = make_organisation("party_committee", "北山矿业党委", code="BS")
    own = make_organisation("general_branch", "选矿厂党总支", parent, code="BS01")
    return {
        "parent": parent,
        "own": own,
        "below": make_organisation("branch", "磨浮党支部", own, code="BS0101"),
        "sibling": make_organisation("general_branch", "采矿部党总支", parent, code="BS02"),
        "other_top": make_organisation("party_committee", "南河渠道党委", code="NH"),
    }
