"""The way to a Spark cluster: a session with the settings that exact results need, or a sentence why there is none."""

import os
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SECONDS = 10  # for a master to answer
LOCAL = "local[*]"  # all cores of this machine, without a cluster
EXACT = {  # a sum beyond 64 bits stops, names of columns are taken literally
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}
USUAL = {
    "spark.app.name": "linghang",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.maxResultSize": "0",  # results of a few thousand members at a time, taken in one by one
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
}


class NoSparkError(Exception):
    """Spark cannot be used here; the text says why and what to do."""


@contextmanager
def connected(master: str = "") -> Iterator["SparkSession"]:
    """A session of its own on the cluster; without a master where this process is connected, or on this machine alone.

    What concerns the cluster (memory, cores, the driver's address) stands where Spark looks for it: spark-defaults.conf
    in SPARK_CONF_DIR. Executors need this package in their Python. Raises NoSparkError.
    """
    _check()
    with without_pandas_warning():
        from pyspark.sql import SparkSession
    running = SparkSession.getActiveSession()
    if running is None:
        started = _start(master or LOCAL)
        try:
            yield started
        finally:
            started.stop()
        return
    if master and running.sparkContext.master != master:
        raise NoSparkError(f"这个进程已经连着 {running.sparkContext.master}，不能再连 {master}")
    own = running.newSession()
    for name, value in EXACT.items():
        own.conf.set(name, value)
    yield own


def _start(master: str) -> "SparkSession":
    with without_pandas_warning():
        from py4j.protocol import Py4JError
        from pyspark.sql import SparkSession

    _reach(master)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master)
    for name, value in (USUAL | EXACT).items():
        builder = builder.config(name, value)
    try:
        with without_pandas_warning():
            return builder.getOrCreate()
    except Py4JError as error:
        raise NoSparkError(f"没有连上集群 {master}：{_first_cause(str(error))}") from error


def _reach(master: str) -> None:
    """One of the masters answers; Spark itself would try for a minute."""
    addresses = [part.rpartition(":") for part in master.removeprefix("spark://").split(",")]
    if not master.startswith("spark://"):
        return
    for host, _, port in addresses:
        with suppress(OSError, ValueError), socket.create_connection((host, int(port)), SECONDS):
            return
    raise NoSparkError(f"连不上集群 {master}：核对主机和端口，看 master 是否在运行")


def _first_cause(text: str) -> str:
    """Of a Java exception with its stack, the line that says what happened."""
    return next((line.partition(": ")[2] for line in text.splitlines() if line.startswith(": ")), "") or text[:200]


@contextmanager
def without_pandas_warning() -> Iterator[None]:
    """PySpark warns of pandas 3; no row of ours passes through pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def _check() -> None:
    if util.find_spec("pyspark") is None:
        raise NoSparkError("没有安装 Spark：运行 pip install 'linghang[spark]'，或改用 --engine duckdb")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise NoSparkError("没有 Java：请安装 Debian 软件包 openjdk-17-jre-headless，或改用 --engine duckdb")
