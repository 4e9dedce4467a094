"""A worker that is killed in the middle of a settlement takes nothing with it: the result has the hash of DuckDB."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.contestants import on_spark, ours
from benchmarks.generate import YEAR, generate
from benchmarks.results import hash_results, write_results
from benchmarks.spark_cluster import Cluster, until

FACTS, KILLS = (2_000_000, 5) if os.environ.get("LINGHANG_TEST_EFFORT") == "soak" else (400_000, 1)


@pytest.mark.parametrize("turn", range(KILLS))
def test_a_killed_worker_changes_nothing(spark_cluster: Cluster, tmp_path: Path, turn: int) -> None:
    given = generate(FACTS, tmp_path)
    plain, shared = tmp_path / "plain", tmp_path / "shared"
    prepared = ours.prepare(given.roster, YEAR)
    write_results(ours.settle(prepared, given.facts, plain), plain)

    def kill() -> int:
        """As soon as one part is written: its executor has sums that others still need."""
        written = shared / "all-months"
        until(lambda: written.is_dir() and any(written.iterdir()), lambda: "no part was written")
        spark_cluster.kill_worker(turn % 2)
        return sum(1 for _ in written.iterdir())

    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(kill)
        try:
            write_results(on_spark.settle(prepared, given.facts, shared), shared)
        finally:
            before = killed.result()
            spark_cluster.add_worker()
            spark_cluster.wait()
    assert 0 < before < sum(1 for _ in (shared / "all-months").iterdir()), "killed too late to prove anything"
    assert hash_results(shared) == hash_results(plain)
