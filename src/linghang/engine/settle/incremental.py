"""A few facts more, or less: who is touched by them, and only these are settled again.

One fact moves its own subject. It reaches further only where members are held against each other: a place or a mean
moves the whole group that is compared, a quota moves the grades of its group, and nothing but those. What comes out
equals the full run.
"""

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.packs.mechanism_model import Within
from linghang.engine.packs.standing_model import Against
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.around import Around, Standing, group_sizes, standings_among
from linghang.engine.settle.engines import Engine, engine_of, reference_tables
from linghang.engine.settle.fact_file import facts_of_some, pick_rows
from linghang.engine.settle.grades import grade_all
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.liability import Tie, count_for_responsible
from linghang.engine.settle.reference import by_member, settle_member
from linghang.engine.settle.results import SCHEMAS, Settlement, canonical
from linghang.engine.settle.run import Request, settle

FEW = 400  # so many subjects are settled one by one where what is known of the others can be remembered
Positions = npt.NDArray[np.int32]
BY_SUBJECT = ("items", "categories", "months", "unknown", "adjustments")


class Reach(StrEnum):
    """How far a fact can reach beyond its own subject."""

    ALONE = "alone"
    ORGANISATION = "organisation"
    ALL = "all"


@dataclass(frozen=True)
class Affected:
    """Whom some facts concern, by code.

    touched   whose own facts they are
    compared  item number → everybody of the groups in which a place or a mean may move
    graded    whose grades may move: the subjects, and everybody of their groups where a quota counts
    """

    touched: frozenset[str]
    compared: Mapping[int, frozenset[str]] = field(default_factory=dict)
    graded: frozenset[str] = frozenset()

    @property
    def subjects(self) -> frozenset[str]:
        """Whose points may change."""
        return self.touched.union(*self.compared.values())


def circle(item: PlanItem) -> Within | None:
    """Among whom an item compares members; None where nobody else's facts matter (last year's are one's own)."""
    if item.places:
        return item.places.ranking.within
    if item.comparison and item.comparison.versus.against is Against.MEAN:
        return item.comparison.versus.within
    return None


def reach(plan: Plan) -> Reach:
    """Who has to be settled together, at most, so that one member's points and grades are right."""
    circles = {circle(i) for i in plan.items} | {b.top.within for g in plan.grades for b in g.bands if b.top}
    if Within.ALL in circles:
        return Reach.ALL
    sized = any(i.item.group_size for i in plan.items)
    return Reach.ORGANISATION if sized or Within.ORGANISATION in circles else Reach.ALONE


def affected(plan: Plan, roster: Roster, changed: Iterable[Fact], ties: Iterable[Tie] = ()) -> Affected:
    """Whom facts that came or went concern; a reversal stands for a fact of its kind.

    Facts that the plan does not look at, and those of other people, concern nobody.
    """
    seen = [f for f in changed if f.kind in plan.kinds and _in_time(plan, f)]
    known = count_for_responsible(plan, _without_reversals(seen), ties) if plan.through else seen
    facts = [f for f in known if f.subject in roster]
    touched = frozenset(f.subject for f in facts)
    compared: dict[int, frozenset[str]] = {}
    for item in plan.items:
        within = circle(item)
        who = {f.subject for f in facts if f.kind in item.item.kinds} if within else set()
        who = {c for c in who if plan.concerns(item.item.classes, roster[c].member_class)}
        if within and who:
            group = _groups(roster, who, within)
            compared[item.number] = frozenset(
                c for c in group if plan.concerns(item.item.classes, roster[c].member_class)
            )
    subjects = touched.union(*compared.values())
    quotas = {b.top.within for g in plan.grades for b in g.bands if b.top}
    return Affected(touched, compared, subjects.union(*(_groups(roster, subjects, within) for within in quotas)))


def _in_time(plan: Plan, fact: Fact) -> bool:
    return plan.reads_from.first <= fact.occurred_on <= plan.months[-1].last


def _without_reversals(facts: Iterable[Fact]) -> list[Fact]:
    """A reversal as a fact of its own: it moves whomever the cancelled one had moved."""
    return [replace(f, reverses="") for f in facts]


def _groups(roster: Roster, codes: Collection[str], within: Within) -> frozenset[str]:
    """Everybody of the groups of these members."""
    if within is Within.ALL:
        return frozenset(m.code for m in roster) if codes else frozenset()
    places = {roster[c].organisation for c in codes}
    return frozenset(m.code for m in roster if m.organisation in places)


def settled_together(plan: Plan, roster: Roster, codes: Collection[str]) -> frozenset[str]:
    """Who has to be settled with these members, themselves included, so that theirs comes out as in the full run."""
    how_far = reach(plan)
    if how_far is Reach.ALL or _looks_at_all_closings(plan):
        return frozenset(m.code for m in roster)
    return frozenset(codes) if how_far is Reach.ALONE else _groups(roster, codes, Within.ORGANISATION)


