"""`linghang bench settle`: our settlement against a kernel, pandas and a row loop, on one file with one result."""

import argparse
import os
import sys
from datetime import datetime
from importlib import import_module, util
from pathlib import Path
from types import ModuleType

from linghang.engine.workdays import SHANGHAI

ROOT = Path(__file__).parents[3]
NEEDED = ("numba", "numpy", "pandas")
WARM_FACTS = 10_000


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "bench"
    what = parser.add_subparsers(dest="what", required=True, metavar="比什么")
    words = "各选手读同一个文件、写同一张结果表，再比用时和内存"
    settle = what.add_parser("settle", help="积分核算", description=words)
    settle.add_argument("--facts", type=_count, default=1_000_000, metavar="条数", help="1e6 或 1e7，默认 1e6")
    settle.add_argument("--contestants", metavar="名称", help="用逗号隔开；默认全部")
    settle.add_argument("--repeat", type=int, default=3, metavar="次数", help="每位选手几次，默认 3")
    settle.add_argument("--seed", type=int, default=1, metavar="种子", help="数据的随机种子，默认 1")
    settle.add_argument("--folder", type=Path, metavar="目录", help="测试数据放哪里，默认 var/bench")
    settle.add_argument("--no-page", action="store_true", help="只打印，不写结果文件和文档")


def _count(text: str) -> int:
    number = float(text)
    if not number.is_integer() or not 1_000 <= number <= 1e9:
        raise argparse.ArgumentTypeError("条数应在 1e3 至 1e9 之间")
    return int(number)


def run(options: argparse.Namespace) -> int:
    refusal = _missing()
    if refusal:
        print(f"\n  {refusal}\n", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    compare = import_module("benchmarks.compare")
    names = options.contestants.split(",") if options.contestants else _default(compare, options.facts)
    unknown = [name for name in names if name not in compare.CONTESTANTS]
    if unknown or options.repeat < 1:
        known = "、".join(compare.CONTESTANTS)
        print(f"\n  没有选手 {'、'.join(unknown)}；可选：{known}；次数至少 1。\n", file=sys.stderr)
        return 2
    try:
        return _settle(compare, names, options)
    except compare.BenchError as error:
        print(f"\n  {error}\n", file=sys.stderr)
        return 1


def _missing() -> str:
    """Why the comparison cannot run here, in one sentence; empty when it can."""
    if not (ROOT / "benchmarks" / "compare.py").is_file():
        return "这里没有 benchmarks 文件夹：性能比较只能在源码目录里运行（先取得源码，再运行 make bench）。"
    absent = [name for name in NEEDED if util.find_spec(name) is None]
    if absent:
        return f"缺少 {'、'.join(absent)}：运行 make bench 会按 requirements/bench.lock 安装。"
    return ""


def _default(compare: ModuleType, facts: int) -> list[str]:
    return [name for name in compare.CONTESTANTS if facts <= compare.MOST_FACTS.get(name, facts)]


def _settle(compare: ModuleType, names: list[str], options: argparse.Namespace) -> int:
    generate, report = import_module("benchmarks.generate"), import_module("benchmarks.report")
    folder = options.folder or ROOT / "var" / "bench"
    print(f"生成 {options.facts:,} 条记录……", flush=True)
    given = generate.generate(options.facts, folder, options.seed)
    warm = generate.generate(WARM_FACTS, folder, options.seed)
    before = os.getloadavg()[0]
    found = compare.compare(given, warm, names, options.repeat, lambda words: print(words, flush=True))
    told = report.record(
        found,
        seed=options.seed,
        command="linghang " + " ".join(sys.argv[1:]),
        now=datetime.now(SHANGHAI),
        load=(before, os.getloadavg()[0]),
    )
    print(f"\n{report.describe(told)}")
    if not options.no_page:
        print(f"已写入 {report.save(told).relative_to(ROOT)} 和 {report.PAGE.relative_to(ROOT)}")
        report.write_page()
    return 0 if all(target["kept"] for target in told["targets"]) else 1
