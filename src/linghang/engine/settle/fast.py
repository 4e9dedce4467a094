"""Compiled steps, where numba is installed (`linghang[fast]`) and facts are many; elsewhere numpy does the same.

Loading takes half a second, compiling some seconds, once: compiled code is kept beside this package or, where nothing
may be written there, in the user's own cache. Compiled steps do not hold the interpreter's lock.
"""

from collections.abc import Callable
from functools import cache
from math import prod
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.settle import loops
from linghang.engine.settle.arrays import Arrays
from linghang.engine.settle.loops import Counts, Hits, Sides, Whole
from linghang.engine.settle.membership import Flags, Numbers
from linghang.engine.settle.room import Room

FROM_FACTS = 5_000_000  # below, loading costs more than it spares
ARRAYS = Arrays()
LOADING = Lock()
Compile = Callable[[Callable[..., Any]], Callable[..., Any]]


def steps_for(facts: int) -> "Arrays | Fast":
    """The steps for so many facts; compiled ones are loaded when they are asked for the first time."""
    if facts < FROM_FACTS:
        return ARRAYS
    with LOADING:  # the first of several threads loads, the others wait
        return _loaded() or ARRAYS


@cache
def _loaded() -> "Fast | None":
    try:
        from numba import njit  # only here: it takes half a second, and need not be installed

        return Fast(njit(nogil=True, cache=True)).tried()
    except (ImportError, RuntimeError):  # the latter where compiled code can be kept nowhere
        return None


class Fast:
    """The loops, compiled, with the arrays that they need."""

    def __init__(self, compiled: Compile) -> None:
        self._lay_out, self._add_up = compiled(loops.lay_out), compiled(loops.add_up)
        self._limit, self._full_marks = compiled(loops.limit), compiled(loops.full_marks)
        self._fold, self._spread, self._pick = compiled(loops.fold), compiled(loops.spread), compiled(loops.pick)
        self._count, self._find = compiled(loops.count_rows), compiled(loops.find_rows)
        self.kept, self.brief = Room(), Room()  # for hits and results; for what is gone with its part

    def tried(self) -> "Fast":
        """Every step once, so that code is compiled or loaded before time counts."""
        one, sums, counts = np.zeros(1, np.int32), self.zeros((1, 1, 1), np.int64), self.zeros((1, 1, 1), np.int32)
        given = pa.array(one).to_numpy()  # as a database hands columns out, not to be written
        _, hits = self.by_part(given, (given, one, one[:0]), 1)
        self.add_up(sums.reshape(-1), counts.reshape(-1), hits)
        shape, flag = np.zeros((1, 1, 1), np.int64), np.zeros((1, 1), bool)
        counted = self.limited(sums, counts > 0, (shape, shape, flag, flag[0], flag))
        places, _, ends = self.rows(counts > 0, 0)
        self.spread(ends, one)
        for values in (sums, counts):
            self.picked(values.reshape(-1), places)
        self.full_marks(sums[0], sums[0], sums[0], True)
        self.fold(counted, sums, ends[:0])
        return self

    def zeros(self, shape: tuple[int, int, int], kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """An array for sums of one part."""
        found = self.brief.empty(prod(shape), kind).reshape(shape)
        found.fill(0)
        return found

    def forget(self) -> None:
        """The part of this thread is done, and nobody looks at its arrays any more."""
        self.brief.used = 0

    def by_part(self, part: Whole, hits: Hits, parts: int) -> tuple[list[int], Hits]:
        """Where each part ends, and the hits in the order of parts."""
        ends = np.zeros(parts, np.int64)
        cells, points, facts = (self.kept.empty(len(column), column.dtype) for column in hits)
        self._lay_out(part, hits, ends, (cells, points, facts))
        return ends.tolist(), (cells, points, facts)

    def add_up(self, sums: Numbers, counts: Counts, hits: Hits) -> None:
        """Add hits to the sums and counts of their cells."""
        self._add_up(sums, counts, hits)

    def limited(self, values: Numbers, holds: Flags, sides: Sides) -> Numbers:
        """What limits leave of the values [node, month, member]."""
        counted = self.brief.empty(values.size, np.int64).reshape(values.shape)
        self._limit(np.ascontiguousarray(values), np.ascontiguousarray(holds), sides, counted)
        return counted

    def full_marks(self, marks: Numbers, scored: Numbers, days: Numbers, pro_rata: bool) -> Numbers:
        """The full marks [category, month] of members scored on so many of the `days` [month, 1]."""
        found = self.brief.empty(len(marks) * scored.size, np.int64).reshape(len(marks), *scored.shape)
        self._full_marks(marks, np.ascontiguousarray(scored), days.reshape(-1), pro_rata, found)
        return found

    def fold(self, values: Numbers, sums: Numbers, of: Numbers) -> None:
        """Add values [node, month, member] to the sums of what each node belongs to; −1: to none."""
        self._fold(values, sums, of)

    def rows(self, where: Flags, low: int) -> tuple[Counts, Counts, Numbers]:
        """Places of the flags [node, month, member] that are up, members there, and where a node's month ends."""
        blocks = np.ascontiguousarray(where).reshape(-1, where.shape[2])
        ends = np.zeros(len(blocks), np.int64)
        self._count(blocks, ends)
        count = int(ends[-1]) if len(ends) else 0
        places, subjects = self.brief.empty(count + 1, np.int32), self.kept.empty(count + 1, np.int32)
        self._find(blocks, low, places, subjects)
        return places[:count], subjects[:count], ends

    def spread(self, ends: Numbers, numbers: Counts) -> Counts:
        """The number of each row, where every block of rows has one."""
        found = self.kept.empty(int(ends[-1]) if len(ends) else 0, np.int32)
        self._spread(ends, numbers, found)
        return found

    def picked(self, values: Whole, places: Counts) -> Numbers:
        """The values at those places."""
        found = self.kept.empty(len(places), np.int64)
        self._pick(values, places, found)
        return found
