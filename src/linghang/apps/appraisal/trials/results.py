"""Reading a result: the list of members, one member's statement, what the result stands on. No heavy library."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.data.trials import PAGE_OF_MEMBERS, MemberFilter, MemberRow, Statement
from linghang.apps.appraisal.trials.folder import REACH, RESULT
from linghang.apps.appraisal.trials.schema import unpacked
from linghang.engine.periods import Month
from linghang.ui.web.paging import Page

_COLUMNS = "code, name, branch, state, total, grade_total, band, band_state"
# never by points: persons are not ranked
ORDERS = {
    "": "position",
    "name": "name, position",
    "-name": "name DESC, position",
    "code": "code",
    "-code": "code DESC",
    "branch": "position",
    "-branch": "position DESC",
}


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield found
    finally:
        found.close()


def about(folder: Path) -> dict[str, Any]:
    """What the result stands on: pack, period, engine, hash; {} when there is no result."""
    if not (folder / RESULT).is_file():
        return {}
    with _opened(folder / RESULT) as result:
        return {name: json.loads(value) for name, value in result.execute("SELECT name, value FROM about")}


def counts(folder: Path, column: str) -> dict[str, int]:
    """How many members there are of each `branch`, `band` or `state`, in the order of the roster."""
    if column not in ("branch", "band", "state"):
        raise ValueError(column)
    sql = f"SELECT {column}, count(*) FROM members GROUP BY {column} ORDER BY min(position)"  # noqa: S608 -- checked
    with _opened(folder / RESULT) as result:
        return dict(result.execute(sql).fetchall())


def members(folder: Path, wanted: MemberFilter, number: int) -> Page[MemberRow]:
    """One page of the list, fifty to a page."""
    where, values = _where(wanted)
    with _opened(folder / RESULT) as result:
        (total,) = result.execute(f"SELECT count(*) FROM members WHERE {where}", values).fetchone()  # noqa: S608 -- fixed words
        pages = max(1, -(-total // PAGE_OF_MEMBERS))
        number = min(max(1, number), pages)
        limit = (PAGE_OF_MEMBERS, (number - 1) * PAGE_OF_MEMBERS)
        rows = result.execute(_select(where, wanted) + " LIMIT ? OFFSET ?", [*values, *limit]).fetchall()
    return Page([MemberRow(*row) for row in rows], number, total, PAGE_OF_MEMBERS)


def all_members(folder: Path, wanted: MemberFilter) -> list[MemberRow]:
    """Everybody whom the filter shows, for the export of exactly that."""
    where, values = _where(wanted)
    with _opened(folder / RESULT) as result:
        return [MemberRow(*row) for row in result.execute(_select(where, wanted), values)]


def _select(where: str, wanted: MemberFilter) -> str:
    order = ORDERS.get(wanted.sort, ORDERS[""])
    return f"SELECT {_COLUMNS} FROM members WHERE {where} ORDER BY {order}"  # noqa: S608 -- fixed words only


def _where(wanted: MemberFilter) -> tuple[str, list[str]]:
    parts, values = ["1"], []
    for word in wanted.q.lower().split():
        parts.append("instr(search, ?)")
        values.append(word)
    for column in ("branch", "band", "state"):
        value = getattr(wanted, column)
        if value:
            parts.append(f"{column} = ?")
            values.append("" if value == "-" else value)
    return " AND ".join(parts), values


def statement(folder: Path, code: str, month: Month) -> Statement | None:
    """One member's month, None when the result has none."""
    sql = (
        "SELECT m.name, m.branch, s.body FROM statements s JOIN members m USING (code) WHERE s.code = ? AND s.month = ?"
    )
    with _opened(folder / RESULT) as result:
        row = result.execute(sql, [code, str(month)]).fetchone()
        months = result.execute("SELECT month FROM statements WHERE code = ? ORDER BY month", [code]).fetchall()
    if row is None:
        return None
    name, branch, body = row
    known = [Month.parse(m) for (m,) in months]
    return Statement(code, name, branch, month, unpacked(body), known, _reach(folder, code))


def _reach(folder: Path, code: str) -> Sequence[dict[str, Any]] | None:
    """What would reach the next band, None while it is still being proved."""
    if not (folder / REACH).is_file():
        return None
    with _opened(folder / REACH) as found:
        try:
            row = found.execute("SELECT body FROM reach WHERE code = ?", [code]).fetchone()
        except sqlite3.OperationalError:  # the child has just made the file and not its table
            return None
    proved: list[dict[str, Any]] | None = json.loads(row[0]) if row else None
    return proved
