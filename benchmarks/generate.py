"""Facts and roster for the bench: the same bytes for the same seed on every machine, in memory of a few chunks.

Facts come in time order over one year, members at random, so that one member's facts lie scattered over the whole file
as they would in a ledger. Branch sizes are skewed (a few of hundreds, many of a handful).

    python -m benchmarks.generate 1000000 FOLDER
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.rules import ATTRIBUTES, EXEMPT_CLASSES, KINDS

YEAR = 2026
FACTS_PER_MEMBER = 100
CHUNK = 1_000_000
ROW_GROUP = 125_000  # larger ones starve four cores at a million facts
SHARES = {  # of 256, by value in the order of the attribute
    "role": (200, 28, 14, 14),
    "meeting": (60, 30, 66, 40, 60),
    "level": (40, 110, 60, 26, 14, 6),
}
CLASSES = (("在职", 0.86), ("离退休", 0.12), (EXEMPT_CLASSES[0], 0.02))
PARTIAL = 0.03  # so many members join, and as many leave, in the course of the year


@dataclass(frozen=True)
class Input:
    """The two files that every contestant reads."""

    facts: Path
    roster: Path
    count: int


def generate(count: int, folder: Path, seed: int = 1) -> Input:
    """Write `facts-N.parquet` and `roster-N.parquet` unless they are there already."""
    made = Input(folder / f"facts-{count}-{seed}.parquet", folder / f"roster-{count}-{seed}.parquet", count)
    if not (made.facts.exists() and made.roster.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        members = max(1, count // FACTS_PER_MEMBER)
        _write(made.roster, iter([_roster(members, np.random.default_rng([seed, 0]))]))
        _write(made.facts, _facts(count, members, seed))
    return made


def _write(path: Path, tables: Iterator[pa.Table]) -> None:
    first = next(tables)
    unfinished = path.with_suffix(".part")
    with pq.ParquetWriter(unfinished, first.schema, compression="zstd") as writer:
        writer.write_table(first, row_group_size=ROW_GROUP)
        for table in tables:
            writer.write_table(table, row_group_size=ROW_GROUP)
    unfinished.rename(path)


# --- the roster ---


def branch_sizes(members: int) -> list[int]:
    """Sizes that fall like a Zipf law, about 25 on average, at least 3, adding up to the number of members."""
    ranks = np.arange(1, max(1, members // 25) + 1)
    shares = ranks**-0.7
    sizes = np.maximum(3, (members * shares / shares.sum()).astype(np.int64))
    ends = np.minimum(sizes.cumsum(), members)
    ends[-1] = members
    return [int(n) for n in np.diff(ends, prepend=0) if n]


def _roster(members: int, rng: np.random.Generator) -> pa.Table:
    """In the order of the engine's roster: by organisation, then by code."""
    sizes = branch_sizes(members)
    branches = np.repeat(np.arange(len(sizes)), sizes)
    first = np.full(members, np.datetime64("2010-01-01"))
    last = np.full(members, np.datetime64("NaT"), "datetime64[D]")
    drawn, day = rng.random(members), np.datetime64(f"{YEAR}-01-01") + rng.integers(0, 365, members)
    first[drawn < PARTIAL] = day[drawn < PARTIAL]
    leaves = drawn > 1 - PARTIAL
    last[leaves] = day[leaves]
    classes = rng.choice(len(CLASSES), members, p=[share for _, share in CLASSES])
    return pa.table(
        {
            "subject": pa.array(np.arange(members, dtype=np.int32)),
            "code": [f"m{n:08d}" for n in range(members)],
            "organisation": [f"b{b:06d}" for b in branches],
            "class": [CLASSES[c][0] for c in classes],
            "first": pa.array(first, pa.date32()),
            "last": pa.array(last, pa.date32()),
        }
    )


# --- the facts ---


def _facts(count: int, members: int, seed: int) -> Iterator[pa.Table]:
    days = _days(count, np.random.default_rng([seed, 1]))
    for number, start in enumerate(range(0, count, CHUNK)):
        size = min(CHUNK, count - start)
        rng = np.random.default_rng([seed, 2, number])
        day = np.searchsorted(days, np.arange(start, start + size), side="right").astype(np.int32)
        yield _chunk(rng, day, members, start)


def _days(count: int, rng: np.random.Generator) -> np.ndarray:
    """How many facts lie before the end of each day of the year: weekends are quieter."""
    first = date(YEAR, 1, 1)
    length = (date(YEAR + 1, 1, 1) - first).days
    weights = np.array([0.5 if (first.weekday() + d) % 7 >= 5 else 1.0 for d in range(length)])
    return rng.multinomial(count, weights / weights.sum()).cumsum()


def _chunk(rng: np.random.Generator, day: np.ndarray, members: int, start: int) -> pa.Table:
    size = len(day)
    weights = np.array([k.weight for k in KINDS], dtype=np.float64)
    kind = np.searchsorted(weights.cumsum() / weights.sum(), rng.random(size), side="right").astype(np.int8)
    since_epoch = (date(YEAR, 1, 1) - date(1970, 1, 1)).days
    columns: dict[str, pa.Array] = {
        "subject": pa.array(rng.integers(0, members, size, dtype=np.int32)),
        "occurred_on": pa.array((since_epoch + day).astype(np.int32)).cast(pa.date32()),
        "kind": _named(kind, [k.id for k in KINDS]),
        "quantity": pa.array(_quantity(rng, kind)),
    }
    for attribute, values in ATTRIBUTES.items():
        has = np.array([attribute in k.attributes for k in KINDS])[kind]
        chosen = np.repeat(np.arange(len(values), dtype=np.int8), SHARES[attribute])[rng.integers(0, 256, size)]
        columns[attribute] = _named(chosen, list(values), missing=~has)
    columns["sequence"] = pa.array(np.arange(start, start + size, dtype=np.int64))
    return pa.table(columns)


def _named(codes: np.ndarray, names: list[str], missing: np.ndarray | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), names)


def _quantity(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    low, high, step = (np.array([k.quantity[n] for k in KINDS], dtype=np.int64)[kind] for n in range(3))
    return low + step * (rng.integers(0, 2**31, len(kind)) % ((high - low) // step + 1))


if __name__ == "__main__":
    print(generate(int(float(sys.argv[1])), Path(sys.argv[2])))
