"""`linghang key rotate`, `linghang key status`: the keys under which ID and telephone numbers are encrypted."""

import argparse
import sys

from linghang.config.options import OptionsInvalidError
from linghang.server.folder import DataFolder, chosen_folder
from linghang.server.keys import KeyUse, rotate, uses
from linghang.server.problems import Refused


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "key"
    wanted = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    for action, summary in (("rotate", "换一把新密钥，把已有内容重新加密"), ("status", "各把密钥下有多少内容")):
        wanted.add_parser(action, help=summary, description=summary).add_argument(
            "--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR"
        )


def run(options: argparse.Namespace) -> int:
    folder = chosen_folder(options.data)
    try:
        return _rotate(folder) if options.action == "rotate" else _status(folder)
    except (Refused, OptionsInvalidError) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _rotate(folder: DataFolder) -> int:
    done = rotate(folder, report=_report)
    begun = "上次更换没有做完，已接着做完" if done.resumed else "已换用新密钥"
    print(f"{begun}：{done.current}。重新加密了 {done.sealed} 项内容。")
    if done.unused:
        print(f"不再使用的密钥：{'、'.join(done.unused)}。它们留在密钥文件里，恢复以前的备份时还要用。")
    print("密钥文件已经改变：请重新另行保管一份，以前保管的那份读不出新加密的内容。")
    for place, count in sorted(done.broken.items()):
        print(f"{place} 有 {count} 项内容读不出来，没有改动：密钥不在密钥文件里，或内容被改动过。", file=sys.stderr)
    return 1 if done.broken else 0


def _status(folder: DataFolder) -> int:
    for use in uses(folder):
        print(f"{use.key_id}  {use.values} 项内容  {_words(use)}")
    return 0


def _words(use: KeyUse) -> str:
    if not use.known:
        return "密钥文件里没有这把密钥，内容读不出来"
    if use.current:
        return "当前使用"
    return "旧密钥，运行 linghang key rotate 可换成新的" if use.values else "不再使用，恢复以前的备份时还要用"


def _report(count: int) -> None:
    if sys.stderr.isatty():
        print(f"  … {count}", end="\r", file=sys.stderr, flush=True)
