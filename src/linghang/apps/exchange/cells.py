"""Reading single cells of a table, with a problem for each cell that cannot be used."""

from collections import Counter
from dataclasses import dataclass, field

from linghang.apps.exchange.tables.grid import CellError, Sheet, Workbook
from linghang.engine.problems import Place, Problems

MOST = 2_000  # problems of one code on one sheet that are listed one by one


@dataclass
class Cells:
    """The cells of one sheet; `problems` receives what is wrong with the ones that are asked for."""

    book: Workbook
    sheet: Sheet
    problems: Problems
    _seen: set[tuple[int, int, str]] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)

    def place(self, row: int, column: int) -> Place:
        """Where the value really stands: the first cell of a merged area."""
        return self.book.place(self.sheet, *self.sheet.anchor(row, column))

    def usable(self, row: int, column: int) -> bool:
        """False, with a problem, for an error value or a formula without a stored value."""
        value = self.sheet.value(row, column)
        if isinstance(value, CellError):
            self.problems.add(
                self.place(row, column), "cell-error", f"单元格是公式错误 {value}", "改正公式，或直接填数值"
            )
            return False
        if value is None and (row, column) in self.sheet.uncomputed:
            words = "公式没有存下计算结果，不知道它等于多少"
            self.problems.add(
                self.place(row, column), "no-cached-value", words, "用 Excel 或 WPS 打开后保存，或粘贴为数值"
            )
            return False
        return True

    def wrong(self, row: int, column: int, code: str, message: str, hint: str = "", *, severity: str = "error") -> None:
        """Record an error at the cell, once; beyond `MOST` of one kind on a sheet only that there are more."""
        seen = (*self.sheet.anchor(row, column), message)
        if seen in self._seen:
            return
        self._counts[code] += 1
        if self._counts[code] > MOST:
            if self._counts[code] == MOST + 1:
                words = f"这类问题超过 {MOST:,} 处，后面的不再逐条列出"
                self.problems.add(self.place(row, column), code, words, hint, severity=severity)
            return
        self._seen.add(seen)
        self.problems.add(self.place(row, column), code, message, hint, severity=severity)

    def odd(self, row: int, column: int, code: str, message: str, hint: str = "") -> None:
        """Record a warning at the cell."""
        self.wrong(row, column, code, message, hint, severity="warning")
