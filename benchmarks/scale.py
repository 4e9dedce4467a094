"""How settling grows: the same plan on DuckDB in one process and on a Spark cluster of two workers on this machine.

    python -m benchmarks.scale FOLDER 1e6 1e7 [rounds]

Both read one file, both write Parquet; nothing is said of a size unless both results have one fingerprint.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.compare import run_once
from benchmarks.generate import FACTS_PER_MEMBER, generate
from benchmarks.report import RESULTS, machine_here, version_of
from benchmarks.results import KEYS, SCHEMAS, as_numbers, row_count
from linghang.engine.workdays import SHANGHAI

ENGINES = ("ours", "on_spark")
WARM_FACTS = 10_000
MEMBERS_AT_ONCE = 100_000
PACKAGES = ("duckdb", "pyarrow", "numpy", "pyspark")


def fingerprint(folder: Path, members: int) -> str:
    """SHA-256 over all rows in the order of their keys, some members at a time: a result need not fit into memory."""
    digest = hashlib.sha256()
    for name, columns in SCHEMAS.items():
        for low in range(0, members, MEMBERS_AT_ONCE):
            within = [("subject", ">=", low), ("subject", "<", low + MEMBERS_AT_ONCE)]
            table = pq.read_table(folder / name, columns=list(columns), filters=within)
            found = {column: as_numbers(table[column], column) for column in columns}
            order = np.lexsort([found[key] for key in reversed(KEYS[name])])
            digest.update(f"{name} {low} {table.num_rows}\n".encode())
            for column in columns:
                digest.update(found[column][order].tobytes())
    return digest.hexdigest()


def rounds_of(facts: int, folder: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """Each engine in turn, in a process of its own."""
    given, warm = generate(facts, folder), generate(WARM_FACTS, folder)
    for turn in range(rounds):
        for engine in ENGINES if turn % 2 == 0 else reversed(ENGINES):
            with tempfile.TemporaryDirectory(prefix="linghang-scale-", dir=folder) as out:
                load = os.getloadavg()[0]
                run = run_once(engine, given, warm, Path(out))
                full = Path(out) / "full"
                told = {k: round(v, 3) for k, v in asdict(run).items()} | {"total": round(run.total, 3)}
                yield {
                    "facts": facts,
                    "engine": engine,
                    "load_before": load,
                    "rows": row_count(full),
                    "fingerprint": fingerprint(full, facts // FACTS_PER_MEMBER),
                    **told,
                }


def save(facts: int, runs: list[Mapping[str, Any]]) -> Path:
    told = {
        "what": "bench scale",
        "at": datetime.now(SHANGHAI).isoformat(timespec="seconds"),
        "machine": machine_here(),
        "versions": {name: version_of(name) for name in PACKAGES},
        "facts": facts,
        "runs": runs,
    }
    moment = datetime.fromisoformat(str(told["at"])).strftime("%Y-%m-%d-%H%M%S")
    path = RESULTS / f"{moment}-scale-{facts}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def main(folder: str, *asked: str) -> int:
    sizes = [int(float(size)) for size in asked if float(size) >= 1000]
    rounds = next((int(size) for size in asked if float(size) < 1000), 1)
    for facts in sizes:
        runs = []
        for run in rounds_of(facts, Path(folder), rounds):
            print(json.dumps(run), flush=True)
            runs.append(run)
        if len({run["fingerprint"] for run in runs}) != 1:
            print("results differ", file=sys.stderr)
            return 1
        print(save(facts, runs), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
