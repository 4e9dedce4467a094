"""A commitment of a cell's owner at its place."""

from datetime import date
from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.appraisal.models import Commitment
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_person
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker


def _commitment(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        uuid = add_person(
            name=cell.owner.display_name, organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM
        )
        person = Person.objects.get(uuid=uuid)
        made = Commitment.objects.create(
            person=person, node_id=cell.place.node.key, year=2026, number=1, text="每月检修一次线路", measure="6 次",
            beneficiary="职工", due=date(2026, 12, 1), made_at=NOW,
        )  # fmt: skip
    return {"uuid": made.uuid}


_STEPS = ("midway", "report", "judge")
OBJECTS: dict[str, Maker] = dict.fromkeys((f"appraisal:commitment-{step}" for step in _STEPS), _commitment)
DATA: dict[str, Maker] = {}
