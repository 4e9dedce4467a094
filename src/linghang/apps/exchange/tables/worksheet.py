"""One sheet's XML into rows of values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linghang.apps.exchange.tables.grid import (
    CellError,
    Merge,
    Row,
    Sheet,
    Value,
    address,
    fill_merges,
    parse_address,
    plain_number,
)
from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.pool import Pool
from linghang.apps.exchange.tables.refusal import Refused
from linghang.apps.exchange.tables.xml import Parser

_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheet days carry no zone
_DAY_ZERO_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheet days carry no zone
_LAST_SERIAL = 2_958_465  # 9999-12-31


@dataclass(frozen=True)
class Vocabulary:
    """What cells refer to: shared texts, which styles are dates, where days start to count."""

    texts: list[str]
    dates: frozenset[int]
    from_1904: bool


class SheetReader:
    """Fills a `Sheet` while the parser runs through its XML."""

    def __init__(self, sheet: Sheet, words: Vocabulary, pool: Pool, limits: Limits) -> None:
        self._sheet, self._words, self._pool, self._limits = sheet, words, pool, limits
        self._row: Row = []
        self._row_number = -1
        self._column = -1
        self._columns: dict[str, int] = {}  # column letters → index, since few letters make many cells
        self._kind = ""
        self._style = ""
        self._formula = False
        self._raw: str | None = None
        self._inline: list[str] = []
        self._parser = Parser(
            {"row": self._start_row, "c": self._start_cell, "f": self._start_formula, "v": self._start_value,
             "t": self._start_value, "mergeCell": self._merge, "rPh": self._start_ruby},
            {"c": self._end_cell, "v": self._end_value, "t": self._end_text, "rPh": self._end_ruby},
            limits,
        )  # fmt: skip
        self._ruby = False

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read the whole sheet; raises Refused."""
        self._parser.parse(chunks)
        if not fill_merges(self._sheet, self._limits.merged_cells):
            raise Refused("too-large", "合并单元格太多或太大", "取消与数据无关的合并单元格")

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row_number = int(number) - 1 if number else self._row_number + 1
        self._column = -1
        self._row = []
        if attributes.get("hidden") in ("1", "true") and self._row_number < self._limits.rows:
            self._sheet.hidden_rows.add(self._row_number)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = self._index(place) if place else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._raw, self._formula = None, False
        self._inline.clear()

    def _index(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        index = self._columns.get(letters)
        if index is None:
            index = parse_address(f"{letters}1")[1]
            if index < self._limits.columns:
                self._columns[letters] = index
        return index

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _start_value(self, _: dict[str, str]) -> None:
        self._parser.listen()

    def _end_value(self) -> None:
        self._raw = self._parser.heard()

    def _start_ruby(self, _: dict[str, str]) -> None:
        self._ruby = True

    def _end_ruby(self) -> None:
        self._ruby = False

    def _end_text(self) -> None:
        heard = self._parser.heard()
        if not self._ruby:
            self._inline.append(heard)

    def _end_cell(self) -> None:
        if self._formula and len(self._sheet.formulas) < self._limits.uncomputed:
            self._sheet.formulas.add((self._row_number, self._column))
        if self._raw is None and not self._inline:
            if self._formula:
                self._note_uncomputed()
            return
        if self._formula and not self._raw:
            if self._kind != "str":  # a formula may well yield an empty text
                self._note_uncomputed()
            return
        value = self._value()
        if value is not None:
            self._put(value)

    def _note_uncomputed(self) -> None:
        self._check_bounds()
        if len(self._sheet.uncomputed) < self._limits.uncomputed:
            self._sheet.uncomputed.add((self._row_number, self._column))

    def _value(self) -> Value:
        kind, raw = self._kind, self._raw
        if kind == "s" and raw is not None:
            return _filled(self._words.texts[_index(raw)])
        if kind == "inlineStr":
            return self._text("".join(self._inline))
        if kind == "str":
            return self._text(raw or "")
        if kind == "e":
            return CellError(self._pool.text(raw or "#ERROR!"))
        if kind == "b":
            return raw == "1"
        if kind == "d":
            return _iso_day(raw or "") or self._text(raw or "")
        return self._number(raw or "")

    def _text(self, text: str) -> Value:
        return self._pool.text(text) if text and not text.isspace() else None

    def _number(self, raw: str) -> Value:
        if not raw.strip():
            return None
        number = float(raw)
        if self._style and int(self._style) in self._words.dates:
            return day_of_serial(number, from_1904=self._words.from_1904)
        return plain_number(number)

    def _check_bounds(self) -> None:
        limits = self._limits
        if self._row_number >= limits.rows:
            raise Refused(
                "too-large",
                f"超过 {limits.rows:,} 行",
                "按月份或支部拆成几个文件",
                cell=address(self._row_number, self._column),
            )
        if self._column >= limits.columns:
            where = address(self._row_number, self._column)
            raise Refused("too-large", f"超过 {limits.columns} 列", "删去右侧与导入无关的列", cell=where)

    def _put(self, value: Value) -> None:
        self._check_bounds()
        rows, number = self._sheet.rows, self._row_number
        if number < 0:
            raise Refused("broken-file", "有单元格不在任何一行里", "用 Excel 或 WPS 打开，另存后再导入")
        while len(rows) <= number:
            rows.append([])
        row, column = rows[number], self._column
        if column >= len(row):
            row.extend([None] * (column - len(row)))
            row.append(value)
        else:
            row[column] = value
        self._pool.count(1)

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = parse_address(first), parse_address(last or first)
        self._sheet.merges.append(Merge(min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
        if len(self._sheet.merges) > self._limits.merges:
            raise Refused("too-large", f"合并单元格超过 {self._limits.merges:,} 处", "取消与数据无关的合并单元格")


def _index(raw: str) -> int:
    """A place in the shared texts; a negative one would count from the end."""
    number = int(raw)
    if number < 0:
        raise ValueError(f"no shared text {number}")
    return number


def _filled(text: str) -> str | None:
    return text if text and not text.isspace() else None


def _iso_day(raw: str) -> date | datetime | None:
    try:
        return _plain(datetime.fromisoformat(raw))
    except ValueError:
        return None


def _plain(moment: datetime) -> date | datetime:
    """A date where there is no time of day."""
    return moment.date() if moment.time() == time() else moment


def day_of_serial(serial: float, *, from_1904: bool = False) -> Value:
    """A spreadsheet's day number as a date; below 1 it is a time of day, beyond the year 9999 it stays a number."""
    if not 0 <= serial <= _LAST_SERIAL:
        return plain_number(serial)
    if serial < 1 and not from_1904:
        return (_DAY_ZERO + timedelta(seconds=round(serial * 86400))).time()
    start = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
    return _plain(start + timedelta(days=int(serial), seconds=round(serial % 1 * 86400)))
