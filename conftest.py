"""Every test speaks to a real PostgreSQL as the app role; the cluster starts with the first test that needs it."""

import contextlib
import ctypes
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation

from linghang.server.schema import upgrade
from linghang.server.testing import SharedDatabase, shared_database
from linghang.ui.messages import compile_all

if TYPE_CHECKING:
    from playwright.sync_api import Browser

M_ARENA_MAX = -8  # malloc.h


def pytest_configure(config: pytest.Config) -> None:
    # pages are tested without collectstatic; the live server serves the sources of the static files itself
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SESSION_RENEW_SECONDS = 0  # or how many statements a page costs would depend on the time of day
    # slow on purpose where people sign in; a test that passwords are slow there is in tests/permissions/test_holes.py
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1
    _few_arenas()
    if not hasattr(config, "workerinput"):
        compile_all()


def _few_arenas() -> None:
    """Each settlement has threads of its own; glibc would keep a heap for each of them, more with every test."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one group are run by one process: pytest-xdist 3.8 writes the group where pytest 9.2 does not look.

    Groups come first, the demo before all: begun last, it would work alone for ten minutes while the others wait.
    """
    items.sort(key=_how_late)
    for item in items:
        grouped = item.__dict__.get("_nodeid")
        if grouped is not None and grouped != item.nodeid:
            item._id = type(item._id).parse(grouped)  # type: ignore[attr-defined]  # pytest offers no way to set it


def _how_late(item: pytest.Item) -> int:
    group = item.get_closest_marker("xdist_group")
    return 2 if group is None else group.args[0] != "demo"


def pytest_collection_finish() -> None:
    """Six thousand tests and all modules stay until the end: the garbage collector need not walk them each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure() -> None:
    gc.unfreeze()  # or native modules would complain at exit of what they think was forgotten


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which a test was skipped is not a good run, unless somebody says in so many words that it may be."""
    if hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if "LINGHANG_TEST_NOT_RUN" in os.environ:
        Path(os.environ["LINGHANG_TEST_NOT_RUN"]).write_text(str(len(skipped)))
    if skipped and os.environ.get("LINGHANG_ALLOW_SKIPS") != "1":
        reporter.write_line(
            f"\n{len(skipped)} 项测试没有运行，原因见上；确要如此，请设 LINGHANG_ALLOW_SKIPS=1",
            red=True,
        )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


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
    from linghang.apps.appraisal.operations.packs import install_shipped  # needs the app registry

    _point_django_at(owner_url)
    upgrade(connection)
    install_shipped(now=timezone.now())  # as every start does
    connection.close()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language behind in the process; the next test speaks the usual one again."""
    yield
    translation.deactivate()


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
    """Replaces pytest-django's: what a test committed is taken out past the triggers, since nobody may TRUNCATE."""
    new = test_database.look()

    def renew(_case: TransactionTestCase) -> None:
        nonlocal new
        connection.close()
        new = test_database.as_new(new)

    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = renew
    yield
    TransactionTestCase._fixture_teardown = flush
    new.connection.close()


@pytest.fixture
def owner_connection(test_database: SharedDatabase, transactional_db: None) -> Iterator[psycopg.Connection]:
    """A connection as the owner, for tests that tamper with what the app role cannot touch."""
    with psycopg.connect(test_database.owner_url, autocommit=True) as owner:
        yield owner


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One browser for all tests of a process: Playwright starts once in a thread."""
    from tests.browser import chromium_of_this_machine

    with chromium_of_this_machine() as browser:
        yield browser


@pytest.fixture
def office() -> Callable[..., Path]:
    """A file as LibreOffice writes it, in another format where one is named: see `tests.office.converted`."""
    from tests.office import converted

    return converted
