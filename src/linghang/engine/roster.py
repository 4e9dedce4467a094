"""Who is scored: subjects with their organisation, class and dated membership."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from linghang.engine.periods import Month
from linghang.engine.problems import Place


@dataclass(frozen=True)
class DateRange:
    """A closed range of days; None leaves a side open."""

    first: date | None = None
    last: date | None = None

    def contains(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def days_within(self, month: Month) -> int:
        """How many days of the month fall into the range."""
        first = max(self.first or month.first, month.first)
        last = min(self.last or month.last, month.last)
        return max(0, (last - first) // timedelta(days=1) + 1)


@dataclass(frozen=True)
class Member:
    """One row of the roster.

    code          unique within the roster
    name          for people to read; never used to compute
    organisation  the branch, as written
    type          正式党员 / 预备党员 / … as written
    member_class  class of member that schemes may treat differently (for example 离退休)
    active        the days of membership
    exempt        days on which nothing is demanded and nothing is scored; ranges that overlap or touch are joined
    """

    code: str
    name: str
    organisation: str = ""
    type: str = ""
    member_class: str = ""
    active: DateRange = field(default_factory=DateRange)
    exempt: tuple[DateRange, ...] = ()
    source: Place = field(default_factory=Place, compare=False)

    def __post_init__(self) -> None:
        if self.exempt:
            object.__setattr__(self, "exempt", joined(self.exempt))

    def scored_on(self, day: date) -> bool:
        """Whether the scheme applies to this person on the day."""
        return self.active.contains(day) and not any(e.contains(day) for e in self.exempt)

    def scored_days(self, month: Month) -> int:
        """Days of the month on which the scheme applies."""
        both = [DateRange(_later(self.active.first, e.first), _earlier(self.active.last, e.last)) for e in self.exempt]
        return self.active.days_within(month) - sum(r.days_within(month) for r in both)


def _later(a: date | None, b: date | None) -> date | None:
    return max(a, b) if a and b else a or b


def _earlier(a: date | None, b: date | None) -> date | None:
    return min(a, b) if a and b else a or b


def joined(ranges: Iterable[DateRange]) -> tuple[DateRange, ...]:
    """The same days as disjoint ranges in order of time, so that no day is counted twice; empty ranges are left out."""
    found: list[tuple[date, date]] = []
    for first, last in sorted((r.first or date.min, r.last or date.max) for r in ranges):
        if found and first <= _after(found[-1][1]):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first <= last:
            found.append((first, last))
    return tuple(DateRange(a if a > date.min else None, b if b < date.max else None) for a, b in found)


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


class Roster:
    """The members by code, in order of organisation and code."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = tuple(sorted(members, key=lambda m: (m.organisation, m.code)))
        self._by_code = {m.code: m for m in self.members}
        self._positions = {m.code: position for position, m in enumerate(self.members)}
        if len(self._by_code) != len(self.members):
            raise ValueError("two members of the roster share a code")

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Member:
        return self._by_code[code]

    def position(self, code: str) -> int:
        """Where the member stands in the roster's order: the number that engines use instead of the code."""
        return self._positions[code]

    def get(self, code: str) -> Member | None:
        return self._by_code.get(code)

    def named(self, name: str, organisation: str = "") -> list[Member]:
        """Everybody of that name, in that organisation when one is given."""
        return [m for m in self.members if m.name == name and organisation in ("", m.organisation)]
