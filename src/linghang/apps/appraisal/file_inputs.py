"""The files of a request, read and checked: roster, records and closings, or facts as they are handed over."""

from dataclasses import replace

from linghang.apps.appraisal.file_request import EVERYTHING, FileRequest, Inputs, read_pack
from linghang.apps.exchange.closings_reader import read_closings
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.roster_reader import read_roster
from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problem, Problems, ProblemsFound
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.backends.fact_file import check_fact_file
from linghang.engine.settle.backends.fact_rows import is_fact_file
from linghang.engine.settle.engines import Progress
from linghang.engine.settle.run import silent
from linghang.engine.settle.validate import check_facts


def read_inputs(request: FileRequest, *, progress: Progress = silent) -> Inputs:
    """Read all files; problems of rows are collected, a pack that cannot be used raises ProblemsFound."""
    pack, scheme, problems = read_pack(request.pack, request.scheme)
    progress("读花名册", 0, 4)
    roster, found = read_roster(request.roster, request.mapping_of(request.roster))
    problems.extend(found)
    progress("读记录", 1, 4)
    plan = compile_plan(pack, scheme, request.period)
    facts: list[Fact] | Stored
    closed: set[tuple[str, Month]] = set()
    _check_links(request, plan)
    if request.table:
        facts = _in_the_database(request, plan, roster, problems)
    elif any(is_fact_file(path) for path in request.records):
        facts = _handed_over(request, plan, roster, problems)
    else:
        read, closed = _read_tables(request, pack, roster, problems)
        facts, found = check_facts(plan, read)
        problems.extend(found)
    if request.closed == EVERYTHING:
        closed = {(m.organisation, month) for m in roster for month in plan.months}
    problems.items = [replace(p, place=request.called(p.place)) for p in problems.items]
    return Inputs(pack, scheme, roster, facts, frozenset(closed), problems)


def _read_tables(
    request: FileRequest, pack: Pack, roster: Roster, problems: Problems
) -> tuple[list[Fact], set[tuple[str, Month]]]:
    """Records and closings of people's own tables, in the order of the files."""
    facts: list[Fact] = []
    closed: set[tuple[str, Month]] = set()
    for path in request.records:
        mapping, after = request.mapping_of(path), max((f.sequence for f in facts), default=0)
        read, found = read_facts(path, pack=pack, roster=roster, period=request.period, mapping=mapping, after=after)
        facts += [replace(f, source=request.called(f.source)) for f in read] if request.names else read
        problems.extend(found)
        shut, found = read_closings(path, roster=roster, period=request.period, mapping=mapping)
        closed |= shut
        problems.extend(found)
    return facts, closed


def _handed_over(request: FileRequest, plan: Plan, roster: Roster, problems: Problems) -> FactFile:
    """Records as another system hands them over: one Parquet file, clean as a whole."""
    path = request.records[0]
    if len(request.records) > 1:
        message = "Parquet 记录文件要单独交，不能和别的文件一起"
        raise ProblemsFound([Problem(Place(path.name), "one-fact-file", message, "合并成一个文件，或分开核算")])
    file, found = check_fact_file(path, pack=plan.pack, roster=roster, period=request.period, plan=plan)
    problems.extend(found)
    if found.errors:
        raise ProblemsFound(problems)
    return file


def _check_links(request: FileRequest, plan: Plan) -> None:
    """Facts that count for whoever is responsible are passed on one by one: not out of a file or table of facts."""
    stored = request.table or next((str(path.name) for path in request.records if is_fact_file(path)), "")
    if stored and plan.through:
        message = "这个办法有按责任关系计入的项目，记录文件和数据库里的记录还不能这样核算"
        raise ProblemsFound([Problem(Place(stored), "facts-by-link", message, "用表格交记录")])


def _in_the_database(request: FileRequest, plan: Plan, roster: Roster, problems: Problems) -> FactTable:
    """Records of a table, checked where they lie, clean as a whole."""
    from linghang.engine.settle.backends.postgres import PostgresEngine  # only where it is used

    place, engine = Place(request.table), request.engine
    if not isinstance(engine, PostgresEngine):
        message = "数据库里的记录只能在那个数据库里核算"
        raise ProblemsFound([Problem(place, "engine-option", message, "加上 --engine postgres 和 --database")])
    try:
        table, found = engine.checked(request.table, pack=plan.pack, roster=roster, period=request.period, plan=plan)
    except LookupError as error:
        raise ProblemsFound([Problem(place, "no-table", str(error.args[0]), "核对模式名、表名和权利")]) from None
    problems.extend(found)
    if found.errors:
        raise ProblemsFound(problems)
    return table
