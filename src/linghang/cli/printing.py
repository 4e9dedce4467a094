"""How commands print: problems to the error stream, progress on one line of a terminal."""

import sys
from collections.abc import Iterable

from linghang.engine.problems import Problem

STEPS = {
    "pricing": "逐条计分",
    "limits": "上下限与合计",
    "results": "汇总结果",
    "members": "逐人核算",
}


def print_problems(problems: Iterable[Problem], *, most: int | None = None) -> None:
    """Every problem with its place; with `most`, only so many and how many more there are."""
    found = list(problems)
    for problem in found[:most]:
        print(problem, file=sys.stderr)
    errors = sum(p.severity == "error" for p in found)
    if most is not None and len(found) > most:
        print(f"……还有 {len(found) - most} 处", file=sys.stderr)
    print(f"共 {errors} 处问题，{len(found) - errors} 处提醒。", file=sys.stderr)


def progress_line(words: str, done: int, total: int) -> None:
    """Rewrite the progress line; nothing when the output is no terminal."""
    if sys.stderr.isatty():
        end = "\r" if done < total else "\r\033[K"
        print(f"\033[K{STEPS.get(words, words)} {done}/{total}", end=end, file=sys.stderr, flush=True)
