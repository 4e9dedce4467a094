"""Damaged packs and workbooks, in a process of their own: problems, never a traceback, a hang or more than 200 MB."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.effort import FACTOR

ROOT = Path(__file__).parents[3]
ROUNDS = max(12, int(60 * FACTOR))  # of each seed; thousands in soak
MOST_MEMORY = 200  # MB, Python and the damaged files themselves included
LONGEST = 300 + 2 * ROUNDS  # seconds after which it hangs, however busy the machine is


@pytest.mark.parametrize("seed", [20261, 20262])
def test_whatever_is_handed_in_gives_problems_within_bounded_memory(seed: int) -> None:
    command = [sys.executable, "-W", "ignore::UserWarning", "-m", "tests.engine.packs.fuzzing", str(seed), str(ROUNDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    used = re.fullmatch(r"(\d+)\n", done.stdout)
    assert used, done.stdout[-400:]
    assert 20 < int(used[1]) < MOST_MEMORY
