"""The app role serves; it cannot change the structure or empty a table."""

import psycopg
import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, ProgrammingError, connection

from linghang.apps.access.tests.world import make_account
from linghang.config.checks import two_database_roles
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


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


KEPT = {
    "access_user", "access_rolegrant", "access_scopenode", "pghistory_context",
    "org_organisation", "org_naming", "org_placement", "org_person",
}  # fmt: skip


def may(table: str, right: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_app_role_only_adds_to_histories_and_to_the_read_log():
    """A history table that forgets its migration fails here."""
    tables = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    assert len(tables) >= 4
    wrong = [
        f"{right} on {table}"
        for table in sorted({*tables, "audit_accesslog"})
        for right in ("UPDATE", "DELETE", "TRUNCATE")
        if may(table, right)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_the_app_role_deletes_nothing_that_a_history_speaks_of():
    tracked = {model.pgh_tracked_model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_obj")}
    assert [table for table in sorted(tracked | KEPT) if may(table, "DELETE")] == []


AUTHOR = "UPDATE pghistory_context SET metadata = jsonb_set(metadata, '{actor_name}', '\"somebody else\"')"


@pytest.mark.parametrize("statement", [AUTHOR, "DELETE FROM pghistory_context", "TRUNCATE pghistory_context CASCADE"])
def test_nobody_changes_who_made_a_change_not_even_the_owner(owner_connection, statement):
    with writing(Viewer(name="王红"), "create_node"):
        make_account("somebody")
    with pytest.raises(psycopg.errors.RaiseException, match="who made a change is append-only"):
        owner_connection.execute(statement)


@pytest.mark.django_db
def test_the_app_role_cannot_change_the_author_of_a_change_either():
    with writing(Viewer(name="王红"), "create_node"):
        make_account("somebody")
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(AUTHOR)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM pg_authid",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('PG_VERSION')",
        "SET session_replication_role = replica",
    ],
)
def test_the_app_role_gets_neither_passwords_nor_programs_nor_files(statement):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)
