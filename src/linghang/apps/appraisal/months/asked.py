"""What one settlement reads, and what it gives: plain values that travel to a child process and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from linghang.apps.appraisal.months.roster import Rostered
from linghang.engine.facts import Fact
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month

MonthRow = tuple[str, int, str, int | None, int | None]  # subject, month, state, priced, counted
CategoryRow = tuple[str, int, str, int, int, int]  # subject, month, category, base, priced, counted
Rules = tuple[tuple[UUID, Pack, Month], ...]  # versions by which earlier months were settled, each with its last month
BookedRow = tuple[str, int, int, int]  # subject, month, booked, counted
GradeRow = tuple[str, int, str, str, int | None, str | None]  # subject, month, grade, state, total, band


@dataclass(frozen=True)
class FinalRows:
    """What is final of the subjects: as the engine's tables, with codes for subjects."""

    months: tuple[MonthRow, ...] = ()
    categories: tuple[CategoryRow, ...] = ()
    adjustments: tuple[BookedRow, ...] = ()
    grades: tuple[GradeRow, ...] = ()


@dataclass(frozen=True)
class TieRow:
    """A dated link by which records count for whoever is responsible."""

    kind: str
    left: str
    right: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Inputs:
    """Everything that one call of the engine reads beside the records.

    closed    place → months (`Month.index`) whose recording it has closed
    final     place → its last final month
    earlier   the rules of earlier months of the year, where they are others than those of this one
    apart     subjects whose months go by other rules than `earlier` says: they moved between places with different ones
    beside    places whose members were read to the last one, because they are held against each other: for others who
              were read along, the result means nothing; None where everybody read comes out right
    """

    binding: int
    version: UUID
    version_key: int
    pack: Pack
    scheme: str
    month: Month
    subjects: tuple[Rostered, ...]
    places: Mapping[int, UUID]
    closed: Mapping[int, tuple[int, ...]]
    final: Mapping[int, int]
    frozen: FinalRows
    watermark: Mapping[int, int]
    ties: tuple[TieRow, ...] = ()
    earlier: Rules = ()
    apart: Mapping[str, Rules] = field(default_factory=dict)
    year_end: bool = False
    beside: frozenset[int] | None = None

    @property
    def closings(self) -> frozenset[tuple[str, Month]]:
        """As the engine asks: (organisation, month)."""
        pairs = {
            (str(self.places[place]), Month.from_index(index))
            for place, months in self.closed.items()
            if place in self.places
            for index in months
        }
        apart = ((one.member.organisation, one.closed_apart) for one in self.subjects if one.closed_apart is not None)
        pairs |= {(organisation, Month.from_index(index)) for organisation, months in apart for index in months}
        return frozenset(pairs)


@dataclass(frozen=True)
class Outcome:
    """What the settlement says of its month: rows by subject code, in the order of codes.

    statements  code → (state, priced, counted, items, categories, unknown)
    booked      (code, month, booked in, counted) that are new
    grades      (code, grade, state, total, band) of spans that end with the month
    selections  (code, proposal list)
    """

    statements: Mapping[str, tuple[str, int | None, int | None, dict[str, Any], dict[str, Any], list[str]]]
    booked: tuple[BookedRow, ...]
    grades: tuple[tuple[str, str, str, int | None, str | None], ...]
    selections: tuple[tuple[str, str], ...]
    result_hash: str
    versions: Mapping[str, str]
    too_late: tuple[BookedRow, ...]
    notes: Mapping[str, str]


Facts = Path | list[Fact]
