from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.exchange.data import ImportState
from linghang.apps.exchange.folders import write_json
from linghang.apps.exchange.imports.children import LOOKS, WARNINGS
from linghang.apps.exchange.imports.preview import PREVIEW, write_preview
from linghang.apps.exchange.kinds import Plan
from linghang.apps.exchange.models import Import, WorkdayTable
from linghang.apps.exchange.queries import FOLDERS
from linghang.apps.exchange.tables.grid import Workbook
from tests.permissions.targets.cell import Cell, Maker

LOOK = {"sheets": [], "doubts": [], "fingerprint": "f", "remembered": False, "chosen": {}}


def _page(_cell: Cell) -> dict[str, Any]:
    return {"kind": "organisations"}


def _import(state: ImportState) -> Maker:
    """An import of organisations that an officer of the cell's place has started."""

    def make(cell: Cell) -> dict[str, Any]:
        row = Import.objects.create(
            kind="organisations", state=state, starter=cell.owner, role="officer", path=cell.place.node.path,
            title="组织 · 表.xlsx", file="表.xlsx", sha256="0" * 64, created_at=NOW,
        )  # fmt: skip
        folder = FOLDERS.make(row.uuid)
        write_json(folder / LOOKS, LOOK)
        write_json(folder / WARNINGS, [])
        counts = write_preview(folder / PREVIEW, Plan(), [], Workbook("表.xlsx"))
        row.counts = counts | {"new": 1}
        row.save(update_fields=["counts"])
        return {"uuid": row.uuid}

    return make


def _table(cell: Cell) -> dict[str, Any] | None:
    """A table of working days; it is nobody's in particular."""
    if cell.name == "self":
        return None
    return {"uuid": WorkdayTable.objects.create(name="放假.csv", days=1, years=[2031], put_at=NOW).uuid}


OBJECTS: dict[str, Maker] = {
    "exchange:begin": _page,
    "exchange:workdays-end": _table,
    "exchange:template": _page,
    "exchange:import": _import(ImportState.DONE),
    "exchange:columns": _import(ImportState.MATCHING),
    "exchange:preview": _import(ImportState.CHECKED),
    "exchange:problems": _import(ImportState.CHECKED),
    "exchange:effects": _import(ImportState.DONE),
    "exchange:recheck": _import(ImportState.CHECKED),
    "exchange:confirm": _import(ImportState.CHECKED),
    "exchange:undo": _import(ImportState.DONE),
    "exchange:discard": _import(ImportState.CHECKED),
}

DATA: dict[str, Maker] = {"exchange:undo": lambda _cell: {"reason": "传错了表"}}
