from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.ledger.data.files import path_of
from linghang.apps.loops.data import DECLARATION
from linghang.apps.loops.models import Case, CaseFile
from linghang.apps.loops.operations import open_case, report_problem
from linghang.apps.org.operations import add_person
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker


def _belongs(cell: Cell, uuid: UUID, **more: Any) -> dict[str, Any]:
    """The case as the owner of the cell would have started it himself."""
    Case.objects.filter(uuid=uuid).update(reporter=cell.owner, parties=[cell.owner.uuid], **more)
    return {"uuid": uuid}


def _problem(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        opened = report_problem(
            title="井口漏雨", body="雨天积水", node=cell.place.node.uuid, origin="person", actor=SYSTEM, now=NOW
        )
        return _belongs(cell, opened.uuid)


def _file(cell: Cell) -> dict[str, Any]:
    """A picture of the problem."""
    arguments = _problem(cell)
    file = uuid4()
    path = path_of(Path(settings.MEDIA_ROOT), file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    with system_scope(reason="test"):
        case = Case.objects.get(uuid=arguments["uuid"])
        CaseFile.objects.create(uuid=file, case=case, name="漏雨.png", sha256="0" * 64, size=7, added_at=NOW)
    return arguments | {"file": file}


def _returned(cell: Cell) -> dict[str, Any]:
    """A declaration that the branch sent back."""
    about = {
        "record": "service.volunteer",
        "day": TODAY.isoformat(),
        "quantity": 20000,
        "attributes": {"role": "participant"},
    }
    with system_scope(reason="test"):
        opened = open_case(
            kind=DECLARATION, title="志愿服务", node=cell.place.node.uuid, about=about, actor=SYSTEM, now=NOW
        )
        return _belongs(cell, opened.uuid, state="returned", waits_for="reporter", responsible=cell.owner)


def _person(cell: Cell) -> UUID:
    with system_scope(reason="test"):
        return add_person(name="王×", organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM)


def _declarer(cell: Cell) -> dict[str, Any] | None:
    """Whoever declares is a person of the roster."""
    if cell.name == "self":
        _person(cell)
    return {} if cell.name in ("self", "former", "transferred") else None


OBJECTS: dict[str, Maker] = {
    "loops:case": _problem,
    "loops:move": _problem,
    "loops:steer": _problem,
    "loops:comment": _problem,
    "loops:file": _file,
    "loops:sheet": _problem,
    "loops:personal": _returned,
    "loops:redeclare": _returned,
}
DATA: dict[str, Maker] = {
    "loops:move": lambda _cell: {"step": "assign"},
    "loops:steer": lambda _cell: {"action": "extend", "working_days": 5, "note": "材料未到"},
    "loops:comment": lambda _cell: {"note": "补充一句"},
    "loops:declare": _declarer,
    "loops:correct": lambda cell: {"person": str(_person(cell))},
}
