"""`linghang ledger verify` on a running installation, on its backup, and on a database that its owner changed."""

import json
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.server import ledger_rows


def linghang(installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [installation.command()[0], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def owner(installation) -> psycopg.Connection:
    password = json.loads((installation.data / "database-passwords.json").read_text())["owner"]
    return psycopg.connect(installation.cluster().url("linghang_owner", password, "linghang"), autocommit=True)


def tamper(installation, quantity: int) -> int:
    """Change the first record as the owner may; returns what it was."""
    first = "(SELECT min(id) FROM ledger_fact)"
    with owner(installation) as connection:
        was = connection.execute(f"SELECT quantity FROM ledger_fact WHERE id = {first}").fetchone()[0]
        connection.execute("ALTER TABLE ledger_fact DISABLE TRIGGER USER")
        connection.execute(f"UPDATE ledger_fact SET quantity = %s WHERE id = {first}", [quantity])
        connection.execute("ALTER TABLE ledger_fact ENABLE TRIGGER USER")
    return was


@pytest.fixture(scope="module")
def recorded(running) -> Path:
    """Thirty records, and a backup of after."""
    ledger_rows.run(running.data, "seed", "30")
    target = running.data.parent / "recorded.tar"
    done = linghang(running, "backup", "--to", str(target), "--data", str(running.data))
    assert done.returncode == 0, done.stderr
    return target


def test_an_untouched_ledger_passes(running, recorded):
    done = linghang(running, "ledger", "verify", "--data", str(running.data))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "核验通过：30 个环节，30 条内容，0 个文件。\n"


def test_an_unknown_place_is_refused(running, recorded):
    done = linghang(running, "ledger", "verify", "--data", str(running.data), "--node", "没有这个支部")
    assert done.returncode == 1
    assert "没有找到组织“没有这个支部”" in done.stderr


def test_the_backup_carries_chain_heads_and_passes_after_it_was_restored(running, recorded, installation):
    keys = str(running.data / "keys")
    done = linghang(running, "restore", str(recorded), "--data", str(installation.data), "--keys", keys)
    assert done.returncode == 0, done.stderr
    there = linghang(installation, "ledger", "verify", "--data", str(installation.data))
    assert (there.returncode, there.stdout) == (0, "核验通过：30 个环节，30 条内容，0 个文件。\n"), there.stderr


def test_a_change_by_the_owner_is_named_and_the_exit_code_says_so(running, recorded):
    was = tamper(running, 990_000)
    done = linghang(running, "ledger", "verify", "--data", str(running.data))
    assert done.returncode == 1
    assert done.stderr.startswith("记录被改动：测试党支部：life.attendance 2026-03-")
    assert "核验不通过：1 处" in done.stderr
    only = linghang(running, "ledger", "verify", "--data", str(running.data), "--node", "测试党支部")
    assert only.returncode == 1
    tamper(running, was)  # the other tests of this module come in any order
