"""The door into the child process that opens a file: whatever the file holds, it does not take the worker with it."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Protocol

BOOK = "book.json"
LOOKS = "looks.json"  # what sheets and columns look like, with samples of cells
CORRECTIONS = "corrections.json"  # “sheet!B7” → text that stands in for the cell
WARNINGS = "warnings.json"  # what opening the file had to say


class Report(Protocol):
    def __call__(self, done: int, total: int, words: str = "") -> None: ...


def open_file(wanted: Mapping[str, Any], folder: Path, progress: Report) -> dict[str, Any]:
    """Open `wanted["stored"]` and keep its sheets beside it; gives whether it could be read, and the problems."""
    from linghang.apps.exchange.imports.stored import save_book
    from linghang.apps.exchange.tables.reading import read_workbook

    progress(0, 1, "打开文件")
    book, problems = read_workbook(folder / wanted["stored"])
    if book is not None:
        save_book(book, folder / BOOK)
    named = [replace(p, place=replace(p.place, file=wanted["file"])) for p in problems]
    readable = book is not None and any(sheet.rows and not sheet.hidden for sheet in book)
    return {"readable": readable, "problems": [asdict(problem) for problem in named]}
