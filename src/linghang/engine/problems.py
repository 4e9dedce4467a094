"""What is wrong with authored content, as records: collected, sorted and shown all at once, never raised one by one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """Where a problem stands: a file with line, or a workbook's sheet with cell, or a field; parts may be empty."""

    file: str = ""
    line: int = 0
    sheet: str = ""
    cell: str = ""
    column: str = ""

    @property
    def order(self) -> tuple[str, int, str, int, int, str, str]:
        """As a reader goes through it: B2 comes before B16, and B16 before AA16."""
        found = re.fullmatch(r"([A-Z]+)(\d+)", self.cell)
        row, letters = (int(found[2]), found[1]) if found else (0, "")
        return (self.file, self.line, self.sheet, row, len(letters), self.cell, self.column)

    def __lt__(self, other: "Place") -> bool:
        return self.order < other.order

    @property
    def here(self) -> str:
        """The place as it is called within its file: '第 3 行', or '项目!B4'; "" when nothing is known."""
        if self.sheet or self.cell:
            return f"{self.sheet}!{self.cell}".strip("!")
        return f"第 {self.line} 行" if self.line else ""

    def __str__(self) -> str:
        if self.sheet or self.cell:
            return f"{self.file}:{self.sheet}!{self.cell}".strip(":!") if self.file else f"{self.sheet}!{self.cell}"
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One finding: where, a stable code, what is wrong and what to do.

    `severity` is "error" (the input cannot be used) or "warning" (it can, and the reader should know).
    """

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __lt__(self, other: "Problem") -> bool:
        return self.order < other.order

    @property
    def order(self) -> tuple[object, ...]:
        """By place, then by code."""
        return (self.place.order, self.code, self.message, self.hint, self.severity)

    def __str__(self) -> str:
        words = f"{self.place}: {self.code}: {self.message}" if str(self.place) else f"{self.code}: {self.message}"
        return f"{words}\n    怎么办：{self.hint}" if self.hint else words


@dataclass
class Problems:
    """A collector that every reading step shares, so that one run shows everything."""

    items: list[Problem] = field(default_factory=list)

    def add(self, place: Place, code: str, message: str, hint: str = "", *, severity: str = "error") -> None:
        self.items.append(Problem(place, code, message, hint, severity))

    def extend(self, problems: Iterable[Problem]) -> None:
        self.items.extend(problems)

    @property
    def errors(self) -> list[Problem]:
        return sorted(p for p in self.items if p.severity == "error")

    @property
    def warnings(self) -> list[Problem]:
        return sorted(p for p in self.items if p.severity == "warning")

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.items))

    def __len__(self) -> int:
        return len(self.items)


class ProblemsFound(Exception):
    """Raised at a boundary (command, page) that cannot go on; carries every problem found so far."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type["ProblemsFound"], tuple[list[Problem]]]:
        """Problems keep their places on the way between processes."""
        return (ProblemsFound, (self.problems,))
