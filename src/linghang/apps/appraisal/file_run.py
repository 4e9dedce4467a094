"""The main job on files: a pack, a roster and records become statements. Used by the command line and the trial page.

Needs no Django settings: nothing of the database is touched.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from linghang.apps.exchange.closings_reader import read_closings
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.roster_reader import read_roster
from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problem, Problems, ProblemsFound
from linghang.engine.roster import Balance, Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.backends.fact_file import all_facts, check_fact_file, facts_of, is_fact_file
from linghang.engine.settle.engines import Engine, Progress
from linghang.engine.settle.kept import file_hash
from linghang.engine.settle.results import Settlement
from linghang.engine.settle.run import Request, settle, silent
from linghang.engine.settle.store import MANIFEST, TOTALS, load_balances, load_frozen, save
from linghang.engine.settle.validate import check_facts

STATEMENTS = "statements.xlsx"
EVERYTHING = "all"


@dataclass(frozen=True)
class FileRequest:
    """What is asked for.

    records     one or several files; their order decides the order of records of one day
    closed      "all" when every branch has closed every month; otherwise the files' own sheet 关账 says it
    keep_going  settle the good rows and list the others, instead of stopping
    mappings    by name of the file on disk: what its columns mean, instead of `mapping`
    names       by name of the file on disk: what people call it, in problems, sources and lines
    last_year   the folder of the result of last year's December, for schemes that carry points over
    first_year  there is no last year: nothing comes over
    table       instead of records: a table or view of facts in the database of the engine
    """

    pack: Path
    roster: Path
    records: Sequence[Path]
    period: Month
    prior: Path | None = None
    mapping: TableMapping | None = None
    scheme: str = ""
    closed: str = ""
    keep_going: bool = False
    engine: str | Engine = "duckdb"
    lines: bool = False
    mappings: Mapping[str, TableMapping] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    last_year: Path | None = None
    first_year: bool = False

    def mapping_of(self, path: Path) -> TableMapping | None:
        return self.mappings.get(path.name, self.mapping)

    def called(self, place: Place) -> Place:
        """The place with the file's name as people know it; the one sheet of a plain text file is called like it."""
        if place.file not in self.names:
            return place
        name = self.names[place.file]
        own = place.sheet == Path(place.file).stem
        return replace(place, file=name, sheet=Path(name).stem if own else place.sheet)


@dataclass(frozen=True)
class Inputs:
    """Everything read, and everything found wrong with it."""

    pack: Pack
    scheme: str
    roster: Roster
    facts: list[Fact] | Stored
    closed: frozenset[tuple[str, Month]]
    problems: Problems = field(default_factory=Problems)

    def facts_of(self, code: str) -> list[Fact]:
        """One member's facts."""
        if isinstance(self.facts, FactFile):
            return facts_of(self.facts, self.roster, code)
        if isinstance(self.facts, FactTable):
            raise TypeError("facts in a database are not read one by one")
        return [f for f in self.facts if f.subject == code]

    def objects(self) -> list[Fact]:
        """All facts as objects; raises ProblemsFound for a file that is too large for that."""
        hint = "去掉 --lines，或不指定 --engine reference"
        if isinstance(self.facts, FactTable):
            message = "数据库里的记录不逐条取出来，没有逐条明细"
            raise ProblemsFound([Problem(Place(self.facts.name), "too-many-facts", message, hint)])
        if not isinstance(self.facts, FactFile):
            return self.facts
        try:
            return all_facts(self.facts, self.roster)
        except ValueError as error:
            raise ProblemsFound([Problem(Place(self.facts.path.name), "too-many-facts", str(error), hint)]) from None


@dataclass(frozen=True)
class Outcome:
    """A settlement with what was left out of it."""

    request: FileRequest
    inputs: Inputs
    settlement: Settlement

    @property
    def left_out(self) -> list[Problem]:
        return self.inputs.problems.errors


