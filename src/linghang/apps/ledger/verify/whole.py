"""The whole verification, in one snapshot."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from linghang.apps.ledger.verify.asking import Asking
from linghang.apps.ledger.verify.chain import check_chain, check_leaves
from linghang.apps.ledger.verify.heads import check_heads_file
from linghang.apps.ledger.verify.report import Progress, Verification, silent
from linghang.apps.ledger.verify.rows import check_rows, check_standing
from linghang.apps.ledger.verify.words import check_words


def places_below(connection: "psycopg.Connection[tuple[Any, ...]]", named: str) -> list[int]:
    """The keys of a place, given by its uuid or its exact name, and of everything below it."""
    found = connection.execute(
        "SELECT below.id FROM access_scopenode n JOIN access_scopenode below ON below.path LIKE n.path || '%%'"
        " WHERE n.uuid::text = %s OR n.label = %s",
        [named, named],
    )
    return [key for (key,) in found]


def verify_ledger(
    connection: "psycopg.Connection[tuple[Any, ...]]",
    *,
    key: bytes,
    heads: Path,
    files: Path,
    now: datetime,
    nodes: Collection[int] | None = None,
    progress: Progress = silent,
) -> Verification:
    """Check everything and name every damage. The connection is in no transaction; nothing is written."""
    found = Verification(at=now)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        asking = Asking(connection, found, key=key, heads=heads, files=files, nodes=nodes, progress=progress)
        check_rows(asking)
        check_words(asking)
        ends = check_chain(asking)
        check_leaves(asking)
        check_heads_file(asking, ends)
        check_standing(asking)
    return found
