"""What the sheets of a file look like beside a proposed mapping, as small JSON values for the matching page."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from linghang.apps.exchange.mapping.model import Table, TableMapping
from linghang.apps.exchange.tables.grid import Sheet, Workbook, column_letters, parse_address
from linghang.apps.exchange.tables.headers import data_rows, header_of, text_of
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problem

SAMPLES, SAMPLE_LENGTH = 3, 40
OF_SHEET = frozenset(
    {"sheet-not-read", "kind-assumed"}
)  # doubts about a whole sheet, though they name its first column


def with_headers(mapping: TableMapping, chosen: Mapping[str, list[int]]) -> TableMapping:
    """Without what was proposed for a sheet whose header a person sees in another row."""

    def stays(table: Table) -> bool:
        return chosen.get(table.sheet, [table.first, table.last]) == [table.first, table.last]

    closings = mapping.closings if mapping.closings and stays(mapping.closings.table) else None
    return TableMapping(
        tuple(s for s in mapping.roster if stays(s.table)), tuple(s for s in mapping.facts if stays(s.table)), closings
    )


def kinds_of(pack: Pack) -> list[dict[str, Any]]:
    """The kinds of members' records with their attributes, by title."""
    return [
        {
            "title": kind.title["zh"],
            "attributes": {a.title["zh"]: [v["zh"] for v in a.values.values()] for a in kind.attributes.values()},
        }
        for kind in pack.kinds.values()
        if kind.subject == "member"
    ]


def looks_of(
    book: Workbook, mapping: TableMapping, unsure: Iterable[Problem], chosen: Mapping[str, list[int]],
    called: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Sheets, columns, samples, doubts and a fingerprint; `chosen` are header rows, `called` names of sheets as people
    know them."""
    doubts = [replace(p, message=_in_words(p.message, called)) for p in unsure]
    sheets = [
        _sheet(sheet, mapping, doubts, chosen) | {"called": called.get(sheet.name, sheet.name)}
        for sheet in book
        if sheet.rows and not sheet.hidden
    ]
    return {
        "sheets": sheets,
        "doubts": [asdict(p) for p in doubts if not p.place.sheet],
        "fingerprint": _fingerprint(sheets),
    }


def _in_words(message: str, called: Mapping[str, str]) -> str:
    for stored, name in called.items():
        message = message.replace(f"“{stored}”", f"“{name}”")
    return message


def _fingerprint(sheets: list[dict[str, Any]]) -> str:
    """Equal for tables with the same sheets, header rows and titles, whatever stands below them."""
    said = [f"{s['sheet']}\x1f{s['first']}\x1f{s['last']}" for s in sheets]
    said += [f"{c['column']}\x1f{c['title']}" for s in sheets for c in s["columns"]]
    return hashlib.sha256("\x1e".join(said).encode()).hexdigest()


def _sheet(sheet: Sheet, mapping: TableMapping, doubts: list[Problem], chosen: Mapping[str, list[int]]) -> Any:
    tables = [*(s.table for s in mapping.roster), *(s.table for s in mapping.facts)]
    tables += [mapping.closings.table] if mapping.closings else []
    table = next((t for t in tables if t.sheet == sheet.name), None)
    first, last = (table.first, table.last) if table else chosen.get(sheet.name, _likely_header(sheet))
    own = [p for p in doubts if p.place.sheet == sheet.name]
    return {
        "sheet": sheet.name,
        "first": first,
        "last": last,
        "rows": len(sheet.rows),
        "columns": list(_columns(sheet, first, last, own)),
        "doubts": [asdict(p) for p in own if p.code in OF_SHEET or not p.place.cell],
    }


def _likely_header(sheet: Sheet) -> tuple[int, int]:
    """The first row with at least two texts, for a sheet in which no header was recognised."""
    for number, row in enumerate(sheet.rows[:40]):
        if sum(isinstance(value, str) for value in row) >= 2:
            return number, number
    return 0, 0


def _columns(sheet: Sheet, first: int, last: int, doubts: list[Problem]) -> Iterator[dict[str, Any]]:
    header = header_of(sheet, first, min(last, len(sheet.rows) - 1))
    samples: dict[int, list[str]] = {column: [] for column in header.titles}
    for row in data_rows(sheet, header):
        for column, found in samples.items():
            text = text_of(sheet.value(row, column))
            if text and len(found) < SAMPLES and text[:SAMPLE_LENGTH] not in found:
                found.append(text[:SAMPLE_LENGTH])
        if all(len(found) >= SAMPLES for found in samples.values()):
            break
    by_column: dict[int, list[Problem]] = {}
    for problem in doubts:
        if problem.place.cell and problem.code not in OF_SHEET:
            by_column.setdefault(parse_address(problem.place.cell)[1], []).append(problem)
    for column in header.titles:
        yield {
            "column": column,
            "letter": column_letters(column),
            "title": header.title(column),
            "samples": samples[column],
            "doubts": [asdict(p) for p in by_column.get(column, [])],
        }
