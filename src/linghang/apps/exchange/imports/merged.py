"""Merged cells in the rows of a table: each cell below them is read as if it said the same, and the preview says so."""

from collections.abc import Iterator

from linghang.apps.exchange.mapping.model import ClosingsSheet, FactsSheet, RosterSheet, TableMapping
from linghang.apps.exchange.tables.grid import Sheet, Workbook, address
from linghang.apps.exchange.tables.headers import data_rows, header_of
from linghang.engine.problems import Problems

NAMED = 12  # ranges of a sheet that are named one by one
Cell = tuple[int, int]


def tell_what_was_filled(book: Workbook, mapping: TableMapping, problems: Problems) -> None:
    """A warning per sheet with the ranges whose content stands for several cells that are read."""
    for mapped in _sheets(mapping):
        sheet = book.sheet(mapped.table.sheet)
        found = _ranges(sheet, mapped) if sheet else {}
        if sheet and found:
            names = [f"{address(*first)}:{address(*last)}" for first, last in sorted(found.items())]
            more = f" 等 {len(names)} 处" if len(names) > NAMED else ""
            words = f"合并的单元格，每一格都当作写了第一格的内容：{'、'.join(names[:NAMED])}{more}"
            hint = "支部、日期这样通常就对；数量几个人合写一个的，取消合并、各写各的，再重新上传"
            problems.add(book.place(sheet, *min(found)), "merged-filled", words, hint, severity="warning")


def _sheets(mapping: TableMapping) -> Iterator[RosterSheet | FactsSheet | ClosingsSheet]:
    yield from mapping.roster
    yield from mapping.facts
    if mapping.closings:
        yield mapping.closings


def _ranges(sheet: Sheet, mapped: RosterSheet | FactsSheet | ClosingsSheet) -> dict[Cell, Cell]:
    """First cell → last cell of the merged areas that say something in a column and a row that are read."""
    if not sheet.covered:
        return {}
    rows = frozenset(data_rows(sheet, header_of(sheet, mapped.table.first, mapped.table.last)))
    columns = _columns(mapped)
    told = {
        first
        for (row, column), first in sheet.covered.items()
        if row in rows and column in columns and sheet.value(row, column) is not None
    }
    last: dict[Cell, Cell] = {}
    for cell, first in sheet.covered.items():
        if first in told:
            last[first] = max(last.get(first, first), cell)
    return last


def _columns(mapped: RosterSheet | FactsSheet | ClosingsSheet) -> frozenset[int]:
    read = set(mapped.columns.values())
    if isinstance(mapped, FactsSheet):
        read |= {*mapped.attributes.values(), *(n.column for n in mapped.names), *(i.column for i in mapped.items)}
    return frozenset(read)
