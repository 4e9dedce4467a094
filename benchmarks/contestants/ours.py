"""Our path: the bench pack read and compiled as any pack is, settled through the engine's one door."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.engine.roster import DateRange, Member, Roster
from linghang.engine.settle.columns import FactFile
from linghang.engine.settle.results import State
from linghang.engine.settle.run import Request
from linghang.engine.settle.run import settle as settle_by_engine

PACK = Path(__file__).parent.parent / "pack"
SCHEME = "bench"


@dataclass(frozen=True)
class Prepared:
    request: Request


def bench_pack() -> Pack:
    """The pack; raises ProblemsFound when it cannot be used."""
    pack, problems = load_pack(PACK)
    if pack is None:
        raise ProblemsFound(problems)
    return pack


def prepare(roster: Path, year: int) -> Prepared:
    return Prepared(Request(bench_pack(), SCHEME, _read_roster(roster), Month(year, 12)))


def _read_roster(path: Path) -> Roster:
    table = pq.read_table(path, columns=["code", "organisation", "class", "active_first", "active_last"])
    return Roster(
        Member(code=code, name="", organisation=organisation, member_class=of, active=DateRange(first, last))
        for code, organisation, of, first, last in zip(*(c.to_pylist() for c in table.columns), strict=True)
    )


def settle(prepared: Prepared, facts: Path) -> dict[str, pa.Table]:
    found = settle_by_engine(prepared.request, FactFile(facts)).tables
    months = found["months"]
    months = months.filter(pc.not_equal(months["state"], State.EXEMPT))
    return {
        "items": found["items"],
        "months": months.rename_columns({"counted": "total"}),
        "quarters": found["grades"],
    }
