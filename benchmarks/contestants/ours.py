"""Our path: the bench pack read and compiled as any pack is, settled from file to file by the DuckDB engine."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.results import SCHEMAS as RESULTS
from linghang.engine.facts import FactFile
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.backends.columns import RosterFile
from linghang.engine.settle.backends.duck import settle_columns
from linghang.engine.settle.fast import FROM_FACTS, steps_for
from linghang.engine.settle.grades import grade_all
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import SCHEMAS, table
from linghang.engine.settle.run import silent

PACK = Path(__file__).parent.parent / "pack"
SCHEME = "bench"


@dataclass(frozen=True)
class Prepared:
    plan: Plan
    roster: RosterFile


@dataclass
class Sink:
    """Writes items and months of each part to Parquet, and keeps the months, which the quarters are made of."""

    folder: Path
    months: dict[int, pa.Table] = field(default_factory=dict)

    def take(self, part: int, result: PartResult) -> None:
        months = result.table("months")
        scored = months.filter(pc.is_valid(months["counted"])).rename_columns({"counted": "total"})
        written = {"items": result.table("items", RESULTS["items"]), "months": scored.select(RESULTS["months"])}
        for name, found in written.items():
            pq.write_table(found, self.folder / name / f"{part}.parquet", compression="zstd")
        self.months[part] = months.cast(SCHEMAS["months"])


def bench_pack() -> Pack:
    """The pack; raises ProblemsFound when it cannot be used."""
    pack, problems = load_pack(PACK)
    if pack is None:
        raise ProblemsFound(problems)
    return pack


def prepare(roster: Path, year: int) -> Prepared:
    steps_for(FROM_FACTS)  # compiled code is loaded before the clock starts, as everybody's
    plan = compile_plan(bench_pack(), SCHEME, Month(year, 12))
    return Prepared(plan, RosterFile(roster, pq.read_metadata(roster).num_rows))


def settle(prepared: Prepared, facts: Path, out: Path) -> dict[str, pa.Table]:
    sink = Sink(out)
    for name in ("items", "months"):
        (out / name).mkdir(parents=True)
    settle_columns(prepared.plan, prepared.roster, FactFile(facts), frozenset(), sink=sink, progress=silent)
    months = pa.concat_tables(sink.months.values())
    return {"quarters": quarters(prepared.plan, months)}


def quarters(plan: Plan, months: pa.Table) -> pa.Table:
    """The stars; they look at months only."""
    nothing = {name: table(name, []) for name in ("items", "categories", "adjustments")}
    return grade_all(plan, {"months": months} | nothing, None)["grades"]
