"""`make soak`: the tests that kill processes, many times over; twenty thousand records while everything is killed; an
import while PostgreSQL is; Spark workers in the middle of settlements; the sabotage run; every mutant of the engine;
laws, databases and packs on a hundred times as many worlds; the permission table to its last square; every page of
the demo by Lighthouse; then all tests on the oldest PostgreSQL we promise.

python tools/soak.py [rounds]
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [ROOT / ".venv" / "bin" / "pytest", "-q", "-p", "no:xdist"]
LEDGER_KILLED, LEDGER_WRITES = "tests/server/test_ledger_killed.py", 20_000
IMPORT_KILLED, IMPORT_ROWS = "tests/server/test_import_killed.py", 40_000
MANY_TIMES = (
    "tests/laws",
    "tests/permissions",
    "tests/postgres",
    "tests/engine",
    "tests/cli",
    "tests/e2e/test_import.py",
)
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
BROKEN_ON_PURPOSE = (
    ("— 让每个机制的操作逐个失效，看测试发现不发现", ["tools/sabotage"]),
    ("— 引擎的规则和核算逐处改错，看测试发现不发现", ["-m", "tools.mutate"]),
)


def unnoticed(words: str, command: list[str]) -> bool:
    """Whether something was broken on purpose and no test minded."""
    print(words, flush=True)
    return bool(subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for number in range(1, rounds + 1):
        print(f"— 第 {number}/{rounds} 轮：杀掉进程再启动", flush=True)
        if subprocess.run([*PYTEST, "tests/server", "-k", "killed"], cwd=ROOT, check=False).returncode:
            return 1
    print(f"— {LEDGER_WRITES} 次录入，期间随机杀掉网页、后台任务和数据库", flush=True)
    writes = os.environ | {"LINGHANG_TEST_LEDGER_WRITES": str(LEDGER_WRITES)}
    if subprocess.run([*PYTEST, "-s", LEDGER_KILLED], cwd=ROOT, env=writes, check=False).returncode:
        return 1
    print(f"— 一次导入{IMPORT_ROWS}条再整批撤销，中途反复杀掉数据库", flush=True)
    rows = os.environ | {"LINGHANG_TEST_IMPORT_ROWS": str(IMPORT_ROWS)}
    if subprocess.run([*PYTEST, "-s", IMPORT_KILLED], cwd=ROOT, env=rows, check=False).returncode:
        return 1
    print("— Spark 核算两百万条，中途杀掉一台，反复五次；一百二十个随机的小世界", flush=True)
    spark = os.environ | {"LINGHANG_TEST_EFFORT": "soak"}
    if subprocess.run([*PYTEST, "tests/spark"], cwd=ROOT, env=spark, check=False).returncode:
        return 1
    if any(unnoticed(*each) for each in BROKEN_ON_PURPOSE):
        return 1
    print("— 各定律、各数据库、方案包一百倍的例子，权限表一格不漏，网页导入一千五百人", flush=True)
    whole = os.environ | {"LINGHANG_TEST_EFFORT": "soak"}
    if subprocess.run([*PYTEST, *MANY_TIMES], cwd=ROOT, env=whole, check=False).returncode:
        return 1
    print("— Lighthouse：每个职务的每一页", flush=True)
    if subprocess.run([*PYTEST, "tests/server/lighthouse.py"], cwd=ROOT, check=False).returncode:
        return 1
    if not (POSTGRES_15 / "postgres").exists():
        print(f"没有运行：PostgreSQL 15（本机没有 {POSTGRES_15}）", flush=True)
        return 1
    print("— 全部测试，PostgreSQL 15", flush=True)
    environment = os.environ | {"LINGHANG_TEST_POSTGRES_BIN": str(POSTGRES_15)}
    return subprocess.run(PYTEST, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
