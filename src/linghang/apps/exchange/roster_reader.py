"""A workbook of members into a `Roster`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.mapping.model import ROSTER_ROLES, RosterSheet, TableMapping
from linghang.apps.exchange.mapping.propose_roster import propose_roster
from linghang.apps.exchange.tables.grid import Sheet, Value, Workbook
from linghang.apps.exchange.tables.headers import Header, data_rows, header_of, text_of
from linghang.apps.exchange.tables.limits import LIMITS
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.values import parse_day
from linghang.apps.exchange.words import name_key
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import ClassChange, DateRange, Member, Roster

_CHANGE = re.compile(r"(?P<day>\d[^起]*)起(?:改为|为|：|:)?\s*(?P<word>.*)")
_OPEN_END = {"", "-", "—", "/", "无", "至今", "长期", "今"}


def read_roster(
    path: Path, mapping: TableMapping | None = None, *, only: Collection[str] = ()
) -> tuple[Roster, Problems]:
    """Read the members of a file; everything wrong is in the problems, and rows with an error are left out.

    Without a mapping the columns are found by their titles. `only` reads just the rows of these codes, where the table
    has codes: of a hundred thousand members one is found in a moment.
    """
    book, problems = read_workbook(path, replace(LIMITS, only=frozenset(only)))
    if book is None:
        return Roster(()), problems
    return roster_of(book, mapping, problems, only=only)


def roster_of(
    book: Workbook, mapping: TableMapping | None, problems: Problems, *, only: Collection[str] = ()
) -> tuple[Roster, Problems]:
    """Read the members of an opened workbook; `problems` is added to and returned."""
    if mapping is not None and mapping.roster:
        sheets = mapping.roster
    else:
        sheets, unsure = propose_roster(book)
        problems.extend(unsure)
    reader = _Reader(book, problems, frozenset(only))
    for sheet in sheets:
        reader.read(sheet)
    return Roster(reader.members()), problems


def _change(text: str) -> ClassChange:
    """'2026-05-15起 机关', also '2026年5月15日起改为机关'; ValueError for anything else."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return ClassChange(parse_day(found["day"].strip()), found["word"])


class _Reader:
    def __init__(self, book: Workbook, problems: Problems, only: frozenset[str]) -> None:
        self._book, self._problems, self._only = book, problems, only
        self._by_code: dict[str, Member] = {}
        self._by_name: dict[tuple[str, str], Member] = {}

    def members(self) -> Iterator[Member]:
        return iter(self._by_code.values())

    def read(self, mapped: RosterSheet) -> None:
        sheet = self._book.sheet(mapped.table.sheet)
        if sheet is None:
            place = Place(file=self._book.file, sheet=mapped.table.sheet)
            self._problems.add(place, "no-sheet", f"没有工作表“{mapped.table.sheet}”", "核对列对应表里的工作表名")
            return
        cells = Cells(self._book, sheet, self._problems)
        header = header_of(sheet, mapped.table.first, mapped.table.last)
        if "code" not in mapped.columns:
            words = "名册没有编码列；已用“支部·姓名”作编码，改名或换支部后会被当作另一个人"
            cells.odd(mapped.table.first, 0, "no-code", words, "加一列“编码”，写每人不变的编号")
        column = mapped.columns.get("code") if self._only else None
        for row in data_rows(sheet, header) if column is None else self._rows_of(sheet, column, header):
            member = _RowOf(cells, row, mapped).member()
            if member:
                self._keep(cells, row, mapped, member)

    def _rows_of(self, sheet: Sheet, column: int, header: Header) -> list[int]:
        """The rows of the codes that are asked for."""
        kept = (row for row, cells in enumerate(sheet.rows) if cells and row > header.last)
        cells = ((row, sheet.value(row, column)) for row in kept)
        return [r for r, cell in cells if cell is not None and " ".join(text_of(cell).split()) in self._only]

    def _keep(self, cells: Cells, row: int, mapped: RosterSheet, member: Member) -> None:
        column = mapped.columns.get("code", mapped.columns["name"])
        same = self._by_code.get(member.code)
        if same is not None:
            where = same.source.cell
            if "code" in mapped.columns and name_key(same.name) != name_key(member.name):
                words = f"编码 {member.code} 已在 {where} 用于{same.name}"
                cells.wrong(row, column, "duplicate-code", words, "每人一个编码，改正其中一个")
            else:
                words = f"{member.name}在 {where} 已有一行"
                cells.wrong(row, column, "duplicate-member", words, "同一人留一行；确是同名的两个人，给他们不同的编码")
            return
        twin = self._by_name.setdefault((name_key(member.name), member.organisation), member)
        if twin is not member:
            words = f"{member.organisation or '名册'}里有两个{member.name}（另一个在 {twin.source.cell}）"
            cells.odd(row, mapped.columns["name"], "same-name", words, "记录表里要写编码，否则无法分辨")
        self._by_code[member.code] = member


