"""`make lint` and `make test`: every check, all of them even when one fails, and a last line that sums up.

python tools/check.py lint | test [pytest arguments]
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
LINTERS = {
    "ruff": ["ruff", "check"],
    "格式": ["ruff", "format", "--check"],
    "类型": ["mypy"],
    "楼层": ["lint-imports"],
    "模板": ["djlint", "src", "--lint", "--quiet"],
}
# what the processes of a test run read: compiled once, while one core has nothing to do but the types
COLLECT = {"收集": ["pytest", "--collect-only", "-qq", "-p", "no:randomly"]}
MOST_WORKERS = 4  # each takes up to a gigabyte


class Done(NamedTuple):
    """How one check ended, what it said unless that was shown as it came, and how long it took."""

    passed: bool
    said: str
    seconds: float


def main() -> int:
    what, *more = sys.argv[1:]
    failed = _side_by_side(LINTERS | (COLLECT if what == "test" and not more else {}))
    not_run = ""
    if what == "test":
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "not-run"
            done = run(pytest(more), shown=True, LINGHANG_TEST_NOT_RUN=str(report))
            failed += _tell("测试", done)
            not_run = f" · 没有运行 {report.read_text() if report.exists() else '?'} 项"
    print(f"\n{'未通过:' + '、'.join(failed) if failed else '全部通过'}{not_run}", flush=True)
    return 1 if failed else 0


def _side_by_side(checks: dict[str, list[str]]) -> list[str]:
    """Run them all at once, as far as there are cores, and tell of each in their order; the names of those that fail.

    All but one take no time.
    """
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        ended = pool.map(run, checks.values())
        return [name for each, done in zip(checks, ended, strict=True) for name in _tell(each, done)]


def _tell(name: str, done: Done) -> list[str]:
    if not done.passed:
        print(done.said, flush=True)
    print(f"{'✓' if done.passed else '✗'} {name} · {done.seconds:.1f} 秒", flush=True)
    return [] if done.passed else [name]


def run(command: Sequence[str], *, shown: bool = False, **environment: str) -> Done:
    """Run one check to its end.

    Whatever it starts may keep what it compiled: tests start hundreds of processes of the product, and each would
    compile all of it anew, a second at a time.
    """
    begun = time.monotonic()
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=inherited | environment,
        check=False,
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
    )
    return Done(done.returncode == 0, done.stdout or "", time.monotonic() - begun)


def pytest(more: list[str]) -> list[str]:
    """One process more than there are cores: browsers and workers of the product are waited for much of the time."""
    cores = len(os.sched_getaffinity(0))
    workers = min(cores + 1, MOST_WORKERS) if cores > 1 else 1
    spread = ["-n", str(workers), "--dist", "loadgroup", "--no-loadscope-reorder"]  # the order is in conftest.py
    return ["pytest", *(spread if workers > 1 else []), *more]


if __name__ == "__main__":
    sys.exit(main())
