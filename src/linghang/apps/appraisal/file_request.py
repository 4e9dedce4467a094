"""What is asked for when files are settled or one member is explained, and what was read of them.

Loads nothing that only a settlement needs: an explanation is there before those libraries would be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problem, Problems, ProblemsFound
from linghang.engine.roster import Balance, Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.fact_rows import all_facts, facts_of

if TYPE_CHECKING:
    from linghang.apps.exchange.mapping.model import TableMapping
    from linghang.engine.settle.engines import Engine

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
    mapping: "TableMapping | None" = None
    scheme: str = ""
    closed: str = ""
    keep_going: bool = False
    engine: "str | Engine" = "duckdb"
    lines: bool = False
    mappings: "Mapping[str, TableMapping]" = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    last_year: Path | None = None
    first_year: bool = False

    def mapping_of(self, path: Path) -> "TableMapping | None":
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
    plan: Plan | None = None  # where it is compiled already

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


def with_last_year(request: FileRequest, inputs: Inputs) -> Roster:
    """The roster with what last year left; without a result of it, that is not known."""
    if request.first_year:
        return Roster(replace(member, brought=Balance()) for member in inputs.roster)
    if request.last_year is None:
        return inputs.roster
    from linghang.engine.settle.store import load_balances  # reads tables of results: few ask for it

    held, problems = load_balances(request.last_year, scheme=inputs.scheme, period=request.period)
    if problems.errors:
        raise ProblemsFound(problems)
    return Roster(replace(member, brought=held.get(member.code, Balance())) for member in inputs.roster)
