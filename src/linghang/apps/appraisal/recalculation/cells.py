"""Cells by their place, and formulas that keep a sum within limits, month, quarter and year one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass

from linghang.engine.periods import Month, Span, span_start

LINES, ITEMS, JOINTS, CATEGORIES, TOTALS, LATE, STARS, LIMITS = (
    "明细", "项目", "合并", "类别", "总分", "补计更正", "季度", "限额",
)  # fmt: skip
SPANS = (Span.MONTH, Span.QUARTER, Span.YEAR)


def ref(sheet: str, column: str, row: int) -> str:
    """'限额'!$D$5; rows count from 1."""
    return f"'{sheet}'!${column}${row}"


@dataclass(frozen=True)
class Bounded:
    """Where the limits of a node stand: (span, month) → the cells of floor and cap, "" for an open side."""

    cells: Mapping[tuple[Span, Month], tuple[str, str]]

    def kept(self, span: Span, month: Month, value: str) -> str:
        """The value within the limits of a span."""
        floor, cap = self.cells.get((span, month), ("", ""))
        value = f"MIN({cap},{value})" if cap else value
        return f"MAX({floor},{value})" if floor else value


def steps(bounds: Bounded, month: Month, row: int, entering: str, holds: str, *, first: str) -> list[str]:
    """Formulas of seven columns from `first` on: within the month; so far in the quarter, within its limits, what that
    moved; the same for the year. `entering` and `holds` are cells of the row; the month before stands one row above.
    """
    c = [chr(ord(first) + n) for n in range(7)]
    month_cell = f"IF({holds}=0,0,{bounds.kept(Span.MONTH, month, entering)})"
    found = [month_cell]
    source = f"{c[0]}{row}"
    for number, span in enumerate((Span.QUARTER, Span.YEAR)):
        summed, kept = c[1 + 3 * number], c[2 + 3 * number]
        begins = span_start(month, span) == month
        found.append(f"ROUND({source}+{0 if begins else f'{summed}{row - 1}'},2)")
        found.append(f"ROUND({bounds.kept(span, month, f'{summed}{row}')},2)")
        before = bounds.kept(span, month, "0") if begins else f"{kept}{row - 1}"
        found.append(f"ROUND({kept}{row}-({before}),2)")
        source = f"{c[3 + 3 * number]}{row}"
    return found
