"""The yardstick in C: `kernel.c`, built by this machine's compiler when the bench runs; no part of the product.

pyarrow decodes row groups in threads, the kernel prices them where they are decoded, then settles part after part.
"""

import ctypes
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import prod
from os import sched_getaffinity
from pathlib import Path
from threading import local

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.contestants.dense_rules import MATCHES, NAMES, NO_TOTAL, Prepared, months_of, quarters_of
from benchmarks.contestants.dense_rules import prepare as prepare
from benchmarks.rules import CATEGORIES, ITEMS

SOURCE = Path(__file__).with_name("kernel.c")
PART, MONTHS = 1024, 12
PLAIN = {"subject": pa.int32(), "occurred_on": pa.int32(), "quantity": pa.int64()}
SIZES = [len(values) for values in NAMES.values()]
SHARES = {name: prod(SIZES[n + 1 :]) for n, name in enumerate(NAMES)}  # of a value's number in the combination's
Address, Whole = ctypes.c_void_p, ctypes.c_int64
NO_COMPILER = "没有 C 编译器（cc），标尺没有量；其余照常"


class Rules(ctypes.Structure):
    """As in kernel.c."""

    _fields_ = [
        *((name, Address) for name in ("first", "last", "edges", "item", "way", "amount", "per")),
        *((name, Address) for name in ("item_limits", "category_limits", "total_limits", "category", "base")),
        ("categories", Whole),
        ("no_total", Whole),
    ]


class Named(ctypes.Structure):
    """As in kernel.c."""

    _fields_ = [("codes", Address), ("valid", Address), ("shares", Address), ("offset", Whole), ("missing", Whole)]


class Rows(ctypes.Structure):
    """As in kernel.c."""

    _fields_ = [(name, Address) for name in ("subject", "month", "item", "counted")]


def compiler() -> str | None:
    """The system's C compiler, if there is one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def library() -> ctypes.CDLL:
    """The kernel as compiled code, kept by the text it was made from; LookupError without a compiler."""
    if (cc := compiler()) is None:
        raise LookupError(NO_COMPILER)
    name = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    built = Path(tempfile.gettempdir()) / f"linghang-bench-kernel-{name}.so"
    if not built.exists():
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / built.name
            subprocess.run([cc, "-O3", "-march=native", "-shared", "-fPIC", "-o", made, SOURCE], check=True)
            shutil.copy(made, built.with_suffix(".part"))
        built.with_suffix(".part").rename(built)
    found = ctypes.CDLL(str(built))
    found.buckets_new.restype, found.buckets_new.argtypes = Address, [Whole]
    found.buckets_free.argtypes = [Address, Whole]
    found.used.restype, found.used.argtypes = Whole, [Address, Whole]
    found.add_facts.argtypes = [Address, Address, Whole, Address, Address, Address, Address]
    found.settle_part.restype = Whole
    found.settle_part.argtypes = [
        *(Address, Address, Whole, Whole, Whole, Whole, ctypes.c_int32, Address, Address, Rows, Address),
    ]
    return found


def settle(prepared: Prepared, facts: Path, _out: Path) -> dict[str, pa.Table]:
    """All three tables in memory."""
    with Kernel(prepared) as kernel:
        kernel.read(facts)
        return kernel.results()


class Kernel:
    """The compiled code with what it works on; every thread has buckets of its own."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared, self.code = prepared, library()
        self.subjects, self.threads = len(prepared.first), len(sched_getaffinity(0))
        self.parts = -(-self.subjects // PART)
        item, way, amount, per = prepared.prices
        arrays = (prepared.first, prepared.last, prepared.edges, item, way, amount, per)
        limits = (prepared.item_limits, prepared.category_limits, prepared.total_limits)
        self.kept = [np.ascontiguousarray(a) for a in (*arrays, *limits, prepared.category, prepared.base)]
        self.rules = Rules(*(a.ctypes.data for a in self.kept), len(CATEGORIES), NO_TOTAL)
        self.buckets = [self.code.buckets_new(self.parts) for _ in range(self.threads)]
        assert item.shape[1] == MATCHES

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *_raised: object) -> None:
        for buckets in self.buckets:
            self.code.buckets_free(buckets, self.parts)

    def read(self, facts: Path) -> None:
        """Every row group by the next thread that is free."""
        groups = iter(range(pq.read_metadata(facts).num_row_groups))
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda own: self._read_some(facts, groups, own), self.buckets))

    def _read_some(self, path: Path, groups: Iterator[int], buckets: int) -> None:
        columns = ["subject", "occurred_on", "quantity", *NAMES]
        with pq.ParquetFile(path, read_dictionary=[*NAMES], pre_buffer=False) as file:
            for group in groups:  # `next` of an iterator is one step for all threads
                table = file.read_row_group(group, columns, use_threads=False).combine_chunks()
                plain = [table[name].cast(kind).to_numpy() for name, kind in PLAIN.items()]
                named = (Named * len(NAMES))()
                kept = [_named(table[name].chunk(0), name, named[n]) for n, name in enumerate(NAMES)]
                sides = [column.ctypes.data for column in plain]
                if self.code.add_facts(ctypes.byref(self.rules), buckets, table.num_rows, *sides, named):
                    raise MemoryError(f"no memory for {table.num_rows} facts")
                del kept

    def results(self) -> dict[str, pa.Table]:
        totals = np.empty((self.subjects, MONTHS), np.int64)
        scratch = local()
        with ThreadPoolExecutor(self.threads) as pool:
            parts = list(pool.map(lambda part: self._settle(part, totals, scratch), range(self.parts)))
        january = self.prepared.month
        return {
            "items": pa.concat_tables(parts),
            "months": months_of(totals, january),
            "quarters": quarters_of(totals, january),
        }

    def _settle(self, part: int, totals: np.ndarray, scratch: local) -> pa.Table:
        if not hasattr(scratch, "sums"):
            scratch.sums = np.empty((PART, MONTHS, len(ITEMS)), np.int32)
            scratch.touched = np.empty((PART, MONTHS), np.uint64)
        most = sum(self.code.used(buckets, part) for buckets in self.buckets)
        made = [np.empty(most, kind) for kind in (np.int32, np.int32, np.int8, np.int64)]
        rows = self.code.settle_part(
            *(ctypes.byref(self.rules), (Address * self.threads)(*self.buckets), self.threads, part),
            *(part * PART, min((part + 1) * PART, self.subjects), self.prepared.month),
            *(scratch.sums.ctypes.data, scratch.touched.ctypes.data),
            *(Rows(*(column.ctypes.data for column in made)), totals.ctypes.data),
        )
        subject, month, item, counted = (column[:rows] for column in made)
        names = pa.DictionaryArray.from_arrays(pa.array(item), [i.id for i in ITEMS])
        return pa.table({"subject": subject, "month": month, "item": names, "counted": counted})


def _named(column: pa.DictionaryArray, name: str, into: Named) -> tuple[object, ...]:
    """Fill in where the column's numbers lie; gives what must stay alive meanwhile."""
    values = NAMES[name]
    own = [values.index(v) for v in column.dictionary.to_pylist()]
    shares = np.array([*own, len(values) - 1], np.int32) * np.int32(SHARES[name])
    codes = column.indices.cast(pa.int32())
    valid, numbers = codes.buffers()
    into.codes, into.shares = numbers.address + 4 * codes.offset, shares.ctypes.data
    into.valid, into.offset, into.missing = valid.address if valid else None, codes.offset, len(own)
    return codes, shares
