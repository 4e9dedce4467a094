"""The same plan on a Spark cluster: executors read the facts, settle, and write items and months.

The cluster is one on this machine unless LINGHANG_BENCH_SPARK names the address of another.
"""

import atexit
import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.contestants.ours import Prepared, quarters
from benchmarks.contestants.ours import prepare as prepare_ours
from benchmarks.results import SCHEMAS as RESULTS
from benchmarks.spark_cluster import cluster
from linghang.engine.facts import FactFile
from linghang.engine.settle.backends.spark import SparkSettling
from linghang.engine.settle.backends.spark_session import connected
from linghang.engine.settle.part_result import PartResult
from linghang.engine.settle.results import SCHEMAS
from linghang.engine.settle.run import silent

KEPT = ExitStack()  # the cluster and the session stay for the second run, and go with the process
atexit.register(KEPT.close)
FOLDERS = ("items", "months", "all-months")


@dataclass(frozen=True)
class Files:
    """Writes on the executors; a part that is settled again after a crash replaces its files."""

    folder: Path

    def __call__(self, result: PartResult) -> Iterable[tuple[str, bytes]]:
        months = result.table("months")
        scored = months.filter(pc.is_valid(months["counted"])).rename_columns({"counted": "total"})
        written = (result.table("items", RESULTS["items"]), scored.select(RESULTS["months"]), months)
        for name, found in zip(FOLDERS, written, strict=True):
            unfinished = self.folder / f".{uuid4().hex}"
            pq.write_table(found, unfinished, compression="zstd")
            unfinished.rename(self.folder / name / f"{result.who.low:010d}.parquet")
        return ()


def prepare(roster: Path, year: int) -> Prepared:
    _connect()
    return prepare_ours(roster, year)


def _connect() -> None:
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is not None:
        return
    url = os.environ.get("LINGHANG_BENCH_SPARK", "")
    if not url:
        memory = int(os.environ.get("LINGHANG_BENCH_SPARK_MB", "1536"))
        started = KEPT.enter_context(cluster(workers=2, cores=2, memory_mb=memory))
        os.environ.update(started.environment)
        url = started.url
    KEPT.enter_context(connected(url))


def settle(prepared: Prepared, facts: Path, out: Path) -> dict[str, pa.Table]:
    for name in FOLDERS:
        (out / name).mkdir(parents=True)
    with connected() as spark:
        settling = SparkSettling(spark, prepared.plan, prepared.roster, FactFile(facts), frozenset())
        for _ in settling.run(Files(out), silent):
            pass
    months = pq.read_table(out / "all-months").cast(SCHEMAS["months"])
    return {"quarters": quarters(prepared.plan, months)}
