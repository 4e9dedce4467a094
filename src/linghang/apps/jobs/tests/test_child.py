"""Heavy work runs in a process of its own, so that its memory goes back when it ends."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from linghang.apps.jobs.child import ChildDied, run_in_child
from linghang.apps.jobs.data import JobCancelled
from linghang.apps.jobs.tests import children
from linghang.apps.jobs.tests.workers import until


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_value_comes_back_from_another_process():
    assert run_in_child(children.identity) != os.getpid()


def test_progress_is_told_while_the_child_works_and_the_end_is_never_left_out():
    told = []
    total = run_in_child(children.slow_sum, 20_000, 0, on_progress=lambda *step: told.append(step))
    assert total == 200_010_000
    assert told[-1] == (20_000, 20_000, "第20000个")
    assert 2 <= len(told) < 20_000


def test_the_child_begins_without_django_and_without_the_parents_modules():
    loaded = run_in_child(children.loaded_modules)
    assert not [name for name in loaded if name.split(".")[0] in {"django", "procrastinate", "psycopg", "pytest"}]


def test_an_error_of_the_child_is_raised_in_the_parent_as_itself(caplog):
    with pytest.raises(ValueError, match="日期不对"):
        run_in_child(children.refuse, "日期不对")
    assert "children.py" in caplog.text


def test_a_child_that_is_killed_is_reported_with_its_signal():
    with pytest.raises(ChildDied) as died:
        run_in_child(children.die)
    assert died.value.returncode == -9


def test_cancelling_kills_the_child(tmp_path):
    note = tmp_path / "pid"
    with pytest.raises(JobCancelled):
        run_in_child(children.sleep_and_tell, str(note), 60, cancelled=lambda: note.exists() and note.read_text())
    assert not alive(int(note.read_text()))


def test_the_child_does_not_outlive_a_parent_that_was_killed(tmp_path):
    note = tmp_path / "pid"
    script = textwrap.dedent(f"""
        from linghang.apps.jobs.child import run_in_child
        from linghang.apps.jobs.tests.children import sleep_and_tell
        run_in_child(sleep_and_tell, {str(note)!r}, 300)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script])
    pid = int(until(lambda: note.exists() and note.read_text()))
    parent.kill()
    parent.wait()
    until(lambda: not alive(pid), seconds=30)  # it would sleep for five minutes
