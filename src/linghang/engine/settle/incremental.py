"""A few facts more, or less: only those whom they concern are settled again. What comes out equals the full run."""

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.affected import Affected, affected, circle, settled_together
from linghang.engine.settle.backends.fact_file import pick_rows
from linghang.engine.settle.backends.fact_rows import facts_of_some
from linghang.engine.settle.engines import Engine, engine_of, reference_tables
from linghang.engine.settle.grades import grade_all
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.plainly.around import Around, Standing, group_sizes, standings_among
from linghang.engine.settle.plainly.liability import count_for_responsible
from linghang.engine.settle.plainly.reference import by_member, settle_member
from linghang.engine.settle.results import SCHEMAS, Settlement, canonical
from linghang.engine.settle.run import Request, settle

FEW = 400  # so many subjects are settled one by one where what is known of the others can be remembered
BY_SUBJECT = ("items", "categories", "months", "unknown", "adjustments")
GRADES = ("grades", "selections")
Positions = npt.NDArray[np.int32]
Late = tuple[Mapping[str, int], ...]


@dataclass(frozen=True)
class Renewed:
    """What is to be put in place of what was: all rows of the `subjects`, and grades and lists of the `graded`.

    Positions are those of the whole roster.
    """

    subjects: frozenset[str]
    graded: frozenset[str]
    tables: Mapping[str, pa.Table]
    too_late: Late = ()

    def onto(self, before: Settlement) -> Settlement:
        """The whole settlement as it is now, without lines."""
        tables = {name: self._replaced(before, name, self.subjects) for name in BY_SUBJECT}
        tables |= {name: canonical(name, self._replaced(before, name, self.graded)) for name in GRADES}
        own = {before.roster.position(c) for c in self.subjects}
        rows = [*(r for r in before.too_late if r["subject"] not in own), *self.too_late]
        late = tuple(sorted(rows, key=lambda r: (r["subject"], r["month"])))
        notes = {k: v for k, v in before.notes.items() if k != "too_late"}
        notes |= {"too_late": str(len(late))} if late else {}
        return replace(before, tables=tables, lines=None, notes=notes, too_late=late)

    def _replaced(self, before: Settlement, name: str, codes: Collection[str]) -> pa.Table:
        old = before.tables[name].cast(SCHEMAS[name])
        gone = pc.is_in(old["subject"], value_set=positions_of(before.roster, codes))
        return pa.concat_tables([old.filter(pc.invert(gone)), self.tables[name]])


def settle_some(
    request: Request,
    before: Settlement,
    facts: Iterable[Fact] | Stored,
    changed: Iterable[Fact],
    *,
    engine: str | Engine = "duckdb",
    running: bool = False,
) -> Settlement:
    """The settlement of `facts`, all that is known now, from the one before `changed` came or went.

    Equal to `settle(request, facts)`, lines aside. `before` is of the same request, though rows of its roster may have
    said something else, another class since some day; ValueError when it is of another month, people or places.
    """
    found = renew(request, before, facts, changed, engine=engine, running=running)
    return replace(found.onto(before), roster=request.roster)


def renew(
    request: Request,
    before: Settlement,
    facts: Iterable[Fact] | Stored,
    changed: Iterable[Fact],
    *,
    engine: str | Engine = "duckdb",
    running: bool = False,
) -> Renewed:
    """The rows that `settle_some` puts in place: for whoever writes only what differs."""
    plan = before.plan
    people = [[(m.organisation, m.code) for m in roster] for roster in (before.roster, request.roster)]
    if before.period != request.period or people[0] != people[1]:
        raise ValueError("the earlier settlement is of another month or of other people")
    hit = affected(plan, request.roster, changed, request.ties, before=before.roster)
    known = facts if isinstance(facts, Stored) else list(facts)
    if not hit.subjects:
        return _only({name: schema.empty_table() for name, schema in SCHEMAS.items()}, request, hit, hit.subjects)
    if not isinstance(known, FactTable) and _plainly_enough(request, plan, hit):
        return _remembering(request, before, known, hit, running=running)
    grades = _grades_need_facts(request, plan)
    together = settled_together(plan, request.roster, hit.graded if grades else hit.subjects, grades=grades)
    by_position = isinstance(known, FactTable) and not known.codes  # those of the whole roster
    if by_position or 2 * len(together) > len(request.roster):
        found = settle(request, known, engine=engine, running=running)
        return _only(found.tables, request, hit, hit.graded, found.too_late)
    return _together(request, before, known, hit, together, engine=engine_of(engine), running=running)


