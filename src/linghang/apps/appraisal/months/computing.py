"""(child) One call of the engine: rows in, rows out. Loads DuckDB and Arrow."""

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linghang import __version__
from linghang.apps.appraisal.months.asked import Facts, FinalRows, Inputs, Outcome
from linghang.apps.appraisal.months.histories import Part, parts_of
from linghang.engine.facts import FactFile
from linghang.engine.roster import DateRange, Roster
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.plainly.liability import Tie
from linghang.engine.settle.results import SCHEMAS, Settlement
from linghang.engine.settle.run import Earlier, Request, settle

Report = Callable[[int, int, str], None]
STEPS = 100


def silent(_done: int, _total: int, _words: str = "") -> None:
    """Nobody watches."""


def compute(inputs: Inputs, facts: Facts, progress: Report = silent) -> Outcome:
    """Settle; the same inputs and facts give the same outcome and hash on every machine."""
    parts = list(parts_of(inputs))
    found = [_computed(part, facts, progress, number, len(parts)) for number, part in enumerate(parts)]
    return found[0] if len(found) == 1 else _together(found)


def _computed(part: Part, facts: Facts, progress: Report, number: int, count: int) -> Outcome:
    request = request_of(part.inputs)
    source = facts if isinstance(facts, list) else FactFile(facts, codes=True)

    def report(_name: str, done: int, total: int) -> None:
        progress((number * STEPS + done * STEPS // max(1, total)) // count, STEPS, "核算")

    return _outcome(settle(request, source, progress=report), request, part.codes)


def _together(parts: Sequence[Outcome]) -> Outcome:
    """The parts as one outcome, in the order of codes as a single call gives it."""
    late = sorted(row for part in parts for row in part.too_late)
    notes = {name: words for part in parts for name, words in part.notes.items() if name != "too_late"}
    found = Outcome(
        statements=dict(sorted((code, row) for part in parts for code, row in part.statements.items())),
        booked=tuple(sorted(row for part in parts for row in part.booked)),
        grades=tuple(sorted(row for part in parts for row in part.grades)),
        selections=tuple(sorted(row for part in parts for row in part.selections)),
        result_hash="",
        versions=parts[0].versions,
        too_late=tuple(late),
        notes=notes | ({"too_late": str(len(late))} if late else {}),
    )
    return replace(found, result_hash=hash_of(found))


def request_of(inputs: Inputs) -> Request:
    """What is to be settled, as the engine asks for it."""
    roster = Roster(one.member for one in inputs.subjects)
    return Request(
        pack=inputs.pack,
        scheme=inputs.scheme,
        roster=roster,
        period=inputs.month,
        closed=inputs.closings,
        frozen=frozen_of(inputs.frozen, roster),
        ties=tuple(Tie(t.kind, t.left, t.right, DateRange(t.since, t.until)) for t in inputs.ties),
        year_end=inputs.year_end,
        earlier=tuple(Earlier(pack, until) for _version, pack, until in inputs.earlier),
    )


def frozen_of(final: FinalRows, roster: Roster) -> Frozen | None:
    """Final rows as the engine's tables; None where nothing is final yet."""
    if not final.months:
        return None
    position = {m.code: n for n, m in enumerate(roster)}
    rows = {
        "months": final.months,
        "categories": final.categories,
        "adjustments": final.adjustments,
        "grades": final.grades,
        "items": (),
        "unknown": (),
        "selections": (),
    }
    return Frozen({name: _table(name, found, position) for name, found in rows.items()})


def _table(name: str, rows: Sequence[Sequence[Any]], position: dict[str, int]) -> pa.Table:
    kept = [(position[row[0]], *row[1:]) for row in rows if row[0] in position]
    order = COLUMNS.get(name, SCHEMAS[name].names)
    columns = [list(column) for column in zip(*kept, strict=True)] or [[] for _ in order]
    fields = {field.name: field.type for field in SCHEMAS[name]}
    made = {column: pa.array(values, fields[column]) for column, values in zip(order, columns, strict=True)}
    return pa.table(made).select(SCHEMAS[name].names)


COLUMNS = {
    "months": ("subject", "month", "state", "priced", "counted"),
    "categories": ("subject", "month", "category", "base", "priced", "counted"),
    "adjustments": ("subject", "month", "booked", "counted"),
    "grades": ("subject", "month", "grade", "state", "total", "band"),
}


def _outcome(settled: Settlement, request: Request, own: frozenset[str]) -> Outcome:
    """What is said of the subjects with `own` codes."""
    codes = [m.code for m in settled.roster]
    month = request.period.index
    before = request.frozen.tables["adjustments"].num_rows if request.frozen else 0
    booked = _rows(settled.tables["adjustments"].slice(before), COLUMNS["adjustments"], codes)
    rows = ((codes[r["subject"]], r["month"], r["booked"], r["counted"]) for r in settled.too_late)
    late = sorted(row for row in rows if row[0] in own)
    found = Outcome(
        statements={code: row for code, row in _statements(settled, month, codes).items() if code in own},
        booked=tuple(row for row in sorted(booked) if row[0] in own),
        grades=tuple(row for row in _grades(settled, month, codes) if row[0] in own),
        selections=tuple(row for row in sorted(_selections(settled, codes)) if row[0] in own),
        result_hash="",
        versions={"linghang": __version__, "duckdb": duckdb.__version__, "python": platform.python_version()},
        too_late=tuple(late),
        notes=dict(settled.notes),
    )
    return replace(found, result_hash=hash_of(found))


def hash_of(found: Outcome) -> str:
    """SHA-256 over everything that is written of the month."""
    said = (found.statements, found.booked, found.grades, found.selections)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(found: pa.Table, columns: Iterable[str], codes: list[str]) -> list[tuple[Any, ...]]:
    names = list(columns)
    rows = zip(*(found[name].to_pylist() for name in names), strict=True)
    return [(codes[subject], *more) for subject, *more in rows]


def _selections(settled: Settlement, codes: list[str]) -> list[tuple[Any, ...]]:
    return _rows(settled.tables["selections"], ("subject", "selection"), codes)


def _of_month(found: pa.Table, month: int) -> pa.Table:
    return found.filter(pc.equal(found["month"], month))


def _statements(settled: Settlement, month: int, codes: list[str]) -> dict[str, Any]:
    """Everybody's month; a final one of the month itself stands as it was."""
    made: dict[str, Any] = {}
    for code, state, priced, counted in _rows(
        _of_month(settled.tables["months"], month), ("subject", "state", "priced", "counted"), codes
    ):
        made[code] = (state, priced, counted, {}, {}, [])
    columns = ("subject", "item", "priced", "counted", "facts")
    for code, item, *amounts in _rows(_of_month(settled.tables["items"], month), columns, codes):
        made[code][3][item] = amounts
    columns = ("subject", "category", "base", "priced", "counted")
    for code, category, *amounts in _rows(_of_month(settled.tables["categories"], month), columns, codes):
        made[code][4][category] = amounts
    for code, item in _rows(_of_month(settled.tables["unknown"], month), ("subject", "item"), codes):
        made[code][5].append(item)
    for row in made.values():
        row[5].sort()
    return dict(sorted(made.items()))


def _grades(settled: Settlement, month: int, codes: list[str]) -> list[tuple[Any, ...]]:
    columns = ("subject", "grade", "state", "total", "band")
    return sorted(_rows(_of_month(settled.tables["grades"], month), columns, codes))
