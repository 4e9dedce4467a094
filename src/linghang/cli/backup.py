"""`linghang backup`, `linghang restore`, `linghang verify`."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from linghang.config.options import OptionsInvalidError
from linghang.server.archive import Manifest
from linghang.server.backup import back_up, options_of, restore, verify
from linghang.server.folder import DataFolder, chosen_folder
from linghang.server.problems import Refused


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    parser.set_defaults(call={"backup": _backup, "restore": _restore, "verify": _verify}[name])
    if name == "backup":
        parser.add_argument("--to", metavar="文件", type=Path, required=True, help="写到哪个文件，不覆盖已有的")
        parser.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")
        return
    parser.add_argument("file", metavar="备份文件", type=Path)
    if name == "restore":
        parser.add_argument("--data", metavar="目录", required=True, type=Path, help="恢复到哪个新目录，须不存在或为空")
        parser.add_argument("--keys", metavar="目录", type=Path, help="原安装的密钥目录（备份里不含密钥）")
        parser.add_argument("--without-keys", action="store_true", help="密钥确已丢失：加密的内容将读不出来")
    else:
        parser.add_argument("--deep", action="store_true", help="恢复到临时数据库并核对每张表的行数")


def run(options: argparse.Namespace) -> int:
    try:
        print(options.call(options))
    except (Refused, OptionsInvalidError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _backup(options: argparse.Namespace) -> str:
    folder = chosen_folder(options.data)
    manifest = back_up(folder, options.to, now=datetime.now(UTC))
    return (
        f"已备份到 {options.to}（{_size(options.to)}，{_contents(manifest)}）。\n"
        f"备份文件里不含密钥：请另外妥善保管 {options_of(folder).data_keys}，没有它就读不出加密的内容。"
    )


def _restore(options: argparse.Namespace) -> str:
    folder = DataFolder(options.data.expanduser().absolute())
    manifest = restore(options.file, folder, keys=options.keys, without_keys=options.without_keys)
    lost = "没有原来的密钥，加密的内容读不出来。\n" if options.without_keys and manifest.keys else ""
    return f"已恢复 {manifest.made_at} 的备份（{_contents(manifest)}）。\n{lost}启动：linghang run --data {folder.path}"


def _verify(options: argparse.Namespace) -> str:
    manifest = verify(options.file, deep=options.deep)
    how = "已恢复到临时数据库，各表行数一致" if options.deep else "内容完整，与备份时一致"
    return f"核验通过：{how}（{manifest.made_at}，{_contents(manifest)}）。"


def _contents(manifest: Manifest) -> str:
    return f"{len(manifest.rows)} 张表 {sum(manifest.rows.values())} 行，{len(manifest.hashes) - 1} 个文件"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
