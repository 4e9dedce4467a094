"""Two database roles: `linghang_owner` migrates, `linghang_app` serves and owns nothing.

TRUNCATE is never granted; which tables the app role may only append to is said by the migrations of those tables.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from linghang.server.postgres import Cluster

DATABASE = "linghang"
OWNER = "linghang_owner"
APP = "linghang_app"


@dataclass(frozen=True)
class Passwords:
    """The three passwords of an embedded cluster."""

    superuser: str
    owner: str
    app: str


def owner_url(cluster: Cluster, passwords: Passwords, database: str = DATABASE) -> str:
    return cluster.url(OWNER, passwords.owner, database)


def app_url(cluster: Cluster, passwords: Passwords, database: str = DATABASE) -> str:
    return cluster.url(APP, passwords.app, database)


def ensure_roles(cluster: Cluster, passwords: Passwords) -> None:
    """Create both roles, or set their passwords to those of the data folder."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for name, password in ((OWNER, passwords.owner), (APP, passwords.app)):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(name), sql.Literal(password)
                )
            )


def ensure_database(cluster: Cluster, name: str = DATABASE, template: str | None = None) -> None:
    """Create the database, owned by the owner role, when it is not there; `template` is what it is a copy of."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template1")
            )
        )


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database together with the connections that are still open to it."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def grant_defaults(owner_address: str, app_role: str = APP) -> None:
    """What the app role may do with tables that the owner creates from now on; run before every migration."""
    role = sql.Identifier(app_role)
    with psycopg.connect(owner_address, autocommit=True) as connection:
        for privileges in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
            connection.execute(
                sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} TO {}").format(sql.SQL(privileges), role)
            )
