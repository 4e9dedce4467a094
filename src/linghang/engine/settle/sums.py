"""Hits of facts on items, or sums of them, as they come from the database, added up in arrays [item, month, member]."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linghang.engine.settle.backends.sql import SAFE
from linghang.engine.settle.membership import Numbers

Counts = npt.NDArray[np.int32]
WAITING = 8  # batches that may wait for a free core


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


Points = Numbers | Counts  # 32 bits where no price needs more
Found = tuple[Counts, Points, Counts | None]  # cells, points, and how many facts each sum stands for


class Hits:
    """Hits (part, cell, points), or sums of hits (…, facts), laid out by part as they come.

    A cell is a place in the part's array of sums; a hit stands for one fact.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], parts: int, pool: ThreadPoolExecutor | None = None) -> None:
        """With a pool, batches are laid out while the database makes the next ones.

        Raises OverflowError when the sums might not fit into 64 bits.
        """
        self.by_part: list[list[Found]] = [[] for _ in range(parts)]
        most = rows = 0
        for batch, found in self._all_laid_out(batches, pool):
            rows += batch
            most = max(most, found)
        if most * rows > SAFE:
            raise OverflowError(f"sums of up to {most} hundredths, {rows} times, might not fit into 64 bits")

    def _all_laid_out(
        self, batches: Iterable[pa.RecordBatch], pool: ThreadPoolExecutor | None
    ) -> Iterator[tuple[int, int]]:
        """For each batch, how many rows it had and the most that one of them is worth."""
        if pool is None:
            yield from map(self._lay_out, batches)
            return
        waiting: deque[Future[tuple[int, int]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(self._lay_out, batch))
            if len(waiting) >= WAITING:
                yield waiting.popleft().result()
        yield from (found.result() for found in waiting)

    def _lay_out(self, batch: pa.RecordBatch) -> tuple[int, int]:
        part, cells, points = (batch[c].to_numpy() for c in ("part", "cell", "points"))
        facts = batch["facts"].to_numpy() if "facts" in batch.schema.names else None
        narrow = part.astype(np.uint16, copy=False)  # what numpy sorts by radix, in linear time
        most = max(int(points.max(initial=0)), -int(points.min(initial=0)))
        points = points.astype(np.int32) if most < 2**31 else points  # all of a chunk are kept until the last one
        order = np.argsort(narrow, kind="stable")
        cells, points = cells[order], points[order]
        facts = None if facts is None else facts[order]
        ends = np.bincount(narrow, minlength=len(self.by_part)).cumsum().tolist()
        for found, (start, end) in zip(self.by_part, pairwise([0, *ends]), strict=True):
            if start < end:  # several batches may come to one part: appending is one step
                found.append((cells[start:end], points[start:end], None if facts is None else facts[start:end]))
        return len(points), most

    def sums(self, part: int, shape: tuple[int, int, int]) -> Sums:
        found = Sums(np.zeros(shape, np.int64), np.zeros(shape, np.int32))
        for cells, points, facts in self.by_part[part]:
            np.add.at(found.points.reshape(-1), cells, points.astype(np.int64, copy=False))
            np.add.at(found.facts.reshape(-1), cells, np.int32(1) if facts is None else facts)
        return found
