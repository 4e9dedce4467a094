"""linghang explain: one total in words."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from linghang.cli.inputs import add_inputs, add_last_year
from linghang.cli.printing import print_problems
from linghang.engine.problems import ProblemsFound

FORMATS = ("text", "table", "json")
MOST_SHOWN = 20  # problems


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "explain"
    parser.add_argument("--pack", type=Path, required=True, help="方案包文件夹")
    add_inputs(parser)
    add_last_year(parser)
    parser.add_argument("--member", required=True, metavar="编码", help="要说明的人的编码")
    words = "text 文字，table 表格（制表符分隔，可贴进电子表格），json 供程序读"
    parser.add_argument("--format", choices=FORMATS, default="text", help=words)


def run(options: argparse.Namespace) -> int:
    """A file of ten million records takes as long to read as Python needs to load the rest: both begin at once."""
    from linghang.engine.settle.backends.fact_rows import begin_to_read

    try:
        with begin_to_read(options.facts, options.member) or nullcontext() as rows:
            from linghang.cli.explaining import explained  # only now: the database reads meanwhile

            found = explained(options, rows)
    except ProblemsFound as problems:
        print_problems(problems.problems, most=MOST_SHOWN)
        return 1
    if found is None:
        print(f"花名册里没有编码“{options.member}”。", file=sys.stderr)
        return 1
    print(found)
    return 0
