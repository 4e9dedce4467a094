"""`linghang settle --engine spark`: the example unit on the cluster, and refusals in words."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.spark_cluster import LIGHT, LOOPBACK
from tests.spark.conftest import needed

ROOT = Path(__file__).parents[2]
PACK, UNIT = ROOT / "packs" / "example-4x-points", ROOT / "examples" / "qingyuan-mine"


def settle(out: Path, *more: object, **environment: str) -> subprocess.CompletedProcess[str]:
    given = ["--pack", PACK, "--roster", UNIT / "roster.xlsx", "--facts", UNIT / "records-2026Q1.xlsx"]
    words = ["settle", *given, "--period", "2026-03", "--out", out, *more]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINGHANG_", "DJANGO_", "SPARK_"))}
    command = [sys.executable, "-m", "linghang.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=kept | environment, check=False, timeout=300)


def test_the_example_unit_has_the_same_hash_on_the_cores_of_this_machine(tmp_path: Path) -> None:
    needed()
    on_spark = settle(tmp_path / "spark", "--engine", "spark", SPARK_LOCAL_IP=LOOPBACK, JDK_JAVA_OPTIONS=LIGHT)
    assert on_spark.returncode == 0, on_spark.stderr
    assert "FutureWarning" not in on_spark.stderr
    assert settle(tmp_path / "duck").returncode == 0
    runs = [json.loads((tmp_path / name / "run.json").read_text()) for name in ("spark", "duck")]
    assert runs[0]["result_hash"] == runs[1]["result_hash"]
    assert runs[0]["engine"] == "spark"
    assert "pyspark" in runs[0]["versions"]


def test_a_cluster_that_is_not_there_is_named_at_once(tmp_path: Path) -> None:
    needed()
    done = settle(tmp_path / "out", "--engine", "spark", "--spark-master", "spark://127.0.0.1:1")
    assert done.returncode == 1
    assert "连不上集群 spark://127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_option_of_another_engine_is_refused(tmp_path: Path) -> None:
    done = settle(tmp_path / "out", "--spark-master", "spark://127.0.0.1:1")
    assert done.returncode == 1
    assert "--spark-master 只用于 spark 引擎" in done.stderr
