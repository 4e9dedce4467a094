"""How far the engine is from a kernel in C, in every order that a file of records may have, and what the order costs.

    python -m benchmarks.layouts FOLDER 1e7 [1e8] [--rounds 3] [--layouts time,member] [--write]

End to end means: from the Parquet file to all three tables of the result in memory; the rules and the roster are ready,
nothing is written. Every run is a process of its own that has settled ten thousand records before. All results are held
against each other; one that differs ends the bench. Without a C compiler the kernel is left out and that is said.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.compare import BenchError, run_once
from benchmarks.contestants.c_kernel import NO_COMPILER, compiler
from benchmarks.generate import FACTS_PER_MEMBER, ROW_GROUP, Input, generate
from benchmarks.report import RESULTS, machine_here, version_of
from benchmarks.scale import WARM_FACTS, fingerprint
from linghang.engine.workdays import SHANGHAI

ENGINE, KERNEL, BARE = "ours_tables", "c_kernel", "bare_sql"
ORDERS = {  # positions of the roster go by organisation, then member
    "time": "",
    "organisation": "ORDER BY r.organisation, f.occurred_on, f.sequence",
    "member": "ORDER BY f.subject, f.occurred_on, f.sequence",
    "month": "ORDER BY month(f.occurred_on), f.subject, f.occurred_on, f.sequence",
}
GROUPS = (64_000, 250_000, 500_000, 1_000_000)  # rows, in the order of members
LAYOUTS = {name: (name, ROW_GROUP) for name in ORDERS} | {f"member/{rows}": ("member", rows) for rows in GROUPS}
FIGURES = ("settle", "settle_cpu", "peak_mb")
PACKAGES = ("duckdb", "pyarrow", "numpy")


def laid_out(given: Input, layout: str, folder: Path) -> tuple[Path, dict[str, float]]:
    """The records in that order, and what it cost to bring them there; as they are generated, they cost nothing."""
    order, rows = LAYOUTS[layout]
    if layout == "time":
        return given.facts, {"seconds": 0.0, "cpu": 0.0, "bytes": given.facts.stat().st_size}
    path, started, before = folder / f"{order}-{rows}.parquet", time.perf_counter(), _cpu()
    settings = {"memory_limit": "3GB", "threads": len(os.sched_getaffinity(0)), "temp_directory": str(folder)}
    with duckdb.connect(config=settings) as db:
        db.execute("SET enable_progress_bar = false")
        by = f"JOIN read_parquet('{given.roster}') r ON r.subject = f.subject" if order == "organisation" else ""
        db.execute(f"""COPY (SELECT f.* FROM read_parquet('{given.facts}') f {by} {ORDERS[order]})
            TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {rows}, COMPRESSION zstd)""")
    cost = {"seconds": time.perf_counter() - started, "cpu": _cpu() - before, "bytes": path.stat().st_size}
    return path, {name: round(value, 2) for name, value in cost.items()}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(given: Input, warm: Input, layouts: list[str], names: list[str], rounds: int) -> Iterator[dict[str, Any]]:
    """Each layout with all its runs, contestants in turn."""
    found: str | None = None
    for layout in layouts:
        with tempfile.TemporaryDirectory(prefix="linghang-layouts-", dir=given.facts.parent) as folder:
            path, cost = laid_out(given, layout, Path(folder))
            told: dict[str, list[dict[str, float]]] = {name: [] for name in names}
            for turn in range(rounds):
                for name in names if turn % 2 == 0 else reversed(names):
                    run, hashed = _run(name, replace(given, facts=path), warm, Path(folder) / "out")
                    found = found or hashed
                    if found != hashed:
                        raise BenchError(f"{name} on {layout}: another result than the others")
                    told[name].append(run)
                    print(layout, name, {f: run[f] for f in FIGURES}, flush=True)
            yield {"layout": layout, "clustering": cost, "fingerprint": found, "runs": told, **compared(told)}


def _run(name: str, given: Input, warm: Input, out: Path) -> tuple[dict[str, float], str]:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="linghang-layouts-", dir=out.parent) as folder:
        run = run_once(name, given, warm, Path(folder))
        told = {key: round(value, 3) for key, value in asdict(run).items()} | {"load": round(load, 1)}
        return told, fingerprint(Path(folder) / "full", given.count // FACTS_PER_MEMBER)


def compared(told: Mapping[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Medians, and how the engine stands to the two others, by wall and by processor time."""
    medians = {name: {f: round(median(run[f] for run in runs), 3) for f in FIGURES} for name, runs in told.items()}
    ratios = {
        f"{other}_{figure}": round(medians[ENGINE][figure] / medians[other][figure], 2)
        for other in medians
        if other != ENGINE and ENGINE in medians
        for figure in ("settle", "settle_cpu")
    }
    return {"medians": medians, "ratios": ratios}


def save(facts: int, rows: list[dict[str, Any]]) -> Path:
    at = datetime.now(SHANGHAI)
    told = {
        "what": "bench layouts",
        "at": at.isoformat(timespec="seconds"),
        "machine": machine_here() | {"load": round(os.getloadavg()[0], 1)},
        "versions": {name: version_of(name) for name in PACKAGES},
        "facts": facts,
        "layouts": rows,
    }
    path = RESULTS / f"{at:%Y-%m-%d-%H%M%S}-layouts-{facts}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layouts", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=float, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layouts", default=",".join(LAYOUTS))
    parser.add_argument("--without", default="", help="contestants that are left out")
    parser.add_argument("--write", action="store_true", help="keep a dated result")
    options = parser.parse_args(arguments)
    names = [name for name in (KERNEL, ENGINE, BARE) if name not in options.without.split(",")]
    if compiler() is None and KERNEL in names:
        print(NO_COMPILER)
        names.remove(KERNEL)
    warm = generate(WARM_FACTS, options.folder)
    for size in map(int, options.sizes):
        rows = []
        for row in measured(generate(size, options.folder), warm, options.layouts.split(","), names, options.rounds):
            print(row["layout"], row["clustering"], row["medians"], row["ratios"], flush=True)
            rows.append(row)
        if options.write:
            print(save(size, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
