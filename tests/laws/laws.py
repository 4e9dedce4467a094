"""The laws as functions of a world: each raises AssertionError when the engine breaks it.

They are called twice: on the engine as it is, where they must hold, and on the engine with a bug planted, where they
must not.
"""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Amount
from linghang.engine.periods import Month, span_end, span_start
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import SCHEMAS, Settlement, State, canonical, table
from linghang.engine.settle.run import Request, settle
from tests.laws.worlds import COVERAGE, World


def count_coverage(world: World, settlement: Settlement) -> None:
    """Count the corner cases that this world holds."""
    COVERAGE["worlds"] += 1
    COVERAGE["facts"] += len(world.facts)
    rows = [r for i in world.pack.schemes["s"].items for r in i.rows]
    COVERAGE["rows with a condition in one line"] += sum(r.condition is not None for r in rows)
    COVERAGE["members whose class changes"] += sum(bool(m.class_changes) for m in world.roster)
    COVERAGE["reversals"] += sum(bool(f.reverses) for f in world.facts)
    order = [(f.subject, f.occurred_on, f.sequence) for f in world.facts]
    COVERAGE["ties in day and sequence"] += len(order) - len(set(order))
    edges = {m.first for m in settlement.plan.months} | {m.last for m in settlement.plan.months}
    COVERAGE["facts on the first or last day of a month"] += sum(f.occurred_on in edges for f in world.facts)
    for line in settlement.lines or ():
        for cut in line.cuts:
            COVERAGE[f"cut: {cut.reason}"] += 1
    for item in settlement.plan.items:
        for what in (
            "accumulate", "average", "repeat", "classes", "factors", "valid", "rank", "versus", "group_size", "given",
            "unless",
        ):  # fmt: skip
            COVERAGE[f"items with {what}"] += bool(getattr(item.item, what))
    COVERAGE["carried lines"] += sum(bool(line.carried) for line in settlement.lines or ())
    COVERAGE["plans that look at earlier years"] += bool(settlement.plan.looks_back)
    COVERAGE["lines of effects"] += sum(bool(line.effect) for line in settlement.lines or ())
    for row in settlement.rows("months"):
        COVERAGE[f"months {row['state']}"] += 1
    COVERAGE["unknown items"] += settlement.tables["unknown"].num_rows
    for grade in settlement.plan.grades:
        lows = {low for band in grade.bands for low in band.at_least}
        COVERAGE["totals exactly on a threshold"] += sum(r["total"] in lows for r in settlement.rows("grades"))
    COVERAGE["several price epochs"] += int(len(set(settlement.plan.epochs)) > 1)


def same_tables(one: Settlement, other: Settlement) -> None:
    for name in SCHEMAS:
        assert canonical(name, one.tables[name]).equals(canonical(name, other.tables[name])), name
    assert one.result_hash == other.result_hash


def order_of_arrival_does_not_matter(world: World, engine: str, seed: int = 1) -> None:
    """Law 2: shuffled facts, and a shuffled roster, settle to the same tables."""
    shuffled = list(world.facts)
    Random(seed).shuffle(shuffled)
    once = settle(world.request, world.facts, engine=engine, lines=True)
    again = settle(world.request, shuffled, engine=engine, lines=True)
    same_tables(once, again)
    assert once.lines == again.lines


def engines_agree(world: World) -> None:
    """Law 3: DuckDB and the reference give equal tables to the last hundredth."""
    fast = settle(world.request, world.facts, engine="duckdb", lines=True)
    plain = settle(world.request, world.facts, engine="reference")
    count_coverage(world, fast)
    same_tables(fast, plain)
    grades_are_what_thresholds_say(plain)


def grades_are_what_thresholds_say(settlement: Settlement) -> None:
    """Grades and proposal lists once more, in plain Python from the months."""
    plan = settlement.plan
    if any(not g.is_plain for g in plan.grades) or any(e.effect.grade or e.effect.bars for e in plan.effects):
        return
    months = {(r["subject"], r["month"]): r for r in settlement.rows("months")}
    expected = []
    for grade in plan.grades:
        for last in [m for m in plan.months if span_end(m, grade.span) == m]:
            for subject in range(len(settlement.roster)):
                expected += _plain_grade(plan, grade, last, subject, months)
    found = sorted(settlement.rows("grades"), key=lambda r: (r["subject"], r["month"]))
    assert found == sorted(expected, key=lambda r: (r["subject"], r["month"]))
    _plain_selection(settlement, expected)


