"""Seed, measure, write a dated result.

python -m benchmarks.ledger --facts 1e7 --folder FOLDER [--seconds 20] [--rows 100000] [--pace 20] [--verify]

Two ways to record, and they answer different questions. Paced: eight recorders, each at `--pace` records a second with
a pause between them, which is far more than eight people type; how long one of them waits is the promise (p99 ≤ 10 ms,
also beside an import). Back to back: eight that never pause; how many records a second are taken in is the figure, and
how long each waits there says only how many recorders share the processors.

What the machine itself costs is measured in the same round by the same processes, in the pauses of the recorders: a
transaction of one small row, and a millisecond of work of a processor. Where those take long, so does everything.
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
    "insert": "of the same round: a transaction of one small row, which is what the machine's disk costs",
    "work": "of the same round: what takes one millisecond of a processor that nobody else wants",
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
    paced = _round(options.seconds, options.pace, "paced")
    back_to_back = _round(options.seconds, 0, "back to back")
    importing = _start("import", options.rows)
    _begin([importing])
    beside = _round(options.seconds, options.pace, "beside an import")
    return {
        "words": WORDS,
        "recorders": RECORDERS,
        "paced_per_second": RECORDERS * options.pace,
        "paced_ms": paced,
        "back_to_back_ms": back_to_back,
        "beside_an_import_ms": beside,
        "rows": options.rows,
        **{f"{name}_beside_recorders_s": round(seconds, 2) for name, seconds in _said(importing).items()},
        **{f"{name}_s": round(seconds, 2) for name, seconds in _alone(options.rows).items()},
    }


def _alone(rows: int) -> dict:
    importing = _start("import", rows)
    _begin([importing])
    return _said(importing)


def _round(seconds: float, pace: float, name: str) -> dict:
    """All begin at the same moment, when the last of them is ready."""
    children = [_start(number, seconds, pace) for number in range(RECORDERS)]
    _begin(children)
    said = [_said(child) for child in children]
    took = {what: sorted(one for each in said for one in each[what]) for what in said[0]}
    figures = {what: _shares(each) for what, each in took.items() if each}
    recording = figures.pop("recording")
    for what, shares in ({"recording": recording} | figures).items():
        print(f"  {name}, {what}: {shares}", flush=True)
    count = len(took["recording"])
    return {"count": count, "per_second": round(count / seconds, 1), **recording, "machine": figures}


def _shares(took: list[float]) -> dict[str, float]:
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1}
    return {name: round(took[int(share * (len(took) - 1))], 2) for name, share in at.items()}


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.ledger.recorder", *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _begin(children: list[subprocess.Popen[str]]) -> None:
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    moment = time.monotonic() + 1
    for child in children:
        assert child.stdin is not None
        child.stdin.write(f"{moment}\n")
        child.stdin.flush()


def _said(child: subprocess.Popen[str]) -> dict:
    return json.loads(child.communicate()[0])


def _verify() -> float:
    from datetime import UTC

    from linghang.apps.ledger.queries import verify

    start = time.perf_counter()
    found = verify(now=datetime.now(UTC))
    assert found.passed, found.damages[:5]
    return round(time.perf_counter() - start, 1)


if __name__ == "__main__":
    main()
