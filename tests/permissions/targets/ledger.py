from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from linghang.apps.access.tests.world import LONG_AGO, NOW, TODAY
from linghang.apps.ledger.data import NewEvent, NewEvidence, NewFact, StoredFile
from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.operations.inspecting import draw_sample
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_person, create_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker

ATTENDED = {"meeting": "theme-day", "presence": "present", "reason": "none"}
CORRECTED = ATTENDED | {"presence": "absent", "reason": "duty"}
RIGHT = {f"right-a-{name}": value for name, value in CORRECTED.items()} | {"right-why": "当天出公差"}


def _person(cell: Cell) -> Any:
    """The owner of the cell as a person of his place."""
    known = Person.objects.filter(user=cell.owner).first()
    if known is not None:
        return known.uuid
    return add_person(name="王×", organisation=cell.place.uuid, user=cell.owner.uuid, actor=SYSTEM)


def _fact(cell: Cell) -> dict[str, Any]:
    """Somebody's attendance."""
    with system_scope(reason="test"):
        items = [NewFact("life.attendance", _person(cell), TODAY, attributes=ATTENDED, node=cell.place.node.uuid)]
        return {"uuid": record(items=items, actor=SYSTEM, now=NOW).facts[0]}


def _event(cell: Cell) -> dict[str, Any] | None:
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        event = NewEvent("theme-day", TODAY, node=cell.place.node.uuid)
        items = [NewFact("life.attendance", _person(cell), TODAY, attributes=ATTENDED, node=cell.place.node.uuid)]
        return {"uuid": record(items=items, actor=SYSTEM, now=NOW, event=event).event}


def _study_group(cell: Cell) -> dict[str, Any] | None:
    """A study group below the place."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        what = {"kind": "study_group", "name": "青年理论学习小组", "parent": cell.place.uuid, "founded_on": LONG_AGO}
        return {"uuid": create_organisation(**what, actor=SYSTEM)}


def _evidence(cell: Cell) -> dict[str, Any]:
    """A file that proves somebody's record."""
    file = StoredFile(uuid4(), "0" * 64, "照片.png", 7, "image/png")
    path = path_of(Path(settings.MEDIA_ROOT), file.uuid)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    with system_scope(reason="test"):
        proof = NewEvidence("file", file=file)
        item = NewFact(
            "life.attendance",
            _person(cell),
            TODAY,
            attributes=ATTENDED,
            node=cell.place.node.uuid,
            evidence=[proof],
        )
        record(items=[item], actor=SYSTEM, now=NOW)
    return {"uuid": file.uuid}


def _draw(cell: Cell) -> dict[str, Any] | None:
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        return {
            "uuid": draw_sample(
                place=cell.place.node.uuid,
                since=TODAY,
                until=TODAY,
                kind="",
                size=1,
                seed="1",
                actor=SYSTEM,
                now=NOW,
            )
        }


def _sheet(cell: Cell) -> dict[str, Any] | None:
    """The sign-in sheet of somebody's place."""
    if cell.name == "self":
        return None
    return {"what": "study.hours", "place": str(cell.place.uuid), "day": TODAY.isoformat(), "as": "word"}


OBJECTS: dict[str, Maker] = {
    "ledger:fact": _fact,
    "ledger:reverse": _fact,
    "ledger:correct": _fact,
    "ledger:event": _event,
    "ledger:undo": _event,
    "ledger:evidence": _evidence,
    "ledger:draw": _draw,
    "ledger:study-group": _study_group,
}
DATA: dict[str, Maker] = {
    "ledger:reverse": lambda _cell: {"code": "mistake", "reason": "记错了人"},
    "ledger:correct": lambda _cell: RIGHT,
    "ledger:undo": lambda _cell: {"reason": "日期录错了"},
    "ledger:sheet": _sheet,
    "ledger:study-group": lambda _cell: {"title": "论学习"},
}
