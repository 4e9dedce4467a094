"""Seed, measure, write a dated result.

python -m benchmarks.ledger --facts 1e7 --folder FOLDER [--seconds 20] [--rows 100000] [--pace 20] [--verify]

Two ways to record, and they answer different questions. Paced: eight recorders, each at `--pace` records a second with
a pause between them, which is far more than eight people type; how long one of them waits is the promise (p99 ≤ 10 ms,
also beside an import). Back to back: eight that never pause; how many records a second are taken in is the figure, and
how long each waits there says only how many recorders share the processors.
"""

import argparse
import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from benchmarks.dated import dated, keep
from benchmarks.ledger.place import note, noted, running

RECORDERS = 8
WORDS = {
    "paced_ms": "eight recorders with pauses: how long one waits; the promise is p99 <= 10 ms",
    "back_to_back_ms": "eight recorders without pauses: per_second is the throughput",
    "beside_an_import_ms": "paced, while an import of `rows` records and its undoing run",
    "one_insert_ms": "what the machine takes for one small insert of its own, paced alike: the yardstick",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger")
    parser.add_argument("--facts", type=float, default=1e6)
    parser.add_argument("--folder", type=Path, required=True, help="kept: a second run does not seed again")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pace", type=float, default=20, help="records a second of each recorder")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--seed-only", action="store_true")
    options = parser.parse_args()
    with running(options.folder) as cluster:
        from linghang.ui.web.scope import system_scope

        with system_scope(reason="benchmark"):
            stored = _seeded(cluster, options)
        if options.seed_only:
            return
        figures = {"facts": stored, **_measure(options)}
        if options.verify:
            figures["verify_s"] = _verify()
    answer = dated("ledger", **figures)
    keep(answer, figures["facts"])
    print(json.dumps(answer, ensure_ascii=False, indent=1))


def _seeded(cluster, options) -> int:
    from benchmarks.ledger.seed import make_people, seed
    from linghang.ui.web.sealed import data_keys

    people = make_people()
    stored = noted(options.folder).get("facts", 0)
    if not stored:
        seconds = seed(
            cluster.url(database="linghang"), options.folder, people, int(options.facts), key=data_keys().chain
        )
        note(options.folder, facts=int(options.facts), seconds=int(seconds))
        stored = int(options.facts)
    return stored


def _measure(options) -> dict:
    floor = _round(options.seconds, options.pace, "floor")
    alone = _round(options.seconds, options.pace)
    back_to_back = _round(options.seconds, 0)
    importing = subprocess.Popen(_command("import", options.rows), stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    beside = _round(options.seconds, options.pace)
    out, _err = importing.communicate()
    return {
        "words": WORDS,
        "recorders": RECORDERS,
        "paced_per_second": RECORDERS * options.pace,
        "one_insert_ms": floor,
        "paced_ms": alone,
        "back_to_back_ms": back_to_back,
        "beside_an_import_ms": beside,
        "rows": options.rows,
        **{f"{name}_beside_recorders_s": round(seconds, 2) for name, seconds in json.loads(out).items()},
        **{f"{name}_s": round(seconds, 2) for name, seconds in _alone(options.rows).items()},
    }


def _alone(rows: int) -> dict:
    return json.loads(subprocess.run(_command("import", rows), capture_output=True, text=True, check=True).stdout)


def _round(seconds: float, pace: float, what: str = "") -> dict:
    children = [
        subprocess.Popen(_command(what or n, seconds, pace), stdout=subprocess.PIPE, text=True)
        for n in range(RECORDERS)
    ]
    took = sorted(t for child in children for t in json.loads(child.communicate()[0])["took"])
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    figures = {name: round(took[int(share * (len(took) - 1))], 2) for name, share in at.items()}
    name = what or ("paced" if pace else "back to back")
    print(f"  {name}: {len(took)} in {seconds:.0f} s  {figures} max {took[-1]:.1f}", flush=True)
    return {"count": len(took), "per_second": round(len(took) / seconds, 1), **figures, "max": round(took[-1], 2)}


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.ledger.recorder", *map(str, arguments)]


def _verify() -> float:
    from datetime import UTC

    from linghang.apps.ledger.queries import verify

    start = time.perf_counter()
    found = verify(now=datetime.now(UTC))
    assert found.passed, found.damages[:5]
    return round(time.perf_counter() - start, 1)


if __name__ == "__main__":
    main()
