"""Tables of indicators as people keep them: a row per value, or a row per indicator and a column per month."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.kinds import Row, Source
from linghang.apps.exchange.tables.grid import Sheet, Value
from linghang.apps.exchange.tables.headers import data_rows, header_of, text_of
from linghang.apps.metrics.data import parse_period, parse_value
from linghang.engine.periods import Month, Span

YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?!\d)")
WITHOUT_YEAR = re.compile(r"\d{1,2}月份?|第?[一二三四1-4]季度?|[Qq][1-4]")
UNKNOWN = frozenset({"", "-", "—", "–", "/", "无", "未知", "暂无", "…"})


@dataclass(frozen=True)
class Period:
    """A period that a table names, and how long it is."""

    first: Month
    span: Span


@dataclass
class Sheetful:
    """One sheet: its rows, and the columns above which a period stands."""

    cells: Cells
    rows: list[Row]
    columns: Mapping[str, int]
    periods: Mapping[int, Period] = field(default_factory=dict)


def sheets_of(source: Source) -> Iterator[Sheetful]:
    """All sheets that are read. A month without a year takes the year that the sheet's name or title says."""
    for mapped in source.mapping.roster:
        sheet = source.book.sheet(mapped.table.sheet)
        if sheet is None:
            continue
        cells = Cells(source.book, sheet, source.problems)
        header = header_of(sheet, mapped.table.first, mapped.table.last)
        year = _year_of(sheet, mapped.table.first)
        used = set(mapped.columns.values())
        periods: dict[int, Period] = {}
        for column, words in header.titles.items():
            if column not in used:
                _take_period(periods, cells, mapped.table.last, column, "".join(words), year)
        rows = [Row(cells, number, mapped, source.whole) for number in data_rows(sheet, header)]
        yield Sheetful(cells, rows, mapped.columns, periods)


def _take_period(periods: dict[int, Period], cells: Cells, row: int, column: int, title: str, year: str) -> None:
    plain = title.replace("月份", "月").replace("(", "").replace(")", "").replace("（", "").replace("）", "")
    if WITHOUT_YEAR.fullmatch(plain):
        if not year:
            cells.wrong(row, column, "no-year", f"“{title}”没有写年份", "在列名、表名或标题里写上年份")
            return
        plain = f"{year}年{plain}"
    found = period_of(plain)
    if found is not None:
        periods[column] = found


def _year_of(sheet: Sheet, head: int) -> str:
    """The only year that the name of the sheet or the lines above the header speak of; '' for none or several."""
    above = [text_of(value) for row in sheet.rows[:head] for value in row if isinstance(value, str)]
    found = set(YEAR.findall(" ".join([sheet.name, *above])))
    return found.pop() if len(found) == 1 else ""


def period_of(text: str) -> Period | None:
    """“2026年3月”, “2026-03”, “2026年1季度”, “2026Q1”, “2026年”, or a day of the month; None for anything else."""
    plain = text.strip().replace("月份", "月").replace("年度", "年").replace("全年", "年")
    day = re.fullmatch(r"(\d{4}-\d\d)-\d\d", plain)
    for span in (Span.MONTH, Span.QUARTER, Span.YEAR):
        try:
            return Period(parse_period(day[1] if day and span is Span.MONTH else plain, span), span)
        except ValueError:
            continue
    return None


def number_of(value: Value) -> Decimal | None:
    """A number in a cell; None where nothing is known. ValueError with a sentence for anything else."""
    if isinstance(value, bool):
        raise ValueError("这里要填数字")
    if isinstance(value, int | float):
        return parse_value(repr(value))
    text = text_of(value)
    return None if text in UNKNOWN else parse_value(text)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def decimals_of(value: Decimal) -> int:
    """How many decimals a number has, trailing zeros left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
