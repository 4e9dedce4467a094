"""Months, quarters, half-years and years as values that order, contain days and print in Chinese."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Span(StrEnum):
    """The lengths that schemes fold points into, the shorter first."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half_year"
    YEAR = "year"


SPAN_WORDS = {Span.MONTH: "月", Span.QUARTER: "季度", Span.HALF: "半年", Span.YEAR: "年"}
SPAN_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}
CALENDAR = (Span.MONTH, Span.QUARTER, Span.YEAR)  # what cadences, links and indicators know


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise ValueError(f"没有这个月份：{self.year}-{self.month:02d}")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """'2026-03' or '2026年3月' → Month; raises ValueError with a sentence otherwise."""
        found = re.fullmatch(r"(\d{4})\s*(?:-|年|/|\.)\s*(\d{1,2})\s*月?", text.strip())
        if not found:
            raise ValueError(f"“{text}”不是月份，写成 2026-03")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def from_index(cls, index: int) -> "Month":
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Months since year 0: consecutive months have consecutive numbers; what the engines store."""
        return self.year * 12 + self.month - 1

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def days(self) -> int:
        return self.last.day

    @property
    def quarter(self) -> int:
        return (self.month + 2) // 3

    @property
    def ends_quarter(self) -> bool:
        return self.month % 3 == 0

    @property
    def ends_year(self) -> bool:
        return self.month == 12

    def __add__(self, months: int) -> "Month":
        return Month.from_index(self.index + months)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def words(self) -> str:
        return f"{self.year}年{self.month}月"


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month of the closed range, in order; empty when `last` is before `first`."""
    return [Month.from_index(i) for i in range(first.index, last.index + 1)]


def span_start(month: Month, span: Span) -> Month:
    """The first month of the month's own span: '2026-05' by quarter → '2026-04'."""
    return month + -((month.month - 1) % SPAN_MONTHS[span])


def span_end(month: Month, span: Span) -> Month:
    """The last month of the month's own span."""
    return span_start(month, span) + (SPAN_MONTHS[span] - 1)


def span_words(month: Month, span: Span) -> str:
    """'2026年3月', '2026年1季度', '2026年上半年' or '2026年'."""
    if span is Span.MONTH:
        return month.words
    if span is Span.HALF:
        return f"{month.year}年{'上' if month.month <= 6 else '下'}半年"
    return f"{month.year}年{month.quarter}季度" if span is Span.QUARTER else f"{month.year}年"
