"""SIGKILL of anything, and start again: nothing that was committed is lost, and the installation serves again."""

from pathlib import Path

import psycopg

from tests.server.test_ledger_killed import backends


def killed(running, word: str) -> set[int]:
    """Kill what is called so; after a test that killed the database it may first have to come back."""
    pids: set[int] = set()
    running.wait_for(lambda: bool(pids.update(running.processes(word)) or pids))
    running.kill(*pids)
    return pids


def test_killed_postmaster_comes_back_with_every_row(running):
    running.commit_row("before the postmaster was killed")
    before = running.cluster().postmaster()
    assert before
    running.kill(before)
    running.wait_for(lambda: running.cluster().postmaster() not in (None, before))
    running.wait_for(lambda: _rows_or_nothing(running) is not None)
    assert "before the postmaster was killed" in running.rows()
    running.wait_for(running.serves)
    assert "数据库意外停止，正在重新启动" in running.said


def test_a_recovery_whose_helper_is_killed_does_not_refuse_for_ever(running):
    """PostgreSQL 18 ends up with a postmaster and nobody who recovers; older ones have no such helpers."""
    running.commit_row("before the recovery was killed")
    before = running.cluster().postmaster()
    running.kill(before)
    helpers: list[int] = []
    running.wait_for(lambda: bool(helpers.extend(_helpers(running, before)) or helpers or _rows_or_nothing(running)))
    running.kill(*helpers[:1])
    running.wait_for(lambda: _rows_or_nothing(running) is not None)
    assert "before the recovery was killed" in running.rows()
    running.wait_for(running.serves)


def test_killed_web_server_comes_back(running):
    running.commit_row("before the web server was killed")
    before = killed(running, "granian")
    running.wait_for(running.serves)
    assert not before & running.processes("granian")
    assert "before the web server was killed" in running.rows()
    assert "网页服务意外退出（信号 SIGKILL）" in running.said


def test_killed_worker_comes_back(running):
    running.commit_row("before the worker was killed")
    before = killed(running, "linghang.apps.jobs.worker")
    running.wait_for(lambda: bool(running.processes("linghang.apps.jobs.worker") - before))
    assert "before the worker was killed" in running.rows()
    assert "后台任务意外退出（信号 SIGKILL）" in running.said


def test_killed_supervisor_starts_again_and_ends_what_was_left(running):
    running.commit_row("before the supervisor was killed")
    running.kill_supervisor()
    before = running.processes("granian") | running.processes("linghang.apps.jobs.worker")
    assert before
    running.start()
    assert not before & running.processes()
    assert "before the supervisor was killed" in running.rows()
    assert running.serves()


def test_everything_killed_at_once_starts_again(running):
    running.commit_row("before everything was killed")
    running.kill_supervisor()
    running.kill(*running.processes())
    running.start()
    assert "before everything was killed" in running.rows()
    assert running.serves()


def _helpers(running, before: int) -> list[int]:
    """The I/O workers of the postmaster that came after."""
    postmaster = running.cluster().postmaster()
    if postmaster in (None, before):
        return []
    return [pid for pid in backends(running) if b"io worker" in _command(pid)]


def _command(pid: int) -> bytes:
    """Empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _rows_or_nothing(running) -> set[str] | None:
    try:
        return running.rows()
    except psycopg.OperationalError:
        return None
