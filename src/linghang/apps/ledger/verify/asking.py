"""The one snapshot that a verification reads."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import psycopg

from linghang.apps.ledger.verify.report import Progress, Verification

AT_ONCE = 5_000


class Asking:
    """A connection in a read-only snapshot, the key and the file outside, and what was found so far.

    `nodes` limits everything to some places; None is all of them.
    """

    def __init__(
        self,
        connection: "psycopg.Connection[tuple[Any, ...]]",
        found: Verification,
        *,
        key: bytes,
        heads: Path,
        files: Path,
        nodes: Collection[int] | None,
        progress: Progress,
    ) -> None:
        self.connection, self.found, self.key = connection, found, key
        self.heads, self.files, self.progress = heads, files, progress
        self.nodes = None if nodes is None else sorted(nodes)
        self.heads_size = heads.stat().st_size if heads.exists() else None  # before the first query: no snapshot yet
        self.labels: dict[int, str] = dict(connection.execute("SELECT id, label FROM access_scopenode").fetchall())

    def place(self, node: int) -> str:
        return self.labels.get(node, f"#{node}")

    def within(self, column: str) -> str:
        """A condition on the place, with the parameter `nodes`."""
        return f"(%(nodes)s::bigint[] IS NULL OR {column} = ANY(%(nodes)s))"

    def rows(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, {"nodes": self.nodes, **more}).fetchall()

    def stream(self, name: str, sql: str) -> Iterator[tuple[Any, ...]]:
        """Rows one by one, fetched in portions."""
        with self.connection.cursor(name, binary=True) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(sql, {"nodes": self.nodes})
            yield from cursor

    def number(self, sql: str) -> int:
        return int(self.rows(sql)[0][0] or 0)
