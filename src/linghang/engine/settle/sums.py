"""Hits of facts on items, or sums of them, as they come from the database, added up in arrays [item, month, member]."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from linghang.engine.settle.backends.sql import SAFE
from linghang.engine.settle.fast import steps_for
from linghang.engine.settle.loops import Counts
from linghang.engine.settle.loops import Hits as Columns
from linghang.engine.settle.membership import Numbers

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


EACH_ONE = np.zeros(0, np.int32)  # no column of facts: each hit stands for one


class Hits:
    """Hits (part, cell, points), or sums of hits (…, facts), laid out by part as they come.

    A cell is a place in the part's array of sums; a hit stands for one fact.
    """

    def __init__(
        self, batches: Iterable[pa.RecordBatch], parts: int, pool: ThreadPoolExecutor | None = None, expected: int = 0
    ) -> None:
        """With a pool, batches are laid out while the database makes the next ones. About `expected` hits will come.

        Raises OverflowError when the sums might not fit into 64 bits.
        """
        self.expected = expected
        self.by_part: list[list[Columns]] = [[] for _ in range(parts)]
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
        facts = batch["facts"].to_numpy() if "facts" in batch.schema.names else EACH_ONE
        most = max(int(points.max(initial=0)), -int(points.min(initial=0)))
        points = points.astype(np.int32) if most < 2**31 else points  # all of a chunk are kept until the last one
        ends, hits = steps_for(self.expected).by_part(part, (cells, points, facts), len(self.by_part))
        for found, (start, end) in zip(self.by_part, pairwise([0, *ends]), strict=True):
            if start < end:  # several batches may come to one part: appending is one step
                found.append((hits[0][start:end], hits[1][start:end], hits[2][start:end]))
        return len(points), most

    def sums(self, part: int, shape: tuple[int, int, int]) -> Sums:
        steps = steps_for(self.expected)
        found = Sums(steps.zeros(shape, np.int64), steps.zeros(shape, np.int32))
        for hits in self.by_part[part]:
            steps.add_up(found.points.reshape(-1), found.facts.reshape(-1), hits)
        return found
