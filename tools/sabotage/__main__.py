"""python tools/sabotage [row ...]"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def main(asked: list[str]) -> int:
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(HERE)]
    import pytest
    from plugin import Sabotage

    run = Sabotage(asked)
    pytest.main(["-q", "-n", "0", "--no-header", "tests", "src"], plugins=[run])
    for line in run.broken:
        print("✗ 没有跑成：", line)
    for row, operation in run.survivors:
        print("✗ 没有人发现：", row, operation)
    count = sum(map(len, run.operations.values()))
    print(f"让 {count} 处操作逐个失效，没有被发现的 {len(run.survivors)} 处，没有跑成的 {len(run.broken)} 项")
    return 1 if run.survivors or run.broken or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
