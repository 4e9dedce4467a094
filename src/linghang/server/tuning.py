"""Settings of our own PostgreSQL: one machine shared with web and worker, where idle memory counts.

Source of the rules: PostgreSQL manual, chapters "Resource Consumption" and "WAL Configuration".
"""

import os
from pathlib import Path

LEAST, MOST = 128, 512  # MB
SHARE = 16
CONTAINER = Path("/sys/fs/cgroup/memory.max")
TUNING = {
    "max_connections": "60",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "password_encryption": "'scram-sha-256'",
    "log_destination": "'stderr'",
    "log_min_messages": "warning",
    # a refused statement would stand in the log with its values: names, numbers, hashes
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    # after each checkpoint every page is logged whole once more, nine tenths of what an import logs; with the server's
    # own values an import of a hundred thousand brings a checkpoint about in its middle
    "checkpoint_timeout": "'15min'",
    "max_wal_size": "'2GB'",
    # files of the log are used again; making a new one would be waited for by whoever commits
    "min_wal_size": "'256MB'",
}


def tuning() -> dict[str, str]:
    """What stands in the settings file besides addresses."""
    return {"shared_buffers": f"'{page_memory(memory_of_machine())}MB'", **TUNING}


def page_memory(memory: int) -> int:
    """MB for pages of tables and indexes out of so many MB; the system gives them only as they are used.

    Where ten million records are stored, the pages that an undoing touches do not fit into the least.
    """
    return max(LEAST, min(MOST, memory // SHARE))


def memory_of_machine(container: Path = CONTAINER) -> int:
    """MB of the machine, or of the container that has less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = container.read_text().strip() if container.exists() else ""
    return min(machine, int(limit) if limit.isdigit() else machine) // 2**20
