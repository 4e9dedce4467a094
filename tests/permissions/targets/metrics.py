from datetime import date
from typing import Any

from linghang.apps.access.tests.world import TODAY
from linghang.apps.metrics.tests.world import give, make_indicator
from tests.permissions.targets.cell import Cell, Maker


def _indicator(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": make_indicator(cell.place)}


def _value(cell: Cell) -> dict[str, Any] | None:
    return None if cell.name == "self" else {"uuid": give(make_indicator(cell.place), date(2026, 2, 1), "100")}


OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(
        (
            "metrics:indicator",
            "metrics:series-export",
            "metrics:edit",
            "metrics:redefine",
            "metrics:close",
            "metrics:add",
        ),
        _indicator,
    ),
    "metrics:replace": _value,
}

_REPLACED = {"value": "101", "as_of": TODAY.isoformat(), "source": "生产日报", "reason": "updated"}
DATA: dict[str, Maker] = {
    "metrics:close": lambda _cell: {"last_day": TODAY.isoformat()},
    "metrics:replace": lambda _cell: _REPLACED,
}
