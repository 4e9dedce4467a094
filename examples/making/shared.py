"""Formulas that go on down a column, stored once (as Excel itself stores a formula that was filled down)."""

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet


class FillingSheet(Worksheet):
    """A sheet whose `fill` writes a formula into rows `first`…`last` of a column; references move with the row."""

    def __init__(self) -> None:
        super().__init__()
        self._runs = 0
        self._shared: dict[str, str] = {}  # cell → attributes of its formula

    def fill(self, first: int, last: int, column: int, formula: str, look: object) -> None:
        """`formula` is the one of the first row; rows and columns count from 0."""
        for row in range(first, last + 1):
            self.write_formula(row, column, f"={formula}" if row == first else "=0", look, "")
            self._shared[xl_rowcol_to_cell(row, column)] = f't="shared" si="{self._runs}"'
        self._shared[xl_rowcol_to_cell(first, column)] += f' ref="{xl_range(first, column, last, column)}"'
        self._runs += 1

    def _xml_formula_element(self, formula: str, result: object, attributes: list[tuple[str, str]]) -> None:
        shared = self._shared.get(dict(attributes)["r"])
        if shared is None:
            super()._xml_formula_element(formula, result, attributes)
            return
        cell = "".join(f' {key}="{value}"' for key, value in attributes)
        text = self._escape_data(formula) if "ref=" in shared else ""
        self.fh.write(f"<c{cell}><f {shared}>{text}</f></c>")
