"""Writing workbooks byte for byte alike on every run, and the ways in which people write days and numbers."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from making.shared import FillingSheet

_FIXED = datetime(2026, 4, 2, 9, 0, 0)  # noqa: DTZ001 - a document property, written as is
_WIDE_DIGITS = str.maketrans("0123456789.", "０１２３４５６７８９．")
Cell = str | int | float | date | None


class Book:
    """A workbook with the few formats that all its sheets share. Use as a context manager."""

    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self.workbook = xlsxwriter.Workbook(str(path))
        self.workbook.set_properties({"title": title, "comments": "演示·虚构", "created": _FIXED})
        self.formats = {
            "title": self._format(bold=True, font_size=15, align="center"),
            "head": self._format(bold=True, border=1, align="center", text_wrap=True, bg_color="#F2F2F2"),
            "cell": self._format(border=1),
            "group": self._format(border=1, align="center", text_wrap=True),
            "word": self._format(border=1, align="center"),
            "day": self._format(border=1, num_format="yyyy/m/d", align="center"),
            "points": self._format(border=1, num_format="0.00"),
            "share": self._format(border=1, num_format="0.0000"),
            "sum": self._format(border=1, italic=True),
            "foot": self._format(),
            "note": self._format(text_wrap=True),
        }

    def _format(self, **looks: object) -> Format:
        return self.workbook.add_format({"font_name": "宋体", "font_size": 10, "valign": "vcenter", **looks})

    def sheet(self, name: str, widths: Sequence[float]) -> FillingSheet:
        sheet = self.workbook.add_worksheet(name, worksheet_class=FillingSheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def title(self, sheet: Worksheet, text: str, columns: int) -> None:
        """A merged title row over the whole table."""
        sheet.merge_range(0, 0, 0, columns - 1, text, self.formats["title"])
        sheet.set_row(0, 26)

    def heads(self, sheet: Worksheet, row: int, titles: Iterable[str], *, freeze: bool = True) -> None:
        for column, text in enumerate(titles):
            sheet.write(row, column, text, self.formats["head"])
        if freeze:
            sheet.freeze_panes(row + 1, 0)
            sheet.repeat_rows(row)

    def line(self, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
        for column, cell in enumerate(cells):
            self.cell(sheet, row, column, cell)

    def cell(self, sheet: Worksheet, row: int, column: int, cell: Cell, look: str = "cell") -> None:
        """A cell of its own type: days as day numbers with a format, numbers as numbers, None as an empty frame."""
        if cell is None:
            sheet.write_blank(row, column, None, self.formats[look])
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self.formats["day"])
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell, self.formats[look])
        else:
            sheet.write_number(row, column, cell, self.formats[look])

    def group(self, sheet: Worksheet, first: int, last: int, column: int, text: str) -> None:
        """A text over several rows, merged as people do it."""
        if first == last:
            sheet.write_string(first, column, text, self.formats["group"])
        else:
            sheet.merge_range(first, column, last, column, text, self.formats["group"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.workbook.close()
        _pack_tightly(self.path)


def _pack_tightly(path: Path) -> None:
    """Pack the same parts again at the highest level; their fixed times stay."""
    with zipfile.ZipFile(path) as loose:
        parts = [(info, loose.read(info)) for info in loose.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as tight:
        for info, data in parts:
            tight.writestr(info, data, zipfile.ZIP_DEFLATED, 9)


def wide(text: str) -> str:
    """Full-width digits, as an input method leaves them."""
    return text.translate(_WIDE_DIGITS)


def day_as_typed(day: date, way: int) -> Cell:
    """The same day in the next of seven ways of typing it; the last leaves out the year."""
    ways: tuple[Cell, ...] = (*_with_year(day), f"{day.month}月{day.day}日")
    return ways[way % len(ways)]


def roster_day(day: date | None, way: int) -> Cell:
    """As above, but in a roster nobody leaves out the year."""
    ways = _with_year(day) if day else (None,)
    return ways[way % len(ways)]


def _with_year(day: date) -> tuple[Cell, ...]:
    return (
        day,
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        wide(f"{day.year}.{day.month}.{day.day}"),
        f" {day.year}/{day.month:02d}/{day.day:02d} ",
    )


def number_as_typed(number: float, way: int) -> Cell:
    """Mostly a number; now and then text with full-width digits, a unit or a stray space."""
    plain = f"{number:g}"
    odd = {3: wide(plain), 8: f"{plain}小时", 11: f" {plain}"}
    return odd.get(way % 13, number)
