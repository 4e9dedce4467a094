"""python tools/sabotage [row ...] [--log FILE] [--out FILE]: whether tests miss the operations of their rows.

An interrupted run goes on where it stopped: what was noticed stands in the log. Delete the log to begin anew.
"""

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python tools/sabotage", description=__doc__)
    parser.add_argument("rows", nargs="*", help="rows of docs/reference/mechanisms.yaml; all without it")
    parser.add_argument("--log", type=Path, default=ROOT / "var" / "sabotage.jsonl", help="what was noticed so far")
    parser.add_argument("--out", type=Path, help="where the result goes as JSON")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(HERE)]
    import pytest
    from plugin import Sabotage
    from report import Log, describe, write

    log = Log(options.log)
    run = Sabotage(options.rows, log)
    if run.todo:
        ended = pytest.main(["-q", "-n", "0", "--no-header", "tests", "src"], plugins=[run])
        if ended not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            run.broken.append("测试没有收集全，见上面的出错信息；没有试过的不能算没有人发现")
    return write(describe(run.operations, log, run.broken), options.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
