"""Days and amounts as people type them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from linghang.apps.exchange.tables.grid import CellError, Value
from linghang.apps.exchange.tables.worksheet import day_of_serial
from linghang.engine.periods import Month
from linghang.engine.points import parse_quantity

_HOW_DAY = "写成 2026-03-05 或 3月5日"
_SERIALS = range(36_526, 73_051)  # 2000-01-01 … 2099-12-31 as a spreadsheet counts days
_NOISE = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|(?:上午|下午|晚上|晚|早上)")
_CLOCK = re.compile(r"[T ]+\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?$")
_FULL = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_SHORT_YEAR = re.compile(r"(\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_ONLY_DAY = re.compile(r"(\d{1,2})\s*[日号]")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AMOUNT = re.compile(r"([-+−－]?[\d,.]+)\s*(\D*)")


def parse_day(value: Value, period: Month | None = None) -> date:
    """A day from a real date, a day number, or text; a missing year or month is the period's. Raises ValueError.

    Without a period the year must be written.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _day_of_text(value, period)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"“{'' if value is None else value}”不是日期，{_HOW_DAY}")
    return _day_of_number(value)


def _day_of_number(number: int | float) -> date:
    if int(number) in _SERIALS:
        day = day_of_serial(int(number))
        if isinstance(day, date):
            return day
    packed = _PACKED.fullmatch(str(number))
    if packed:
        return _day(str(number), *packed.groups())
    raise ValueError(f"“{number}”是数字，不是日期，{_HOW_DAY}")


def _day_of_text(text: str, period: Month | None) -> date:
    words = unicodedata.normalize("NFKC", text).strip().replace("。", ".").replace("．", ".")
    words = _CLOCK.sub("", _NOISE.sub("", words).strip()).strip()
    if words.isdecimal() and len(words) == 5:
        return _day_of_number(int(words))
    for pattern in (_FULL, _PACKED):
        if found := pattern.fullmatch(words):
            return _day(text, *found.groups())
    if found := _SHORT_YEAR.fullmatch(words):
        return _day(text, f"20{found[1]}", found[2], found[3])
    if period and (found := _DAY_OF_MONTH.fullmatch(words)):
        return _day(text, str(period.year), found[1], found[2])
    if period and (found := _ONLY_DAY.fullmatch(words)):
        return _day(text, str(period.year), str(period.month), found[1])
    raise ValueError(f"“{text}”不是日期，{_HOW_DAY}")


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{text}”没有这一天，{_HOW_DAY}") from None


def parse_amount(value: Value, unit: str, conversions: Mapping[str, str]) -> int:
    """An amount in ten-thousandths; other words than the unit only as declared. Raises ValueError."""
    if isinstance(value, (bool, date, CellError)) or value is None:
        raise ValueError(f"“{'' if value is None else value}”不是数量")
    if isinstance(value, int):
        return parse_quantity(str(value))
    if isinstance(value, float):
        return parse_quantity(f"{value:.9f}".rstrip("0"))
    if not isinstance(value, str):
        raise ValueError(f"“{value}”不是数量")
    return _amount_of_text(value, unit, conversions)


def _amount_of_text(text: str, unit: str, conversions: Mapping[str, str]) -> int:
    words = "".join(unicodedata.normalize("NFKC", text).split())
    if words in conversions:
        return parse_quantity(conversions[words])
    found = _AMOUNT.fullmatch(words)
    if not found:
        raise ValueError(f"“{text}”不是数量")
    amount, rest = found.groups()
    if rest and rest != unit and not (unit == "小时" and rest in ("个小时", "h", "H")):
        if rest in conversions:
            return parse_quantity(amount) * parse_quantity(conversions[rest]) // parse_quantity("1")
        raise ValueError(f"“{text}”的单位不是“{unit}”")
    return parse_quantity(amount)
