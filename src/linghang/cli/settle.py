"""linghang settle: records in, statements out."""

import argparse
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from linghang.apps.appraisal.file_run import Outcome, settle_files, write_outputs
from linghang.cli.engines import add_engine, engine_from
from linghang.cli.inputs import add_inputs, add_last_year, request_of
from linghang.cli.interrupts import EXIT_CODE, Interruptible
from linghang.cli.printing import print_problems, progress_line
from linghang.engine.points import format_points
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.engines import DuckEngine
from linghang.engine.settle.results import STATE_WORDS, State


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "settle"
    parser.add_argument("--pack", type=Path, required=True, help="方案包文件夹")
    add_inputs(parser, tables=True)
    add_last_year(parser)
    parser.add_argument("--prior", type=Path, help="上期结果文件夹；给出后，补录按补计入账")
    parser.add_argument("--out", type=Path, required=True, help="结果写到哪个文件夹")
    parser.add_argument("--lines", action="store_true", help="同时写出逐条明细")
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    try:
        return _settle(options)
    except ProblemsFound as found:
        print_problems(found.problems)
        print("没有写出任何结果。", file=sys.stderr)
        return 1


def _settle(options: argparse.Namespace) -> int:
    started = time.monotonic()
    kept = options.out.parent / f".{options.out.name}-parts"  # what a run that is stopped leaves for the next one
    try:
        with Interruptible(), engine_from(options) as engine:
            used = DuckEngine(kept) if engine == DuckEngine.name else engine
            outcome = settle_files(request_of(options, options.pack, engine=used), progress=progress_line)
            write_outputs(outcome, options.out, now=datetime.now(UTC).astimezone())
    except KeyboardInterrupt:
        left = f"算好的部分留在 {kept}/，再运行同一条命令就接着算。" if kept.exists() else ""
        print(f"\n已停下，没有写出结果。{left}", file=sys.stderr)
        return EXIT_CODE
    shutil.rmtree(kept, ignore_errors=True)
    _print_summary(outcome, options.out, time.monotonic() - started)
    return 0


def _print_summary(outcome: Outcome, folder: Path, seconds: float) -> None:
    settlement, plan = outcome.settlement, outcome.settlement.plan
    now = settlement.rows("months", month=settlement.period.index)
    counts = {state: sum(r["state"] == state for r in now) for state in State}
    print(f"{plan.scheme.title['zh']} · {settlement.period.words} · {plan.pack.label}")
    if plan.pack.identity.invented:
        print("注意：这个方案包的内容是虚构示例。")
    print(f"党员 {len(now)} 人：" + "，".join(f"{STATE_WORDS[s]} {n}" for s, n in counts.items() if n))
    if plan.brings and not (outcome.request.last_year or outcome.request.first_year):
        print("暂算：这个办法有上年结转，没有给 --last-year，结转多少尚不能确定；第一年用 --first-year。")
    elif counts[State.PROVISIONAL]:
        print("暂算：所在支部还没有关账，缺席类扣分尚不能确定。")
    totals = [r["counted"] for r in now if r["counted"] is not None]
    if totals:
        print(f"得分 {format_points(min(totals))} 至 {format_points(max(totals))}，合计 {format_points(sum(totals))}")
    for grade in plan.grades:
        rows = settlement.rows("grades", grade=grade.id, month=settlement.period.index)
        if rows:
            words = [f"{b.title} {sum(r['band'] == b.id for r in rows)}" for b in grade.bands]
            left = sum(r["band"] is None for r in rows)
            print(f"{grade.title}：" + "，".join(words) + (f"，不评 {left}" if left else ""))
    booked = [r for r in settlement.rows("adjustments") if r["booked"] == settlement.period.index]
    if booked:
        print(f"补计/更正 {len(booked)} 笔，合计 {format_points(sum(r['counted'] for r in booked), sign=True)}")
    if settlement.year_end_words:
        print(settlement.year_end_words + "。")
    if outcome.left_out:
        print(f"没有算进去的 {len(outcome.left_out)} 处，见 statements.xlsx 的“问题”表：")
        print_problems(outcome.left_out, most=20)
    print(f"结果在 {folder}/ · 用时 {seconds:.1f} 秒 · 引擎 {settlement.engine} · {settlement.result_hash[:12]}")
