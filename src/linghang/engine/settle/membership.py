"""Who is scored when: days of every month on which the scheme applies to a member, and which months are closed.

Arrays are [month, member]; days are counted from 1970 as Arrow and DuckDB count them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.periods import Month

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Brought = Mapping[int, tuple[Numbers, Flags]]  # item → points that last year gives each member, and if they are known
AT_ONCE = 100_000  # members whose days are looked at together
Closed = frozenset[tuple[str, Month]]  # organisations with the months whose recording they have closed


@dataclass(frozen=True)
class ClassDays:
    """Of members whose class changes the days on which the scheme applies, by class; `who` [member] are they."""

    who: Flags
    subject: Numbers
    first: Numbers
    last: Numbers
    words: npt.NDArray[np.str_]

    def within(self, classes: Sequence[str], edges: tuple[Numbers, Numbers]) -> Numbers:
        """Days [month, member] in these classes."""
        rows, found = np.isin(self.words, classes), np.zeros((len(edges[0]), len(self.who)), np.int64)
        days = _overlap(edges[0], self.first[rows], edges[1], self.last[rows])
        np.add.at(found.T, self.subject[rows], days.T)
        return found

    def at_the_end(self, classes: Sequence[str], edges: tuple[Numbers, Numbers]) -> Flags:
        """Whether the last of a month's days is in one of these classes [month, member]."""
        there = _overlap(edges[0], self.first, edges[1], self.last) > 0
        until = np.where(there, np.minimum(edges[1], self.last), 0)
        latest = np.zeros((len(edges[0]), len(self.who)), np.int64)
        np.maximum.at(latest.T, self.subject, until.T)
        found = np.zeros(latest.shape, bool)
        own = there & (until == latest[:, self.subject]) & np.isin(self.words, classes)
        np.logical_or.at(found.T, self.subject, own.T)
        return found


@dataclass(frozen=True)
class Scored:
    """Consecutive members, from position `low` on: scored days [month, member], of so many days [month, 1]."""

    low: int
    scored: Numbers
    days: Numbers
    closed: Flags
    classes: tuple[npt.NDArray[np.str_], ...] = ()  # the roster's class column, where the plan looks at it
    all_closed: Flags | None = None  # [month, 1]: whether every organisation has closed the month
    earlier: Numbers | None = None  # scored days [earlier month, member]
    peers: Numbers | None = None  # how many of the organisation are scored [month, member]
    edges: tuple[tuple[Numbers, Numbers], ...] = ()  # first and last days of the months, and of the earlier ones
    changes: ClassDays | None = None  # of whose class changes
    brought: Brought = field(default_factory=dict)

    def concerned(self, classes: Sequence[str]) -> Flags:
        """The members [member] of those classes, and whose class changes; everybody when there are none."""
        if not classes:
            return np.ones(self.scored.shape[1], bool)
        found: Flags = np.isin(self.classes[0], classes)
        return found if self.changes is None else found | self.changes.who

    def days_in(self, classes: Sequence[str]) -> Numbers:
        """Scored days [month, member] in one of those classes; all of them when there are none."""
        return self._days_in(classes, self.scored, 0)

    def _days_in(self, classes: Sequence[str], scored: Numbers, edges: int) -> Numbers:
        if not classes:
            return scored
        found = np.where(self.concerned(classes), scored, 0)
        if self.changes is None:
            return found
        return np.where(self.changes.who, self.changes.within(classes, self.edges[edges]), found)

    def ends_in(self, classes: Sequence[str]) -> Flags:
        """Whether the class on the last scored day is one of those [month, member]."""
        found = np.broadcast_to(self.concerned(classes), self.scored.shape)
        if self.changes is None:
            return found
        return np.where(self.changes.who, self.changes.at_the_end(classes, self.edges[0]), found)

    def whole_in(self, classes: Sequence[str]) -> Flags:
        """Where the scheme applies on every day of the month, and the class is one of those: a norm asks only there."""
        whole: Flags = self.days_in(classes) == self.days
        return whole

    def whole_before(self, classes: Sequence[str]) -> Flags:
        """The same for the earlier months [earlier month, member]."""
        assert self.earlier is not None
        begin, end = self.edges[1]
        whole: Flags = self._days_in(classes, self.earlier, 1) == end - begin + 1
        return whole

    @property
    def applies(self) -> Flags:
        """Where the scheme applies on some day: elsewhere there is no total."""
        return self.scored > 0


