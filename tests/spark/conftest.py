"""One real cluster for all Spark tests of a process: master and two workers on loopback, gone at the end.

The tests run in one process (`xdist_group`), so that there is one cluster on the machine.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.spark_cluster import Cluster, cluster
from linghang.engine.settle.backends.spark_session import connected

HERE = Path(__file__).parent
MEMORY_MB, DRIVER_MB = 480, 512


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.spark)
            item.add_marker(pytest.mark.xdist_group("spark"))


def needed() -> None:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: make test installs it")
    if not shutil.which("java"):
        pytest.skip("no Java: apt install openjdk-17-jre-headless")


@pytest.fixture(scope="session")
def spark_cluster() -> Iterator[Cluster]:
    needed()
    with cluster(workers=2, cores=1, memory_mb=MEMORY_MB, driver_mb=DRIVER_MB, light=True) as started:
        before = dict(os.environ)
        os.environ.update(started.environment)  # where this process' own Spark looks
        try:
            with connected(started.url):
                yield started
        finally:
            os.environ.clear()
            os.environ.update(before)
