"""`linghang run`: start everything on this machine."""

import argparse
import os
import sys

from linghang.config.options import OptionsInvalidError
from linghang.server.folder import chosen_folder
from linghang.server.problems import Refused
from linghang.server.progress import Progress
from linghang.server.supervisor import Supervisor


def add_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    assert name == "run"
    parser.add_argument("--data", metavar="目录", help="数据目录，默认 ./var 或环境变量 LINGHANG_DATA_DIR")
    parser.add_argument("--port", metavar="端口", help="网页服务端口，默认 8000")
    parser.add_argument("--demo", action="store_true", help="演示：首次启动时生成五个虚构单位，请另选数据目录")


def run(options: argparse.Namespace) -> int:
    if options.port:
        os.environ["LINGHANG_PORT"] = options.port
    if options.demo:
        os.environ["LINGHANG_DEMO"] = "true"
    try:
        return Supervisor(chosen_folder(options.data), Progress()).run()
    except (Refused, OptionsInvalidError) as refusal:
        print(f"\n  {refusal}\n", file=sys.stderr)
        return 1
