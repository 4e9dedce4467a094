"""Processes that a contestant starts: their memory and their processor time, as the kernel counts them."""

import os
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for parent in found:
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            for path in Path(f"/proc/{parent}/task").glob("*/children"):
                with suppress(FileNotFoundError, ProcessLookupError):  # one of its threads did
                    found += map(int, path.read_text().split())
    return found


def resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def processor_seconds(pid: int) -> float:
    """What a process and the children that it has waited for have used so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
