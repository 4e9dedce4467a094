"""A workbook of records into facts."""

from pathlib import Path

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import FactsSheet, Layout, TableMapping
from linghang.apps.exchange.mapping.propose_facts import propose_facts
from linghang.apps.exchange.records.collector import Collector
from linghang.apps.exchange.records.meanings import Meanings
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.records.rows import RowsReader
from linghang.apps.exchange.records.wide import WideReader
from linghang.apps.exchange.tables.grid import Workbook
from linghang.apps.exchange.tables.headers import header_of
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.engine.facts import Fact
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Roster


def read_facts(
    path: Path, *, pack: Pack, roster: Roster, period: Month, mapping: TableMapping | None = None, after: int = 0
) -> tuple[list[Fact], Problems]:
    """Read the facts of a file, in its order; records with an error are left out and reported by sheet and cell.

    Days after `period` are errors, earlier months of its year are context. Without a mapping the columns are found by
    their titles. `Fact.sequence` is the record's place in the file, the same at every reading of the same file; with
    several files pass the last sequence of the one before as `after`.
    """
    book, problems = read_workbook(path)
    if book is None:
        return [], problems
    return facts_of(book, pack=pack, roster=roster, period=period, mapping=mapping, problems=problems, after=after)


def facts_of(
    book: Workbook,
    *,
    pack: Pack,
    roster: Roster,
    period: Month,
    mapping: TableMapping | None,
    problems: Problems,
    after: int = 0,
    any_day: bool = False,
) -> tuple[list[Fact], Problems]:
    """Read the facts of an opened workbook; `problems` is added to and returned.

    With `any_day` the days are not held against the period, which then only completes days like “3月5日”.
    """
    lexicon, people = Lexicon(pack), People(roster)
    if mapping is None or not mapping.facts:
        sheets, unsure = propose_facts(book, lexicon, people)
        problems.extend(unsure)
    else:
        sheets = mapping.facts
    collector = Collector(problems, period, after, any_day=any_day)
    for mapped in sheets:
        _read_sheet(book, mapped, lexicon, people, collector, problems, period)
    return collector.facts(), problems


def _read_sheet(
    book: Workbook, mapped: FactsSheet, lexicon: Lexicon, people: People, collector: Collector, problems: Problems,
    period: Month,
) -> None:  # fmt: skip
    sheet = book.sheet(mapped.table.sheet)
    if sheet is None:
        place = Place(file=book.file, sheet=mapped.table.sheet)
        problems.add(place, "no-sheet", f"没有工作表“{mapped.table.sheet}”", "核对列对应表里的工作表名")
        return
    header = header_of(sheet, mapped.table.first, mapped.table.last)
    meanings = Meanings(Cells(book, sheet, problems), mapped, lexicon, period)
    reader = WideReader if mapped.layout is Layout.WIDE else RowsReader
    reader(meanings, header, people, collector).read()