def _plainly_enough(request: Request, plan: Plan, hit: Affected) -> bool:
    """Whether what is known of the others can be remembered: few subjects, all months by today's rules and open."""
    return plan.looks_around and not _grades_need_facts(request, plan) and len(hit.subjects) <= FEW


def _grades_need_facts(request: Request, plan: Plan) -> bool:
    """Whether grades look at more than the tables of a settlement keep."""
    return request.frozen is not None or bool(plan.counts_back) or bool(request.earlier)


def _only(
    tables: Mapping[str, pa.Table],
    request: Request,
    hit: Affected,
    subjects: frozenset[str],
    late: Iterable[Mapping[str, int]] = (),
) -> Renewed:
    """Of a settlement the rows of these subjects, and the grades of whoever may be moved."""
    found = {name: _of(tables[name], name, request.roster, subjects) for name in BY_SUBJECT}
    found |= {name: _of(tables[name], name, request.roster, hit.graded) for name in GRADES}
    own = {request.roster.position(c) for c in subjects}
    return Renewed(subjects, hit.graded, found, tuple(row for row in late if row["subject"] in own))


def _of(table: pa.Table, name: str, roster: Roster, codes: Collection[str]) -> pa.Table:
    rows = table.filter(pc.is_in(table["subject"], value_set=positions_of(roster, codes)))
    return rows.select(SCHEMAS[name].names).cast(SCHEMAS[name])


def positions_of(roster: Roster, codes: Iterable[str]) -> pa.Array:
    return pa.array(sorted(roster.position(c) for c in codes), pa.int32())


# --- one by one -------------------------------------------------------------------------------------------------------


def _remembering(
    request: Request, before: Settlement, facts: list[Fact] | FactFile, hit: Affected, *, running: bool
) -> Renewed:
    """One by one by the reference; where a comparison does not move, what it gave before still stands."""
    plan, roster = before.plan, request.roster
    own = by_member(_objects(request, plan, facts, hit.subjects))
    asked = {
        i.number: hit.compared.get(i.number, hit.touched if circle(i) is None else frozenset()) for i in plan.items
    }
    standings = dict(_kept_standings(before, hit, asked))
    standings |= standings_among(plan, roster, own, request.closed, asked)
    around = Around(group_sizes(plan, roster), standings)
    results = [
        (roster.position(code), settle_member(plan, roster[code], own.get(code, ()), request.closed, around))
        for code in sorted(hit.subjects, key=roster.position)
    ]
    return _with_grades(request, before, reference_tables(results), hit, running=running)


def _kept_standings(
    before: Settlement, hit: Affected, asked: Mapping[int, Collection[str]]
) -> Iterable[tuple[tuple[str, int, int], Standing]]:
    """What comparisons gave the subjects in which they do not move."""
    plan, codes = before.plan, [m.code for m in before.roster]
    numbers = {i.id: i.number for i in plan.items if i.stands}
    positions = pa.array([before.roster.position(c) for c in hit.subjects], pa.int32())
    for table, known in (("items", True), ("unknown", False)):
        found = before.tables[table]
        found = found.filter(pc.is_in(found["subject"], value_set=positions))
        compared = pc.is_in(found["item"].cast(pa.string()), value_set=pa.array([*numbers], pa.string()))
        for row in found.filter(compared).to_pylist():
            code, item = codes[row["subject"]], numbers[row["item"]]
            if code not in asked[item]:
                month = plan.month_number(Month.from_index(row["month"]))
                yield (code, item, month), Standing(0, row.get("priced", 0), known=known, size=0)


# --- in bulk ----------------------------------------------------------------------------------------------------------


