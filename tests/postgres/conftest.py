"""An engine on the throw-away cluster, as the application's role: it may make temporary tables and nothing else."""

from collections.abc import Iterator

import psycopg
import pytest

from linghang.engine.settle.backends.postgres import PostgresEngine
from linghang.server.testing import SharedDatabase


@pytest.fixture(scope="module")
def connection(test_database: SharedDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(test_database.app_url, autocommit=True) as made:
        yield made


@pytest.fixture(scope="module")
def postgres(connection: psycopg.Connection) -> PostgresEngine:
    return PostgresEngine(connection)


@pytest.fixture
def owner(test_database: SharedDatabase) -> Iterator[psycopg.Connection]:
    """The owner, who may make tables; what a test makes in the schema `work` is gone after it."""
    with psycopg.connect(test_database.owner_url, autocommit=True) as made:
        made.execute("CREATE SCHEMA work")
        yield made
        made.execute("DROP SCHEMA work CASCADE")