def _plain_grade(plan: Plan, grade, last: Month, subject: int, months: dict) -> list[dict]:
    first = span_start(last, grade.span)
    rows = [months[subject, m] for m in range(first.index, last.index + 1)]
    scored = [r for r in rows if r["state"] != State.EXEMPT]
    if not scored:
        return []
    total = sum(r["counted"] for r in scored)
    number = plan.month_number(first)
    band = next(b.id for b in grade.bands if b.at_least[number] is None or total >= b.at_least[number])
    state = "expected" if any(r["state"] == State.PROVISIONAL for r in scored) else "graded"
    if len(scored) < grade.needs_months:
        band, state = None, "not_graded"
    row = {"subject": subject, "month": last.index, "grade": grade.id, "state": state, "total": total, "band": band}
    return [row]


def _plain_selection(settlement: Settlement, grades: list[dict]) -> None:
    chosen = {r["subject"] for r in settlement.rows("selections") if r["selection"] == "best"}
    if not settlement.period.ends_year:
        assert not chosen
        return
    by_count, by_total = settlement.plan.scheme.selections[0].conditions
    for subject in range(len(settlement.roster)):
        good = [g for g in grades if g["subject"] == subject and g["state"] == "graded" and g["band"] in ("b1", "b2")]
        year = sum(r["counted"] or 0 for r in settlement.rows("months", subject=subject))
        assert (subject in chosen) == (len(good) >= by_count.count and year >= by_total.amount.value)


def thresholds_include_their_own_value(world: World) -> None:
    """A total that equals a threshold reaches the band; one hundredth less does not."""
    rows = settle(world.request, world.facts).rows("grades")
    graded = [r for r in rows if r["band"] is not None]
    if not graded:
        return
    COVERAGE["totals put exactly on a threshold"] += 1
    row = graded[0]
    for more, band in ((0, "b2"), (1, "b0")):
        scheme = world.pack.schemes["s"]
        low = Amount(row["total"] + more)
        bands = (replace(scheme.grades[0].bands[0], at_least=low), scheme.grades[0].bands[2])
        conditions = tuple(c for c in scheme.selections[0].conditions if hasattr(c, "amount"))
        selections = (replace(scheme.selections[0], conditions=conditions),)
        changed = replace(scheme, grades=(replace(scheme.grades[0], bands=bands),), selections=selections)
        again = replace(world, pack=replace(world.pack, schemes={"s": changed}))
        for engine in ("duckdb", "reference"):
            found = settle(again.request, world.facts, engine=engine).rows("grades", subject=row["subject"])
            assert next(r["band"] for r in found if r["month"] == row["month"]) == band


def explanations_add_up(world: World) -> None:
    """Law 4: the lines of each month sum to its total, and each line's counted and cut points to what it was worth."""
    for month in compile_plan(world.pack, "s", world.period).months:
        at = replace(world, period=month)
        settlement = settle(at.request, at.facts, lines=True)
        for line in settlement.lines:
            assert line.priced == line.counted + sum(c.points for c in line.cuts)
            assert line.item or line.fact is None
        for row in settlement.rows("months", month=month.index):
            code = settlement.member(row["subject"]).code
            assert sum(li.counted for li in settlement.lines if li.subject == code) == (row["counted"] or 0)


def unknown_is_not_zero(world: World, engine: str) -> None:
    """Law 5: before a branch closes its recording, a shortfall is listed as unknown and the month is provisional."""
    settlement = settle(world.request, world.facts, engine=engine)
    open_months = {(r["subject"], r["month"]) for r in settlement.rows("months") if r["state"] == State.PROVISIONAL}
    unknown = {(r["subject"], r["month"], r["item"]) for r in settlement.rows("unknown")}
    assert {(s, m) for s, m, _ in unknown} <= open_months
    everything = frozenset((m.organisation, month) for m in world.roster for month in settlement.plan.months)
    later = settle(replace(world, closed=everything).request, world.facts, engine=engine)
    norms = {i.id for i in settlement.plan.items if i.is_norm}
    short = {(r["subject"], r["month"], r["item"]) for r in later.rows("items") if r["item"] in norms}
    known = {(r["subject"], r["month"], r["item"]) for r in settlement.rows("items") if r["item"] in norms}
    assert unknown == short - known
    assert not {(s, m) for s, m, _ in known} & open_months
    assert not later.tables["unknown"].num_rows


