"""The door: `settle` a roster's facts by a scheme, with either engine; both give the same tables."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from linghang.engine.facts import Fact, Stored
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.engines import Engine, Progress, engine_of, settled_members
from linghang.engine.settle.grades import grade_all
from linghang.engine.settle.late import Frozen, LateResult, book_late
from linghang.engine.settle.plainly.liability import Tie, count_for_responsible
from linghang.engine.settle.results import SCHEMAS, Line, Settlement


def silent(_words: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Earlier:
    """By which rules the year's months up to `until` are settled, where they are others than the request's."""

    pack: Pack
    until: Month


@dataclass(frozen=True)
class Request:
    """What is to be settled: one scheme of a pack, for one month, with the months of the year before it as context.

    `year_end`: December is final, too, and what came late since then is booked in it. `earlier`, in order of months:
    what happened is settled, and what came late replayed, by the rules of its own month.
    """

    pack: Pack
    scheme: str
    roster: Roster
    period: Month
    closed: frozenset[tuple[str, Month]] = frozenset()
    frozen: Frozen | None = None
    ties: tuple[Tie, ...] = ()
    year_end: bool = False
    earlier: tuple[Earlier, ...] = ()


def settle(
    request: Request,
    facts: Iterable[Fact] | Stored,
    *,
    engine: str | Engine = "duckdb",
    lines: bool = False,
    running: bool = False,
    progress: Progress = silent,
) -> Settlement:
    """Settle the period; facts of the year's earlier months are context, facts after the period are left out.

    `lines` adds every fact's line (needs facts as objects), `running` the grades of spans that are not over, as they
    stand with the period. Raises ValueError for an unknown engine or a frozen period
    that does not lie before the open one in its year, LookupError for a parameter without a value.
    """
    plan, used = compile_plan(request.pack, request.scheme, request.period), engine_of(engine)
    kept = _for_subjects(plan, request, facts)
    fresh = dict(used.tables(plan, request.roster, kept, request.closed, progress=progress))
    before = fresh.pop("before", None)
    fresh = _by_earlier_rules(plan, request, facts, used, fresh)
    late = book_late(
        plan, request.period, fresh, request.frozen, year_end=request.year_end, roster=tuple(request.roster)
    )
    grades = grade_all(
        plan,
        late.tables,
        request.frozen,
        fresh=fresh,
        members=request.roster.members,
        before=before,
        running=running,
    )
    return Settlement(
        plan=plan,
        roster=request.roster,
        period=request.period,
        engine=used.name,
        versions=dict(used.versions),
        tables={**late.tables, **grades},
        lines=_lines(plan, request, kept) if lines else None,
        notes=_notes(plan, late),
        too_late=tuple(late.too_late),
    )


def _by_earlier_rules(
    plan: Plan, request: Request, facts: Iterable[Fact] | Stored, engine: Engine, fresh: dict[str, pa.Table]
) -> dict[str, pa.Table]:
    """The tables with the months of earlier rules as those have them; rules that settle alike change nothing."""
    replaced = False
    for earlier in reversed(request.earlier):
        own = compile_plan(earlier.pack, request.scheme, earlier.until)
        alike = own.rules_hash == compile_plan(plan.pack, request.scheme, earlier.until).rules_hash
        if alike and not replaced:
            continue
        replaced = True
        kept = _for_subjects(own, request, facts)
        settled = engine.tables(own, request.roster, kept, request.closed, progress=silent)
        then = Frozen(settled, earlier.until)
        fresh = {
            name: pa.concat_tables([then.tables[name].cast(SCHEMAS[name]), then.open(found).cast(SCHEMAS[name])])
            for name, found in fresh.items()
        }
    return fresh


def _for_subjects(plan: Plan, request: Request, facts: Iterable[Fact] | Stored) -> list[Fact] | Stored:
    """The facts as the scheme's subjects get them."""
    if not plan.through:
        return facts if isinstance(facts, Stored) else list(facts)
    if isinstance(facts, Stored):
        raise TypeError("facts that count for whoever is responsible are needed as objects")
    return count_for_responsible(plan, facts, request.ties)


def _notes(plan: Plan, late: LateResult) -> dict[str, str]:
    """What a reader of the result should know besides the tables."""
    notes = {"too_late": str(len(late.too_late))} if late.too_late else {}
    if plan.months[-1].ends_year:
        day = plan.year_end_closing
        notes["year_end_closing"] = f"{day.year}年{day.month}月{day.day}日"
    return notes


def _lines(plan: Plan, request: Request, facts: Iterable[Fact] | Stored) -> tuple[Line, ...]:
    results = settled_members(plan, request.roster, facts, request.closed, silent)
    return tuple(line for _, r in results for line in r.lines if line.month == request.period)
