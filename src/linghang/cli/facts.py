"""linghang facts template: an empty workbook to fill in. linghang facts mapping: propose which column means what."""

import argparse
from pathlib import Path

from linghang.apps.appraisal.file_request import read_pack
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.mapping.propose import propose_mapping, propose_roster_mapping
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.roster_reader import read_roster
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.template import write_facts_template
from linghang.cli.printing import print_problems
from linghang.engine.problems import Problem, ProblemsFound


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(command=name)
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    template = actions.add_parser("template", help="生成记录表模板（含花名册、关账表和填写说明）")
    template.add_argument("pack", type=Path, help="方案包文件夹")
    template.add_argument("--out", type=Path, required=True, help="写到哪个文件，例如 记录表.xlsx")
    mapping = actions.add_parser("mapping", help="为自己的表提出列对应文件，改好后用 --mapping 交给 settle")
    mapping.add_argument("--pack", type=Path, required=True)
    mapping.add_argument("--roster", type=Path, required=True)
    mapping.add_argument("--facts", type=Path, required=True)
    mapping.add_argument("--out", type=Path, required=True, help="写到哪个文件，例如 列对应.yaml")


def run(options: argparse.Namespace) -> int:
    try:
        if options.out.exists():
            print(f"{options.out} 已经存在，没有改动。换一个文件名，或先移走它。")
            return 1
        return _template(options) if options.action == "template" else _mapping(options)
    except ProblemsFound as found:
        print_problems(found.problems)
        return 1


def _template(options: argparse.Namespace) -> int:
    pack, _, _ = read_pack(options.pack)
    write_facts_template(options.out, pack)
    print(f"已写出 {options.out}：按 {pack.label} 的记录种类，每类一张表。")
    return 0


def _mapping(options: argparse.Namespace) -> int:
    pack, _, _ = read_pack(options.pack)
    people, unsure = _roster_proposal(options.roster)
    roster, problems = read_roster(options.roster, people)
    book, found = read_workbook(options.facts)
    if book is None:
        raise ProblemsFound([*problems, *found])
    proposal = propose_mapping(book, pack, roster)
    unsure = [*unsure, *proposal.unsure]
    mapping = TableMapping(people.roster, proposal.mapping.facts, proposal.mapping.closings)
    options.out.write_text(write_mapping(mapping, unsure))
    print(f"已写出 {options.out}：{len(mapping.facts)} 张记录表。")
    if unsure:
        print("拿不准的地方，请打开文件核对：")
        print_problems(unsure)
    return 0


def _roster_proposal(path: Path) -> tuple[TableMapping, list[Problem]]:
    book, problems = read_workbook(path)
    if book is None:
        raise ProblemsFound(problems)
    proposal = propose_roster_mapping(book)
    return proposal.mapping, list(proposal.unsure)
