"""Words of the registry of indicators, and the records that other rooms get from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.engine.periods import Month, Span, span_end, span_start

MOST_DECIMALS = 4  # as quantities of facts
LARGEST = Decimal(10) ** 15


class Direction(StrEnum):
    """Which way is better; colour and verdicts are not decided here."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Reason(StrEnum):
    """Why a value takes the place of another."""

    UPDATED = "updated"
    CORRECTED = "corrected"
    RESTATED = "restated"
    WITHDRAWN = "withdrawn"
    SUPPLIED = "supplied"


DIRECTIONS: dict[str, Promise] = {
    Direction.UP.value: _("越高越好"),
    Direction.DOWN.value: _("越低越好"),
    Direction.NONE.value: _("只记录，不分好坏"),
}
SPANS: dict[str, Promise] = {Span.MONTH.value: _("按月"), Span.QUARTER.value: _("按季度"), Span.YEAR.value: _("按年")}
REASONS: dict[str, Promise] = {
    Reason.UPDATED.value: _("数据更新（截至日期更晚）"),
    Reason.CORRECTED.value: _("更正错误"),
    Reason.RESTATED.value: _("按新口径重算"),
    Reason.WITHDRAWN.value: _("撤回，改为未知"),
    Reason.SUPPLIED.value: _("撤回后补报"),
}
GIVEN_REASONS = (Reason.UPDATED, Reason.CORRECTED, Reason.RESTATED, Reason.WITHDRAWN)  # by people; the rest follows


@dataclass(frozen=True)
class NewIndicator:
    """What an indicator is. Unit, decimals and span never change: a series does not mix them."""

    organisation: UUID
    code: str
    name: str
    unit: str
    span: str
    decimals: int
    direction: str
    definition: str
    source: str
    valid_from: date


@dataclass(frozen=True)
class NewValue:
    """A value of a period: `first` is its first day, `value` None only where a value is withdrawn."""

    first: date
    value: Decimal | None
    as_of: date
    source: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class ValueLine:
    """One value with where it comes from. `replaced`: another one took its place; `reason`: why it took one's place."""

    uuid: UUID
    period: str
    first: date
    value: Decimal | None
    shown: str
    as_of: date
    source: str
    recorded_by: str
    recorded_at: datetime
    replaced: bool
    reason: str
    note: str


@dataclass(frozen=True)
class IndicatorLine:
    """One row of the list, with the value of the latest period that has one."""

    uuid: UUID
    code: str
    name: str
    unit: str
    span: str
    place: str
    source: str
    closed_on: date | None
    latest: ValueLine | None


@dataclass(frozen=True)
class KnownIndicator:
    """What an import compares its rows with; `key` is for `current_values`."""

    key: int
    uuid: UUID
    code: str
    name: str
    place: str
    unit: str
    span: str
    decimals: int
    source: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Meaning:
    """The 口径 from one day to another."""

    text: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Point:
    """One period of a series; None is unknown, never zero. `anew`: another 口径 holds from this period on."""

    period: str
    first: date
    value: Decimal | None
    anew: bool = False


@dataclass(frozen=True)
class IndicatorCard:
    """One indicator with its meaning over time, its series without holes in the periods, and all values ever given."""

    line: IndicatorLine
    span_code: str
    decimals: int
    direction: str
    direction_code: str
    since: date
    meanings: Sequence[Meaning]
    points: Sequence[Point]
    values: Sequence[ValueLine]


def parse_period(text: str, span: str) -> Month:
    """The first month of a period: "2026-03", "2026年3月", "2026年1季度", "2026Q1", "2026年"; ValueError otherwise."""
    plain = text.strip().replace(" ", "")
    if span == Span.MONTH:
        return Month.parse(plain)
    if span == Span.YEAR:
        found = re.fullmatch(r"(\d{4})年?(?:度|全年)?", plain)
        if found:
            return Month(int(found[1]), 1)
        raise ValueError(f"“{text}”不是年份，写成 2026")
    found = re.fullmatch(r"(\d{4})(?:年|-|/)?第?(?:[QqＱ]([1-4])|([1-4一二三四])季度?)", plain)
    if found:
        number = "一二三四".find(found[3] or "") + 1 or int(found[2] or found[3])
        return Month(int(found[1]), 3 * number - 2)
    raise ValueError(f"“{text}”不是季度，写成 2026年1季度")


def parse_value(text: str) -> Decimal:
    """A number as people write it: thousands apart, full-width digits; ValueError with a sentence otherwise."""
    plain = text.strip().replace(",", "").replace("，", "").replace(" ", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数字；没有数就空着，不要填 0") from None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise ValueError(f"“{text}”不是能记录的数字")
    return value


def fits(value: Decimal, decimals: int) -> bool:
    """Whether a value has no more decimals than declared; trailing zeros do not count."""
    return value == round(value, decimals)


def written(value: Decimal | None, decimals: int) -> str:
    """With its declared decimals and thousands apart; '' for unknown."""
    return "" if value is None else f"{value:,.{decimals}f}"


def last_day(first: date, span: str) -> date:
    """The last day of the period that begins on a day."""
    return span_end(Month.of(first), Span(span)).last


def begins(first: date, span: str) -> bool:
    """Whether a period of the span begins on this day."""
    return span_start(Month.of(first), Span(span)).first == first
