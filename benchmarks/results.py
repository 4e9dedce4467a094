"""The result that every contestant hands over, how it is written, and the one hash that must be equal.

    items     subject, month, item, counted    one row per member, month and item with at least one fact that counts
    months    subject, month, total            one row per member and month in which the scheme applied on some day
    quarters  subject, month, total, band      month = the quarter's last; no band with fewer than three such months

`subject` is the index in the roster, `month` is year·12 + month − 1, amounts are hundredths.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.rules import GRADE, ITEMS

SCHEMAS: Mapping[str, tuple[str, ...]] = {
    "items": ("subject", "month", "item", "counted"),
    "months": ("subject", "month", "total"),
    "quarters": ("subject", "month", "total", "band"),
}
NAMES = {"item": [i.id for i in ITEMS], "band": [band for band, _ in GRADE]}
KEYS = {"items": ("subject", "month", "item"), "months": ("subject", "month"), "quarters": ("subject", "month")}
PARTS = 4


def write_results(tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Write each given table as a few Parquet parts at once, so that writing decides little."""
    jobs = []
    for name, whole in tables.items():
        table = whole.select(SCHEMAS[name])
        (folder / name).mkdir(parents=True)
        size = -(-max(1, table.num_rows) // PARTS)
        jobs += [(table.slice(n * size, size), folder / name / f"part-{n}.parquet") for n in range(PARTS)]
    with ThreadPoolExecutor(PARTS) as pool:
        list(pool.map(lambda job: pq.write_table(job[0], job[1], compression="zstd"), jobs))


def hash_results(folder: Path) -> str:
    """SHA-256 over all rows in the order of their keys; equal results hash equally, in whatever order they came."""
    digest = hashlib.sha256()
    for name, columns in SCHEMAS.items():
        table = pq.read_table(folder / name)
        numbers = {column: as_numbers(table[column], column) for column in columns}
        order = np.lexsort([numbers[key] for key in reversed(KEYS[name])])
        digest.update(f"{name} {table.num_rows}\n".encode())
        for column in columns:
            digest.update(numbers[column][order].tobytes())
    return digest.hexdigest()


def row_count(folder: Path) -> int:
    """Rows of the item table."""
    return sum(pq.read_metadata(part).num_rows for part in (folder / "items").glob("*.parquet"))


def as_numbers(column: pa.ChunkedArray, name: str) -> np.ndarray:
    """A column as whole numbers; names become their place in the rules, and a name that is none of them fails."""
    if name not in NAMES:
        return column.cast(pa.int64()).combine_chunks().to_numpy()
    plain = column.cast(pa.string()).combine_chunks()
    places = pc.index_in(plain, pa.array(NAMES[name]))
    if pc.sum(pc.and_(pc.is_valid(plain), pc.is_null(places))).as_py():
        raise ValueError(f"a name in column {name} is not in the rules")
    return pc.fill_null(places, -1).cast(pa.int64()).to_numpy()
