"""`linghang settlement verify RUN`: settle once more what a settlement settled, and compare. Of files: verify-files."""

import argparse
import os
import sys
from uuid import UUID

import django

from linghang.cli import settlement_files
from linghang.config.options import OptionsInvalidError, database_entry
from linghang.server.backup import database_of, options_of
from linghang.server.folder import VARIABLE, DataFolder, chosen_folder
from linghang.server.problems import Refused


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "settlement"
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    verify = actions.add_parser("verify", help="按当时的规则、花名册、关账和记录重算一次，比对结果")
    verify.add_argument("run", type=UUID, metavar="核算编号", help="积分册上写的核算编号（uuid）")
    verify.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")
    settlement_files.add_arguments(
        actions.add_parser("verify-files", help="settle 写出的结果，用同样的文件重算一次，比对")
    )


def run(options: argparse.Namespace) -> int:
    """0: the same result comes out. 1: another one does, or the settlement could not be read."""
    if options.action == "verify-files":
        return settlement_files.run(options)
    try:
        same, words = _verify(chosen_folder(options.data), options.run)
    except (Refused, OptionsInvalidError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(words, file=sys.stdout if same else sys.stderr)
    return 0 if same else 1


def _verify(folder: DataFolder, run: UUID) -> tuple[bool, str]:
    os.environ[VARIABLE] = str(folder.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    with database_of(folder, options_of(folder)) as owner:
        from django.conf import settings

        settings.DATABASES["default"] = database_entry(owner)
        django.setup()
        from linghang.apps.appraisal.operations.month_settling import computed, in_this_process
        from linghang.apps.appraisal.queries.rerun import make_again
        from linghang.ui.web.errors import DomainError
        from linghang.ui.web.scope import system_scope

        with system_scope(reason="whoever has the machine verifies any settlement"):
            try:
                found = make_again(run, lambda inputs: computed(inputs, in_this_process))
            except DomainError:
                raise Refused(f"没有编号为 {run} 的核算。请核对积分册上的编号。") from None
    what = f"{found.title}，{found.subjects} 个对象，核算于 {found.at:%Y-%m-%d %H:%M}"
    if found.same:
        return True, f"核算一致：{what}，{found.written[:12]}。"
    return (
        False,
        f"核算不一致：{what}。当时 {found.written[:12]}，现在 {found.now[:12]}。请先核验记录：linghang ledger verify。",
    )
