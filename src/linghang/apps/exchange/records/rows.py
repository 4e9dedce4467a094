"""Sheets with one row per record or per event: 明细 and 活动."""

import dataclasses
from dataclasses import dataclass
from datetime import date

from linghang.apps.exchange.mapping.model import FactsSheet, Layout, NameColumn
from linghang.apps.exchange.records.collector import Collector, Record
from linghang.apps.exchange.records.meanings import Meanings
from linghang.apps.exchange.records.names import split_names
from linghang.apps.exchange.records.people import People, Unresolved
from linghang.apps.exchange.tables.grid import Value
from linghang.apps.exchange.tables.headers import Header, data_rows, text_of
from linghang.apps.exchange.values import parse_amount, parse_day
from linghang.apps.exchange.words import meant
from linghang.engine.packs.model import FactKind
from linghang.engine.points import UNIT
from linghang.engine.roster import Member


@dataclass(slots=True)
class _Row:
    """What a row says of everybody in it; None stands for a part that had a problem."""

    row: int
    kind: FactKind | None
    day: date | None
    code: str
    organisation: str
    event: str
    number: str


@dataclass(slots=True)
class _Notes:
    """What stands in brackets behind a name."""

    code: str
    organisation: str
    attributes: dict[str, str]
    quantity: int | None = None
    good: bool = True