def _looks_at_all_closings(plan: Plan) -> bool:
    """Whether an item waits until everybody has closed, though it compares nobody with others."""
    return any(i.comparison and i.comparison.versus.within is Within.ALL for i in plan.items)


# --- settle only these --------------------------------------------------------------------------------


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

    Equal to `settle(request, facts)`, lines aside. `before` is of the same request; ValueError when it is not.
    """
    plan = before.plan
    if before.period != request.period or [m.code for m in before.roster] != [m.code for m in request.roster]:
        raise ValueError("the earlier settlement is of another month or of other people")
    hit = affected(plan, request.roster, changed, request.ties)
    if not hit.subjects:
        return replace(before, lines=None)
    known = facts if isinstance(facts, Stored) else list(facts)
    if isinstance(known, FactTable) and not known.codes:  # positions are those of the whole roster
        return settle(request, known, engine=engine, running=running)
    if not isinstance(known, FactTable) and _plainly_enough(request, plan, hit):
        return _remembering(request, before, known, hit, running=running)
    wanted = hit.graded if _grades_need_facts(request, plan) else hit.subjects
    together = settled_together(plan, request.roster, wanted)
    if 2 * len(together) > len(request.roster):
        return settle(request, known, engine=engine, running=running)
    return _together(request, before, known, hit, together, engine=engine_of(engine), running=running)


def _plainly_enough(request: Request, plan: Plan, hit: Affected) -> bool:
    """Whether what is known of the others can be remembered: few subjects, all months by today's rules and open."""
    simple = request.frozen is None and not request.earlier and not plan.counts_back
    return plan.looks_around and simple and len(hit.subjects) <= FEW


def _grades_need_facts(request: Request, plan: Plan) -> bool:
    """Whether grades look at more than the tables of a settlement keep."""
    return request.frozen is not None or bool(plan.counts_back) or bool(request.earlier)


def _remembering(
    request: Request, before: Settlement, facts: list[Fact] | FactFile, hit: Affected, *, running: bool
) -> Settlement:
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
    fresh = reference_tables(results)
    fresh.pop("before", None)
    return _merged(request, before, fresh, hit, running=running)


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


def _together(
    request: Request,
    before: Settlement,
    facts: list[Fact] | Stored,
    hit: Affected,
    together: frozenset[str],
    *,
    engine: Engine,
    running: bool,
) -> Settlement:
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
        return _taken(request, before, tables, hit.graded, late)
    return _merged(request, before, tables, hit, running=running)


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


# --- into what was there --------------------------------------------------------------------------------


def _merged(
    request: Request, before: Settlement, fresh: Mapping[str, pa.Table], hit: Affected, *, running: bool
) -> Settlement:
    """New rows of the subjects in place of theirs, and the grades of everybody whom that may move."""
    given = {**fresh, "adjustments": SCHEMAS["adjustments"].empty_table()}
    tables = {name: _replaced(before, name, given[name], hit.subjects) for name in BY_SUBJECT}
    moved = _positions(request.roster, hit.graded)
    among = {name: table.filter(pc.is_in(table["subject"], value_set=moved)) for name, table in tables.items()}
    organisations = [m.organisation for m in request.roster]
    grades = grade_all(before.plan, among, None, organisations=organisations, running=running)
    for name in ("grades", "selections"):
        tables[name] = _replaced(before, name, grades[name], hit.graded)
    return replace(before, tables=tables, lines=None)


def _taken(
    request: Request,
    before: Settlement,
    tables: Mapping[str, pa.Table],
    graded: frozenset[str],
    late: Iterable[Mapping[str, int]],
) -> Settlement:
    """Everything of whoever is concerned, from a settlement that had all their facts."""
    own = _positions(request.roster, graded)
    merged = {
        name: _replaced(before, name, tables[name].filter(pc.is_in(tables[name]["subject"], value_set=own)), graded)
        for name in SCHEMAS
    }
    places = set(own.to_pylist())
    rows = [r for r in before.too_late if r["subject"] not in places] + [r for r in late if r["subject"] in places]
    too_late = tuple(sorted(rows, key=lambda r: (r["subject"], r["month"])))
    notes = {k: v for k, v in before.notes.items() if k != "too_late"}
    notes |= {"too_late": str(len(too_late))} if too_late else {}
    return replace(before, tables=merged, lines=None, notes=notes, too_late=too_late)


def _replaced(before: Settlement, name: str, fresh: pa.Table, codes: Collection[str]) -> pa.Table:
    old = before.tables[name].cast(SCHEMAS[name])
    gone = pc.is_in(old["subject"], value_set=_positions(before.roster, codes))
    new = fresh.select(SCHEMAS[name].names).cast(SCHEMAS[name])
    new = new.filter(pc.is_in(new["subject"], value_set=_positions(before.roster, codes)))
    joined = pa.concat_tables([old.filter(pc.invert(gone)), new])
    return canonical(name, joined) if name in ("grades", "selections") else joined


def _positions(roster: Roster, codes: Iterable[str]) -> pa.Array:
    return pa.array(sorted(roster.position(c) for c in codes), pa.int32())


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
