"""Workbooks for tests, written cell by cell."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from linghang.engine.periods import Month
from linghang.engine.roster import DateRange, Member, Roster

MARCH = Month(2026, 3)


def book(
    path: Path, sheets: dict[str, Sequence[Sequence[object]]], merges: dict[str, Iterable[str]] | None = None
) -> Path:
    """An .xlsx with the given sheets, row by row from A1; `merges` are areas by sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
        for area in (merges or {}).get(name, ()):
            sheet.merge_cells(area)
    made.save(path)
    return path


def roster() -> Roster:
    """Two branches; 王伟 is in both, and twice in the second."""
    exempt = (DateRange(date(2026, 3, 10), date(2026, 3, 20)),)
    return Roster(
        [
            Member("A01", "张三", "机修车间党支部"),
            Member("A02", "李四", "机修车间党支部"),
            Member("A03", "王伟", "机修车间党支部"),
            Member("A04", "阿里木·买买提", "机修车间党支部"),
            Member("A05", "赵六", "机修车间党支部", active=DateRange(date(2026, 3, 15), None)),
            Member("A06", "孙七", "机修车间党支部", exempt=exempt),
            Member("B01", "王伟", "机关党支部"),
            Member("B02", "王伟", "机关党支部"),
            Member("B03", "周八", "机关党支部"),
        ]
    )
