"""`linghang <command>`: each command is one module here that parses, calls one function of a room, and prints."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from linghang.cli.interrupts import EXIT_CODE, Interruptible

# the module in this folder, imported only when its command is asked for: so `linghang settle` needs no Django
COMMANDS = {
    "run": ("server", "启动全部服务"),
    "settle": ("settle", "核算积分"),
    "explain": ("explain", "用文字说明一个人的积分怎么来的"),
    "check": ("check", "检查方案包"),
    "pack": ("pack", "方案包：跑算例、比较、导出"),
    "facts": ("facts", "记录表：生成填报模板"),
    "import": ("importing", "导入自己的表：组织、花名册、职务、记录等"),
    "ledger": ("ledger", "记录：核验有没有被改动"),
    "settlement": ("settlement", "核算：按当时的规则和记录重算比对"),
    "search": ("search", "查找：重建索引"),
    "backup": ("backup", "备份"),
    "restore": ("backup", "恢复备份"),
    "verify": ("backup", "核验备份"),
    "key": ("key", "加密内容的密钥：更换、查看"),
    "bench": ("bench", "性能比较"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 the input has problems, 2 the call itself is wrong, 130 stopped by Ctrl-C.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="linghang", description="领航：记录一次，其余都由记录算出")
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True)
    wanted = args[0] if args else None
    for name, (module, summary) in COMMANDS.items():
        if name == wanted:
            command = importlib.import_module(f"linghang.cli.{module}")
            command.add_arguments(commands.add_parser(name, help=summary, description=summary), name)
        else:
            commands.add_parser(name, help=summary, add_help=False)
    options = parser.parse_args(args)
    try:
        with Interruptible():
            code: int = command.run(options)
    except KeyboardInterrupt:
        print("\n已停下。", file=sys.stderr)
        return EXIT_CODE
    return code
