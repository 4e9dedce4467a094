"""The whole proposal for a workbook: roster sheets, records, closings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linghang.apps.exchange.closings_reader import propose_closings
from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.mapping.propose_facts import propose_facts
from linghang.apps.exchange.mapping.propose_roster import propose_roster
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.roster_reader import roster_of
from linghang.apps.exchange.tables.grid import Workbook
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problems
from linghang.engine.roster import Roster


@dataclass(frozen=True)
class Proposal:
    """A mapping, and the warnings that name what a person should look at."""

    mapping: TableMapping
    unsure: Problems


def propose_files(roster_file: Path, records: Sequence[Path], pack: Pack) -> tuple[str, Problems]:
    """The text of one mapping file for a roster and its files of records, and everything that could not be read.

    What the proposal is unsure of stands in the text itself, as remarks. Sheets of equal names in several files of
    records share the entry of the first.
    """
    book, problems = read_workbook(roster_file)
    if book is None:
        return "", problems
    proposed = propose_roster_mapping(book)
    roster, found = roster_of(book, proposed.mapping, Problems())
    problems.extend(found)
    mapping, unsure = proposed.mapping, [*proposed.unsure]
    for path in records:
        book, found = read_workbook(path)
        problems.extend(found)
        if book is not None:
            more = propose_mapping(book, pack, roster)
            mapping = _joined(mapping, more.mapping)
            unsure += more.unsure
    return write_mapping(mapping, unsure), problems


def _joined(first: TableMapping, second: TableMapping) -> TableMapping:
    known = {sheet.table.sheet for sheet in first.facts}
    facts = (*first.facts, *(s for s in second.facts if s.table.sheet not in known))
    return replace(first, facts=facts, closings=first.closings or second.closings)


def propose_roster_mapping(book: Workbook) -> Proposal:
    """What the sheets of a roster file seem to be."""
    sheets, unsure = propose_roster(book)
    return Proposal(TableMapping(roster=sheets), unsure)


def propose_mapping(book: Workbook, pack: Pack, roster: Roster) -> Proposal:
    """What the sheets of a file of records seem to be, by the words of the pack and the names of the roster."""
    sheets, unsure = propose_facts(book, Lexicon(pack), People(roster))
    return Proposal(TableMapping(facts=sheets, closings=propose_closings(book)), unsure)
