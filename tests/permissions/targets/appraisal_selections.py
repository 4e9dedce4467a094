"""Rounds of selection and their nominees, at the place of a cell."""

from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.appraisal.models import Nominee, PackVersion, SelectionRound
from linghang.apps.appraisal.tests.packs_world import SCHEME, shipped
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_person
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker


def _make(cell: Cell) -> SelectionRound:
    with system_scope(reason="test"):
        return SelectionRound.objects.create(
            node_id=cell.place.node.key, version=PackVersion.objects.get(uuid=shipped()), scheme=SCHEME,
            selection="advanced-candidates", month=2026 * 12 + 11, title="优秀党员", quota=1, points_weight=50,
            opened_at=NOW,
        )  # fmt: skip


def _round(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": _make(cell).uuid}


def _nominee(cell: Cell) -> dict[str, Any] | None:
    if cell.name == "self":
        return None
    made = _make(cell)
    with system_scope(reason="test"):
        uuid = add_person(name="钱小林", organisation=cell.place.uuid, actor=SYSTEM)
        return {"uuid": Nominee.objects.create(round=made, person=Person.objects.get(uuid=uuid), listed=True).uuid}


_STEPS = ("nominate", "votes", "publish", "propose", "confirm")
OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(("appraisal:selection", "appraisal:selection-export"), _round),
    **dict.fromkeys((f"appraisal:selection-{step}" for step in _STEPS), _round),
    **dict.fromkeys(("appraisal:selection-deeds", "appraisal:selection-withdraw"), _nominee),
}
