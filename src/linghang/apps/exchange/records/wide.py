"""Sheets with one row per member and one column per item: 横表."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from linghang.apps.exchange.mapping.model import MONTH_END, ItemColumn, Meaning
from linghang.apps.exchange.records.collector import Collector, Record
from linghang.apps.exchange.records.meanings import COUNTED_UNITS, MOST_TIMES, Meanings
from linghang.apps.exchange.records.names import split_names
from linghang.apps.exchange.records.people import People, Unresolved
from linghang.apps.exchange.tables.grid import Value
from linghang.apps.exchange.tables.headers import Header, data_rows, text_of
from linghang.apps.exchange.values import parse_amount, parse_day
from linghang.apps.exchange.words import plain
from linghang.engine.packs.model import FactKind
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.roster import Member

_NOTHING = {"", "/", "-", "—", "——", "无", "\\"}
_MONTH_END = re.compile(r"(?:(\d{4})年?)?(?:(\d{1,2})月)?月末")


@dataclass(slots=True)
class _Item:
    """An item column with the mapping's words looked up."""

    column: ItemColumn
    kind: FactKind
    fixed: dict[str, str]
    day: date | Month  # a month: the last day of it on which the member is scored


@dataclass(slots=True)
class _Said:
    """What one cell says: how many records, of which quantity, with which attributes."""

    times: int
    quantity: int
    attributes: dict[str, str]


