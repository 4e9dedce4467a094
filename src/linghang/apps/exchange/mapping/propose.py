"""The whole proposal for a workbook: roster sheets, records, closings."""

from dataclasses import dataclass

from linghang.apps.exchange.closings_reader import propose_closings
from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.mapping.propose_facts import propose_facts
from linghang.apps.exchange.mapping.propose_roster import propose_roster
from linghang.apps.exchange.records.people import People
from linghang.apps.exchange.tables.grid import Workbook
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problems
from linghang.engine.roster import Roster


@dataclass(frozen=True)
class Proposal:
    """A mapping, and the warnings that name what a person should look at."""

    mapping: TableMapping
    unsure: Problems


def propose_roster_mapping(book: Workbook) -> Proposal:
    """What the sheets of a roster file seem to be."""
    sheets, unsure = propose_roster(book)
    return Proposal(TableMapping(roster=sheets), unsure)


def propose_mapping(book: Workbook, pack: Pack, roster: Roster) -> Proposal:
    """What the sheets of a file of records seem to be, by the words of the pack and the names of the roster."""
    sheets, unsure = propose_facts(book, Lexicon(pack), People(roster))
    return Proposal(TableMapping(facts=sheets, closings=propose_closings(book)), unsure)
