"""Which engine settles, and where: `--engine`, and what each engine that needs more is given."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linghang.engine.problems import Place, Problem, ProblemsFound
from linghang.engine.settle.engines import ENGINES, Engine

POSTGRES, SPARK = "postgres", "spark"
HERE = Place("--engine")
WAIT = 15  # seconds for the database to answer


def add_engine(parser: argparse.ArgumentParser) -> None:
    words = "duckdb 快，reference 慢而直白，postgres 在数据库里算，spark 在集群上算；结果相同"
    parser.add_argument("--engine", choices=(*ENGINES, POSTGRES, SPARK), default="duckdb", help=words)
    words = "postgres 引擎的数据库，如 postgresql://用户@主机/库；密码放在 ~/.pgpass，不写在命令里"
    parser.add_argument("--database", default="", metavar="地址", help=words)
    words = "中间表放在这个模式里，可以几个进程一起算；要有建表的权利。不给就用临时表"
    parser.add_argument("--schema", default="", metavar="模式", help=words)
    words = "postgres 引擎：把语句和数据库自己的执行计划写到这个文件"
    parser.add_argument("--database-plan", type=Path, metavar="文件", help=words)
    words = "spark 引擎的集群，如 spark://主机:7077；不给就只用这台机器的各核"
    parser.add_argument("--spark-master", default="", metavar="地址", help=words)


@contextmanager
def engine_from(options: argparse.Namespace) -> Iterator[str | Engine]:
    """The engine that was asked for, ready for one settlement; raises ProblemsFound when there is none."""
    _check_options(options)
    if options.engine == POSTGRES:
        with _postgres(options.database, options.schema, options.database_plan) as engine:
            yield engine
    elif options.engine == SPARK:
        with _spark(options.spark_master) as engine:
            yield engine
    else:
        yield options.engine


def _check_options(options: argparse.Namespace) -> None:
    if options.engine != POSTGRES and (options.database or options.schema or options.database_plan):
        message = "--database、--schema 和 --database-plan 只用于 postgres 引擎"
        raise _refused(Problem(HERE, "engine-option", message, "加上 --engine postgres"))
    if options.engine != SPARK and options.spark_master:
        raise _refused(Problem(HERE, "engine-option", "--spark-master 只用于 spark 引擎", "加上 --engine spark"))


@contextmanager
def _spark(master: str) -> Iterator[Engine]:
    from linghang.engine.settle.backends.spark import SparkEngine  # only where it is used
    from linghang.engine.settle.backends.spark_session import NoSparkError

    try:
        yield SparkEngine(master)
    except NoSparkError as error:
        raise _refused(Problem(HERE, "no-spark", str(error), "")) from None


@contextmanager
def _postgres(database: str, schema: str, plan: Path | None) -> Iterator[Engine]:
    import psycopg  # both only where they are used: other engines need neither

    from linghang.engine.settle.backends.postgres import PostgresEngine

    explained: list[str] | None = [] if plan else None
    try:
        with (
            psycopg.connect(_address(database), autocommit=True) as connection,
            PostgresEngine(connection, schema, explained=explained).snapshot() as engine,
        ):
            yield engine
        if plan and explained is not None:
            plan.parent.mkdir(parents=True, exist_ok=True)
            plan.write_text("\n".join(explained), "utf-8")
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
