"""Our path without writing: the same three tables in memory, as a kernel hands them over."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.contestants.ours import Prepared, quarters
from benchmarks.contestants.ours import prepare as prepare
from benchmarks.results import SCHEMAS as RESULTS
from linghang.engine.facts import FactFile
from linghang.engine.settle.backends.duck import settle_columns
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import SCHEMAS
from linghang.engine.settle.run import silent


@dataclass
class Sink:
    """Keeps the columns of the result, part by part."""

    items: dict[int, pa.Table] = field(default_factory=dict)
    months: dict[int, pa.Table] = field(default_factory=dict)

    def take(self, part: int, result: PartResult) -> None:
        self.items[part] = result.table("items", RESULTS["items"])
        self.months[part] = result.table("months").cast(SCHEMAS["months"])


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    sink = Sink()
    settle_columns(prepared.plan, prepared.roster, FactFile(facts), frozenset(), sink=sink, progress=silent)
    months = pa.concat_tables(sink.months.values())
    totals = months.rename_columns({"counted": "total"}).select(RESULTS["months"])
    return {
        "items": pa.concat_tables(sink.items.values()),
        "months": totals.filter(pc.is_valid(totals["total"])),
        "quarters": quarters(prepared.plan, months),
    }
