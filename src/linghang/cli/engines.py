"""Which engine settles, and where: `--engine`, and what each engine that needs more is given."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from linghang.engine.problems import Place, Problem, ProblemsFound
from linghang.engine.settle.engines import ENGINES, Engine

POSTGRES = "postgres"
HERE = Place("--engine")
WAIT = 15  # seconds for the database to answer


def add_engine(parser: argparse.ArgumentParser) -> None:
    words = "duckdb 快，reference 慢而直白，postgres 在数据库里算；结果相同"
    parser.add_argument("--engine", choices=(*ENGINES, POSTGRES), default="duckdb", help=words)
    words = "postgres 引擎的数据库，如 postgresql://用户@主机/库；密码放在 ~/.pgpass，不写在命令里"
    parser.add_argument("--database", default="", metavar="地址", help=words)
    words = "中间表放在这个模式里，可以几个进程一起算；要有建表的权利。不给就用临时表"
    parser.add_argument("--schema", default="", metavar="模式", help=words)


@contextmanager
def engine_from(options: argparse.Namespace) -> Iterator[str | Engine]:
    """The engine that was asked for, ready for one settlement; raises ProblemsFound when there is none."""
    if options.engine != POSTGRES:
        if options.database or options.schema:
            raise _refused(
                Problem(HERE, "engine-option", "--database 和 --schema 只用于 postgres 引擎", "加上 --engine postgres")
            )
        yield options.engine
        return
    with _postgres(options.database, options.schema) as engine:
        yield engine


@contextmanager
def _postgres(database: str, schema: str) -> Iterator[Engine]:
    import psycopg  # both only where they are used: other engines need neither

    from linghang.engine.settle.postgres import PostgresEngine

    try:
        with psycopg.connect(_address(database), autocommit=True) as connection:
            yield PostgresEngine(connection, schema)
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        hint = "核对地址、用户和权利；密码放在 ~/.pgpass 或环境变量 PGPASSWORD"
        message = f"数据库没有办成：{said[0] if said else type(error).__name__}"
        raise _refused(Problem(HERE, "database-failed", message, hint)) from None


def _address(text: str) -> str:
    """A libpq address; nothing of it is repeated in a refusal, since it may hold a password."""
    if not text:
        message = "postgres 引擎要知道用哪个数据库，没有默认的"
        raise _refused(Problem(HERE, "no-database", message, "用 --database postgresql://用户@主机/库"))
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    try:
        return make_conninfo(text, connect_timeout=WAIT, application_name="linghang settle")
    except ProgrammingError:
        raise _refused(
            Problem(HERE, "no-database", "--database 不是数据库地址", "写成 postgresql://用户@主机/库")
        ) from None


def _refused(problem: Problem) -> ProblemsFound:
    return ProblemsFound([problem])
