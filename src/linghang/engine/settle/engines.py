"""Which engine settles. Two need nothing but a name; others are made with what they need, a connection or a cluster.

Every engine gives the same tables to the last hundredth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from linghang.engine.facts import Fact, Stored
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.plainly.reference import MemberResult, settle_all
from linghang.engine.settle.results import table

Progress = Callable[[str, int, int], None]
Closed = frozenset[tuple[str, Month]]


class Engine(Protocol):
    """Settles one plan; `versions` are those of what it computes with, by name, for the record of a run."""

    @property
    def name(self) -> str: ...

    @property
    def versions(self) -> Mapping[str, str]: ...

    def tables(
        self, plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, *, progress: Progress
    ) -> Mapping[str, pa.Table]:
        """Items, categories, months and unknowns of every month of the plan, nothing frozen; `before` where earlier
        years count. TypeError for facts in a form that the engine does not read.
        """
        ...


class DuckEngine:
    """In process, set-based: the usual one. With the folder `kept`, a run that was killed goes on where it was."""

    name = "duckdb"

    def __init__(self, kept: Path | None = None) -> None:
        self.kept = kept

    @property
    def versions(self) -> Mapping[str, str]:
        import duckdb  # only where it is used: it loads the database

        return {"duckdb": duckdb.__version__}

    def tables(
        self, plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, *, progress: Progress
    ) -> Mapping[str, pa.Table]:
        from linghang.engine.settle.backends.duck import settle_duck  # as above

        return settle_duck(plan, roster, facts, closed, progress=progress, kept=self.kept)


class ReferenceEngine:
    """Record after record, in plain Python: slow, and what the others are held against."""

    name = "reference"
    versions: Mapping[str, str] = {}

    def tables(
        self, plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, *, progress: Progress
    ) -> Mapping[str, pa.Table]:
        return reference_tables(settled_members(plan, roster, facts, closed, progress))


NAMED: Mapping[str, Engine] = {engine.name: engine for engine in (DuckEngine(), ReferenceEngine())}
ENGINES = tuple(NAMED)


def engine_of(engine: str | Engine) -> Engine:
    """The engine itself; ValueError for a name that is none."""
    if not isinstance(engine, str):
        return engine
    if engine not in NAMED:
        raise ValueError(f"没有“{engine}”这个引擎，可用：{'、'.join(ENGINES)}")
    return NAMED[engine]


def settled_members(
    plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, progress: Progress
) -> list[tuple[int, MemberResult]]:
    """Everybody by the reference, with lines; TypeError for facts that are no objects."""
    if isinstance(facts, Stored):
        raise TypeError("the reference engine reads facts as objects")
    results = []
    for position, result in enumerate(settle_all(plan, roster, facts, closed)):
        results.append((position, result))
        progress("members", position + 1, len(roster))
    return results


def reference_tables(results: Sequence[tuple[int, MemberResult]]) -> dict[str, pa.Table]:
    """The reference's results as the tables that the set-based engines give."""
    items, categories, months, unknown = [], [], [], []
    for subject, result in results:
        for month, state in result.states.items():
            priced, counted = result.months.get(month, [None, None])
            row = {"subject": subject, "month": month.index, "state": str(state)}
            months.append(row | {"priced": priced, "counted": counted})
        for (month, item), (priced, counted, facts) in result.items.items():
            row = {"subject": subject, "month": month.index, "item": item}
            items.append(row | {"priced": priced, "counted": counted, "facts": facts})
        for (month, category), (base, priced, counted) in result.categories.items():
            row = {"subject": subject, "month": month.index, "category": category}
            categories.append(row | {"base": base, "priced": priced, "counted": counted})
        unknown += [{"subject": subject, "month": m.index, "item": item} for m, item in result.unknown]
    rows = {"items": items, "categories": categories, "months": months, "unknown": unknown}
    made = {name: table(name, found) for name, found in rows.items()}
    before = [(s, item, facts) for s, result in results for item, facts in result.before.items()]
    if before:
        made["before"] = pa.table(dict(zip(("subject", "item", "facts"), zip(*before, strict=True), strict=True)))
    return made
