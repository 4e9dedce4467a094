from typing import Any

from linghang.apps.access.tests.world import TODAY
from tests.permissions.targets.cell import Cell, Maker


def _organisation(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": cell.place.uuid}


OBJECTS: dict[str, Maker] = {
    "org:detail": _organisation,
    "org:rename": _organisation,
    "org:move": _organisation,
    "org:close": _organisation,
}

DATA: dict[str, Maker] = {"org:close": lambda _cell: {"last_day": TODAY.isoformat()}}
