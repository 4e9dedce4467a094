"""`linghang settlement verify-files FOLDER`: settle once more the files that a result stands on, and compare."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_request import EVERYTHING, FileRequest
from linghang.apps.appraisal.file_run import describe_files, settle_files
from linghang.apps.exchange.mapping.read import read_mapping
from linghang.cli.inputs import add_last_year
from linghang.cli.printing import print_problems
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.store import MANIFEST, TOTALS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="结果文件夹", help="settle 写出的文件夹")
    parser.add_argument("--pack", type=Path, required=True, help="当时的方案包文件夹")
    parser.add_argument("--roster", type=Path, required=True, help="当时的花名册")
    parser.add_argument("--facts", type=Path, required=True, nargs="+", help="当时的记录表")
    parser.add_argument("--prior", type=Path, help="当时给的上期结果文件夹")
    add_last_year(parser)
    parser.add_argument("--mapping", type=Path, help="当时的列对应文件")
    parser.add_argument("--closed", choices=[EVERYTHING], default="", help="当时写了 --closed all 的，也写上")


def run(options: argparse.Namespace) -> int:
    """0: the same files give the same result. 1: they do not, or they are others."""
    try:
        told = json.loads((options.folder / MANIFEST).read_text("utf-8"))
        request = _request(options, told)
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.folder} 里没有可以比对的核算结果：{error}", file=sys.stderr)
        return 1
    if others := _others(request, told):
        print(f"和当时的不是同一份：{'、'.join(others)}。没有重算。", file=sys.stderr)
        return 1
    try:
        now = settle_files(request).settlement.result_hash
    except ProblemsFound as found:
        print_problems(found.problems, most=20)
        return 1
    before = told["result_hash"]
    what = f"{told['period']}，{told['members']} 人，核算于 {told.get('made_at', '')}"
    if now == before:
        print(f"核算一致：{what}，{now[:12]}。")
        return 0
    print(f"核算不一致：{what}。当时 {before[:12]}，现在 {now[:12]}。", file=sys.stderr)
    return 1


def _request(options: argparse.Namespace, told: dict[str, Any]) -> FileRequest:
    """As it was asked then; what was left out then is left out again."""
    mapping = read_mapping(options.mapping)[0] if options.mapping else None
    return FileRequest(
        pack=options.pack,
        roster=options.roster,
        records=options.facts,
        period=Month.parse(told["period"]),
        prior=options.prior,
        last_year=options.last_year,
        first_year=options.first_year,
        mapping=mapping,
        scheme=told["scheme"],
        closed=options.closed,
        keep_going=bool(told.get("left_out")),
    )


def _others(request: FileRequest, told: dict[str, Any]) -> list[str]:
    """The inputs whose content is not what the run's record says."""
    pack, problems = load_pack(request.pack)
    if pack is None or problems.errors:
        raise ValueError(f"方案包 {request.pack} 用不了")
    found = [] if pack.content_hash == told["pack_hash"] else [f"方案包（当时 {told['pack']}，现在 {pack.label}）"]
    before = [request.last_year / TOTALS] if request.last_year else []
    now = describe_files([request.roster, *request.records, *before], {})
    then = [row["sha256"] for row in told["inputs"]]
    if len(now) != len(then):
        return [*found, f"文件个数（当时 {len(then)} 个，现在 {len(now)} 个）"]
    return found + [row["file"] for row, sha in zip(now, then, strict=True) if row["sha256"] != sha]
