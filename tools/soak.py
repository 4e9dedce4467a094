"""`make soak`: what takes hours, in parts. Each part leaves a dated result in benchmarks/results, passed or not.

    python -m tools.soak                        # everything, one part after the other; a failed part stops nothing
    python -m tools.soak --only ledger import   # these parts
    python -m tools.soak --list                 # what there is

make soak PARTS="ledger import" ROUNDS=5 gives the same to make.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.dated import dated, keep

ROOT = Path(__file__).resolve().parents[1]
PYTEST = (str(ROOT / ".venv" / "bin" / "pytest"), "-q")
SIDE_BY_SIDE = (*PYTEST, "-n", str(len(os.sched_getaffinity(0))), "--dist", "loadgroup")
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")
WHOLE = {"LINGHANG_TEST_EFFORT": "soak"}
SUMMARY = re.compile(r"=* ?(\d+ (?:passed|failed|skipped|error).*?in [\d.]+s.*?)=*$|\[(seed .*?)\]")


class Part(NamedTuple):
    """One piece of the long run: what it does, in words; the command; what is set in its environment; how often."""

    words: str
    command: Sequence[str]
    environment: dict[str, str] = {}
    times: int = 1


def tests(*named: str) -> tuple[str, ...]:
    """The command that runs these tests in one process, what they print included."""
    return (*PYTEST, "-n", "0", "-s", *named)


def parts(rounds: int) -> dict[str, Part]:
    """By name, in the order in which they run."""
    return {
        "killed": Part("杀掉进程再启动", tests("tests/server", "-k", "killed"), times=rounds),
        "ledger": Part(
            "20000 次录入，期间随机杀掉网页、后台任务和数据库",
            tests("tests/server/test_ledger_killed.py"),
            {"LINGHANG_TEST_LEDGER_WRITES": "20000"},
        ),
        "import": Part(
            "一次导入 40000 条再整批撤销，中途反复杀掉数据库",
            tests("tests/server/test_import_killed.py"),
            {"LINGHANG_TEST_IMPORT_ROWS": "40000"},
        ),
        "spark": Part(
            "Spark 核算两百万条，中途杀掉一台，反复五次；一百二十个随机的小世界", tests("tests/spark"), WHOLE
        ),
        "sabotage": Part("让每个机制的操作逐个失效，看测试发现不发现", (sys.executable, "tools/sabotage")),
        "mutants": Part("引擎的规则和核算逐处改错，看测试发现不发现", (sys.executable, "-m", "tools.mutate")),
        "laws": Part("各定律一百倍的例子", tests("tests/laws"), WHOLE),
        "permissions": Part("权限表一格不漏", tests("tests/permissions"), WHOLE),
        "databases": Part("各数据库一百倍的例子", tests("tests/postgres"), WHOLE),
        "packs": Part("方案包和命令行一百倍的例子", tests("tests/engine", "tests/cli"), WHOLE),
        "browser-import": Part("网页导入一千五百人", tests("tests/e2e/test_import.py"), WHOLE),
        "lighthouse": Part("Lighthouse：每个职务的每一页", tests("tests/server/lighthouse.py")),
        "postgres-15": Part("全部测试，PostgreSQL 15", SIDE_BY_SIDE, {"LINGHANG_TEST_POSTGRES_BIN": str(POSTGRES_15)}),
    }


def run(name: str, part: Part) -> bool:
    """Run it to its end or to its first failure, show what it says, and write down how it went."""
    started, told = time.monotonic(), []
    done = 0
    for number in range(1, part.times + 1):
        print(f"— {name}：{part.words}" + (f"，第 {number}/{part.times} 轮" if part.times > 1 else ""), flush=True)
        with subprocess.Popen(
            part.command, cwd=ROOT, env=os.environ | part.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            told += figures(echoed(process.stdout))
        if process.returncode:
            break
        done += 1
    passed = done == part.times
    said = {"part": name, "words": part.words, "environment": part.environment, "rounds": [done, part.times]}
    answer = dated("soak", **said, passed=passed, seconds=round(time.monotonic() - started), told=told)
    print(
        f"{'✓' if passed else '✗'} {name} · {answer['seconds']} 秒 · {keep(answer, name).relative_to(ROOT)}", flush=True
    )
    return passed


def echoed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        print(line, end="", flush=True)
        yield line


def figures(lines: Iterator[str]) -> list[str]:
    """What a result keeps of what was printed: seeds with their counts, and how many tests passed."""
    return [(found[1] or found[2]).strip() for line in lines for found in SUMMARY.finditer(line.rstrip())]


def missing(name: str) -> str | None:
    """Why a part cannot run on this machine."""
    if name == "postgres-15" and not (POSTGRES_15 / "postgres").exists():
        return f"本机没有 {POSTGRES_15}"
    return None


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description="要几个小时的检查，一部分一部分来")
    parser.add_argument("--rounds", type=int, default=20, help="killed 做几轮，默认 20")
    parser.add_argument("--only", nargs="+", metavar="部分", help="只做这几部分")
    parser.add_argument("--list", action="store_true", help="列出各部分")
    options = parser.parse_args(given)
    every = parts(options.rounds)
    wanted = options.only or list(every)
    if unknown := [name for name in wanted if name not in every]:
        parser.error(f"没有这些部分：{'、'.join(unknown)}；有的是：{'、'.join(every)}")
    if options.list:
        print("\n".join(f"{name:15} {part.words}" for name, part in every.items()))
        return 0
    bad = []
    for name in wanted:
        if why := missing(name):
            print(f"✗ {name} 没有运行：{why}", flush=True)
        if why or not run(name, every[name]):
            bad.append(name)
    if bad:
        print(f"没有通过：{'、'.join(bad)}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
