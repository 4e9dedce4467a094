"""Who is scored: subjects with their organisation, class and dated membership."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
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
class ClassChange:
    """From a day on, a member is in another class."""

    since: date
    member_class: str


@dataclass(frozen=True)
class Balance:
    """What last year's final statement leaves: of `total` and of categories by id (node, counted, cut by limits).

    `source` says which statement that is, for people to read. A node that is not there left nothing.
    """

    nodes: tuple[tuple[str, int, int], ...] = ()
    source: str = ""

    def of(self, node: str) -> tuple[int, int]:
        """(counted, cut) of a node, in hundredths."""
        return next(((counted, cut) for name, counted, cut in self.nodes if name == node), (0, 0))


@dataclass(frozen=True)
class Member:
    """One row of the roster.

    code          unique within the roster
    name          for people to read; never used to compute
    organisation  the branch, as written
    type          正式党员 / 预备党员 / … as written
    member_class  class of member that schemes may treat differently (for example 离退休), up to the first change
    active        the days of membership
    exempt        days on which nothing is demanded and nothing is scored; ranges that overlap or touch are joined
    brought       what last year left, for schemes that carry it over; None = not known yet
    class_changes from when on the member is in which other class, in order of days; what changes nothing is left out
    """

    code: str
    name: str
    organisation: str = ""
    type: str = ""
    member_class: str = ""
    active: DateRange = field(default_factory=DateRange)
    exempt: tuple[DateRange, ...] = ()
    source: Place = field(default_factory=Place, compare=False)
    class_changes: tuple[ClassChange, ...] = ()
    brought: Balance | None = None

    def __post_init__(self) -> None:
        if self.exempt:
            object.__setattr__(self, "exempt", joined(self.exempt))
        if self.class_changes:
            object.__setattr__(self, "class_changes", _changes(self.member_class, self.class_changes))

    def scored_on(self, day: date) -> bool:
        """Whether the scheme applies to this person on the day."""
        return self.active.contains(day) and not any(e.contains(day) for e in self.exempt)

    def scored_days(self, month: Month) -> int:
        """Days of the month on which the scheme applies."""
        both = [_both(self.active, e) for e in self.exempt]
        return self.active.days_within(month) - sum(r.days_within(month) for r in both)

    # --- classes that change ---

    @property
    def classes(self) -> tuple[tuple[str, DateRange], ...]:
        """Each class with its days, in order; together all days there are."""
        starts = [None, *(c.since for c in self.class_changes)]
        ends = [*(_before(c.since) for c in self.class_changes), None]
        words = [self.member_class, *(c.member_class for c in self.class_changes)]
        return tuple((w, DateRange(a, b)) for w, a, b in zip(words, starts, ends, strict=True))

    def class_on(self, day: date) -> str:
        """The class on a day."""
        return next((c.member_class for c in reversed(self.class_changes) if c.since <= day), self.member_class)

    def exempting(self, classes: Collection[str]) -> "Member":
        """The same member, exempt on the days in one of the classes as well."""
        gone = [days for word, days in self.classes if word in classes]
        return replace(self, exempt=(*self.exempt, *gone)) if gone else self

    @property
    def scored_ranges(self) -> tuple[tuple[str, DateRange], ...]:
        """The days on which the scheme applies, as disjoint ranges in order, each with the class on all its days."""
        free, found = _without(self.active, self.exempt), []
        for word, days in self.classes:
            found += [(word, both) for part in free if not _is_empty(both := _both(part, days))]
        return tuple(found)

    def days_in(self, month: Month, classes: Collection[str]) -> int:
        """Days of the month on which the scheme applies and the class is one of these; of none means of any."""
        if not classes or not self.class_changes:
            return self.scored_days(month) if not classes or self.member_class in classes else 0
        return sum(days.days_within(month) for word, days in self.scored_ranges if word in classes)

    def class_in(self, month: Month) -> str:
        """The class on the last day of the month on which the scheme applies; on the last day at all where none is."""
        if not self.class_changes:
            return self.member_class
        within = [word for word, days in self.scored_ranges if days.days_within(month)]
        return within[-1] if within else self.class_on(month.last)


def _changes(first: str, changes: Iterable[ClassChange]) -> tuple[ClassChange, ...]:
    """In order of days, of one day the last; those that change something."""
    found: list[ClassChange] = []
    for change in {c.since: c for c in sorted(changes, key=lambda c: c.since)}.values():
        if change.member_class != (found[-1].member_class if found else first):
            found.append(change)
    return tuple(found)


def _both(a: DateRange, b: DateRange) -> DateRange:
    """The days that lie in both."""
    return DateRange(_later(a.first, b.first), _earlier(a.last, b.last))


def _is_empty(days: DateRange) -> bool:
    return days.first is not None and days.last is not None and days.last < days.first


def _without(days: DateRange, gone: Iterable[DateRange]) -> list[DateRange]:
    """What is left of the days, without disjoint ranges in order."""
    left, first = [], days.first
    for out in gone:
        if out.first is not None:
            left.append(DateRange(first, _earlier(days.last, _before(out.first))))
        if out.last is None:
            return [r for r in left if not _is_empty(r)]
        first = _later(first, _after(out.last))
    left.append(DateRange(first, days.last))
    return [r for r in left if not _is_empty(r)]


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


def _before(day: date) -> date:
    return day - timedelta(days=1) if day > date.min else day


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
