"""What an executor does: takes the sums of some thousand members, limits them as every backend does, hands results on.

Sums are laid out as everywhere (`sql.placed`): a part is consecutive members, a cell a place in [item, month, member].
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.settle.limits import Rules
from linghang.engine.settle.membership import Membership
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import BEFORE, SCHEMAS
from linghang.engine.settle.sums import Hits

GIVEN = {"part": "INT", "name": "STRING", "data": "BINARY"}  # what goes out, as Spark calls the types
ROW = pa.schema([("part", pa.int32()), ("name", pa.string()), ("data", pa.binary())])


# Where results of a part go: (name, bytes) that travel to the driver, or nothing when they are written on the spot
Handing = Callable[[PartResult], Iterable[tuple[str, bytes]]]


class Shared(Protocol):
    """A value that every executor has once (a broadcast)."""

    @property
    def value(self) -> Any: ...


@dataclass(frozen=True)
class Sent:
    """Results travel to the driver as Arrow streams: for what people look at."""

    names: tuple[str, ...]

    def __call__(self, result: PartResult) -> Iterator[tuple[str, bytes]]:
        for name in self.names:
            found = result.table(name).cast(BEFORE if name == "before" else SCHEMAS[name])
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, found.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
                stream.write_table(found)
            yield name, sink.getvalue().to_pybytes()


@dataclass(frozen=True)
class Parts:
    """Members in parts of `size`; the last one may have fewer."""

    members: int
    size: int

    @property
    def count(self) -> int:
        return max(1, -(-self.members // self.size))

    def bounds(self, part: int) -> tuple[int, int]:
        return part * self.size, min((part + 1) * self.size, self.members)


@dataclass(frozen=True)
class PartWork:
    """Travels to the executors, and there turns a partition's sums into results, part by part."""

    rules: Shared  # of Rules
    membership: Shared  # of Membership
    parts: Parts
    hand_over: Handing

    def run(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Sums (part, cell, points, facts) of one part in, rows of `GIVEN` out; an empty partition gives nothing."""
        given = [batch for batch in batches if batch.num_rows]
        if not given:
            return
        found = pa.Table.from_batches(given)
        part = _one(found["part"])
        rules: Rules = self.rules.value
        membership: Membership = self.membership.value
        who = membership.between(*self.parts.bounds(part))
        here = found.set_column(0, "part", pa.array(np.zeros(found.num_rows, np.int32)))
        shape = (len(rules.plan.items), rules.plan.counts_back + len(rules.plan.months), self.parts.size)
        sums = Hits(here.to_batches(), 1).sums(0, shape).of_first(who.scored.shape[1])
        result = PartResult(rules, who, sums)
        for name, data in (*self.hand_over(result), ("", b"")):  # a batch each: some have megabytes
            yield pa.RecordBatch.from_arrays([[part], [name], [data]], schema=ROW)


def _one(parts: pa.ChunkedArray) -> int:
    """The part that a partition holds."""
    numbers = pc.unique(parts).to_pylist()
    if len(numbers) != 1:
        raise RuntimeError(f"a partition holds several parts: {numbers}")
    return int(numbers[0])
