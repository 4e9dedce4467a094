"""`linghang key`: a new key for everything encrypted, while the installation runs, killed in the middle or not."""

import json
import os
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from linghang.server.backup import KEYS_FILE
from linghang.server.binaries import find_binaries
from linghang.ui.web.keyfile import DataKeys, new_keys, read_keys
from linghang.ui.web.sealed import Sealed, SealedUnreadableError

PLACE = "org_person.phone"
PHONE = "1381234{:04d}"
PEOPLE = 4000  # several batches


def linghang(installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*installation.command()[:1], *arguments, "--data", str(installation.data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def keys_of(installation) -> DataKeys:
    return read_keys(installation.data / "keys" / KEYS_FILE)


def write_people(installation, count: int) -> None:
    """Rows as the server writes them, under the key in force."""
    keys = keys_of(installation)
    with installation.connect() as app:
        node = app.execute(
            "INSERT INTO access_scopenode (uuid, path, label, valid_from)"
            " VALUES (gen_random_uuid(), gen_random_uuid()::text, '党委', '2020-01-01') RETURNING id"
        ).fetchone()[0]
        app.cursor().executemany(
            "INSERT INTO org_person (uuid, node_id, top_id, name, code, aliases, search_text, unreached, phone,"
            " phone_lookup, id_number_lookup)"
            " VALUES (gen_random_uuid(), %(node)s, %(node)s, '某人', '', '{}', '', 0, %(phone)s, '', '')",
            [{"node": node, "phone": Sealed.of(PHONE.format(number), PLACE, keys).content} for number in range(count)],
        )


def values(installation) -> list[bytes]:
    with installation.connect() as app:
        return [row[0] for row in app.execute("SELECT phone FROM org_person WHERE phone IS NOT NULL ORDER BY id")]


def ids_in_use(installation) -> set[str]:
    return {Sealed(value, PLACE).key_id for value in values(installation)}


def locks(installation) -> int:
    """How many commands hold the lock of those who exchange keys."""
    with installation.connect() as app:
        return app.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()[0]


@pytest.fixture
def empty(running):
    """The running installation without people; a key that an earlier test left is fine."""
    owner = json.loads((running.data / "database-passwords.json").read_text())["owner"]
    with psycopg.connect(running.cluster().url("linghang_owner", owner, "linghang"), autocommit=True) as connection:
        connection.execute("DELETE FROM org_person")
    return running


def test_a_rotation_seals_everything_under_a_new_key_and_names_the_old_one(empty):
    write_people(empty, 700)
    before = keys_of(empty)
    done = linghang(empty, "key", "rotate")
    assert done.returncode == 0, done.stderr
    after = keys_of(empty)
    assert after.current != before.current
    assert ids_in_use(empty) == {after.current}
    assert f"已换用新密钥：{after.current}。重新加密了 700 项内容。" in done.stdout
    assert before.current in done.stdout.partition("不再使用的密钥：")[2]
    assert "请重新另行保管一份" in done.stdout
    assert [Sealed(value, PLACE).open(after) for value in values(empty)] == [PHONE.format(n) for n in range(700)]
    with pytest.raises(SealedUnreadableError):
        Sealed(values(empty)[0], PLACE).open(before)


def test_the_new_file_of_keys_is_private_keeps_lookups_and_every_old_key(empty):
    before = keys_of(empty)
    assert linghang(empty, "key", "rotate").returncode == 0
    after = keys_of(empty)
    assert (empty.data / "keys" / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    assert (after.lookup, after.chain) == (before.lookup, before.chain)
    assert before.fields.items() <= after.fields.items()
    assert not after.rotating


def test_a_rotation_killed_in_the_middle_goes_on_with_the_same_key(empty):
    write_people(empty, PEOPLE)
    before = keys_of(empty)
    command = [*empty.command()[:1], "key", "rotate", "--data", str(empty.data)]
    with empty.connect() as busy, busy.transaction():
        halfway = "(SELECT id FROM org_person ORDER BY id OFFSET %s LIMIT 1)"  # so far it comes; OFFSET would lock, too
        busy.execute(f"SELECT 1 FROM org_person WHERE id = {halfway} FOR UPDATE", [PEOPLE // 2])
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as killed:
            empty.wait_for(lambda: len(ids_in_use(empty)) == 2)
            killed.kill()
    empty.wait_for(lambda: not locks(empty))  # PostgreSQL notices a little later that nobody is there any more
    begun = keys_of(empty)
    assert begun.rotating
    assert ids_in_use(empty) == {before.current, begun.current}, "it was killed in the middle"
    assert "旧密钥" in linghang(empty, "key", "status").stdout
    assert all(Sealed(value, PLACE).open(begun) for value in values(empty)), "everything stays readable meanwhile"
    done = linghang(empty, "key", "rotate")
    assert done.returncode == 0, done.stderr
    assert f"上次更换没有做完，已接着做完：{begun.current}。" in done.stdout
    assert ids_in_use(empty) == {begun.current} == {keys_of(empty).current}
    assert [Sealed(value, PLACE).open(begun) for value in values(empty)] == [PHONE.format(n) for n in range(PEOPLE)]


def test_a_second_rotation_at_the_same_time_is_refused(empty):
    owner = json.loads((empty.data / "database-passwords.json").read_text())["owner"]
    with psycopg.connect(empty.cluster().url("linghang_owner", owner, "linghang")) as other:
        other.execute("SELECT pg_advisory_lock(7203401)")
        before = keys_of(empty)
        done = linghang(empty, "key", "rotate")
    assert done.returncode == 1
    assert "另一个更换密钥的命令正在运行" in done.stderr
    assert keys_of(empty).current == before.current


def test_a_value_that_does_not_open_is_left_alone_and_named(empty):
    write_people(empty, 3)
    with empty.connect() as app:
        app.execute(
            "UPDATE org_person SET phone = set_byte(phone, 30, get_byte(phone, 30) # 1)"
            " WHERE id = (SELECT min(id) FROM org_person)"
        )
    spoilt = values(empty)[0]
    done = linghang(empty, "key", "rotate")
    assert done.returncode == 1
    assert "重新加密了 2 项内容" in done.stdout
    assert "org_person.phone 有 1 项内容读不出来，没有改动" in done.stderr
    assert values(empty)[0] == spoilt
    assert PHONE[:7] not in done.stdout + done.stderr


def test_nothing_can_be_read_in_a_dump(empty):
    write_people(empty, 3)
    owner = json.loads((empty.data / "database-passwords.json").read_text())["owner"]
    dump = subprocess.run(
        [find_binaries().program("pg_dump"), empty.cluster().url("linghang_owner", owner, "linghang")],
        capture_output=True,
        check=True,
    ).stdout
    assert dump.count("某人".encode()) >= 3, "the people are in it"
    for number in range(3):
        words = PHONE.format(number).encode()
        assert words not in dump
        assert words.hex().encode() not in dump


def test_status_counts_values_by_key_and_shows_no_key(empty):
    write_people(empty, 4)
    done = linghang(empty, "key", "status")
    keys = keys_of(empty)
    assert f"{keys.current}  4 项内容  当前使用" in done.stdout
    content = json.loads((empty.data / "keys" / KEYS_FILE).read_text())
    assert not [key for key in [*content["fields"].values(), content["lookup"], content["chain"]] if key in done.stdout]


def test_keys_of_after_a_rotation_restore_a_backup_of_before(empty, installation):
    write_people(empty, 2)
    backup = empty.data.parent / f"before-{time.monotonic_ns()}.tar"
    assert linghang(empty, "backup", "--to", str(backup)).returncode == 0
    old = keys_of(empty)
    assert linghang(empty, "key", "rotate").returncode == 0
    keys = ("--keys", str(empty.data / "keys"))
    done = linghang(installation, "restore", str(backup), *keys)
    assert done.returncode == 0, done.stderr
    assert keys_of(installation).fields.keys() > old.fields.keys()


def test_keys_of_before_a_rotation_do_not_restore_a_backup_of_after(empty, installation, open_folder):
    kept = open_folder / "kept"
    kept.mkdir()
    (kept / KEYS_FILE).write_bytes((empty.data / "keys" / KEYS_FILE).read_bytes())
    assert linghang(empty, "key", "rotate").returncode == 0
    backup = empty.data.parent / f"after-{time.monotonic_ns()}.tar"
    assert linghang(empty, "backup", "--to", str(backup)).returncode == 0
    done = linghang(installation, "restore", str(backup), "--keys", str(kept))
    assert done.returncode == 1
    assert "不是做这份备份时用的密钥" in done.stderr


def test_a_file_of_keys_that_others_can_read_stops_the_start_with_a_sentence(installation):
    keys = installation.data / "keys"
    keys.mkdir(parents=True)
    (keys / KEYS_FILE).write_text("{}")
    (keys / KEYS_FILE).chmod(0o644)
    done = subprocess.run(
        [*installation.command("run"), "--port", str(installation.port)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 1
    assert "权限 0644" in done.stderr
    assert "chmod 600" in done.stderr
    assert "Traceback" not in done.stderr


def test_values_whose_key_was_lost_are_counted_and_do_not_stop_a_rotation(empty):
    write_people(empty, 2)
    with empty.connect() as app:
        lost = Sealed.of("13800000000", PLACE, new_keys())
        app.execute("UPDATE org_person SET phone = %s WHERE id = (SELECT max(id) FROM org_person)", [lost.content])
    assert f"{lost.key_id}  1 项内容  密钥文件里没有这把密钥" in linghang(empty, "key", "status").stdout
    done = linghang(empty, "key", "rotate")
    assert done.returncode == 1
    assert "重新加密了 1 项内容" in done.stdout
    assert "密钥不在密钥文件里" in done.stderr
    assert not keys_of(empty).rotating, "the next rotation makes a new key"


def test_a_named_file_of_keys_that_is_not_there_is_never_made_anew(installation, open_folder):
    lost: Path = open_folder / "elsewhere.json"
    done = subprocess.run(
        [*installation.command("run"), "--port", str(installation.port)],
        env=os.environ | {"LINGHANG_DATA_KEYS_FILE": str(lost)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    assert "把另外保管的密钥放回原处" in done.stderr
    assert not lost.exists()
