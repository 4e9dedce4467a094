"""What rooms above say of a kind of import: its columns, what a row would do, how it is written and taken back.

A room registers in `AppConfig.ready`:

    register_kind(ImportKind(code="organisations", title=_("组织"), columns=(...), check=check, apply=apply, undo=undo))

`check(source, context) -> Plan` reads the rows (`source.rows()`), reports what is wrong with a cell (`row.wrong`) and
says for each good row whether it is new, changed or the same; the rest of the row's fate is in `Line.payload` (small
JSON values). `apply(lines, context) -> [NewEffect]` writes lines that are new or changed; it is called inside a
transaction, for all lines at once or, with `chunk`, for so many at a time, and never again for a line that was written.
`undo(effects, reason, context) -> {effect id: why it stays}` takes back the newest first, and says what must stay.
All run in the scope of the post by which the import was started.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

from django.utils.functional import Promise

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.mapping.model import RosterSheet, TableMapping
from linghang.apps.exchange.tables.grid import Value, Workbook, address
from linghang.apps.exchange.tables.headers import data_rows, header_of, text_of
from linghang.apps.exchange.values import parse_day
from linghang.engine.problems import Place, Problems

OPEN_END = frozenset({"", "-", "—", "/", "无", "至今", "长期", "今"})


@dataclass(frozen=True)
class ImportColumn:
    """A column that a kind reads. `words` are titles that people use, separated by spaces, besides its own."""

    id: str
    title: str | Promise
    words: str = ""
    required: bool = False
    example: str = ""
    choices: tuple[str | Promise, ...] = ()
    day: bool = False


@dataclass(frozen=True)
class Line:
    """What one row would do. `changes` are (what, before, after) in words; `payload` is for `apply`."""

    outcome: Outcome
    label: str
    sheet: str
    row: int
    changes: tuple[tuple[str, str, str], ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """“一支部!7”, as people count rows."""
        return f"{self.sheet}!{self.row + 1}"


@dataclass(frozen=True)
class Ending:
    """Something that is stored and not in the file: that it has ended is only proposed."""

    key: str
    label: str
    note: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """All that a file would do."""

    lines: list[Line] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)


@dataclass(frozen=True)
class NewEffect:
    """What was done to one row of a table of the kind's room."""

    table: str
    uuid: UUID
    action: str
    label: str
    before: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Proposed:
    """What the sheets seem to be, and what was unsure about it."""

    mapping: TableMapping
    unsure: Problems


Check = Callable[["Source", Context], Plan]
Apply = Callable[[Sequence[Line], Context], Sequence[NewEffect]]
End = Callable[[Sequence[Ending], Context], Sequence[NewEffect]]
Undo = Callable[[Sequence[EffectData], str, Context], Mapping[int, str]]


@dataclass(frozen=True)
class ImportKind:
    """One kind. `whole` is the column for which a word said once for the sheet can stand (a sheet per branch)."""

    code: str
    title: str | Promise
    note: str | Promise
    roles: frozenset[str]
    columns: tuple[ImportColumn, ...]
    check: Check
    apply: Apply
    undo: Undo
    end: End | None = None
    whole: str = ""
    chunk: int = 0
    order: int = 100
    propose: Callable[[Workbook, Context], Proposed] | None = None
    records: Callable[[Context], Sequence[Mapping[str, Any]]] | None = None  # kinds of records, for matching
    template: Callable[[BinaryIO], None] | None = None
    refuses: bool = False  # `apply` itself refuses whatever changed since the preview, all or nothing: no second look
    asks_month: bool = False  # the month that days without one belong to is asked when the file is handed in
    next_steps: tuple[tuple[str | Promise, str], ...] = ()  # (label, url name) offered as long as something stands

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column.id for column in self.columns if column.required)


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Offer a kind of import; registering the same code again replaces it."""
    _kinds[kind.code] = kind


def import_kinds() -> list[ImportKind]:
    """All kinds, in order."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.code))


def kind_of(code: str) -> ImportKind | None:
    return _kinds.get(code)


class Row:
    """One row of a sheet as a kind sees it: cells by column id, and problems at the right cell."""

    def __init__(self, cells: Cells, number: int, mapped: RosterSheet, whole: str) -> None:
        self._cells, self.number, self._mapped, self._whole = cells, number, mapped, whole
        self.good = True

    @property
    def sheet(self) -> str:
        return self._cells.sheet.name

    @property
    def source(self) -> str:
        return f"{self.sheet}!{self.number + 1}"

    def has(self, column: str) -> bool:
        """Whether the file says anything about this column at all."""
        return column in self._mapped.columns or (column == self._whole and bool(self._mapped.organisation))

    def value(self, column: str) -> Value:
        """The cell as it is; None, with a problem, for an error value or a formula without a result."""
        place = self._mapped.columns.get(column)
        if place is None:
            return None
        if not self._cells.usable(self.number, place):
            self.good = False
            return None
        return self._cells.sheet.value(self.number, place)

    def text(self, column: str) -> str:
        """The cell as a person reads it, with single spaces; the whole sheet's word where the cell is blank."""
        said = " ".join(text_of(self.value(column)).split())
        return said or (self._mapped.organisation if column == self._whole else "")

    def code(self, column: str) -> str:
        """The cell as a code: full-width letters and digits become plain, spaces fall away."""
        return "".join(unicodedata.normalize("NFKC", self.text(column)).split())

    def day(self, column: str) -> date | None:
        """The day in a cell; None where it is blank or open, or, with a problem, no day."""
        value = self.value(column)
        if value is None or (isinstance(value, str) and value.strip() in OPEN_END):
            return None
        try:
            return parse_day(value)
        except ValueError as error:
            self.wrong(column, "bad-date", str(error), "写成 2026-03-05；没有就留空")
            return None

    def wrong(self, column: str, code: str, message: str, hint: str = "") -> None:
        """Something in this cell keeps the row from being taken."""
        self.good = False
        self._cells.wrong(self.number, self._place(column), code, message, hint)

    def odd(self, column: str, code: str, message: str, hint: str = "") -> None:
        """Something to look at; the row is taken."""
        self._cells.odd(self.number, self._place(column), code, message, hint)

    def cell(self, column: str) -> str:
        """The address of a cell: B7."""
        return address(*self._cells.sheet.anchor(self.number, self._place(column)))

    def line(self, outcome: Outcome, label: str, **more: Any) -> Line:
        """What this row would do."""
        return Line(outcome, label, self.sheet, self.number, **more)

    def _place(self, column: str) -> int:
        columns = self._mapped.columns
        return columns.get(column, min(columns.values(), default=0))


@dataclass
class Source:
    """An opened file with what its columns mean; `problems` receives what is wrong."""

    book: Workbook
    mapping: TableMapping
    problems: Problems
    whole: str = ""

    def rows(self) -> Iterator[Row]:
        """All rows of all sheets that are read, in the order of the file."""
        for mapped in self.mapping.roster:
            sheet = self.book.sheet(mapped.table.sheet)
            if sheet is None:
                place = Place(file=self.book.file, sheet=mapped.table.sheet)
                self.problems.add(place, "no-sheet", f"没有工作表“{mapped.table.sheet}”", "重新对列")
                continue
            cells = Cells(self.book, sheet, self.problems)
            for number in data_rows(sheet, header_of(sheet, mapped.table.first, mapped.table.last)):
                yield Row(cells, number, mapped, self.whole)
