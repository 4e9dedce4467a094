"""What commands that settle ask for: roster, records, the month, and how their tables are read."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound

if TYPE_CHECKING:
    from linghang.apps.appraisal.file_request import FileRequest
    from linghang.engine.settle.engines import Engine

EVERYTHING = "all"


def month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_inputs(parser: argparse.ArgumentParser, *, tables: bool = False) -> None:
    """The options that all of them share; with `tables`, records may also lie in a database."""
    parser.add_argument("--roster", type=Path, required=True, help="花名册（xlsx、csv、parquet）")
    given = parser.add_mutually_exclusive_group(required=True) if tables else parser
    given.add_argument("--facts", type=Path, required=not tables, nargs="+", default=[], help="记录表，可以多个")
    if tables:
        words = "记录在 postgres 引擎的数据库里：哪张表或视图，如 ledger.facts"
        given.add_argument("--facts-table", default="", metavar="表", help=words)
    parser.add_argument("--period", type=month, required=True, help="核算月份，例如 2026-03")
    parser.add_argument("--mapping", type=Path, help="列对应文件；不给就按表头自动对应")
    parser.add_argument("--scheme", default="", help="方案包里有几个办法时，用哪一个")
    parser.add_argument("--closed", choices=[EVERYTHING], default="", help="all = 各支部各月都已关账")
    parser.add_argument("--keep-going", action="store_true", help="有问题的行先不算，其余照算，并列出没算的")


def add_last_year(parser: argparse.ArgumentParser) -> None:
    """For schemes that carry points over: where last year's are, or that there is none."""
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--last-year", type=Path, metavar="文件夹", help="上年十二月的结果；办法里有上年结转的要给")
    given.add_argument("--first-year", action="store_true", help="没有上年的结果：什么也不结转过来")


def request_of(options: argparse.Namespace, pack: Path, *, engine: "str | Engine") -> "FileRequest":
    """What is asked for; raises ProblemsFound for a mapping that cannot be used."""
    from linghang.apps.appraisal.file_request import FileRequest

    mapping = None
    if options.mapping:
        from linghang.apps.exchange.mapping.read import read_mapping  # few give one

        mapping, problems = read_mapping(options.mapping)
        if problems:
            raise ProblemsFound(problems)
    return FileRequest(
        pack=pack,
        roster=options.roster,
        records=options.facts,
        period=options.period,
        prior=getattr(options, "prior", None),
        last_year=getattr(options, "last_year", None),
        first_year=getattr(options, "first_year", False),
        mapping=mapping,
        scheme=options.scheme,
        closed=options.closed,
        keep_going=options.keep_going,
        engine=engine,
        lines=getattr(options, "lines", False),
        table=getattr(options, "facts_table", ""),
    )
