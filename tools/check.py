"""`make lint` and `make test`: every check, all of them even when one fails, and a last line that sums up.

python tools/check.py lint | test [pytest arguments]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
LINTERS = {
    "ruff": ["ruff", "check"],
    "格式": ["ruff", "format", "--check"],
    "类型": ["mypy"],
    "楼层": ["lint-imports"],
    "模板": ["djlint", "src", "--lint", "--quiet"],
}
MOST_WORKERS = 4  # each takes up to a gigabyte


def main() -> int:
    what, *more = sys.argv[1:]
    failed = [name for name, command in LINTERS.items() if not passes(name, command)]
    not_run = ""
    if what == "test":
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "not-run"
            if not passes("测试", pytest(more), LINGHANG_TEST_NOT_RUN=str(report)):
                failed.append("测试")
            not_run = f" · 没有运行 {report.read_text() if report.exists() else '?'} 项"
    print(f"\n{'未通过:' + '、'.join(failed) if failed else '全部通过'}{not_run}", flush=True)
    return 1 if failed else 0


def passes(name: str, command: list[str], **environment: str) -> bool:
    """Run one check; its output is shown only when it fails, except that of the tests."""
    begun = time.monotonic()
    shown = "pytest" in command[0]
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
    )
    if done.returncode and not shown:
        print(done.stdout, flush=True)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name} · {time.monotonic() - begun:.1f} 秒", flush=True)
    return done.returncode == 0


def pytest(more: list[str]) -> list[str]:
    """One process more than there are cores: browsers and workers of the product are waited for much of the time."""
    cores = len(os.sched_getaffinity(0))
    workers = min(cores + 1, MOST_WORKERS) if cores > 1 else 1
    spread = ["-n", str(workers), "--dist", "loadgroup", "--no-loadscope-reorder"]  # the order is in conftest.py
    return ["pytest", *(spread if workers > 1 else []), *more]


if __name__ == "__main__":
    sys.exit(main())
