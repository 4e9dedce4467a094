"""The child process that parses an .xls: prints one JSON line per sheet head and per row, and nothing else.

Its memory is bounded by the operating system, so that a hostile file ends this process and not the server.
"""

import json
import os
import resource
import sys
from datetime import date, datetime, time
from typing import Any

ENCRYPTED = 3


def main(path: str, allowance: int) -> int:
    """Print the workbook; exit code 1 when it cannot be parsed, ENCRYPTED when it has a password."""
    import python_calamine

    with open("/proc/self/statm") as stream:
        now = int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + allowance, now + allowance))
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        for number, about in enumerate(book.sheets_metadata):
            _print_sheet(book.get_sheet_by_index(number), about)
    except python_calamine.PasswordError:
        return ENCRYPTED
    except (python_calamine.CalamineError, MemoryError, OSError, ValueError):
        return 1
    return 0


def _print_sheet(sheet: Any, about: Any) -> None:
    hidden = "Visible" not in str(about.visible)
    head = {"name": sheet.name, "hidden": hidden, "merges": sheet.merged_cell_ranges or []}
    print(json.dumps(head))  # noqa: T201 - the parent reads this
    for _ in range(sheet.start[0] if sheet.start else 0):
        print("[]")  # noqa: T201 - the parent reads this
    left = [None] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        print(json.dumps(left + [_plain(cell) for cell in row]))  # noqa: T201 - the parent reads this


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    return cell if isinstance(cell, (str, int, float, bool)) else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
