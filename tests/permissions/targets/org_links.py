from typing import Any

from linghang.apps.access.tests.world import LONG_AGO, TODAY
from linghang.apps.org.models import Area, Link, Organisation
from linghang.apps.org.operations import create_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM
from tests.permissions.targets.cell import Cell, Maker


def _place(cell: Cell) -> Organisation:
    return Organisation.objects.select_related("node", "top").get(uuid=cell.place.uuid)


def _branch(cell: Cell) -> dict[str, Any] | None:
    """The place itself where it is a branch, else a branch right below it."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        if _place(cell).kind == "branch":
            return {"uuid": cell.place.uuid}
        name = f"{cell.place.node.label}直属支部"
        what = {"kind": "branch", "name": name, "parent": cell.place.uuid, "founded_on": LONG_AGO, "actor": SYSTEM}
        return {"uuid": create_organisation(**what)}


def _organisation(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": cell.place.uuid}


def _area_row(cell: Cell) -> Area:
    place = _place(cell)
    return Area.objects.create(
        kind="zone", name="责任区", organisation=place, node=place.node, top=place.top, valid_from=LONG_AGO
    )


def _area(cell: Cell) -> dict[str, Any] | None:
    with system_scope(reason="test"):
        return None if cell.name == "self" else {"uuid": _area_row(cell).uuid}


def _link(cell: Cell) -> dict[str, Any] | None:
    """Between the place and an area of it."""
    if cell.name == "self":
        return None
    with system_scope(reason="test"):
        place, area = _place(cell), _area_row(cell)
        ends = {"left_organisation": place, "right_area": area, "left_node": place.node, "node": area.node}
        return {"uuid": Link.objects.create(kind="pair", valid_from=LONG_AGO, **ends).uuid}


OBJECTS: dict[str, Maker] = {
    "org:link-end": _link,
    **dict.fromkeys(["org:area", "org:area-change", "org:area-close"], _area),
    **dict.fromkeys(["org:branch", "org:branch-sheet", "org:agreement"], _branch),
    **dict.fromkeys(["org:category", "org:merge", "org:split"], _organisation),
}

DATA: dict[str, Maker] = {"org:link-end": lambda _cell: {"last_day": TODAY.isoformat()}}
