"""`linghang check PACK`: say everything that is wrong with a pack."""

import argparse
from pathlib import Path

from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.check_compliance import PRESETS, check_preset
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problems


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "check"
    parser.add_argument("pack", metavar="方案包", type=Path, help="方案包的文件夹，例如 packs/example-4x-points")
    parser.add_argument(
        "--library", metavar="文件夹", type=Path, action="append", default=[], help="到这里找所用的方案包，可写多次"
    )
    parser.add_argument(
        "--preset", choices=sorted(PRESETS), help="单位的展示预设：office 机关事业，enterprise 企业；另查它不允许的"
    )


def run(options: argparse.Namespace) -> int:
    pack, problems = load_pack(options.pack, library=options.library)
    cases = 0
    if pack:
        found, more = read_cases(options.pack, pack)
        problems.extend(more)
        cases = len(found)
        if options.preset:
            check_preset(pack, options.preset, problems)
    print_problems(problems)
    print(_summary(options.pack, pack, cases, problems))
    return 1 if problems.errors else 0


def print_problems(problems: Problems) -> None:
    """Errors first, each with its place and what to do; warnings say that they are."""
    for problem in problems.errors:
        print(problem)
    for problem in problems.warnings:
        print(f"提醒 {problem}")


def _summary(folder: Path, pack: Pack | None, cases: int, problems: Problems) -> str:
    counts = f"错误 {len(problems.errors)} 个，提醒 {len(problems.warnings)} 个"
    if pack is None:
        return f"{folder.name}：不能使用。{counts}"
    items = sum(len(s.items) for s in pack.schemes.values())
    parts = f"记录种类 {len(pack.kinds)}，办法 {len(pack.schemes)}，项目 {items}，"
    parts += f"参数 {len(pack.parameters)}，算例 {cases}"
    return f"{pack.label}：{parts}。{counts}"
