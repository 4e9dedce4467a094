"""An external PostgreSQL: two addresses serve; one address serves too, and is told off."""

import subprocess

import psycopg
import pytest

from linghang.server.roles import app_url, drop_database, ensure_database, owner_url


@pytest.fixture
def addresses(test_database):
    """The owner's and the app's address of an empty database on a server that is not ours to start."""
    cluster, passwords = test_database.cluster, test_database.passwords
    name = f"external_{test_database.name}"
    ensure_database(cluster, name)
    yield owner_url(cluster, passwords, name), app_url(cluster, passwords, name)
    drop_database(cluster, name)


def test_with_two_addresses_it_migrates_as_one_and_serves_as_the_other(installation, addresses):
    owner, app = addresses
    installation.start(DATABASE_URL=app, DATABASE_OWNER_URL=owner)
    assert installation.serves()
    assert "外部 PostgreSQL" in installation.said
    assert "只给了一个角色" not in installation.said
    assert not (installation.data / "database").exists()
    with psycopg.connect(app) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM access_user").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE access_user CASCADE")
    assert installation.stop() == 0
    assert installation.processes() == set()


def test_with_one_address_it_warns(installation, addresses):
    owner, _app = addresses
    installation.start(DATABASE_URL=owner)
    assert "外部数据库只给了一个角色" in installation.said
    assert installation.serves()
    assert installation.stop() == 0


def test_an_unreachable_server_is_a_sentence(installation):
    command = installation.command("run")
    environment = {"LINGHANG_DATABASE_URL": "postgresql://app:secret@127.0.0.1:1/linghang", "PATH": "/usr/bin:/bin"}
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert "连不上外部数据库" in refused.stderr
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr
