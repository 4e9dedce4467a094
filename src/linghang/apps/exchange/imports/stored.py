"""An opened workbook and a mapping as JSON, so that a file is opened once, in a process of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from linghang.apps.exchange.mapping.model import (
    ClosingsSheet,
    FactsSheet,
    ItemColumn,
    Layout,
    Meaning,
    NameColumn,
    RosterSheet,
    Table,
    TableMapping,
)
from linghang.apps.exchange.tables.grid import CellError, Sheet, Value, Workbook, parse_address

_MARKS: dict[type, str] = {datetime: "m", date: "d", time: "t", CellError: "e"}


def save_book(book: Workbook, path: Path) -> None:
    """Write all visible sheets."""
    content = [_sheet(sheet) for sheet in book if sheet.rows and not sheet.hidden]
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_marked), "utf-8")
    path.chmod(0o600)


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "rows": sheet.rows,
        "hidden": sorted(sheet.hidden_rows),
        "uncomputed": sorted(sheet.uncomputed),
        "covered": [[*cell, *anchor] for cell, anchor in sheet.covered.items()],
    }


def _marked(value: object) -> list[str]:
    """What JSON cannot say, as a pair of its kind and its text; no cell is ever a list."""
    mark = _MARKS[type(value)]
    return [mark, value.text if isinstance(value, CellError) else value.isoformat()]  # type: ignore[attr-defined]  # days and times


def load_book(path: Path, file: str, corrections: Mapping[str, str] | None = None) -> Workbook:
    """The workbook with corrected cells in place of the written ones; the file itself is never changed.

    `corrections`: “sheet!B7” → text.
    """
    book = Workbook(file)
    for content in json.loads(path.read_text("utf-8")):
        sheet = Sheet(content["name"], rows=content["rows"], hidden_rows=set(content["hidden"]))
        sheet.uncomputed = {(row, column) for row, column in content["uncomputed"]}
        sheet.covered = {(r, c): (top, left) for r, c, top, left in content["covered"]}
        for row in content["rows"]:  # the rows of the sheet, still as JSON gives them
            for column, value in enumerate(row):
                if type(value) is list:
                    row[column] = _unmarked(value)
        book.sheets.append(sheet)
    for where, text in (corrections or {}).items():
        _correct(book, where, text)
    return book


def _unmarked(pair: list[str]) -> Value:
    mark, text = pair
    if mark == "d":
        return date.fromisoformat(text)
    if mark == "m":
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if mark == "t" else CellError(text)


def _correct(book: Workbook, where: str, text: str) -> None:
    name, _sign, cell = where.rpartition("!")
    sheet = book.sheet(name)
    if sheet is None:
        return
    anchor = parse_address(cell)
    for row, column in [anchor, *(cell for cell, own in sheet.covered.items() if own == anchor)]:
        while len(sheet.rows) <= row:
            sheet.rows.append([])
        cells = sheet.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text.strip() or None
        sheet.uncomputed.discard((row, column))


def mapping_json(mapping: TableMapping) -> dict[str, Any]:
    """A mapping as small JSON values."""
    made: dict[str, Any] = asdict(mapping)
    return made


def mapping_of(stored: Mapping[str, Any]) -> TableMapping:
    """The mapping that `mapping_json` wrote; an empty one reads nothing."""
    if not stored:
        return TableMapping()
    closings = stored.get("closings")
    return TableMapping(
        roster=tuple(RosterSheet(**(sheet | {"table": Table(**sheet["table"])})) for sheet in stored["roster"]),
        facts=tuple(_facts_sheet(sheet) for sheet in stored["facts"]),
        closings=ClosingsSheet(Table(**closings["table"]), closings["columns"]) if closings else None,
    )


def _facts_sheet(stored: Mapping[str, Any]) -> FactsSheet:
    rebuilt = {
        "table": Table(**stored["table"]),
        "layout": Layout(stored["layout"]),
        "names": tuple(NameColumn(**name) for name in stored["names"]),
        "items": tuple(ItemColumn(**(item | {"meaning": Meaning(item["meaning"])})) for item in stored["items"]),
        "skip": tuple(stored["skip"]),
    }
    return FactsSheet(**{**stored, **rebuilt})
