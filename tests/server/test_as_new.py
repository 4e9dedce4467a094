"""A test database that was written to is as a new one again, or is said to need a fresh copy."""

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from linghang.server.as_new import MOST_TIMES, AsNew, look, put_back
from linghang.server.roles import drop_database, ensure_database, owner_url
from linghang.server.testing import TEMPLATE


@pytest.fixture
def copy(test_database):
    made = replace(test_database, name=f"copy_{test_database.name}")
    drop_database(made.cluster, made.name)
    ensure_database(made.cluster, made.name, template=TEMPLATE)
    yield made
    drop_database(made.cluster, made.name)


@pytest.fixture
def new(copy):
    found = look(copy.cluster.url(database=copy.name))
    yield found
    found.connection.close()


def written(copy, *statements: str) -> None:
    with psycopg.connect(owner_url(copy.cluster, copy.passwords, copy.name), autocommit=True) as owner:
        for words in statements:
            owner.execute(words)


def content(new: AsNew) -> list[list[tuple]]:
    """Every row of every table, and the number of every sequence."""
    rows, number = sql.SQL("SELECT t::text FROM {} t ORDER BY 1"), sql.SQL("SELECT last_value, is_called FROM {}")
    asked = [rows.format(table.name) for table in new.tables] + [number.format(name) for name in new.sequences]
    return [new.connection.execute(words).fetchall() for words in asked]


def test_rows_that_came_went_or_changed_are_as_they_were_and_so_are_numbers(copy, new):
    before = content(new)
    columns, values = "uuid, path, label, valid_from", "gen_random_uuid(), 'x', 'y', '2020-01-01'"
    for _turn in range(2):
        written(
            copy,
            f"INSERT INTO access_scopenode ({columns}) VALUES ({values})",
            "UPDATE django_content_type SET model = 'other' WHERE id = (SELECT min(id) FROM django_content_type)",
            "DELETE FROM django_migrations",
        )
        assert content(new) != before
        assert put_back(new)
        assert content(new) == before


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE access_user DISABLE TRIGGER USER",
        "ALTER TABLE access_user ADD COLUMN more int",
        "GRANT TRUNCATE ON access_user TO linghang_app",
        "CREATE TABLE more (id int)",
        "ALTER TABLE access_scopenode DROP CONSTRAINT access_scopenode_path_key",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_what_is_more_than_rows_asks_for_a_fresh_copy(copy, new, change):
    written(copy, change)
    assert not put_back(new)


def test_nobody_stays_connected_and_what_he_had_begun_is_gone(copy, new):
    other = psycopg.connect(copy.app_url)
    other.execute("DELETE FROM django_session")
    assert put_back(new)
    with pytest.raises(psycopg.OperationalError):
        other.execute("SELECT 1")
    other.close()


def test_after_many_times_and_after_its_own_connection_was_ended_it_asks_for_a_fresh_copy(new):
    new.times = MOST_TIMES
    assert not put_back(new)
    new.times = 0
    new.connection.close()
    assert not put_back(new)
