"""linghang pack diff: what two versions say differently. linghang pack simulate: whose points that would change."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from linghang.apps.appraisal.file_inputs import read_inputs
from linghang.apps.appraisal.file_request import FileRequest, Inputs
from linghang.cli.inputs import request_of
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.packs.rule_diff import diff_texts
from linghang.engine.packs.rule_text import newest_month, rule_text
from linghang.engine.packs.versions import CHANGE_WORDS, change_between, least_version
from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.attribute import Share, attribute
from linghang.engine.settle.compare import Comparison, because, compare
from linghang.engine.settle.run import Request, settle


def diff(options: argparse.Namespace) -> int:
    """Print article by article what is gone and what came; exit code 0 in any case."""
    old, new = _pack(options.old), _pack(options.new)
    print(f"{old.label} → {new.label}")
    month, found = newest_month(new), 0
    for scheme in (s for s in new.schemes if s in old.schemes):
        for each in diff_texts(rule_text(old, scheme, month), rule_text(new, scheme, month)):
            found += 1
            print(f"{each.words}  {each.chapter} · {each.clause} {each.title}".rstrip())
            for mark, lines in (("−", each.gone), ("+", each.come)):
                print("".join(f"    {mark} {line}\n" for line in lines), end="")
    print("".join(f"删去办法 {s.title['zh']}\n" for i, s in old.schemes.items() if i not in new.schemes), end="")
    print("".join(f"新增办法 {s.title['zh']}\n" for i, s in new.schemes.items() if i not in old.schemes), end="")
    change = change_between(old, new)
    print(f"条文有 {found} 处不同。{CHANGE_WORDS[change]}：至少 {least_version(old.identity.version, change)}。")
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Settle the month by both versions and print who changes, the largest change first."""
    old, new = (_read(request_of(options, pack, engine="duckdb")) for pack in (options.old, options.new))
    found = compare(*(settle(_asked(inputs, options.period), inputs.facts) for inputs in (old, new)))
    because_of = attribute(_asked(old, options.period), new.pack, old.facts) if options.by_rule else []
    _print(found, {each.member.code: each.shares for each in because_of})
    return 0


def _read(request: FileRequest) -> Inputs:
    inputs = read_inputs(request)
    if inputs.problems.errors and not request.keep_going:
        raise ProblemsFound(inputs.problems)
    return inputs


def _asked(inputs: Inputs, period: Month) -> Request:
    return Request(inputs.pack, inputs.scheme, inputs.roster, period, inputs.closed)


def _print(found: Comparison, shares: Mapping[str, Sequence[Share]]) -> None:
    print(f"{found.period.words} · {found.old} → {found.new}")
    print(f"{len(found.changed)} 人有变化，{found.unchanged} 人不变。")
    for each in found.changed:
        points = " → ".join("—" if p is None else format_points(p) for p in (each.before, each.after))
        who = f"{each.member.code} {each.member.name}（{each.member.organisation}）"
        print(f"{format_points(each.difference, sign=True)}  {who} {points}  {because(each)}")
        if told := shares.get(each.member.code):
            print("       由：" + "，".join(f"{s.title} {format_points(s.points, sign=True)}" for s in told))


def _pack(folder: Path) -> Pack:
    pack, problems = load_pack(folder)
    if pack is None or problems.errors:
        raise ProblemsFound(problems)
    return pack