class Membership:
    """All members in the order of their positions, read once; `between` gives the arrays of some of them."""

    def __init__(
        self,
        months: Sequence[Month],
        members: pa.Table,
        exempt: pa.Table,
        closed: Closed | None,
        *,
        earlier: Sequence[Month] = (),
        sized: bool = False,
        across: bool = False,
        class_days: pa.Table | None = None,
        brought: Brought | None = None,
    ) -> None:
        """`members`: first, last, organisation; `exempt`: subject, first, last. `closed` None: closing does not matter.

        Open sides are filled in; a member to whom the scheme never applies has a last day before the first. `earlier`
        months are looked at as well; `sized` counts who is scored in each organisation, `across` asks whether all of
        them have closed. `brought`: what last year gives. `class_days`: scored days by class of whose class changes,
        in order of members.
        """
        self.first, self.last = (_days(members[side]) for side in ("first", "last"))
        subject = exempt["subject"].to_numpy().astype(np.int64)
        order = np.argsort(subject, kind="stable")
        self.exempt = [values[order] for values in (subject, _days(exempt["first"]), _days(exempt["last"]))]
        self.begin, self.end = _edges(months)
        self.days = self.end - self.begin + 1
        self.earlier = _edges(earlier) if earlier else None
        self._close(months, members["organisation"], closed)
        found = members["class"].to_numpy(zero_copy_only=False) if "class" in members.column_names else None
        self.classes = None if found is None else found.astype(np.str_)
        self.class_days = None if class_days is None else _by_member(class_days)
        self.brought = brought or {}
        self.sizes = self._sizes() if sized else None
        self.all_closed = self._all_closed() if across else None

    def _all_closed(self) -> Flags:
        found: Flags = np.all(self.closed[:, np.unique(self.organisation)], axis=1, keepdims=True)
        return found

    def _sizes(self) -> Numbers:
        """How many are scored [month, organisation]."""
        found = np.zeros((len(self.begin), int(self.organisation.max(initial=0)) + 1), np.int64)
        for low in range(0, len(self.first), AT_ONCE):
            high = min(low + AT_ONCE, len(self.first))
            applies = self._scored(low, high, self.begin, self.end) > 0
            for number in range(len(self.begin)):
                np.add.at(found[number], self.organisation[low:high], applies[number])
        return found

    def _close(
        self, months: Sequence[Month], organisations: pa.ChunkedArray, closed: frozenset[tuple[str, Month]] | None
    ) -> None:
        names = organisations.combine_chunks().dictionary_encode()
        self.organisation = names.indices.fill_null(len(names.dictionary)).to_numpy()
        known = [*names.dictionary.to_pylist(), None]  # the last one stands for members without an organisation
        self.closed = np.array([[closed is None or (name, m) in closed for name in known] for m in months])

    def between(self, low: int, high: int) -> Scored:
        """The members at positions low … high − 1."""
        scored = self._scored(low, high, self.begin, self.end)
        classes = () if self.classes is None else (self.classes[low:high],)
        organisation = self.organisation[low:high]
        closed = self.closed[:, organisation]
        peers = None if self.sizes is None else self.sizes[:, organisation]
        edges = ((self.begin, self.end), *((self.earlier,) if self.earlier else ()))
        before = None if self.earlier is None else self._scored(low, high, *self.earlier)
        brought = {n: (points[low:high], known[low:high]) for n, (points, known) in self.brought.items()}
        return Scored(
            low, scored, self.days, closed, classes, self.all_closed, before, peers, edges, self._changes(low, high),
            brought,
        )  # fmt: skip

    def _changes(self, low: int, high: int) -> ClassDays | None:
        if self.class_days is None:
            return None
        subject, first, last, words = self.class_days
        rows = slice(*np.searchsorted(subject, (low, high)))
        if rows.start == rows.stop:
            return None
        own, who = subject[rows] - low, np.zeros(high - low, bool)
        who[own] = True
        return ClassDays(who, own, first[rows], last[rows], words[rows])

    def _scored(self, low: int, high: int, starts: Numbers, stops: Numbers) -> Numbers:
        """Scored days [month, member] of the months between those days."""
        first, last = self.first[low:high], self.last[low:high]
        scored = _overlap(starts, first, stops, last)
        rows = slice(*np.searchsorted(self.exempt[0], (low, high)))
        subject, begin, end = (values[rows] for values in self.exempt)
        gone = _overlap(starts, np.maximum(begin, first[subject - low]), stops, np.minimum(end, last[subject - low]))
        np.subtract.at(scored.T, subject - low, gone.T)
        return scored


def _by_member(found: pa.Table) -> tuple[Numbers, Numbers, Numbers, npt.NDArray[np.str_]]:
    words = found["class"].to_numpy(zero_copy_only=False).astype(np.str_)
    return found["subject"].to_numpy().astype(np.int64), _days(found["first"]), _days(found["last"]), words


def _edges(months: Sequence[Month]) -> tuple[Numbers, Numbers]:
    """First and last days [month, 1]."""
    return _column([_day(m.first) for m in months]), _column([_day(m.last) for m in months])


def _overlap(begin: Numbers, first: Numbers, end: Numbers, last: Numbers) -> Numbers:
    """How many days months and ranges have in common."""
    days: Numbers = np.maximum(0, np.minimum(end, last) - np.maximum(begin, first) + 1)
    return days


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _days(column: pa.ChunkedArray) -> Numbers:
    days: Numbers = column.cast(pa.int32()).to_numpy().astype(np.int64)
    return days


def _column(values: Sequence[int]) -> Numbers:
    return np.array(values, np.int64)[:, None]
