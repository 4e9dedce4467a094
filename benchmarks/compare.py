"""Run the contestants against each other: fresh processes, interleaved repeats, equal results or nothing."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.child import Run
from benchmarks.generate import YEAR, Input
from benchmarks.processes import descendants, resident_mb
from benchmarks.results import hash_results, row_count

ROOT = Path(__file__).parent.parent
CONTESTANTS = {  # module → what it is
    "ours": "本引擎（DuckDB 计分、numpy 限额，经方案包）",
    "numba_dense": "Numba 稠密内核（标尺，只会这一个办法）",
    "pandas_way": "pandas：与判定表合并，再分组",
    "pandas_tuned": "pandas：逐类手工优化",
    "row_loop": "Python 逐条循环",
}
MOST_FACTS = {"row_loop": 2_000_000}  # beyond, nobody waits for it
MOST_SECONDS = 1800
Say = Callable[[str], None]


class BenchError(Exception):
    """A contestant failed, or gave another result than the others."""


@dataclass(frozen=True)
class Comparison:
    """All runs by contestant, and what they agreed upon."""

    facts: int
    repeats: int
    runs: dict[str, list[Run]]
    result_hash: str
    item_rows: int

    def median(self, name: str, figure: str) -> float:
        return median(getattr(run, figure) for run in self.runs[name])


def compare(given: Input, warm: Input, names: Sequence[str], repeats: int, say: Say) -> Comparison:
    """Every contestant `repeats` times, each round in another order; raises BenchError when results differ."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    hashes: dict[str, str] = {}
    rows = 0
    for turn in range(repeats):
        shift = turn % len(names)
        for name in [*names[shift:], *names[:shift]]:
            with tempfile.TemporaryDirectory(prefix="linghang-bench-") as folder:
                run = run_once(name, given, warm, Path(folder))
                found = " ".join(hash_results(Path(folder) / part) for part in ("warm", "full"))
                rows = row_count(Path(folder) / "full")
            say(f"{turn + 1}/{repeats} {name}: {run.total:.3f} s, {run.cpu:.2f} s CPU, {run.peak_mb:.0f} MB")
            runs[name].append(run)
            hashes.setdefault(found, name)
            if len(hashes) > 1:
                raise BenchError(f"results differ: {' and '.join(hashes.values())} do not agree")
    return Comparison(given.count, repeats, runs, next(iter(hashes)).split()[1], rows)


def run_once(name: str, given: Input, warm: Input, out: Path) -> Run:
    paths = [given.facts, given.roster, warm.facts, warm.roster]
    command = [sys.executable, "-m", "benchmarks.child", name, str(YEAR), str(out), *map(str, paths)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment["NUMBA_CACHE_DIR"] = str(given.facts.parent / "numba")
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    tree = _TreeMemory(child.pid)
    try:
        printed, complaint = child.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        raise BenchError(f"{name} did not end within {MOST_SECONDS} seconds") from None
    finally:
        tree_mb = tree.stop()
    if child.returncode:
        raise BenchError(f"{name} failed:\n{complaint[-3000:]}")
    run = Run(**json.loads(printed.splitlines()[-1]))
    return replace(run, peak_mb=max(run.peak_mb, tree_mb))


class _TreeMemory:
    """Watches the memory of a process with all its descendants, for contestants that start more than one."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.done = pid, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> float:
        self.done.set()
        self.thread.join()
        return self.peak

    def _watch(self) -> None:
        pause = 0.05
        while not self.done.wait(pause):
            family = descendants(self.pid)
            if len(family) > 1:  # alone, the process' own high-water mark is exact
                pause = 0.25  # looking at hundreds of threads costs something, too
                self.peak = max(self.peak, sum(map(resident_mb, family)))
