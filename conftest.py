"""Every test speaks to a real PostgreSQL as the app role; the cluster starts with the first test that needs it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

from linghang.server.testing import SharedDatabase, shared_database
from linghang.ui.messages import compile_all


def pytest_configure() -> None:
    # pages are tested without collectstatic; the live server serves the sources of the static files itself
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    compile_all()


def _point_django_at(url: str) -> None:
    parts = urlsplit(url)
    connection.close()
    connection.settings_dict |= {
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


def _migrate(owner_url: str) -> None:
    _point_django_at(owner_url)
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


@pytest.fixture(scope="session")
def test_database(django_test_environment, django_db_blocker, request) -> Iterator[SharedDatabase]:
    """This process' own database, a copy of the template that was migrated as the owner."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "single")
    with django_db_blocker.unblock():
        database = shared_database(worker, _migrate)
        _point_django_at(database.app_url)
    yield database
    with django_db_blocker.unblock():
        connection.close()
    database.drop()


@pytest.fixture(scope="session")
def django_db_setup(test_database: SharedDatabase) -> Iterator[None]:
    """Replaces pytest-django's: after a test that commits comes a fresh copy, since nobody may TRUNCATE."""

    def renew(_case: TransactionTestCase) -> None:
        connection.close()
        test_database.renew()

    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = renew
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture
def owner_connection(test_database: SharedDatabase, transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection as the owner, for tests that tamper with what the app role cannot touch."""
    with psycopg.connect(test_database.owner_url, autocommit=True) as owner:
        yield owner
