"""Backup, an empty folder, restore, verify: every row and every file is there, or a sentence says what is missing."""

import json
import subprocess
import tarfile
from pathlib import Path

import psycopg
import pytest

from linghang.ui.web.keyfile import new_keys


def linghang(installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [installation.command()[0], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def everything(address: str) -> dict[str, str]:
    """A hash over the content of every table."""
    found = {}
    with psycopg.connect(address) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            query = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM public.{name} t"
            found[name] = connection.execute(query).fetchone()[0]
    return found


def owner_address(installation) -> str:
    password = json.loads((installation.data / "database-passwords.json").read_text())["owner"]
    return installation.cluster().url("linghang_owner", password, "linghang")


def sessions(installation) -> list[str]:
    with installation.connect() as app:
        return [key for (key,) in app.execute("SELECT session_key FROM django_session")]


@pytest.fixture(scope="module")
def backed_up(running) -> Path:
    """A backup of the running installation, with one row and one file that we know."""
    running.commit_row("in the backup")
    with running.connect() as app:
        app.execute("INSERT INTO django_session VALUES ('of-somebody', 'x', now() + interval '1 hour')")
    (running.data / "files" / "a").mkdir()
    (running.data / "files" / "a" / "证明.txt").write_text("内容", encoding="utf-8")
    target = running.data.parent / "backup.tar"
    done = linghang(running, "backup", "--to", str(target), "--data", str(running.data))
    assert done.returncode == 0, done.stderr
    assert "备份文件里不含密钥" in done.stdout
    return target


def test_restored_into_an_empty_folder_every_row_and_file_is_equal(running, backed_up, installation):
    keys = str(running.data / "keys")
    done = linghang(running, "restore", str(backed_up), "--data", str(installation.data), "--keys", keys)
    assert done.returncode == 0, done.stderr
    assert (installation.data / "files" / "a" / "证明.txt").read_text(encoding="utf-8") == "内容"
    assert (installation.data / "keys" / "data-keys.json").stat().st_mode & 0o777 == 0o600
    before = everything(owner_address(running))
    assert sessions(running) == ["of-somebody"]
    installation.start()
    assert sessions(installation) == []  # whoever finds a backup is nobody who is signed in
    after = everything(owner_address(installation))
    moving = {"procrastinate_workers", "procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_events"}
    passes = {"appraisal_expectedpass", "appraisal_expectedmark"}  # what is expected is looked at anew by the clock
    assert {name for name in before if before[name] != after.get(name)} <= moving | passes | {"django_session"}
    assert "in the backup" in installation.rows()
    assert "已是最新" in installation.said
    with installation.connect() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("TRUNCATE django_content_type CASCADE")
    assert installation.stop() == 0


def test_the_backup_holds_no_key_and_no_password(backed_up, running):
    content = backed_up.read_bytes()
    for name in ("secret-key", "data-keys.json"):
        assert (running.data / "keys" / name).read_bytes() not in content
    with tarfile.open(backed_up) as tar:
        assert not [name for name in tar.getnames() if "key" in name or "password" in name]
    assert backed_up.stat().st_mode & 0o777 == 0o600


def test_verify_passes_and_deep_counts_the_rows(running, backed_up):
    assert linghang(running, "verify", str(backed_up)).stdout.startswith("核验通过：内容完整")
    deep = linghang(running, "verify", str(backed_up), "--deep")
    assert deep.stdout.startswith("核验通过：已恢复到临时数据库"), deep.stderr


def test_one_changed_byte_is_found(running, backed_up, tmp_path):
    damaged = tmp_path / "damaged.tar"
    content = bytearray(backed_up.read_bytes())
    content[5000] ^= 1
    damaged.write_bytes(content)
    done = linghang(running, "verify", str(damaged))
    assert done.returncode == 1
    assert "文件已损坏" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cut_file_and_another_file_are_refused(running, backed_up, tmp_path):
    cut, other = tmp_path / "cut.tar", tmp_path / "other.tar"
    cut.write_bytes(backed_up.read_bytes()[: backed_up.stat().st_size // 2])
    other.write_text("not a backup")
    for file in (cut, other, tmp_path / "missing.tar"):
        done = linghang(running, "verify", str(file))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name", ["../outside.py", "keys/secret-key", "database-url", "database/data/PG_VERSION", "files"]
)
def test_a_member_that_would_leave_the_folder_or_be_a_key_is_refused(running, tmp_path, name):
    hostile = tmp_path / "hostile.tar"
    with tarfile.open(hostile, "w") as tar:
        tar.add(__file__, name)
    done = linghang(running, "verify", str(hostile))
    assert done.returncode == 1
    assert "不安全的文件名" in done.stderr


def test_restore_without_the_keys_is_refused_and_says_so(running, backed_up, open_folder):
    target = open_folder / "new"
    done = linghang(running, "restore", str(backed_up), "--data", str(target))
    assert done.returncode == 1
    assert "备份文件里不含密钥" in done.stderr
    assert not target.exists()


def test_restore_with_other_keys_is_refused(running, backed_up, open_folder):
    (open_folder / "data-keys.json").write_text(new_keys().text())
    keys = ("--keys", str(open_folder))
    done = linghang(running, "restore", str(backed_up), "--data", str(open_folder / "new"), *keys)
    assert done.returncode == 1
    assert "不是做这份备份时用的密钥" in done.stderr


def test_neither_a_full_folder_nor_an_existing_file_is_overwritten(running, backed_up):
    full = linghang(running, "restore", str(backed_up), "--data", str(running.data), "--without-keys")
    assert full.returncode == 1
    assert "不是空的，不会覆盖" in full.stderr
    again = linghang(running, "backup", "--to", str(backed_up), "--data", str(running.data))
    assert again.returncode == 1
    assert "已经存在，不会覆盖" in again.stderr
