"""`linghang ledger verify`: check all records against the chain, and name every damage."""

import argparse
import os
import sys
from datetime import UTC, datetime

import django
import psycopg

from linghang.apps.ledger.data.heads import HEADS_FILE
from linghang.apps.ledger.verify.report import Verification
from linghang.apps.ledger.verify.whole import places_below, verify_ledger
from linghang.cli.printing import progress_line
from linghang.config.options import OptionsInvalidError
from linghang.server.backup import database_of, options_of
from linghang.server.folder import VARIABLE, DataFolder, chosen_folder
from linghang.server.problems import Refused
from linghang.ui.web.keyfile import KeysUnusableError, read_keys

STEPS = {"rows": "逐条核对", "chain": "核对链条", "leaves": "核对链上内容", "heads": "核对库外链头"}


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "ledger"
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    verify = actions.add_parser("verify", help="核验全部记录有没有被改动、删除或重写")
    verify.add_argument("--node", metavar="组织", help="只核验这个组织和它的下级：全称或编号（uuid）")
    verify.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")


def run(options: argparse.Namespace) -> int:
    """0: nothing is damaged. 1: something is, or the ledger could not be read."""
    try:
        found = _verify(chosen_folder(options.data), options.node)
    except (Refused, OptionsInvalidError, KeysUnusableError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    _print(found)
    return 0 if found.passed else 1


def _verify(folder: DataFolder, node: str | None) -> Verification:
    os.environ[VARIABLE] = str(folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    options = options_of(folder)
    with database_of(folder, options) as owner, psycopg.connect(owner, autocommit=True) as connection:
        django.setup()
        places = places_below(connection, node) if node else None
        if places == []:
            raise Refused(f"没有找到组织“{node}”；请写全称，或它的编号（uuid）。")
        return verify_ledger(
            connection,
            key=read_keys(options.data_keys).chain,
            heads=folder.path / HEADS_FILE,
            files=folder.path / "files",
            now=datetime.now(UTC),
            nodes=places,
            progress=_progress,
        )


def _progress(words: str, done: int, total: int) -> None:
    progress_line(STEPS[words.partition(":")[0]], done, total)


def _print(found: Verification) -> None:
    for damage in found.damages:
        print(damage, file=sys.stderr)
    for code, more in found.unshown().items():
        first = next(damage for damage in found.damages if damage.code == code)
        print(f"{first.title}：还有 {more} 处", file=sys.stderr)
    checked = f"{found.entries} 个环节，{found.rows} 条内容，{found.files} 个文件"
    if found.passed:
        print(f"核验通过：{checked}。")
        return
    damaged = sum(count for code, count in found.counts.items() if not code.startswith("heads-behind"))
    print(f"核验不通过：{damaged} 处（{checked}）。请保留现场，联系上级和系统管理员；可用备份比对。", file=sys.stderr)