class _RowOf:
    """One row of a roster sheet."""

    def __init__(self, cells: Cells, row: int, mapped: RosterSheet) -> None:
        self._cells, self._row, self._mapped = cells, row, mapped
        self._good = True

    def member(self) -> Member | None:
        """The member of this row; None, with problems, when a part cannot be used."""
        name, organisation = self._name(), self._text("organisation") or self._mapped.organisation
        code = self._text("code")
        active = self._range("from", "to", "转入", "转出")
        exempt = self._range("exempt_from", "exempt_to", "免除起", "免除止")
        if not name:
            self._wrong("name", "no-name", "这一行没有姓名", "补上姓名，或删去这一行")
        if not code and name:
            code = self._made_code(name, organisation)
        ranges = (exempt,) if exempt != DateRange() else ()
        self._check_exempt(active, ranges)
        first_class, changes = self._classes()
        if not self._good:
            return None
        source = self._cells.place(self._row, self._mapped.columns["name"])
        type_ = self._text("type")
        return Member(code, name, organisation, type_, first_class, active, ranges, source, class_changes=changes)

    def _text(self, role: str) -> str:
        return " ".join(text_of(self._value(role)).split())

    def _value(self, role: str) -> Value:
        column = self._mapped.columns.get(role)
        if column is None:
            return None
        self._good &= self._cells.usable(self._row, column)
        return self._cells.sheet.value(self._row, column) if self._good else None

    def _name(self) -> str:
        name = self._text("name")
        return name if any(c.isascii() and c.isalpha() for c in name) else "".join(name.split())

    def _made_code(self, name: str, organisation: str) -> str:
        if "code" in self._mapped.columns:
            words = "没有编码，已用“支部·姓名”代替"
            self._cells.odd(self._row, self._mapped.columns["code"], "no-code", words, "补上编码")
        return f"{organisation}·{name}" if organisation else name

    def _range(self, first: str, last: str, first_words: str, last_words: str) -> DateRange:
        days = DateRange(self._day(first), self._day(last))
        if days.first and days.last and days.first > days.last:
            words = f"{first_words} {days.first} 晚于{last_words} {days.last}"
            self._wrong(last, "range-reversed", words, "核对两个日期")
        return days

    def _day(self, role: str) -> date | None:
        value = self._value(role)
        if value is None or (isinstance(value, str) and value.strip() in _OPEN_END):
            return None
        try:
            return parse_day(value)
        except ValueError as error:
            self._wrong(role, "bad-date", f"{ROSTER_ROLES[role]}：{error}", "写成 2026-03-05；没有就留空")
            return None

    def _classes(self) -> tuple[str, tuple[ClassChange, ...]]:
        """'生产；2026-05-15起 机关': the class, and from when on another one."""
        first, *more = (part.strip() for part in re.split("[；;]", self._text("class")))
        if _CHANGE.fullmatch(first):
            first, more = "", [first, *more]
        try:
            return first, tuple(map(_change, more))
        except ValueError:
            self._wrong("class", "bad-class-change", "看不出哪天起改为哪个类别", "写成：生产；2026-05-15起 机关")
            return first, ()

    def _check_exempt(self, active: DateRange, exempt: tuple[DateRange, ...]) -> None:
        for days in exempt:
            before = days.last and active.first and days.last < active.first
            after = days.first and active.last and days.first > active.last
            if before or after:
                role = "exempt_from" if "exempt_from" in self._mapped.columns else "exempt_to"
                self._wrong(role, "exempt-outside", "免除的日子不在党员在册期间内", "核对转入、转出和免除日期")

    def _wrong(self, role: str, code: str, message: str, hint: str) -> None:
        self._good = False
        column = self._mapped.columns.get(role, self._mapped.columns["name"])
        self._cells.wrong(self._row, column, code, message, hint)
