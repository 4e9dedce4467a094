"""Hits of facts on items, or sums of them, as they come from the database, added up in arrays [item, month, member]."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.settle.backends.sql import SAFE
from linghang.engine.settle.membership import Numbers

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Sums:
    """What the facts are worth [item, month, member] before any limit, and how many they are."""

    points: Numbers
    facts: Counts

    def of_first(self, members: int) -> "Sums":
        """The last part of a chunk may have fewer members than its array."""
        if members == self.points.shape[2]:
            return self
        return Sums(self.points[:, :, :members].copy(), self.facts[:, :, :members].copy())


Found = tuple[npt.NDArray[np.int32], Numbers, Counts | None]  # cells, points, and how many facts each sum stands for


class Hits:
    """Hits (part, cell, points), or sums of hits (…, facts), laid out by part as they come.

    A cell is a place in the part's array of sums; a hit stands for one fact.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], parts: int) -> None:
        """Raises OverflowError when the sums might not fit into 64 bits."""
        self.by_part: list[list[Found]] = [[] for _ in range(parts)]
        most = rows = 0
        for batch in batches:
            part, cells, points = (batch[c].to_numpy() for c in ("part", "cell", "points"))
            facts = batch["facts"].to_numpy() if "facts" in batch.schema.names else None
            self._lay_out(part, cells, points, facts)
            rows += len(points)
            most = max(most, int(points.max(initial=0)), -int(points.min(initial=0)))
        if most * rows > SAFE:
            raise OverflowError(f"sums of up to {most} hundredths, {rows} times, might not fit into 64 bits")

    def _lay_out(
        self, part: npt.NDArray[np.int32], cells: npt.NDArray[np.int32], points: Numbers, facts: Counts | None
    ) -> None:
        narrow = part.astype(np.uint16)  # what numpy sorts by radix, in linear time
        order = np.argsort(narrow, kind="stable")
        cells, points = cells[order], points[order]
        facts = None if facts is None else facts[order]
        ends = np.bincount(narrow, minlength=len(self.by_part)).cumsum().tolist()
        for found, (start, end) in zip(self.by_part, pairwise([0, *ends]), strict=True):
            if start < end:
                found.append((cells[start:end], points[start:end], None if facts is None else facts[start:end]))

    def sums(self, part: int, shape: tuple[int, int, int]) -> Sums:
        found = Sums(np.zeros(shape, np.int64), np.zeros(shape, np.int32))
        for cells, points, facts in self.by_part[part]:
            np.add.at(found.points.reshape(-1), cells, points)
            np.add.at(found.facts.reshape(-1), cells, np.int32(1) if facts is None else facts)
        return found
