"""The work is done on the cluster, by Spark's own account; what is written there, and what stops a settlement."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.contestants import on_spark, ours
from benchmarks.generate import YEAR, Input, generate
from benchmarks.results import hash_results, write_results
from benchmarks.spark_cluster import Cluster
from linghang.engine.facts import FactFile
from linghang.engine.settle.backends.spark import SparkSettling
from linghang.engine.settle.backends.spark_parts import Sent
from linghang.engine.settle.backends.spark_session import NoSparkError, connected
from linghang.engine.settle.run import silent

FACTS = 200_000


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Input:
    return generate(FACTS, tmp_path_factory.mktemp("facts"))


@pytest.fixture
def settling(spark_cluster: Cluster, given: Input) -> Iterator[SparkSettling]:
    prepared = ours.prepare(given.roster, YEAR)
    with connected(spark_cluster.url) as spark:
        yield SparkSettling(spark, prepared.plan, prepared.roster, FactFile(given.facts), frozenset())


def test_spark_itself_says_that_it_scans_joins_and_sums_up_and_that_executors_limit(settling: SparkSettling) -> None:
    plan = settling.explain(Sent(("months",)))
    assert "Scan parquet" in plan
    assert "PushedFilters: [IsNotNull(occurred_on), GreaterThanOrEqual(occurred_on,2026-01-01)" in plan
    for step in ("BroadcastHashJoin", "HashAggregate", "Exchange", "MapInArrow"):
        assert step in plan, step
    assert "BatchEvalPython" not in plan, "no row is priced in Python"
    assert len(re.findall(r"(?<!Broadcast)Exchange \(\d", plan)) == 1, "what facts are worth moves once"


def test_every_worker_has_a_share_of_the_work(spark_cluster: Cluster, settling: SparkSettling) -> None:
    state = spark_cluster.state()
    assert [worker["coresused"] for worker in state["workers"] if worker["state"] == "ALIVE"] == [1, 1]
    assert [app["state"] for app in state["activeapps"]] == ["RUNNING"]
    assert settling.parts.count > 2


def test_files_in_and_files_out_have_the_hash_of_duckdb(spark_cluster: Cluster, given: Input, tmp_path: Path) -> None:
    hashes = []
    for contestant in (ours, on_spark):
        out = tmp_path / contestant.__name__
        write_results(contestant.settle(contestant.prepare(given.roster, YEAR), given.facts, out), out)
        hashes.append(hash_results(out))
    assert hashes[0] == hashes[1]


def test_who_stops_it_stops_it_on_the_cluster(settling: SparkSettling) -> None:
    class Enough(Exception):
        pass

    def stop(_words: str, _done: int, _total: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        list(settling.run(Sent(("months",)), stop))
    tracker = settling.spark.sparkContext.statusTracker()
    assert tracker.getActiveJobsIds() == []
    assert {name for _, name, _ in settling.run(Sent(("months",)), silent)} == {"months"}


def test_another_cluster_is_refused_while_one_is_in_use(spark_cluster: Cluster) -> None:
    with pytest.raises(NoSparkError, match="已经连着"), connected("spark://127.0.0.1:1"):
        pass


def test_without_java_it_says_what_to_install(spark_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(NoSparkError, match="openjdk"), connected(spark_cluster.url):
        pass
