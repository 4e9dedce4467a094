"""linghang pack test, lock, diff, simulate, export, import, schema: worked cases, versions, workbooks, editors."""

import argparse
import sys
from pathlib import Path

from linghang.cli.inputs import add_inputs
from linghang.cli.printing import print_problems
from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import LOCK, load_pack, lock_pack
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.run_cases import run_cases


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(command=name)
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    for action, summary in (("test", "逐个核算算例并比对"), ("lock", "锁定所用的方案包（版本和内容）")):
        actions.add_parser(action, help=summary).add_argument("pack", type=Path, help="方案包文件夹")
    _add_two(actions.add_parser("diff", help="比较两版条文，说明版本号至少到几"))
    simulate = actions.add_parser("simulate", help="用一个月的记录按两版各算一遍，列出谁会有变化")
    _add_two(simulate)
    add_inputs(simulate)
    words = "再说明每个人的变化各由哪一处改动引起；每处改动要单独核算一遍"
    simulate.add_argument("--by-rule", action="store_true", help=words)
    export = actions.add_parser("export", help="写成 Excel 工作簿，可以改了再导入")
    export.add_argument("pack", type=Path, help="方案包文件夹")
    export.add_argument("file", type=Path, help="写到哪个文件，例如 办法.xlsx")
    take = actions.add_parser("import", help="把 Excel 工作簿写成方案包文件夹")
    take.add_argument("file", type=Path, help="工作簿，例如 办法.xlsx")
    take.add_argument("folder", type=Path, help="写到哪个文件夹；须为空或没有")
    take.add_argument("--library", type=Path, action="append", default=[], help="到这里找所用的方案包，可写多次")
    schema = actions.add_parser("schema", help="写出 YAML 文件的 JSON Schema，供编辑器提示和检查")
    schema.add_argument("folder", type=Path, nargs="?", help="写到哪个文件夹；不写就打印")


def _add_two(parser: argparse.ArgumentParser) -> None:
    for name, summary in (("old", "原来的方案包文件夹"), ("new", "新的方案包文件夹")):
        parser.add_argument(name, type=Path, help=summary)


def run(options: argparse.Namespace) -> int:
    try:
        if options.action in ("export", "import", "schema"):
            from linghang.cli import pack_files  # reads and writes workbooks: only where it is asked for

            actions = {"export": pack_files.export, "import": pack_files.take, "schema": pack_files.schema}
            return actions[options.action](options)
        if options.action in ("diff", "simulate"):
            from linghang.cli import pack_compare  # reads tables and settles: only where it is asked for

            return pack_compare.diff(options) if options.action == "diff" else pack_compare.simulate(options)
        return _test(options.pack) if options.action == "test" else _lock(options.pack)
    except ProblemsFound as found:
        print_problems(found.problems)
        return 1


def _lock(folder: Path) -> int:
    pack, problems = lock_pack(folder)
    if pack is None or problems.errors:
        print_problems(problems)
        print(f"没有写 {LOCK}：先改正上面的问题，再运行一次。", file=sys.stderr)
        return 1
    print(f"{pack.label}：" + "，".join(f"{name} {content[:8]}" for name, content in pack.locked.items()))
    return 0


def _test(folder: Path) -> int:
    pack, problems = load_pack(folder)
    if pack is None or problems.errors:
        raise ProblemsFound(problems)
    cases, found = read_cases(folder, pack)
    if found.errors:
        raise ProblemsFound(found)
    results = run_cases(pack, cases)
    for result in results:
        print(f"{'通过' if result.passed else '不符'}  {result.case.place}  {result.case.title}")
        for difference in result.differences:
            print(f"      {difference}")
    failed = sum(not r.passed for r in results)
    print(f"{len(results)} 个算例，{len(results) - failed} 个通过，{failed} 个不符。")
    return 1 if failed or not results else 0
