"""What a file would do, kept beside it: written by the job that compares, read by pages and by the job that writes.

lines     one per row that can be taken: number, outcome, sheet, row, label, changes, payload
problems  what is wrong or odd, by sheet and cell, with what stands in the cell
endings   what is stored and not in the file
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linghang.apps.exchange.data import Outcome
from linghang.apps.exchange.kinds import Ending, Line, Plan
from linghang.apps.exchange.tables.grid import Workbook, parse_address
from linghang.apps.exchange.tables.headers import text_of
from linghang.engine.problems import Place, Problem

PREVIEW = "preview.sqlite"
PER_PAGE = 50
NOT_OF_A_CELL = frozenset({"hidden-rows", "hidden-sheet", "external-links", "merged-filled"})  # though one is named
_TABLES = """
CREATE TABLE lines (number INTEGER PRIMARY KEY, outcome TEXT, sheet TEXT, row INTEGER, label TEXT, changes TEXT,
                    payload TEXT);
CREATE INDEX lines_by_outcome ON lines (outcome, number);
CREATE TABLE problems (number INTEGER PRIMARY KEY, severity TEXT, sheet TEXT, cell TEXT, code TEXT, message TEXT,
                       hint TEXT, held TEXT);
CREATE TABLE endings (number INTEGER PRIMARY KEY, key TEXT, label TEXT, note TEXT, payload TEXT);
"""


@dataclass(frozen=True)
class Flaw:
    """A problem with what stands in the cell now; `fixable` when the cell can be written over."""

    problem: Problem
    held: str

    @property
    def where(self) -> str:
        return f"{self.problem.place.sheet}!{self.problem.place.cell}"

    @property
    def fixable(self) -> bool:
        return bool(self.problem.place.sheet and self.problem.place.cell) and self.problem.code not in NOT_OF_A_CELL


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def write_preview(path: Path, plan: Plan, problems: Iterable[Problem], book: Workbook) -> dict[str, int]:
    """Write it anew; gives the counts by outcome, of problems (errors), warnings and endings."""
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    found = sorted(problems, key=lambda p: (p.severity != "error", _order(book, p.place)))
    with closing(sqlite3.connect(fresh)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO lines VALUES (?,?,?,?,?,?,?)", map(_line_row, enumerate(plan.lines, 1)))
        rows = [
            (None, p.severity, p.place.sheet, p.place.cell, p.code, p.message, p.hint, _held(book, p.place))
            for p in found
        ]
        connection.executemany("INSERT INTO problems VALUES (?,?,?,?,?,?,?,?)", rows)
        endings = [(None, e.key, e.label, e.note, _json(e.payload)) for e in plan.endings]
        connection.executemany("INSERT INTO endings VALUES (?,?,?,?,?)", endings)
    fresh.chmod(0o600)
    fresh.replace(path)
    by_outcome = Counter(line.outcome for line in plan.lines)
    errors = [p for p in found if p.severity == "error"]
    return {
        **{outcome.value: by_outcome[outcome] for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.SAME)},
        "problem": len(_rows_of(errors)),
        "errors": len(errors),
        "warnings": len(found) - len(errors),
        "endings": len(endings),
    }


def _rows_of(problems: Iterable[Problem]) -> set[tuple[str, str]]:
    return {(p.place.sheet, p.place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for p in problems}


def _order(book: Workbook, place: Place) -> tuple[int, tuple[int, int]]:
    number = next((n for n, sheet in enumerate(book.sheets) if sheet.name == place.sheet), -1)
    return number, parse_address(place.cell) if place.cell else (0, 0)


def _line_row(numbered: tuple[int, Line]) -> tuple[Any, ...]:
    number, line = numbered
    return number, line.outcome, line.sheet, line.row, line.label, _json(line.changes), _json(line.payload)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _held(book: Workbook, place: Place) -> str:
    sheet = book.sheet(place.sheet) if place.sheet and place.cell else None
    return text_of(sheet.value(*parse_address(place.cell)))[:200] if sheet else ""


def digest_of(plan: Plan) -> str:
    """Equal for plans that do the same."""
    made = hashlib.sha256()
    for line in plan.lines:
        made.update(f"{line.outcome}\x1f{line.sheet}\x1f{line.row}\x1f{_json(line.payload)}\x1e".encode())
    for ending in plan.endings:
        made.update(f"{ending.key}\x1e".encode())
    return made.hexdigest()


def lines_page(path: Path, *, outcome: str, q: str, number: int) -> tuple[list[Line], int]:
    """One page of rows with that outcome whose label holds `q`, and how many there are."""
    where, values = "outcome = ?", [outcome]
    if q:
        where, values = f"{where} AND instr(label, ?) > 0", [outcome, q]
    with _opened(path) as connection:
        total = int(connection.execute(f"SELECT count(*) FROM lines WHERE {where}", values).fetchone()[0])  # noqa: S608  a fixed condition
        rows = connection.execute(
            f"SELECT * FROM lines WHERE {where} ORDER BY number LIMIT ? OFFSET ?",  # noqa: S608  a fixed condition
            [*values, PER_PAGE, (number - 1) * PER_PAGE],
        ).fetchall()
    return [_line(row) for row in rows], total


def lines_after(path: Path, number: int, most: int) -> list[tuple[int, Line]]:
    """The next rows to be written, with their numbers; `most` 0 means all of them."""
    with _opened(path) as connection:
        rows = connection.execute(
            "SELECT * FROM lines WHERE number > ? AND outcome IN ('new', 'changed') ORDER BY number LIMIT ?",
            (number, most or -1),
        ).fetchall()
    return [(row[0], _line(row)) for row in rows]


def _line(row: tuple[Any, ...]) -> Line:
    _number, outcome, sheet, place, label, changes, payload = row
    said = tuple((what, before, after) for what, before, after in json.loads(changes))
    return Line(Outcome(outcome), label, sheet, place, said, json.loads(payload))


def flaws_page(path: Path, *, sheet: str, code: str, number: int, most: int = PER_PAGE) -> tuple[list[Flaw], int]:
    """One page of problems, errors first, of that sheet and that kind where they are given."""
    condition, values = "(? = '' OR sheet = ?) AND (? = '' OR code = ?)", [sheet, sheet, code, code]
    with _opened(path) as connection:
        total = int(connection.execute(f"SELECT count(*) FROM problems WHERE {condition}", values).fetchone()[0])  # noqa: S608  a fixed condition
        rows = connection.execute(
            f"SELECT * FROM problems WHERE {condition} ORDER BY number LIMIT ? OFFSET ?",  # noqa: S608  a fixed condition
            [*values, most, (number - 1) * most],
        ).fetchall()
    return [_flaw(row) for row in rows], total


def _flaw(row: tuple[Any, ...]) -> Flaw:
    _number, severity, sheet, cell, code, message, hint, held = row
    place = Place(sheet=sheet, cell=cell)
    return Flaw(Problem(place=place, code=code, message=message, hint=hint, severity=severity), held)


def flaw_groups(path: Path) -> tuple[list[tuple[str, int]], list[tuple[str, str, int]]]:
    """Sheets with their numbers of problems, and kinds of problems with an example and their numbers."""
    with _opened(path) as connection:
        sheets = connection.execute("SELECT sheet, count(*) FROM problems GROUP BY sheet ORDER BY min(number)")
        kinds = connection.execute("SELECT code, min(message), count(*) FROM problems GROUP BY code ORDER BY 3 DESC")
        return [(s, n) for s, n in sheets if s], [(c, m, n) for c, m, n in kinds]


def endings(path: Path) -> list[Ending]:
    """What is stored and not in the file."""
    with _opened(path) as connection:
        rows = connection.execute("SELECT key, label, note, payload FROM endings ORDER BY number").fetchall()
    return [Ending(key, label, note, json.loads(payload)) for key, label, note, payload in rows]
