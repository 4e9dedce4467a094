"""Who is scored when: days of every month on which the scheme applies to a member, and which months are closed.

Arrays are [month, member]; days are counted from 1970 as Arrow and DuckDB count them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.periods import Month

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
AT_ONCE = 100_000  # members whose days are looked at together
Closed = frozenset[tuple[str, Month]]  # organisations with the months whose recording they have closed


@dataclass(frozen=True)
class Scored:
    """Consecutive members, from position `low` on: scored days [month, member], of so many days [month, 1]."""

    low: int
    scored: Numbers
    days: Numbers
    closed: Flags
    classes: tuple[npt.NDArray[np.str_], ...] = ()  # the roster's class column, where the plan looks at it
    all_closed: Flags | None = None  # [month, 1]: whether every organisation has closed the month
    before: Flags | None = None  # [earlier month, member]: scored on all its days
    peers: Numbers | None = None  # how many of the organisation are scored [month, member]

    def concerned(self, classes: Sequence[str]) -> Flags:
        """The members [member] of those classes; everybody when there are none."""
        if not classes:
            return np.ones(self.scored.shape[1], bool)
        return np.isin(self.classes[0], classes)

    @property
    def applies(self) -> Flags:
        """Where the scheme applies on some day: elsewhere there is no total."""
        return self.scored > 0

    @property
    def whole(self) -> Flags:
        """Where it applies on every day of the month: only then a norm asks for anything."""
        whole: Flags = self.scored == self.days
        return whole


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
    ) -> None:
        """`members`: first, last, organisation; `exempt`: subject, first, last. `closed` None: closing does not matter.

        Open sides are filled in; a member to whom the scheme never applies has a last day before the first. `earlier`
        months are looked at as well; `sized` counts who is scored in each organisation, `across` asks whether all of
        them have closed.
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
        return Scored(low, scored, self.days, closed, classes, self.all_closed, self._whole_before(low, high), peers)

    def _whole_before(self, low: int, high: int) -> Flags | None:
        if self.earlier is None:
            return None
        begin, end = self.earlier
        whole: Flags = self._scored(low, high, begin, end) == end - begin + 1
        return whole

    def _scored(self, low: int, high: int, starts: Numbers, stops: Numbers) -> Numbers:
        """Scored days [month, member] of the months between those days."""
        first, last = self.first[low:high], self.last[low:high]
        scored = _overlap(starts, first, stops, last)
        rows = slice(*np.searchsorted(self.exempt[0], (low, high)))
        subject, begin, end = (values[rows] for values in self.exempt)
        gone = _overlap(starts, np.maximum(begin, first[subject - low]), stops, np.minimum(end, last[subject - low]))
        np.subtract.at(scored.T, subject - low, gone.T)
        return scored


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