class RowsReader:
    """Reads one sheet row by row into the collector."""

    def __init__(self, meanings: Meanings, header: Header, people: People, collector: Collector) -> None:
        self._meanings, self._header, self._people, self._collector = meanings, header, people, collector
        self._cells = meanings.cells
        self._sheet = meanings.cells.sheet
        self._mapped: FactsSheet = meanings.mapped
        self._columns = self._mapped.columns
        self._names = self._mapped.names or (NameColumn(self._columns.get("name", self._columns.get("code", 0))),)

    def read(self) -> None:
        """Read every record of the sheet."""
        for row in data_rows(self._sheet, self._header):
            reverses = self._text(row, "reverses")
            if reverses:
                column = self._columns["reverses"]
                self._collector.take_reversal(self._cells, row, column, self._number_of(reverses, reverses))
            else:
                self._read_row(row)

    def _read_row(self, row: int) -> None:
        said = _Row(
            row=row,
            kind=self._meanings.kind(row, self._columns.get("kind")),
            day=self._day(row),
            code=self._text(row, "code"),
            organisation=self._text(row, "organisation") or self._mapped.organisation,
            event=self._text(row, "event"),
            number=self._number_of(self._text(row, "record"), str(row + 1)),
        )
        anybody = False
        for column in self._names:
            anybody |= self._read_names(said, column)
        if not anybody and self._mapped.layout is Layout.LONG:
            self._cells.wrong(row, self._names[0].column, "no-name", "这一行没有写是谁", "补上姓名或编码")

    def _read_names(self, said: _Row, column: NameColumn) -> bool:
        if not self._cells.usable(said.row, column.column):
            return True
        text = text_of(self._sheet.value(said.row, column.column))
        if said.code and (not text or self._columns.get("code") == column.column):
            names: list[tuple[str, tuple[str, ...]]] = [("", ())]
        elif self._people.is_name(text):
            names = [(text, ())]
        else:
            names = split_names(text, self._people.is_name)
        for name, notes in names:
            self._read_person(said, column, name, notes, alone=len(names) == 1)
        return bool(names)

    def _read_person(self, said: _Row, column: NameColumn, name: str, notes: tuple[str, ...], *, alone: bool) -> None:
        sequence = self._collector.next_number()
        noted = self._read_notes(said, column, notes) if notes else _Notes("", "", {})
        member = self._member(said, column, name, noted, alone=alone)
        said_of = self._what(said, column, noted)
        if member is None or said_of is None or said.day is None or said.kind is None or not noted.good:
            self._collector.refuse_number(said.number)
            return
        attributes, quantity = said_of
        record = Record(
            self._cells,
            said.row,
            column.column,
            said.kind,
            member,
            said.day,
            self._columns.get("day", column.column),
            quantity,
            self._quantity_column(said.kind) or column.column,
            attributes,
            self._event(said, said.day, single=alone),
            said.number,
            bool(said.event),
        )
        self._take(record, sequence)

    def _take(self, record: Record, sequence: int) -> None:
        """Keep the record; “3次” of something that is counted is three records."""
        times = self._meanings.times(record.kind, record.quantity)
        if times is None:
            self._collector.take(record, sequence)
            return
        for number in range(times):
            event = f"{record.event or record.day}#{number + 1}"
            once = dataclasses.replace(record, quantity=UNIT, event=event, named=True)
            self._collector.take(once, sequence if number == 0 else self._collector.next_number())

    def _what(self, said: _Row, column: NameColumn, noted: _Notes) -> tuple[dict[str, str], int] | None:
        """Attributes and quantity; None, with a problem for each part that cannot be used."""
        if said.kind is None:
            return None
        fixed = self._meanings.mapping_values(said.kind, column.fixed) if column.fixed else {}
        attributes = self._meanings.attributes(said.row, said.kind, fixed | noted.attributes)
        quantity = noted.quantity
        if quantity is None:
            quantity = self._meanings.quantity(said.row, self._quantity_column(said.kind), said.kind)
        if attributes is None or not self._complete(said, column, said.kind, attributes) or quantity is None:
            return None
        return attributes, quantity

    def _quantity_column(self, kind: FactKind) -> int | None:
        if kind.id in self._meanings.lexicon.judged and "points" in self._columns:
            return self._columns["points"]
        return self._columns.get("quantity")

    def _complete(self, said: _Row, column: NameColumn, kind: FactKind, attributes: dict[str, str]) -> bool:
        missing = self._meanings.missing(kind, attributes)
        if missing:
            where = next((self._mapped.attributes[m] for m in missing if m in self._mapped.attributes), None)
            words = f"“{kind.title['zh']}”缺少：{'、'.join(missing)}"
            hint = "补上，或在列对应表的“缺省”里写明空着时是什么"
            if where is None:  # the whole table lacks it: said once, at the header
                self._cells.wrong(self._header.last, column.column, "missing-attribute", f"{words}（没有这一列）", hint)
            else:
                self._cells.wrong(said.row, where, "missing-attribute", words, hint)
        return not missing

    def _member(self, said: _Row, column: NameColumn, name: str, noted: _Notes, *, alone: bool) -> Member | None:
        code = noted.code or (said.code if alone else "")
        try:
            return self._people.find(code, name, noted.organisation or said.organisation)
        except Unresolved as unresolved:
            where = self._columns.get("code", column.column) if code and not noted.code else column.column
            if unresolved.code in ("unknown-branch", "contradicts-roster") and not code:
                where = self._columns.get("organisation", where)
            self._cells.wrong(said.row, where, unresolved.code, unresolved.message, unresolved.hint)
            return None

    def _read_notes(self, said: _Row, column: NameColumn, notes: tuple[str, ...]) -> _Notes:
        """Each note is a code, a branch, a value of an attribute, or an amount; anything else is a problem."""
        noted = _Notes("", "", {})
        for note in notes:
            found = said.kind and self._meanings.lexicon.attribute_of_value(said.kind, note)
            if found:
                noted.attributes[found[0].id] = found[1]
            elif self._people.is_code(note):
                noted.code = note
            elif self._people.branch(note):
                noted.organisation = note
            elif said.kind:
                self._read_amount(said, column, note, said.kind, noted)
        return noted

    def _read_amount(self, said: _Row, column: NameColumn, note: str, kind: FactKind, noted: _Notes) -> None:
        try:
            noted.quantity = parse_amount(note, kind.unit, self._mapped.conversions)
        except ValueError:
            known = [t for a in kind.attributes.values() for t in self._meanings.lexicon.value_titles(a)]
            noted.good = False
            hint = meant(note, known) or "括号里可以写编码、支部、属性取值或数量"
            self._cells.wrong(said.row, column.column, "unknown-note", f"看不懂括号里的“{note}”", hint)

    def _day(self, row: int) -> date | None:
        column = self._columns.get("day")
        value: Value = self._sheet.value(row, column) if column is not None else None
        if value is None and self._mapped.day:
            value = self._mapped.day
        try:
            return parse_day(value, self._meanings.period)
        except ValueError as error:
            if column is None or self._cells.usable(row, column):
                words, hint = ("没有写日期", "补上日期") if value is None else (str(error), "改成真正的日期")
                self._cells.wrong(row, column or 0, "bad-date", words, hint)
            return None

    def _event(self, said: _Row, day: date, *, single: bool) -> str:
        """The event's own words, or the row where several people share one; dated, since titles recur every month."""
        if said.event:
            return said.event if said.event.isascii() else f"{said.event} {day}"
        shared = len(self._names) > 1 or not single
        return f"{self._sheet.name}!{said.row + 1} {day}" if shared else ""

    def _number_of(self, written: str, row: str) -> str:
        """The record's number: as written in a column of numbers, else its row, where reversals are used at all."""
        if "reverses" not in self._columns:
            return ""
        if "record" in self._columns:
            return written
        digits = "".join(c for c in row if c.isdigit())
        return f"{self._sheet.name}第{digits}行"

    def _text(self, row: int, role: str) -> str:
        column = self._columns.get(role)
        return text_of(self._sheet.value(row, column)) if column is not None else ""
