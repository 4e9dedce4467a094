"""Ctrl-C, wherever it falls: one sentence and exit code 130, never a traceback."""

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import sys
import duckdb
from linghang import cli
from linghang.cli import search

def work(_options):
    print("at work", flush=True)
    {work}

search.run = work
sys.exit(cli.main(["search", "rebuild"]))
"""


@pytest.mark.parametrize(
    "work",
    [
        pytest.param("while True: pass", id="in Python"),
        pytest.param(
            "duckdb.sql('SELECT sum(a.range * b.range) FROM range(1000000) a, range(10000000) b').fetchall()",
            id="in a query",
        ),
        pytest.param("import time; time.sleep(600)", id="while it waits"),
    ],
)
def test_ctrl_c_ends_any_command_with_one_sentence(work: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(work=work)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "at work\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "\n已停下。\n")


def test_an_error_that_ctrl_c_did_not_cause_stays_what_it_is() -> None:
    work = "raise RuntimeError('something else')"
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(work=work)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: something else" in done.stderr