def read_pack(folder: Path, scheme: str = "") -> tuple[Pack, str, Problems]:
    """The checked pack and which of its schemes is meant; raises ProblemsFound when it cannot be used."""
    pack, problems = load_pack(folder)
    if pack is None or problems.errors:
        raise ProblemsFound(problems)
    if scheme or len(pack.schemes) != 1:
        if scheme not in pack.schemes:
            hint = f"用 --scheme 指定一个：{'、'.join(pack.schemes)}"
            problems.add(Place(str(folder)), "which-scheme", f"方案包里有 {len(pack.schemes)} 个办法", hint)
            raise ProblemsFound(problems)
        return pack, scheme, problems
    return pack, next(iter(pack.schemes)), problems


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


def settle_files(request: FileRequest, *, progress: Progress = silent) -> Outcome:
    """Read, check and settle. Any problem stops with ProblemsFound, unless `keep_going`."""
    inputs = read_inputs(request, progress=progress)
    frozen = None
    if request.prior:
        frozen, found = load_frozen(
            request.prior,
            inputs.roster,
            scheme=inputs.scheme,
            pack=inputs.pack,
            period=request.period,
        )
        inputs.problems.extend(found)
        if found.errors:
            raise ProblemsFound(inputs.problems)
    if inputs.problems.errors and not request.keep_going:
        raise ProblemsFound(inputs.problems)
    roster = with_last_year(request, inputs)
    wanted = Request(inputs.pack, inputs.scheme, roster, request.period, inputs.closed, frozen)
    facts = inputs.objects() if request.lines or request.engine == "reference" else inputs.facts
    settlement = settle(wanted, facts, engine=request.engine, lines=request.lines, progress=progress)
    return Outcome(request, inputs, settlement)


def with_last_year(request: FileRequest, inputs: Inputs) -> Roster:
    """The roster with what last year left; without a result of it, that is not known."""
    if request.first_year:
        return Roster(replace(member, brought=Balance()) for member in inputs.roster)
    if request.last_year is None:
        return inputs.roster
    held, problems = load_balances(request.last_year, scheme=inputs.scheme, period=request.period)
    if problems.errors:
        raise ProblemsFound(problems)
    return Roster(replace(member, brought=held.get(member.code, Balance())) for member in inputs.roster)


def write_outputs(outcome: Outcome, folder: Path, *, now: datetime) -> None:
    """Write statements.xlsx, totals.parquet and run.json into the folder: all of them, or nothing.

    A folder that holds something else than an earlier result of the same month raises ProblemsFound.
    """
    from linghang.apps.exchange.statements import write_statements  # loads the writer of workbooks

    _check_target(folder, outcome.request.period)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        asked = outcome.request
        sources = [*describe_files([asked.roster, *asked.records], asked.names), *_tables(outcome.inputs.facts)]
        if asked.last_year:
            sources += describe_files([asked.last_year / TOTALS], {TOTALS: f"上年结果 {asked.last_year.name}"})
        manifest = {"made_at": now.isoformat(timespec="seconds"), "inputs": sources, "left_out": len(outcome.left_out)}
        save(outcome.settlement, fresh, manifest=manifest)
        write_statements(
            fresh / STATEMENTS, outcome.settlement, problems=list(outcome.inputs.problems), sources=sources, now=now
        )
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_target(folder: Path, period: Month) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        earlier = json.loads((folder / MANIFEST).read_text())["period"]
    except (OSError, ValueError, KeyError):
        earlier = None
    if earlier != str(period):
        what = f"是 {earlier} 的核算结果" if earlier else "不是空的"
        problem = Problem(Place(str(folder)), "target-in-use", f"输出文件夹{what}，没有写入", "换一个新的 --out 文件夹")
        raise ProblemsFound([problem])


def _swap(fresh: Path, folder: Path) -> None:
    """Put the finished folder in place; an earlier result of the same month leaves only after that."""
    old = fresh.with_name(fresh.name + "-old")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def describe_files(paths: Iterable[Path], names: Mapping[str, str]) -> list[dict[str, str]]:
    """Name and SHA-256 of each input: what a result stands on."""
    return [{"file": names.get(p.name, p.name), "sha256": file_hash(p)} for p in paths]


def _tables(facts: list[Fact] | Stored) -> list[dict[str, str]]:
    """The table of a database that a result stands on, with its rows and a figure that no other content has."""
    if not isinstance(facts, FactTable):
        return []
    return [{"table": facts.name, "rows": str(facts.rows), "digest": facts.digest}]
