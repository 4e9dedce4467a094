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
Closed = frozenset[tuple[str, Month]]  # organisations with the months whose recording they have closed


@dataclass(frozen=True)
class Scored:
    """Consecutive members, from position `low` on: scored days [month, member], of so many days [month, 1]."""

    low: int
    scored: Numbers
    days: Numbers
    closed: Flags
    classes: tuple[npt.NDArray[np.str_], ...] = ()  # the roster's class column, where the plan looks at it

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

    def __init__(self, months: Sequence[Month], members: pa.Table, exempt: pa.Table, closed: Closed | None) -> None:
        """`members`: first, last, organisation; `exempt`: subject, first, last. `closed` None: closing does not matter.

        Open sides are filled in; a member to whom the scheme never applies has a last day before the first.
        """
        self.first, self.last = (_days(members[side]) for side in ("first", "last"))
        subject = exempt["subject"].to_numpy().astype(np.int64)
        order = np.argsort(subject, kind="stable")
        self.exempt = [values[order] for values in (subject, _days(exempt["first"]), _days(exempt["last"]))]
        self.begin, self.end = (_column([_day(getattr(m, side)) for m in months]) for side in ("first", "last"))
        self.days = self.end - self.begin + 1
        self._close(months, members["organisation"], closed)
        found = members["class"].to_numpy(zero_copy_only=False) if "class" in members.column_names else None
        self.classes = None if found is None else found.astype(np.str_)

    def _close(
        self, months: Sequence[Month], organisations: pa.ChunkedArray, closed: frozenset[tuple[str, Month]] | None
    ) -> None:
        names = organisations.combine_chunks().dictionary_encode()
        self.organisation = names.indices.fill_null(len(names.dictionary)).to_numpy()
        known = [*names.dictionary.to_pylist(), None]  # the last one stands for members without an organisation
        self.closed = np.array([[closed is None or (name, m) in closed for name in known] for m in months])

    def between(self, low: int, high: int) -> Scored:
        """The members at positions low … high − 1."""
        first, last = self.first[low:high], self.last[low:high]
        scored = _overlap(self.begin, first, self.end, last)
        rows = slice(*np.searchsorted(self.exempt[0], (low, high)))
        subject, begin, end = (values[rows] for values in self.exempt)
        gone = _overlap(
            self.begin, np.maximum(begin, first[subject - low]), self.end, np.minimum(end, last[subject - low])
        )
        np.subtract.at(scored.T, subject - low, gone.T)
        classes = () if self.classes is None else (self.classes[low:high],)
        return Scored(low, scored, self.days, self.closed[:, self.organisation[low:high]], classes)


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
