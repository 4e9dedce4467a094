"""`linghang import`: bring a table in, by the same operations as the pages."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

import django

from linghang.cli.printing import print_problems
from linghang.config.options import Options, OptionsInvalidError, database_entry
from linghang.server.backup import database_of, options_of
from linghang.server.folder import VARIABLE, DataFolder, chosen_folder
from linghang.server.problems import Refused
from linghang.server.roles import APP

if TYPE_CHECKING:
    from linghang.apps.portal.operations import Brought

MOST_SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "import"
    parser.add_argument("kind", metavar="种类", help="organisations、roster、posts、areas、links、records 等")
    parser.add_argument("file", metavar="文件", type=Path, help="xlsx、xls 或 csv")
    parser.add_argument("--as", dest="username", metavar="用户名", required=True, help="以谁的名义导入，须有相应职务")
    parser.add_argument("--month", metavar="月份", default="", help="没有写月份的日期算哪个月，如 2026-03；只用于记录")
    parser.add_argument("--check", action="store_true", help="只核对，不写入")
    parser.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")


def run(options: argparse.Namespace) -> int:
    """0: written, or there was nothing to write. 1: something is wrong, and nothing was written."""
    from linghang.ui.web.errors import DomainError

    try:
        brought = _bring(chosen_folder(options.data), options)
    except (Refused, OptionsInvalidError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except DomainError as refusal:
        print(refusal.message, file=sys.stderr)
        return 1
    return _told(brought, options)


def _bring(folder: DataFolder, options: argparse.Namespace) -> "Brought":
    if not options.file.is_file():
        raise Refused(f"没有这个文件：{options.file}")
    os.environ[VARIABLE] = str(folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    settled = options_of(folder)
    with database_of(folder, settled) as owner:
        from django.conf import settings

        settings.DATABASES["default"] = database_entry(_as_application(owner, folder, settled))
        django.setup()
        from linghang.apps.portal.operations import bring_in
        from linghang.ui.web import clock

        return bring_in(
            kind=options.kind, file=options.file, username=options.username, month=options.month,
            rehearse=options.check, clock=clock.now,
        )  # fmt: skip


def _as_application(owner: str, folder: DataFolder, settled: Options) -> str:
    """The address with the role that the pages have, which can change nothing that was recorded."""
    if settled.database_url:
        return settled.database_url
    parts = urlsplit(owner)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APP}:{quote(folder.passwords().app, safe='')}@{place}"))


def _told(brought: "Brought", options: argparse.Namespace) -> int:
    problems = [replace(one, place=replace(one.place, file=options.file.name)) for one in brought.problems]
    if problems:
        print_problems(problems, most=MOST_SHOWN)
    if brought.words:
        print(brought.words, file=sys.stderr)
    wrong = bool(brought.words) or any(problem.severity == "error" for problem in problems)
    counts = {name: brought.counts.get(name, 0) for name in ("new", "changed", "same")}
    told = "新增 {new} 行，变更 {changed} 行，没有变化 {same} 行。".format(**counts)
    if wrong:
        print("没有写入任何内容。请按上面的位置改正后重新导入。", file=sys.stderr)
    else:
        print(("已导入：" if brought.written else "没有写入：") + told)
    return 1 if wrong else 0