class WideReader:
    """Reads one sheet, item cell by item cell, into the collector."""

    def __init__(self, meanings: Meanings, header: Header, people: People, collector: Collector) -> None:
        self._meanings, self._header, self._people, self._collector = meanings, header, people, collector
        self._cells = meanings.cells
        self._sheet = meanings.cells.sheet
        self._mapped = meanings.mapped
        self._skip = _NOTHING | {_mark(s) for s in self._mapped.skip}
        self._marks = {_mark(m): said for m, said in self._mapped.marks.items()}
        self._items = [item for column in self._mapped.items if (item := self._item(column))]

    def read(self) -> None:
        """Read every filled item cell of the sheet."""
        for row in data_rows(self._sheet, self._header):
            filled = [item for item in self._items if self._is_filled(row, item)]
            member = self._member(row)
            for item in filled:
                self._read_cell(row, item, member)

    def _item(self, column: ItemColumn) -> _Item | None:
        kind = self._meanings.mapping_kind(column.kind)
        if kind is None:
            return None
        fixed = self._meanings.mapping_values(kind, column.fixed)
        now = self._header.title(column.column)
        if column.title and plain(now) != plain(column.title):
            words = f"这一列现在是“{now}”，列对应表里是“{column.title}”"
            self._cells.wrong(self._header.last, column.column, "column-moved", words, "核对列对应表的列号和标题")
            return None
        try:
            return _Item(column, kind, fixed, _day_or_month(column.day, self._meanings.period))
        except ValueError as error:
            self._cells.wrong(self._header.last, column.column, "bad-date", str(error), "在列对应表里改这一列的日期")
            return None

    def _is_filled(self, row: int, item: _Item) -> bool:
        column = item.column.column
        value = self._sheet.value(row, column)
        if value is None:
            return (row, column) in self._sheet.uncomputed
        return not isinstance(value, str) or _mark(value) not in self._skip

    def _member(self, row: int) -> Member | None:
        columns = self._mapped.columns
        texts = {
            r: text_of(self._sheet.value(row, columns[r])) for r in ("code", "name", "organisation") if r in columns
        }
        where = columns.get("name", columns.get("code", 0))
        name, code = texts.get("name", ""), texts.get("code", "")
        if not (name or code):
            self._cells.wrong(row, where, "no-name", "这一行没有写是谁", "补上姓名或编码")
            return None
        named = [(name, ())] if self._people.is_name(name) else split_names(name, self._people.is_name)
        branch = texts.get("organisation", "") or self._mapped.organisation
        if len(named) == 1:
            name, notes = named[0]
            code = code or next((n for n in notes if self._people.is_code(n)), "")
            branch = next((n for n in notes if self._people.branch(n)), branch)
        try:
            return self._people.find(code, name, branch)
        except Unresolved as unresolved:
            self._cells.wrong(row, where, unresolved.code, unresolved.message, unresolved.hint)
            return None

    def _read_cell(self, row: int, item: _Item, member: Member | None) -> None:
        column = item.column.column
        if not self._cells.usable(row, column):
            return
        said = self._said(row, item, self._sheet.value(row, column))
        if said is None:
            return
        attributes = self._meanings.attributes(row, item.kind, item.fixed | said.attributes)
        if attributes is None or not self._complete(row, item, attributes) or member is None:
            return
        day = _last_scored(member, item.day) if isinstance(item.day, Month) else item.day
        for number in range(said.times):
            event = self._event(item, day, number if said.times > 1 else -1)
            record = Record(
                self._cells, row, column, item.kind, member, day, column, said.quantity, column, attributes, event
            )
            self._collector.take(record, self._collector.next_number())

    def _said(self, row: int, item: _Item, value: Value) -> _Said | None:
        """What the cell means; None, with a problem, when it means nothing."""
        mark = self._marks.get(_mark(text_of(value)))
        if mark is not None:
            return self._of_mark(row, item, self._meanings.mapping_values(item.kind, mark, of_all_kinds=True))
        if item.column.meaning is Meaning.MARKS:
            return self._of_words(row, item, text_of(value))
        unit = "次" if item.column.meaning is Meaning.COUNT else item.kind.unit
        try:
            amount = parse_amount(value, unit, self._mapped.conversions)
        except ValueError as error:
            self._wrong(row, item, "bad-quantity", str(error))
            return None
        if item.column.meaning is not Meaning.COUNT:
            return _Said(1, amount, {}) if amount else None
        if amount % UNIT or not 0 <= amount <= MOST_TIMES * UNIT:
            self._wrong(row, item, "bad-quantity", f"“{text_of(value)}”不是次数（0 至 {MOST_TIMES} 的整数）")
            return None
        return _Said(amount // UNIT, UNIT, {})

    def _of_mark(self, row: int, item: _Item, attributes: dict[str, str]) -> _Said | None:
        if item.kind.unit in COUNTED_UNITS and item.kind.id not in self._meanings.lexicon.judged:
            return _Said(1, UNIT, attributes)
        self._wrong(row, item, "no-quantity", f"只有记号，没有数量（{item.kind.unit}）")
        return None

    def _of_words(self, row: int, item: _Item, words: str) -> _Said | None:
        """Values of attributes written out: “缺席”, “缺席（病假）”, “迟到、公差”."""
        attributes: dict[str, str] = {}
        for word, notes in split_names(words, lambda _: True):
            for each in (word, *notes):
                found = self._meanings.lexicon.attribute_of_value(item.kind, each)
                if found is None:
                    self._wrong(row, item, "unknown-mark", f"看不懂“{words}”")
                    return None
                attributes[found[0].id] = found[1]
        return self._of_mark(row, item, attributes)

    def _wrong(self, row: int, item: _Item, code: str, message: str) -> None:
        hint = "改成数字或约定的记号，或在列对应表的“标记”里写明它的意思"
        self._cells.wrong(row, item.column.column, code, f"{item.column.title}：{message}", hint)

    def _complete(self, row: int, item: _Item, attributes: dict[str, str]) -> bool:
        missing = self._meanings.missing(item.kind, attributes)
        if missing:
            words = f"“{item.kind.title['zh']}”缺少：{'、'.join(missing)}"
            hint = "在列对应表里给这一列写“固定”，或写“缺省”"
            whole_column = item.column.meaning is not Meaning.MARKS and not set(missing) & set(self._mapped.attributes)
            where = self._header.last if whole_column else row
            self._cells.wrong(where, item.column.column, "missing-attribute", words, hint)
        return not missing

    @staticmethod
    def _event(item: _Item, day: date, number: int) -> str:
        title = item.column.event or f"{item.column.title} {day}"
        return title if number < 0 else f"{title}#{number + 1}"


def _mark(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _day_or_month(words: str, period: Month) -> date | Month:
    """“3月5日” is a day; “月末” and “3月月末” are months whose last scored day is meant."""
    plain = "".join(unicodedata.normalize("NFKC", words or MONTH_END).split())
    found = _MONTH_END.fullmatch(plain)
    if not found:
        return parse_day(words, period)
    return Month(int(found[1] or period.year), int(found[2] or period.month))


def _last_scored(member: Member, month: Month) -> date:
    """The last day of the month on which the member is scored; the month's end when there is none."""
    for day in range(month.days, 0, -1):
        if member.scored_on(date(month.year, month.month, day)):
            return date(month.year, month.month, day)
    return month.last
