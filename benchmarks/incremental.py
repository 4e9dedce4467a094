"""A thousand new facts on five hundred members with ten millions stored: only these again, beside the full run.

    python -m benchmarks.incremental [--facts 1e7] [--new 1000] [--members 500] [--folder FOLDER] [--write]

Three schemes over the same facts: nobody held against others; a quota within each branch; places within each branch
for one of the items. Two layouts of the file: as facts come in time, and in the order of members. Each pair is timed in
turn in one process, and the tables must be equal. Say what else the machine did: only the ratio holds then.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.contestants.ours import SCHEME, bench_pack
from benchmarks.generate import YEAR, Input, generate
from benchmarks.report import RESULTS
from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.mechanism_model import Ties, Top, Within
from linghang.engine.packs.model import Amount, Pack, Scheme
from linghang.engine.packs.standing_model import Ranking, RankStep
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import DateRange, Member, Roster
from linghang.engine.settle.affected import affected
from linghang.engine.settle.incremental import renew
from linghang.engine.settle.results import SCHEMAS, Settlement, canonical
from linghang.engine.settle.run import Request, settle
from linghang.engine.workdays import SHANGHAI

DECEMBER = Month(YEAR, 12)
REPEAT = 3


@dataclass(frozen=True)
class Timed:
    seconds: float
    cpu: float


def schemes(pack: Pack) -> dict[str, Pack]:
    """The bench pack as it is, with a quota, and with places."""
    plain = pack.schemes[SCHEME]
    grade = plain.grades[0]
    top = replace(grade.bands[0], top=Top(Ties.ALL, share=UNIT // 5, within=Within.ORGANISATION))
    quota = replace(plain, grades=(replace(grade, bands=(top, *grade.bands[1:])),))
    first = next(i for i in plain.items if not i.norm and not i.dedup and not i.limits)
    steps = (RankStep(3, False, Amount(UNIT)),)
    places = replace(first, rank=Ranking(Span.QUARTER, Ties.ALL, steps, within=Within.ORGANISATION))
    ranked = replace(plain, items=tuple(places if i is first else i for i in plain.items))

    def with_scheme(scheme: Scheme) -> Pack:
        return replace(pack, schemes={SCHEME: scheme})

    return {"alone": pack, "quota": with_scheme(quota), "places": with_scheme(ranked)}


def roster_of(path: Path) -> Roster:
    rows = pq.read_table(path).to_pylist()
    return Roster(
        Member(r["code"], r["code"], r["organisation"], "", r["class"] or "", DateRange(r["first"], r["last"]))
        for r in rows
    )


def new_facts(roster: Roster, count: int, members: int) -> list[Fact]:
    """So many facts of so many members, all over the year."""
    rng = np.random.default_rng(7)
    chosen = rng.choice(len(roster), members, replace=False)
    kinds = list(bench_pack().kinds.values())
    found = []
    for n in range(count):
        kind = kinds[int(rng.integers(len(kinds)))]
        values = {a.id: str(rng.choice(sorted(a.values))) for a in kind.attributes.values()}
        day = date(YEAR, 1, 1) + timedelta(days=int(rng.integers(365)))
        code = roster.members[int(chosen[n % members])].code
        found.append(Fact(kind.id, code, day, UNIT, values, "", 2**40 + n))
    return found


def stored(
    made: Input, roster: Roster, more: list[Fact], folder: Path, *, by_member: bool
) -> tuple[FactFile, FactFile]:
    """The facts before and after, subjects by position as the generator writes them."""
    old = folder / f"{'member' if by_member else 'time'}.parquet"
    order = "ORDER BY subject" if by_member else ""
    with duckdb.connect(config={"memory_limit": "3GB"}) as db:
        copy = "(FORMAT parquet, ROW_GROUP_SIZE 125000, COMPRESSION zstd)"
        db.execute(f"COPY (SELECT * FROM read_parquet('{made.facts}') {order}) TO '{old}' {copy}")
    together = folder / ("members" if by_member else "times")
    together.mkdir()
    (together / "0.parquet").symlink_to(old)
    schema = pq.read_schema(made.facts)
    names = [n for n in schema.names if n not in ("subject", "occurred_on", "kind", "quantity", "sequence")]
    columns: dict[str, list[Any]] = {
        "subject": [roster.position(f.subject) for f in more],
        "occurred_on": [f.occurred_on for f in more],
        "kind": [f.kind for f in more],
        "quantity": [f.quantity for f in more],
        "sequence": [f.sequence for f in more],
    } | {n: [f.attributes.get(n) for f in more] for n in names}
    pq.write_table(pa.table([pa.array(columns[f.name], f.type) for f in schema], schema=schema), together / "1.parquet")
    return FactFile(old), FactFile(together / "*.parquet")


def timed(work: Callable[[], Any]) -> tuple[Any, Timed]:
    started, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, Timed(time.perf_counter() - started, time.process_time() - cpu)


def equal(one: Settlement, other: Settlement) -> bool:
    return all(canonical(n, one.tables[n]).equals(canonical(n, other.tables[n])) for n in SCHEMAS)


def measure(pack: Pack, roster: Roster, before: FactFile, now: FactFile, more: list[Fact]) -> dict[str, Any]:
    """The full run, the rows of those concerned alone, and these put in place of theirs; in turn."""
    closed = frozenset((o, Month(YEAR, m)) for o in {m.organisation for m in roster} for m in range(1, 13))
    request = Request(pack, SCHEME, roster, DECEMBER, closed)
    known = settle(request, before)
    hit = affected(known.plan, roster, more)
    times: dict[str, list[Timed]] = {"full": [], "incremental": [], "put_in_place": []}
    for _ in range(REPEAT):
        whole, took = timed(lambda: settle(request, now))
        times["full"].append(took)
        renewed, took = timed(lambda: renew(request, known, now, more))
        times["incremental"].append(took)
        merged, took = timed(lambda of=renewed: of.onto(known))
        times["put_in_place"].append(took)
    if not equal(whole, merged):
        raise SystemExit("the incremental result is another one")
    seconds = {name: statistics.median(t.seconds for t in of) for name, of in times.items()}
    cpu = {name: statistics.median(t.cpu for t in of) for name, of in times.items()}
    return {
        "subjects": len(hit.subjects),
        "graded": len(hit.graded),
        "seconds": {name: round(took, 3) for name, took in seconds.items()},
        "cpu_s": {name: round(took, 3) for name, took in cpu.items()},
        "ratio": round(seconds["full"] / seconds["incremental"], 1),
        "cpu_ratio": round(cpu["full"] / cpu["incremental"], 1),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incremental", description=__doc__)
    parser.add_argument("--facts", type=float, default=1e7)
    parser.add_argument("--new", type=int, default=1000)
    parser.add_argument("--members", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--write", action="store_true", help="keep a dated result")
    options = parser.parse_args(arguments)
    made = generate(int(options.facts), options.folder)
    roster, load = roster_of(made.roster), os.getloadavg()
    more = new_facts(roster, options.new, options.members)
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="linghang-incremental-") as folder:
        for by_member in (False, True):
            before, now = stored(made, roster, more, Path(folder), by_member=by_member)
            for name, pack in schemes(bench_pack()).items():
                key = f"{name}, in the order of {'members' if by_member else 'time'}"
                rows[key] = measure(pack, roster, before, now, more)
                print(key, rows[key], flush=True)
    if options.write:
        write(options, rows, load)
    return 0


def write(options: argparse.Namespace, rows: dict[str, Any], load: tuple[float, float, float]) -> None:
    at = datetime.now(SHANGHAI)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    found = {
        "what": "bench incremental",
        "at": at.isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "machine": {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "load": [*load, *os.getloadavg()[:1]],
        },
        "facts": int(options.facts),
        "new": options.new,
        "members": options.members,
        "rows": rows,
    }
    path = RESULTS / f"{at:%Y-%m-%d-%H%M%S}-incremental-{int(options.facts)}.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
