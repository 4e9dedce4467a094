"""Tables out as .xlsx, for every list and result: real numbers and dates, frozen headers, text that stays text."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO

from linghang.engine.points import POINT, UNIT

Cell = str | int | float | bool | date | datetime | None
_LONGEST = 32_767  # what a cell of an .xlsx may hold
_WIDEST, _NARROWEST = 48, 6
_MEASURED = 300  # rows that decide the width of a column


class Kind(Enum):
    """What a column holds, and its number format."""

    TEXT = ""
    INTEGER = "0"
    POINTS = "0.00"  # given in hundredths
    QUANTITY = "0.####"  # given in ten-thousandths
    PERCENT = "0.0%"
    DATE = "yyyy-mm-dd"
    TIME = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class Column:
    """A column: its title, what it holds, a title over several neighbours (`group`), a fixed width where needed."""

    title: str
    kind: Kind = Kind.TEXT
    group: str = ""
    width: int = 0


@dataclass(frozen=True)
class Table:
    """One sheet. `rows` are read once; `title` stands above the header, `notes` below the rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Stamp:
    """What every sheet says about itself: where the numbers come from, as of when; `made_at` goes into the file."""

    source: str = ""
    as_of: str = ""
    made_at: datetime | None = None

    @property
    def words(self) -> str:
        return "  ".join(f"{w}：{t}" for w, t in (("来源", self.source), ("数据截至", self.as_of)) if t)


@dataclass
class _Formats:
    """The cell formats of one workbook."""

    book: Any
    by_kind: dict[Kind, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        add = self.book.add_format
        self.title = add({"bold": True, "font_size": 14, "valign": "vcenter"})
        self.head = add({"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1,
                         "bg_color": "#F2F2F2"})  # fmt: skip
        self.note = add({"font_color": "#595959"})
        self.quoted = add({"quote_prefix": True, "valign": "vcenter", "indent": 1})
        for kind in Kind:
            looks = {"num_format": kind.value} if kind.value else {"indent": 1}
            self.by_kind[kind] = add({"valign": "vcenter", **looks})


def write_workbook(target: Path | BinaryIO, tables: Sequence[Table], stamp: Stamp | None = None) -> None:
    """Write the tables, one sheet each. Text is never a formula, whatever it begins with; None is an empty cell."""
    import xlsxwriter  # heavy: the worker is small until a job writes a workbook

    stamp = stamp or Stamp()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options) as book:
        if stamp.made_at:
            book.set_properties({"created": stamp.made_at.replace(tzinfo=None)})
        formats = _Formats(book)
        used: set[str] = set()
        for table in tables:
            _Writer(book.add_worksheet(sheet_name(table.name, used)), formats).write(table, stamp)


def sheet_name(wanted: str, used: set[str]) -> str:
    """A name that spreadsheet programs accept and that no other sheet has; added to `used`."""
    plain = "".join("_" if c in "[]:*?/\\'" or not c.isprintable() else c for c in wanted).strip() or "表"
    name, number = plain[:31], 2
    while name.lower() in used:
        name, number = f"{plain[:27]}({number})", number + 1
    used.add(name.lower())
    return name


def display_width(text: str) -> int:
    """How wide a text is, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def safe_text(text: str) -> str:
    """The text without control characters, and no longer than a cell may hold."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept[:_LONGEST]


class _Writer:
    """Writes one sheet from the top."""

    def __init__(self, sheet: Any, formats: _Formats) -> None:
        self._sheet, self._formats = sheet, formats
        self._row = 0
        self._widths: list[int] = []

    def write(self, table: Table, stamp: Stamp) -> None:
        self._widths = [_NARROWEST] * len(table.columns)
        if table.title:
            self._sheet.write_string(0, 0, safe_text(table.title), self._formats.title)
            self._row = 1
        first = self._row
        self._head(table.columns)
        head = self._row - 1
        for number, row in enumerate(table.rows):
            self._cells(row, table.columns, measured=number < _MEASURED)
        if table.columns and self._row > head + 1:
            self._sheet.autofilter(head, 0, self._row - 1, len(table.columns) - 1)
        self._sheet.freeze_panes(head + 1, 0)
        self._sheet.repeat_rows(first, head)
        self._foot([*table.notes, stamp.words])
        self._set_widths(table.columns)
        self._print_set_up(len(table.columns), stamp)

    def _head(self, columns: Sequence[Column]) -> None:
        if any(c.group for c in columns):
            self._groups(columns)
        for number, column in enumerate(columns):
            self._sheet.write_string(self._row, number, safe_text(column.title), self._formats.head)
            self._measure(number, min(display_width(column.title), 24))
        self._row += 1

    def _groups(self, columns: Sequence[Column]) -> None:
        """The row of group titles: neighbours of one group share a merged cell."""
        start = 0
        for number in range(1, len(columns) + 1):
            if number < len(columns) and columns[number].group == columns[start].group and columns[start].group:
                continue
            title = safe_text(columns[start].group)
            if number - start > 1:
                self._sheet.merge_range(self._row, start, self._row, number - 1, title, self._formats.head)
            elif title:
                self._sheet.write_string(self._row, start, title, self._formats.head)
            start = number
        self._row += 1

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column], *, measured: bool) -> None:
        for number, (value, column) in enumerate(zip(row, columns, strict=True)):
            if value is None or value == "":
                continue
            shown = self._cell(number, value, column.kind)
            if measured:
                self._measure(number, shown)
        self._row += 1

    def _cell(self, column: int, value: Cell, kind: Kind) -> int:
        """Write one cell; gives the width that it needs."""
        made = self._formats.by_kind[kind]
        if isinstance(value, (datetime, date)):
            moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            self._sheet.write_datetime(self._row, column, moment, made)
            return 17 if kind is Kind.TIME else 11
        if isinstance(value, (int, float)) and not isinstance(value, bool) and kind is not Kind.TEXT:
            number = value / POINT if kind is Kind.POINTS else value / UNIT if kind is Kind.QUANTITY else value
            self._sheet.write_number(self._row, column, number, made)
            return len(f"{number:.2f}")
        text = safe_text({True: "是", False: "否"}[value] if isinstance(value, bool) else str(value))
        risky = text[:1] in ("=", "+", "-", "@", "\t")
        self._sheet.write_string(self._row, column, text, self._formats.quoted if risky else made)
        return max((display_width(line) for line in text.split("\n")), default=0)

    def _measure(self, column: int, width: int) -> None:
        self._widths[column] = max(self._widths[column], min(width + 2, _WIDEST))

    def _set_widths(self, columns: Sequence[Column]) -> None:
        for number, column in enumerate(columns):
            self._sheet.set_column(number, number, column.width or self._widths[number])

    def _foot(self, lines: Iterable[str]) -> None:
        said = [line for line in lines if line]
        for number, line in enumerate(said, start=self._row + 1):
            self._sheet.write_string(number, 0, safe_text(line), self._formats.note)

    def _print_set_up(self, columns: int, stamp: Stamp) -> None:
        self._sheet.set_paper(9)
        if columns > 8:
            self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        words = safe_text(stamp.words).replace("&", "&&")[:180]
        self._sheet.set_footer(f"&L{words}&R第 &P 页，共 &N 页")