def _together(
    request: Request,
    before: Settlement,
    facts: list[Fact] | Stored,
    hit: Affected,
    together: frozenset[str],
    *,
    engine: Engine,
    running: bool,
) -> Renewed:
    """A settlement of its own for whoever has to be settled with the subjects; of it, theirs is taken."""
    roster = Roster(request.roster[c] for c in together)
    positions = np.array([request.roster.position(m.code) for m in roster], np.int32)
    frozen = request.frozen and replace(request.frozen, tables=_within(request.frozen, positions))
    asked = replace(request, roster=roster, frozen=frozen)
    with tempfile.TemporaryDirectory(prefix="linghang-some-") as folder:
        known = _picked(request, before.plan, facts, together, Path(folder) / "facts.parquet", engine)
        found = settle(asked, known, engine=engine, running=running)
    tables = {name: _placed(table, positions) for name, table in found.tables.items()}
    late = [{**row, "subject": int(positions[row["subject"]])} for row in found.too_late]
    if _grades_need_facts(request, before.plan):
        return _only(tables, request, hit, hit.graded, late)
    if hit.graded == hit.subjects:
        return _only(tables, request, hit, hit.subjects, late)
    return _with_grades(request, before, tables, hit, running=running)


def _with_grades(
    request: Request, before: Settlement, tables: Mapping[str, pa.Table], hit: Affected, *, running: bool
) -> Renewed:
    """The subjects' rows, and the grades of everybody whom they may move: of the others, what is known is enough."""
    given = {**tables, "adjustments": SCHEMAS["adjustments"].empty_table()}
    fresh = {name: _of(given[name], name, request.roster, hit.subjects) for name in BY_SUBJECT}
    others = hit.graded - hit.subjects
    among = {
        name: pa.concat_tables([_of(before.tables[name], name, request.roster, others), fresh[name]])
        for name in _read_by_grades(before.plan)
    }
    none = {name: SCHEMAS[name].empty_table() for name in BY_SUBJECT}
    grades = grade_all(before.plan, none | among, None, members=request.roster.members, running=running)
    return Renewed(hit.subjects, hit.graded, fresh | grades)


def _read_by_grades(plan: Plan) -> list[str]:
    """The tables that grades and lists are made of."""
    parts = any(g.parts or any(b.needs for b in g.bands) for g in plan.grades)
    counted = plan.effects or plan.scheme.selections or parts
    return ["months", *(["items"] if counted else []), *(["categories"] if parts else [])]


def _within(frozen: Frozen, positions: Positions) -> dict[str, pa.Table]:
    """The final rows of some members, by their positions among themselves."""
    chosen, order = pa.array(positions), {int(p): n for n, p in enumerate(positions)}
    found = {}
    for name, table in frozen.tables.items():
        rows = table.filter(pc.is_in(table["subject"], value_set=chosen))
        subjects = pa.array([order[s] for s in rows["subject"].to_pylist()], pa.int32())
        found[name] = rows.set_column(rows.column_names.index("subject"), "subject", subjects)
    return found


def _placed(table: pa.Table, positions: Positions) -> pa.Table:
    """Rows of the smaller roster with positions of the whole one."""
    subjects = pa.array(positions[table["subject"].to_numpy()], pa.int32())
    return table.set_column(table.column_names.index("subject"), "subject", subjects)


# --- their facts --------------------------------------------------------------------------------


def _objects(request: Request, plan: Plan, facts: list[Fact] | FactFile, codes: Collection[str]) -> list[Fact]:
    """What some members did, and what counts for them because they answer for it."""
    if isinstance(facts, FactFile):
        return facts_of_some(facts, request.roster, codes)
    known = count_for_responsible(plan, facts, request.ties) if plan.through else facts
    return [f for f in known if f.subject in codes]


def _picked(
    request: Request, plan: Plan, facts: list[Fact] | Stored, codes: Collection[str], target: Path, engine: Engine
) -> list[Fact] | Stored:
    """The facts that a settlement of some members reads; where subjects are codes, an engine finds them itself."""
    if isinstance(facts, FactFile) and engine.name == "reference":
        return facts_of_some(facts, request.roster, codes)
    if isinstance(facts, FactFile) and not facts.codes:
        return pick_rows(facts, request.roster, codes, target)
    if isinstance(facts, Stored):
        return facts
    return [f for f in facts if f.subject in codes or f.kind in plan.through]
