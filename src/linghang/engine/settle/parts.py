"""From priced facts to results, chunk by chunk of members: what every set-based engine does after its database.

Members are settled in chunks, so that memory stays bounded however many facts there are; no result crosses members.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.parquet as pq

from linghang.engine.rules.plan import Plan
from linghang.engine.settle.fast import steps_for
from linghang.engine.settle.limits import Rules
from linghang.engine.settle.membership import Membership
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import BEFORE, SCHEMAS
from linghang.engine.settle.sums import Hits

Progress = Callable[[str, int, int], None]
ROWS_PER_CHUNK = 100_000_000  # hits or sums taken in at once: about 900 MB; each chunk reads a file in time order anew
PARTS_PER_CHUNK = 60_000  # their numbers fit into 16 bits
CELLS_PER_PART = 375_000  # items × months × members that one core sums up and limits at once, within its cache
TABLES = ("items", "categories", "months", "unknown")


class Sink(Protocol):
    """Takes the results of each part; several parts may come at the same time. A result is gone when it is taken."""

    def take(self, part: int, result: PartResult) -> None: ...


@runtime_checkable
class Remembering(Protocol):
    """A sink that may have parts already: a chunk whose parts are all there is not settled again."""

    def has(self, part: int) -> bool: ...


class ArrowSink:
    """Keeps the results in memory: for what people look at."""

    def __init__(self, names: Iterable[str] = TABLES) -> None:
        self.parts: dict[str, dict[int, pa.Table]] = {name: {} for name in names}

    @classmethod
    def of(cls, plan: Plan) -> "ArrowSink":
        """Items, categories, months and unknowns, and `before` where earlier years count."""
        return cls((*TABLES, "before") if plan.counts_back else TABLES)

    def take(self, part: int, result: PartResult) -> None:
        for name, found in self.parts.items():
            found[part] = result.table(name).cast(BEFORE if name == "before" else SCHEMAS[name])

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.concat_tables([found[n] for n in sorted(found)]) for name, found in self.parts.items()}


class ParquetSink:
    """Writes the results to `<folder>/<table>-<part>.parquet`: for runs that do not fit into memory."""

    def __init__(self, folder: Path, names: Iterable[str] = TABLES) -> None:
        self.folder, self.names = folder, frozenset(names)

    def take(self, part: int, result: PartResult) -> None:
        for name in self.names:
            pq.write_table(result.table(name), self.folder / f"{name}-{part:04d}.parquet", compression="zstd")


@dataclass(frozen=True)
class Chunk:
    """Members at positions low … high − 1, in parts of `size`; `first`: how many parts come before."""

    low: int
    high: int
    size: int
    first: int

    @property
    def parts(self) -> range:
        return range(max(1, -(-(self.high - self.low) // self.size)))


Priced = Callable[[Chunk], Iterable[pa.RecordBatch]]  # a chunk's hits (part, cell, points), or sums with (…, facts)


class Work:
    """Hits come once per chunk; sums and limits go through a chunk in parts.

    A part is small enough for one core's cache, and each core takes the next one: none waits for another.
    """

    def __init__(self, plan: Plan, membership: Membership, *, members: int, rows: int, progress: Progress) -> None:
        """`rows`: about how many hits or sums there will be in all."""
        self.plan, self.membership, self.progress, self.done = plan, membership, progress, 0
        self.rules, self.rows = Rules(plan, rows), rows
        self.items_months = (len(plan.items), plan.counts_back + len(plan.months))
        size = max(1, CELLS_PER_PART // max(1, len(plan.items) * self.items_months[1]))
        chunks = max(1, -(-rows // ROWS_PER_CHUNK), -(-members // (size * PARTS_PER_CHUNK)))
        self.chunks: list[Chunk] = []
        parts = 0
        for n in range(chunks):
            chunk = Chunk(members * n // chunks, members * (n + 1) // chunks, size, parts)
            self.chunks.append(chunk)
            parts += len(chunk.parts)
        self.total = chunks + parts

    def settle(self, priced: Priced, sink: Sink, cores: int) -> None:
        """All chunks, one after the other; the parts of one are limited by all cores together."""
        with ThreadPoolExecutor(cores) as pool:
            for chunk in self.chunks:
                if isinstance(sink, Remembering) and all(sink.has(chunk.first + part) for part in chunk.parts):
                    self.done += 1 + len(chunk.parts)
                    continue
                self._tell("pricing")
                hits = Hits(priced(chunk), len(chunk.parts), pool, self.rows)
                self.done += 1
                self._limit(chunk, hits, sink, pool)
        self._tell("results")

    def _limit(self, chunk: Chunk, hits: Hits, sink: Sink, pool: ThreadPoolExecutor) -> None:
        """Settle the chunk's parts, each by the next core that is free."""

        def settle(part: int) -> None:
            low = chunk.low + part * chunk.size
            who = self.membership.between(low, min(low + chunk.size, chunk.high))
            sums = hits.sums(part, (*self.items_months, chunk.size)).of_first(who.scored.shape[1])
            sink.take(chunk.first + part, PartResult(self.rules, who, sums))
            steps_for(self.rows).forget()

        for _ in pool.map(settle, chunk.parts):
            self.done += 1
            self._tell("limits")

    def _tell(self, name: str) -> None:
        self.progress(name, self.done, self.total)
