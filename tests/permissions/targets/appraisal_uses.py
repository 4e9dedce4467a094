"""A list of 结果运用 at the place of a cell."""

from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.appraisal.models import PackVersion, UseList
from linghang.apps.appraisal.tests.packs_world import SCHEME, shipped
from linghang.ui.web.scope import system_scope
from tests.permissions.targets.cell import Cell, Maker


def _list(cell: Cell) -> dict[str, Any] | None:
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        made = UseList.objects.create(
            node_id=cell.place.node.key, version=PackVersion.objects.get(uuid=shipped()), scheme=SCHEME,
            grade="quarter-star", month=2026 * 12 + 2, made_at=NOW,
        )  # fmt: skip
    return {"uuid": made.uuid}


OBJECTS: dict[str, Maker] = dict.fromkeys(
    ("appraisal:use-list", "appraisal:use-export", "appraisal:use-confirm"), _list
)