def unknown_until_known(world: World) -> None:
    """Whatever is unknown makes its month provisional; with everything closed only too few records stay unknown,
    and what last year left where nobody knows it.
    """
    for engine in ("duckdb", "reference"):
        settlement = settle(world.request, world.facts, engine=engine)
        states = {(r["subject"], r["month"]): r["state"] for r in settlement.rows("months")}
        unknown = settlement.rows("unknown")
        assert all(states[r["subject"], r["month"]] == State.PROVISIONAL for r in unknown)
        everything = frozenset((m.organisation, month) for m in world.roster for month in settlement.plan.months)
        later = settle(replace(world, closed=everything).request, world.facts, engine=engine)
        few = {i.id for i in settlement.plan.items if i.item.average or i.share or i.brings}
        assert {r["item"] for r in later.rows("unknown")} <= few


def final_means_final(world: World, arrivals: Iterable[int], engine: str) -> None:
    """Law 6: months settled one after the other, facts arriving late, end with final + adjustments = full recompute."""
    slots = list(arrivals)
    frozen: Frozen | None = None
    finals: dict[tuple[int, int], int] = {}
    months = compile_plan(world.pack, "s", world.period).months
    for month in months:
        known = [f for f, slot in zip(world.facts, slots, strict=True) if _arrived(f, slot, month, world.facts, slots)]
        if month == months[-1]:
            known = list(world.facts)
        request = Request(world.pack, "s", world.roster, month, world.closed, frozen)
        run = settle(request, known, engine=engine)
        for row in run.rows("months"):
            key = (row["subject"], row["month"])
            assert finals.setdefault(key, row["counted"] or 0) == (row["counted"] or 0)
        frozen = Frozen(run.tables, month)
    full = settle(world.request, world.facts, engine=engine)
    booked = _sums([*run.rows("months"), *run.rows("adjustments")])
    assert booked == _sums(full.rows("months"))
    COVERAGE["adjustments booked"] += run.tables["adjustments"].num_rows


def final_at_own_pace(world: World, arrivals: Iterable[int], random: Random, engine: str) -> None:
    """Law 6 for organisations that make their months final one by one, each in its own time: a row of a final month is
    all that says so, and one call settles everybody, wherever he stands.
    """
    slots, months = list(arrivals), compile_plan(world.pack, "s", world.period).months
    members: dict[str, set[int]] = {}
    for position, member in enumerate(world.roster):
        members.setdefault(member.organisation, set()).add(position)
    rows: dict[str, list[dict]] = {name: [] for name in SCHEMAS}
    done = dict.fromkeys(members, 0)
    while waiting := [name for name, number in done.items() if number < len(months)]:
        name = random.choice(waiting)
        month = months[done[name]]
        known = [f for f, slot in zip(world.facts, slots, strict=True) if _arrived(f, slot, month, world.facts, slots)]
        request = Request(world.pack, "s", world.roster, month, world.closed, _final_rows(rows, month))
        run = settle(request, list(world.facts) if month == months[-1] else known, engine=engine)
        for table_name in ("items", "categories", "months", "unknown", "grades"):
            mine = run.rows(table_name, month=month.index)
            rows[table_name] += [row for row in mine if row["subject"] in members[name]]
        booked = run.rows("adjustments", booked=month.index)
        rows["adjustments"] += [row for row in booked if row["subject"] in members[name]]
        done[name] += 1
    full = settle(world.request, world.facts, engine=engine)
    assert _sums([*rows["months"], *rows["adjustments"]]) == _sums(full.rows("months"))
    COVERAGE["adjustments booked at one's own pace"] += len(rows["adjustments"])


def _final_rows(rows: dict[str, list[dict]], until: Month) -> Frozen | None:
    """What is final up to a month, for whoever has got there."""
    if not rows["months"]:
        return None
    found = {
        name: [row for row in known if row.get("booked", row.get("month", 0)) <= until.index]
        for name, known in rows.items()
    }
    return Frozen({name: table(name, known) for name, known in found.items()})


def _arrived(fact: Fact, slot: int, now: Month, facts: tuple[Fact, ...], slots: list[int]) -> bool:
    """A fact is known from its own month on, `slot` months late; a reversal never before what it reverses."""
    since = Month.of(fact.occurred_on).index + slot
    if fact.reverses:
        since = max(since, *(Month.of(f.occurred_on).index + s for f, s in zip(facts, slots, strict=True)
                             if f.key == fact.reverses))  # fmt: skip
    return since <= now.index


def _sums(rows: list[dict]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for row in rows:
        sums[row["subject"]] = sums.get(row["subject"], 0) + (row["counted"] or 0)
    return sums
