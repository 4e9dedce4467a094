"""`linghang run`: one command starts everything, says where it is, and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from linghang.server.postgres import HOST


def test_first_start_stop_and_second_start(installation, first_password):
    installation.start()
    password = first_password(installation)
    assert installation.serves()
    assert f"http://localhost:{installation.port}" in installation.said
    assert f"用户名 admin  密码 {password}" in installation.said
    assert installation.stop(signal.SIGINT) == 0
    assert "全部进程已停止" in installation.said
    assert installation.processes() == set()

    installation.start()
    assert password not in installation.said, "the first password is printed once"
    assert "已是最新" in installation.said
    assert installation.stop(signal.SIGTERM) == 0
    assert installation.processes() == set()


def test_secrets_are_readable_by_their_owner_only(running):
    names = ["first-password.txt", "database-passwords.json", "database-url", "keys/secret-key", "keys/data-keys.json"]
    for name in names:
        assert (running.data / name).stat().st_mode & 0o777 == 0o600, name
    for name in ["keys", "files", "logs", "database"]:
        assert (running.data / name).stat().st_mode & 0o777 == 0o700, name


def test_idle_it_takes_at_most_350_megabytes_without_the_database(running):
    total = 0  # KiB; PSS counts what processes share once
    for pid in running.processes("linghang"):
        if pid == running.cluster().postmaster():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one that has ended takes nothing
            memory = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
            total += next(int(line.split()[1]) for line in memory if line.startswith("Pss:"))
    assert 0 < total <= 350 * 1024, f"{total // 1024} MB"


def test_a_second_copy_says_where_the_first_one_is(running):
    second = subprocess.run(running.command("run"), capture_output=True, text=True, timeout=600, check=False)
    assert second.returncode == 1
    assert f"领航已经在运行（进程 {running.supervisor.pid}）：http://localhost:{running.port}" in second.stderr
    assert "Traceback" not in second.stderr
    assert running.serves()


def test_web_and_worker_do_not_hear_the_owners_address(running):
    for pid in running.processes("granian") | running.processes("linghang.apps.jobs.worker"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            assert b"LINGHANG_DATABASE_OWNER_URL" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_the_database_listens_on_the_loopback_address_only(running):
    with running.connect() as app:
        assert app.execute("SHOW listen_addresses").fetchone() == (HOST,)
        assert app.execute("SELECT current_user").fetchone() == ("linghang_app",)


def test_a_port_that_was_asked_for_and_is_taken_stops_the_start(running, installation):
    command = [*installation.command("run"), "--port", str(running.port)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert refused.returncode == 1
    assert f"端口 {running.port} 已被别的程序占用" in refused.stderr
    assert installation.processes() == set()


@pytest.mark.parametrize("value", ["0", "70000", "http"])
def test_a_wrong_option_stops_the_start_with_a_sentence(installation, value):
    environment = os.environ | {"LINGHANG_PORT": value}
    refused = subprocess.run(
        installation.command("run"), env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert refused.returncode == 1
    assert f"环境变量 LINGHANG_PORT：须是 1 到 65535 之间的整数，现在是“{value}”。" in refused.stderr
    assert not installation.data.joinpath("database").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(installation):
    installation.data.mkdir(mode=0o755)
    (installation.data / "letters.txt").write_text("mine")
    refused = subprocess.run(installation.command("run"), capture_output=True, text=True, timeout=600, check=False)
    assert refused.returncode == 1
    assert "不是领航的数据目录" in refused.stderr
    assert [path.name for path in installation.data.iterdir()] == ["letters.txt"]
    assert installation.data.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("seconds", [0.3, 1.5, 3.0])
def test_interrupted_while_it_starts_it_leaves_nothing(installation, seconds):
    with open(installation.output, "wb") as output:
        installation.supervisor = subprocess.Popen(
            [*installation.command("run"), "--port", str(installation.port)], stdout=output, stderr=output
        )
    time.sleep(seconds)
    installation.stop(signal.SIGTERM)
    assert installation.processes() == set()
    installation.start()
    assert installation.serves()
