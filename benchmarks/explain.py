"""`linghang explain` of one member among ten million records in a Parquet file, as a person calls it.

    python -m benchmarks.explain [--facts 1e7] [--folder FOLDER] [--write]

From the start of the process to its end: imports, the pack, a roster of a hundred thousand as CSV, the member's rows,
his month, and every way to the next band tried by settling again. Two layouts of the file: as records come in time, and
in the order of members. `cpu` is what the process used; with other work on the machine only that can be compared. The
first call is not counted: it compiles the sources into a folder of this bench, as installing a package does.
"""

import argparse
import csv
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from benchmarks.contestants.ours import PACK
from benchmarks.generate import YEAR, Input, generate
from benchmarks.report import RESULTS
from linghang.engine.workdays import SHANGHAI

REPEAT = 7
PROMISED = 1.0  # second


def prepared(made: Input, folder: Path) -> tuple[Path, dict[str, Path]]:
    """The roster as CSV, and the records with codes in both layouts."""
    roster = folder / "roster.csv"
    with roster.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编码", "姓名", "支部", "人员类别", "转入", "转出"])
        for row in pq.read_table(made.roster).to_pylist():
            name = f"人{row['subject']}"
            writer.writerow(
                [row["code"], name, row["organisation"], row["class"] or "", row["first"], row["last"] or ""]
            )
    files = {}
    with duckdb.connect(config={"memory_limit": "3GB"}) as db:
        for layout, order in (("time", ""), ("member", "ORDER BY f.subject")):
            files[layout] = folder / f"{layout}.parquet"
            db.execute(f"""COPY (SELECT r.code AS subject, f.* EXCLUDE (subject) FROM read_parquet('{made.facts}') f
                JOIN read_parquet('{made.roster}') r ON r.subject = f.subject {order})
                TO '{files[layout]}' (FORMAT parquet, ROW_GROUP_SIZE 125000, COMPRESSION zstd)""")
    return roster, files


def explained(roster: Path, facts: Path, code: str) -> tuple[float, float]:
    """Seconds and processor time of one call."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(roster.parent / "compiled")
    words = [
        "explain",
        "--pack",
        PACK,
        "--roster",
        roster,
        "--facts",
        facts,
        "--period",
        f"{YEAR}-12",
        "--closed",
        "all",
    ]
    command = [sys.executable, "-m", "linghang.cli", *map(str, words), "--member", code]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "合计" in done.stdout
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explain", description=__doc__)
    parser.add_argument("--facts", type=float, default=1e7)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"))
    parser.add_argument("--write", action="store_true", help="keep a dated result")
    options = parser.parse_args(arguments)
    made, load = generate(int(options.facts), options.folder), os.getloadavg()
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="linghang-explain-") as folder:
        roster, files = prepared(made, Path(folder))
        codes = pq.read_table(made.roster)["code"].to_pylist()
        explained(roster, files["member"], codes[0])
        for layout, file in files.items():
            runs = [explained(roster, file, codes[(n + 1) * len(codes) // (REPEAT + 1)]) for n in range(REPEAT)]
            seconds, cpu = ([round(run[i], 3) for run in runs] for i in (0, 1))
            rows[layout] = {
                "seconds": statistics.median(seconds), "least_s": min(seconds), "most_s": max(seconds),
                "cpu_s": statistics.median(cpu), "kept": statistics.median(seconds) <= PROMISED,
            }  # fmt: skip
            print(layout, rows[layout], flush=True)
    if options.write:
        at = datetime.now(SHANGHAI)
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
        machine = {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "load": [*load, os.getloadavg()[0]],
        }
        found = {"what": "bench explain", "at": at.isoformat(timespec="seconds"), "commit": commit.stdout.strip()}
        path = RESULTS / f"{at:%Y-%m-%d-%H%M%S}-explain-{int(options.facts)}.json"
        text = json.dumps(found | {"machine": machine, "facts": int(options.facts), "rows": rows}, indent=1)
        path.write_text(text + "\n", "utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
