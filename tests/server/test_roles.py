"""The app role serves; it cannot change the structure or empty a table."""

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection

from linghang.config.checks import two_database_roles


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_content_type CASCADE",
        "ALTER TABLE django_content_type ADD COLUMN more integer",
        "DROP TABLE django_session",
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE django_content_type DISABLE TRIGGER ALL",
        "SET ROLE linghang_owner",
    ],
)
def test_the_app_role_cannot(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_committed_row_is_there():
    ContentType.objects.create(app_label="left", model="over")
    assert ContentType.objects.filter(app_label="left").exists()


@pytest.mark.django_db
def test_what_another_test_committed_is_gone():
    assert not ContentType.objects.filter(app_label="left").exists()


def test_the_owner_sees_the_same_database(owner_connection: psycopg.Connection):
    row = owner_connection.execute("SELECT current_user, count(*) FROM django_content_type").fetchone()
    assert row is not None
    assert row[0] == "linghang_owner"
    assert row[1] > 5


def test_passwords_travel_as_scram_and_a_wrong_one_is_refused(test_database):
    wrong = test_database.app_url.replace(test_database.passwords.app, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with psycopg.connect(test_database.cluster.url()) as superuser:
        stored = superuser.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'linghang_app'").fetchone()
    assert stored is not None
    assert stored[0].startswith("SCRAM-SHA-256$")


@pytest.mark.django_db
def test_the_deployment_check_passes_for_the_app_role():
    assert two_database_roles(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_the_deployment_check_fails_for_a_role_that_owns_the_tables(test_database):
    mine = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"USER": "linghang_owner", "PASSWORD": test_database.passwords.owner}
    try:
        [message] = two_database_roles(databases=["default"])
    finally:
        connection.close()
        connection.settings_dict |= mine
    assert message.id == "linghang.E001"
    assert "能够改动表结构" in message.msg
