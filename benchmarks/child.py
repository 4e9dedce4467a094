"""One run of one contestant in a process of its own; prints its figures as JSON.

    python -m benchmarks.child NAME YEAR OUT  FACTS ROSTER  WARM-FACTS WARM-ROSTER

Before the clock starts, the contestant settles a tiny file once: compiled code is loaded from its cache, imports and
first connections are done. Every contestant gets the same treatment.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from benchmarks.processes import descendants, processor_seconds
from benchmarks.results import write_results


@dataclass(frozen=True)
class Run:
    """Seconds by phase, processor seconds of settling and writing, and the largest resident memory in MB.

    `prepare` reads rules and roster into the contestant's own form; `settle` goes from the fact file to tables in
    memory; `write` puts them into Parquet. A contestant may write some of its tables while it settles.
    """

    prepare: float
    settle: float
    write: float
    cpu: float
    peak_mb: float
    settle_cpu: float = 0.0  # of `cpu`, what was used before writing began

    @property
    def total(self) -> float:
        """From fact file to result file."""
        return self.settle + self.write


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    below = (processor_seconds(pid) for pid in descendants(os.getpid())[1:])
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + sum(below)


def _peak_mb() -> float:
    """The kernel's own high-water mark of this process; getrusage would carry the parent's over."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _once(contestant: ModuleType, facts: Path, roster: Path, year: int, out: Path) -> Run:
    start = time.perf_counter()
    prepared = contestant.prepare(roster, year)
    begun, cpu = time.perf_counter(), _cpu()
    tables = contestant.settle(prepared, facts, out)
    settled, settled_cpu = time.perf_counter(), _cpu()
    peak = _peak_mb()  # of settling; writing tables that are in memory anyway is nobody's merit
    write_results(tables, out)
    return Run(begun - start, settled - begun, time.perf_counter() - settled, _cpu() - cpu, peak, settled_cpu - cpu)


def main(name: str, year: str, out: str, *inputs: str) -> None:
    contestant = import_module(f"benchmarks.contestants.{name}")
    facts, roster, warm_facts, warm_roster = map(Path, inputs)
    _once(contestant, warm_facts, warm_roster, int(year), Path(out) / "warm")
    print(json.dumps(asdict(_once(contestant, facts, roster, int(year), Path(out) / "full"))))


if __name__ == "__main__":
    main(*sys.argv[1:])
