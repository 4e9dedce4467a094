"""The sheet 关账: which branch has closed its recording of which month."""

import re
from datetime import date
from pathlib import Path

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.mapping.model import CLOSING_ROLES, ClosingsSheet, Table, TableMapping
from linghang.apps.exchange.mapping.titles import CLOSING_TITLES
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.tables.grid import Value, Workbook
from linghang.apps.exchange.tables.headers import data_rows, find_header, header_of, text_of
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.words import near
from linghang.engine.periods import Month
from linghang.engine.problems import Problems
from linghang.engine.roster import Roster

_NAMED = re.compile("关账")
_ONLY_MONTH = re.compile(r"(\d{1,2})月?")


def read_closings(
    path: Path, *, roster: Roster, period: Month, mapping: TableMapping | None = None
) -> tuple[set[tuple[str, Month]], Problems]:
    """(branch as the roster writes it, month) for each closed recording; an empty set where no sheet speaks of it."""
    book, problems = read_workbook(path)
    if book is None:
        return set(), problems
    return closings_of(book, roster=roster, period=period, mapping=mapping)


def closings_of(
    book: Workbook, *, roster: Roster, period: Month, mapping: TableMapping | None = None
) -> tuple[set[tuple[str, Month]], Problems]:
    """The same for an opened workbook; the problems are those of this sheet only."""
    problems = Problems()
    mapped = mapping.closings if mapping and mapping.closings else propose_closings(book)
    sheet = book.sheet(mapped.table.sheet) if mapped else None
    if mapped is None or sheet is None:
        return set(), problems
    cells, people = Cells(book, sheet, problems), People(roster)
    found: set[tuple[str, Month]] = set()
    for row in data_rows(sheet, header_of(sheet, mapped.table.first, mapped.table.last)):
        branch = _branch(cells, row, mapped.columns["organisation"], people, roster)
        month = _month(cells, row, mapped.columns["month"], period)
        if branch is not None and month is not None:
            found.add((branch, month))
    return found, problems


def propose_closings(book: Workbook) -> ClosingsSheet | None:
    """The first visible sheet called 关账… that has a column of branches and one of months."""
    for sheet in book:
        if sheet.hidden or not _NAMED.search(sheet.name):
            continue
        header = find_header(sheet, lambda text: 3 * bool(CLOSING_TITLES.role([text])))
        columns = CLOSING_TITLES.columns(header.titles) if header else {}
        if header and set(columns) == set(CLOSING_ROLES):
            return ClosingsSheet(Table(sheet.name, header.first, header.last), columns)
    return None


def _branch(cells: Cells, row: int, column: int, people: People, roster: Roster) -> str | None:
    text = text_of(cells.sheet.value(row, column))
    branch = people.branch(text) if text else ""
    if not branch and cells.usable(row, column):
        known = sorted({m.organisation for m in roster})
        found = near(text, known)
        hint = f"名册里相近的有：{'、'.join(found)}" if found else "核对支部名称"
        cells.wrong(row, column, "unknown-branch", f"名册里没有支部“{text}”" if text else "没有写支部", hint)
    return branch or None


def _month(cells: Cells, row: int, column: int, period: Month) -> Month | None:
    value = cells.sheet.value(row, column)
    try:
        return _month_of(value, period)
    except ValueError as error:
        if cells.usable(row, column):
            cells.wrong(row, column, "bad-month", str(error), "写成 2026-03")
        return None


def _month_of(value: Value, period: Month) -> Month:
    if isinstance(value, date):
        return Month.of(value)
    text = text_of(value).translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
    if found := _ONLY_MONTH.fullmatch(text):
        return Month(period.year, int(found[1]))
    return Month.parse(text)
