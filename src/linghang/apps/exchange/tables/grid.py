"""A workbook as grids of plain values. Rows and columns count from 0; addresses read as people write them (B7)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from linghang.engine.problems import Place


@dataclass(frozen=True)
class CellError:
    """A cell that holds an error of the spreadsheet program, for example #REF!."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = str | int | float | bool | date | datetime | time | CellError | None
Row = list[Value]


@dataclass(frozen=True)
class Merge:
    """A merged area, all four ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet. `rows` may differ in length; cells covered by a merged area carry its value (see `anchor`)."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)  # formulas without a stored value
    formulas: set[tuple[int, int]] = field(default_factory=set)  # computed cells of an .xlsx
    covered: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # covered cell → first cell

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def value(self, row: int, column: int) -> Value:
        """The value of a cell, None outside the grid."""
        if row >= len(self.rows):
            return None
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def own(self, row: int, column: int) -> Value:
        """The value only if the cell itself holds it: None where a merged area merely reaches."""
        return None if (row, column) in self.covered else self.value(row, column)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell in which the value really stands."""
        return self.covered.get((row, column), (row, column))


@dataclass
class Workbook:
    """All sheets of a file, in their order."""

    file: str
    sheets: list[Sheet] = field(default_factory=list)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets)

    def sheet(self, name: str) -> Sheet | None:
        return next((s for s in self.sheets if s.name == name), None)

    def place(self, sheet: Sheet, row: int, column: int) -> Place:
        """The place of a cell, for problems and sources."""
        return Place(file=self.file, sheet=sheet.name, cell=address(row, column))


_LETTERS: list[str] = []


def column_letters(column: int) -> str:
    """0 → A, 27 → AB."""
    if column < len(_LETTERS):
        return _LETTERS[column]
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


_LETTERS.extend([column_letters(c) for c in range(600)])


def column_index(letters: str) -> int:
    """A → 0, AB → 27; raises ValueError for anything that is no column."""
    text = letters.strip().upper()
    if not (1 <= len(text) <= 3 and text.isascii() and text.isalpha()):
        raise ValueError(f"“{letters}”不是列号，写成 A、B、AA 这样的字母")
    index = 0
    for letter in text:
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """(6, 1) → B7."""
    return f"{column_letters(column)}{row + 1}"


def parse_address(text: str) -> tuple[int, int]:
    """B7 → (6, 1); raises ValueError."""
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if not 1 <= len(digits) <= 7 or int(digits) == 0:
        raise ValueError(f"“{text}”不是单元格地址")
    return int(digits) - 1, column_index(letters)


def plain_number(number: float) -> Value:
    """A whole number as int; what is no number at all (NaN, ∞) as an error of the cell."""
    if not math.isfinite(number):
        return CellError(str(number))
    return int(number) if number.is_integer() else number


def fill_merges(sheet: Sheet, most: int) -> bool:
    """Give each covered cell the value of its area's first cell; False when the areas cover more than `most` cells."""
    height, width, covered = len(sheet.rows), sheet.width, 0
    for merge in sheet.merges:
        bottom, right = min(merge.bottom, height - 1), min(merge.right, width - 1)
        size = max(0, bottom - merge.top + 1) * max(0, right - merge.left + 1)
        covered += size  # areas that overlap, which no program writes, count as often as they do
        if covered > most:
            return False
        _cover(sheet, Merge(merge.top, merge.left, bottom, right))
    return True


def _cover(sheet: Sheet, area: Merge) -> None:
    value = sheet.value(area.top, area.left)
    for row in range(area.top, area.bottom + 1):
        cells = sheet.rows[row]
        if len(cells) <= area.right and value is not None:
            cells.extend([None] * (area.right + 1 - len(cells)))
        for column in range(area.left, area.right + 1):
            if (row, column) == (area.top, area.left):
                continue
            sheet.covered[row, column] = (area.top, area.left)
            if value is not None:
                cells[column] = value
