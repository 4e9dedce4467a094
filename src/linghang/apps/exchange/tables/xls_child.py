"""The child process that parses an .xls: prints one JSON line per sheet head and per row, and nothing else.

Its memory is bounded by the operating system, so that a hostile file ends this process and not the server.
"""

import json
import os
import resource
import sys
from datetime import date, datetime, time
from typing import Any

ENCRYPTED, TOO_MUCH = 3, 4


class TooMuchError(Exception):
    """The workbook grows beyond what may be printed."""


class Printer:
    """Prints so many bytes and no more."""

    def __init__(self, most: int) -> None:
        self.left = most

    def line(self, content: object) -> None:
        """One line for the parent, which reads it."""
        text = json.dumps(content)
        self.left -= len(text) + 1
        if self.left < 0:
            raise TooMuchError
        sys.stdout.write(text + "\n")


def main(path: str, allowance: int, most: int) -> int:
    """Print the workbook; exit code 1 when it cannot be parsed, ENCRYPTED when it has a password, or TOO_MUCH."""
    import python_calamine

    with open("/proc/self/statm") as stream:
        now = int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + allowance, now + allowance))
    printer = Printer(most)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        for number, about in enumerate(book.sheets_metadata):
            _print_sheet(book.get_sheet_by_index(number), about, printer)
    except python_calamine.PasswordError:
        return ENCRYPTED
    except TooMuchError:
        return TOO_MUCH
    except (python_calamine.CalamineError, MemoryError, OSError, ValueError):
        return 1
    return 0


def _print_sheet(sheet: Any, about: Any, printer: Printer) -> None:
    hidden = "Visible" not in str(about.visible)
    printer.line({"name": sheet.name, "hidden": hidden, "merges": sheet.merged_cell_ranges or []})
    for _ in range(sheet.start[0] if sheet.start else 0):
        printer.line([])
    left = [None] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        printer.line(left + [_plain(cell) for cell in row])


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    return cell if isinstance(cell, (str, int, float, bool)) else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
