"""The steps between hits and rows in numpy, at home everywhere; `fast` has the same ones compiled."""

from typing import Any

import numpy as np
import numpy.typing as npt

from linghang.engine.settle.loops import Counts, Hits, Whole
from linghang.engine.settle.membership import Flags, Numbers


class Arrays:
    """What every set-based engine does with its hits and sums, without a loop in Python."""

    def zeros(self, shape: tuple[int, int, int], kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """An array for sums of one part."""
        return np.zeros(shape, kind)

    def forget(self) -> None:
        """The part of this thread is done: here, arrays go by themselves."""

    def by_part(self, part: Whole, hits: Hits, parts: int) -> tuple[list[int], Hits]:
        """Where each part ends, and the hits in the order of parts."""
        narrow = part.astype(np.uint16, copy=False)  # what numpy sorts by radix, in linear time
        order = np.argsort(narrow, kind="stable")
        cells, points, facts = hits
        ends: list[int] = np.bincount(narrow, minlength=parts).cumsum().tolist()
        return ends, (cells[order], points[order], facts[order] if len(facts) else facts)

    def add_up(self, sums: Numbers, counts: Counts, hits: Hits) -> None:
        """Add hits to the sums and counts of their cells."""
        cells, points, facts = hits
        np.add.at(sums, cells, points.astype(np.int64, copy=False))
        np.add.at(counts, cells, facts if len(facts) else np.int32(1))

    def fold(self, values: Numbers, sums: Numbers, of: Numbers) -> None:
        """Add values [node, month, member] to the sums of what each node belongs to; −1: to none."""
        for node in np.flatnonzero(of >= 0):
            sums[of[node]] += values[node]

    def rows(self, where: Flags, low: int) -> tuple[Whole, Counts, Numbers]:
        """Places of the flags [node, month, member] that are up, members there, and where a node's month ends."""
        places, members = np.flatnonzero(where), where.shape[2]
        counts = np.count_nonzero(where, axis=2).reshape(-1)
        begin = np.repeat(np.arange(len(counts)) * members - low, counts)  # of each month's members among the places
        return places, (places - begin).astype(np.int32), counts.cumsum()

    def spread(self, ends: Numbers, numbers: Counts) -> Counts:
        """The number of each row, where every block of rows has one."""
        return np.repeat(numbers, np.diff(ends, prepend=0))

    def picked(self, values: Whole, places: Whole) -> Numbers:
        """The values at those places."""
        found: Numbers = values[places].astype(np.int64, copy=False)
        return found
