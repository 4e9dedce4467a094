"""(child) Settle a past month by two versions over the same people and records, and hold the results together.

What is asked and answered are plain values that travel to a child process and back; the engine is loaded only there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linghang.engine.facts import Fact, FactFile
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.roster import Member

if TYPE_CHECKING:
    from linghang.engine.settle.plainly.liability import Tie
    from linghang.engine.settle.results import Settlement

Records = Path | list[Fact]
Report = Callable[[int, int, str], None]
MOST_SHOWN = 500  # rows of the page; the workbook holds everybody


@dataclass(frozen=True)
class Side:
    """One version with the people as its scheme sees them."""

    pack: Pack
    members: tuple[Member, ...]
    ties: "tuple[Tie, ...]" = ()


@dataclass(frozen=True)
class Simulation:
    """A month to be settled twice; every place counts as having closed its recording."""

    scheme: str
    month: Month
    old: Side
    new: Side
    places: tuple[str, ...]
    names: dict[str, str]  # organisation → its name


@dataclass(frozen=True)
class ChangedRow:
    """One line of the list: who, of which organisation, points before and after in hundredths, and because of what."""

    code: str
    name: str
    place: str
    before: int | None
    after: int | None
    because: str


def simulate(wanted: Simulation, records: Records, progress: Report) -> dict[str, Any]:
    """Who changes, the largest change first, and how many do not."""
    from linghang.engine.settle.compare import because, compare

    old = _settled(wanted, wanted.old, records)
    progress(1, 2, "新版核算")
    new = _settled(wanted, wanted.new, records)
    found = compare(old, new)
    progress(2, 2, "比较")
    rows = [
        ChangedRow(
            c.member.code, c.member.name, wanted.names.get(c.member.organisation, ""), c.before, c.after, because(c)
        )
        for c in found.changed
    ]
    return {"old": found.old, "new": found.new, "rows": rows, "unchanged": found.unchanged}


def _settled(wanted: Simulation, side: Side, records: Records) -> "Settlement":
    from linghang.engine.periods import Span, months_between, span_start
    from linghang.engine.roster import Roster
    from linghang.engine.settle.run import Request, settle

    months = months_between(span_start(wanted.month, Span.YEAR), wanted.month)
    request = Request(
        pack=side.pack,
        scheme=wanted.scheme,
        roster=Roster(side.members),
        period=wanted.month,
        closed=frozenset((place, month) for place in wanted.places for month in months),
        ties=side.ties,
    )
    return settle(request, FactFile(records, codes=True) if isinstance(records, Path) else records)
