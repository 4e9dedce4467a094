"""The embedded database: one folder, any interruption, the programs of any source."""

import os
import signal
import subprocess

import psycopg
import pytest
from django.db import IntegrityError

from linghang.apps.access.tests.world import make_account
from linghang.server.binaries import copied, find_binaries
from linghang.server.postgres import create_cluster, new_password
from linghang.server.problems import Refused
from linghang.server.tuning import memory_of_machine, page_memory


@pytest.fixture
def cluster(open_folder):
    made = create_cluster(open_folder / "database", superuser_password=new_password())
    yield made
    made.stop(patient=False)


def answer(cluster, query: str):
    with psycopg.connect(cluster.url()) as connection:
        return connection.execute(query).fetchone()


def test_copied_programs_find_their_libraries(tmp_path):
    copy = copied(find_binaries(), tmp_path)
    assert copy.folder.is_relative_to(tmp_path)
    for name in ("postgres", "initdb", "pg_ctl", "pg_isready"):
        subprocess.run([copy.program(name), "--version"], check=True, capture_output=True)


def test_chinese_text_is_classified_as_letters(cluster):
    cluster.start()
    assert answer(cluster, r"SELECT '党建品牌' ~ '^\w+$'") == (True,)
    assert answer(cluster, "SHOW server_encoding") == ("UTF8",)


def test_a_pid_file_that_names_another_process_does_not_prevent_the_start(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n0\n{cluster.port}\n")
    assert not cluster.running()
    cluster.start()
    assert answer(cluster, "SELECT 1") == (1,)


def test_killed_right_after_the_start_it_starts_again_at_once(cluster):
    cluster.start()
    os.kill(cluster.postmaster(), signal.SIGKILL)
    cluster.start()
    assert answer(cluster, "SELECT 1") == (1,)


def test_an_interrupted_creation_is_begun_anew(open_folder):
    half = open_folder / "database" / "data.partial"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    cluster = create_cluster(open_folder / "database", superuser_password=new_password())
    cluster.start()
    assert answer(cluster, "SELECT 1") == (1,)
    cluster.stop(patient=False)


def test_programs_of_another_version_are_refused_with_a_sentence(cluster):
    (cluster.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refused, match="现有数据库由 PostgreSQL 14 建立"):
        create_cluster(cluster.folder, superuser_password="not needed")


def test_a_folder_without_programs_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(Refused, match="没有找到 PostgreSQL"):
        find_binaries(folder=tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_refused_statement_does_not_leave_its_values_in_the_log(test_database):
    make_account("who-is-this-person")
    with pytest.raises(IntegrityError):
        make_account("who-is-this-person")
    log = test_database.cluster.log.read_text("utf-8")
    assert "duplicate key" in log
    assert "who-is-this-person" not in log


def test_memory_for_pages_follows_the_machine_and_its_container(tmp_path):
    assert [page_memory(memory) for memory in (1_024, 2_048, 4_096, 8_192, 65_536)] == [128, 128, 256, 512, 512]
    whole = memory_of_machine(tmp_path / "none")
    (tmp_path / "limit").write_text(f"{1_500 * 2**20}\n")
    (tmp_path / "no limit").write_text("max\n")
    assert memory_of_machine(tmp_path / "limit") == min(1_500, whole)
    assert memory_of_machine(tmp_path / "no limit") == whole


def test_the_settings_are_in_force(cluster):
    cluster.start()
    assert answer(cluster, "SHOW shared_buffers") == (f"{page_memory(memory_of_machine())}MB",)
    assert answer(cluster, "SHOW max_wal_size") == ("2GB",)
