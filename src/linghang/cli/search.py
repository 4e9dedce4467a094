"""`linghang search rebuild`: make the index by which everything is found anew, from the rows themselves."""

import argparse
import os
import sys

import django

from linghang.config.options import OptionsInvalidError, database_entry
from linghang.server.backup import database_of, options_of
from linghang.server.folder import VARIABLE, DataFolder, chosen_folder
from linghang.server.problems import Refused


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "search"
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    rebuild = actions.add_parser("rebuild", help="重建查找用的索引，期间可以照常查找")
    rebuild.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")


def run(options: argparse.Namespace) -> int:
    try:
        done = _rebuild(chosen_folder(options.data))
    except (Refused, OptionsInvalidError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    words = "，".join(f"{kind} {count} 条" for kind, count in done.items())
    print(f"索引已重建：{words or '没有内容'}。")
    return 0


def _rebuild(folder: DataFolder) -> dict[str, int]:
    """The number of rows of each kind, by the words of the kinds."""
    os.environ[VARIABLE] = str(folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    with database_of(folder, options_of(folder)) as owner:
        from django.conf import settings

        settings.DATABASES["default"] = database_entry(owner)
        django.setup()
        from linghang.apps.org.search.data import search_kinds
        from linghang.apps.org.search.operations import rebuild

        counts = rebuild(report=lambda kind, count: _report(str(kind.label), count))
        return {str(kind.label): counts[kind.code] for kind in search_kinds if kind.code in counts}


def _report(kind: str, count: int) -> None:
    if sys.stderr.isatty():
        print(f"\033[K{kind} {count}", end="\r", file=sys.stderr, flush=True)
