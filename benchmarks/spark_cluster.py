"""A real Spark cluster on this machine: a master and workers, each a process of its own, on loopback and random ports.

All of them end with the process that started them, also when that is killed.

    python -m benchmarks.spark_cluster [workers] [MB of each]     runs one until Ctrl-C and says its address
"""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
LOOPBACK = "127.0.0.1"
DAEMON_MB = 128
LIGHT = (
    "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"  # starts quickly and stays small; slow in the long run
)
MOST_SECONDS = 240  # on a machine full of other work, a JVM takes a minute to start
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass
class Cluster:
    """`url` for drivers; `environment` for whoever starts one; workers are processes that may be killed."""

    url: str
    web: str
    environment: Mapping[str, str]
    start_worker: Callable[[str], subprocess.Popen[bytes]]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """What the master says of its workers and applications."""
        with urlopen(f"{self.web}/json/", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def kill_worker(self, number: int) -> None:
        """A worker and its executors are gone at once, as when a machine loses power."""
        _kill(self.workers.pop(number))

    def add_worker(self) -> None:
        self.workers.append(self.start_worker(self.url))

    def wait(self) -> None:
        """Until the master knows the workers that there are."""
        until(lambda: self.state()["aliveworkers"] == len(self.workers), lambda: f"the master says {self.state()}")


@contextmanager
def cluster(
    *, workers: int = 2, cores: int = 2, memory_mb: int = 1024, driver_mb: int = 1024, light: bool = False
) -> Iterator[Cluster]:
    """Start it, wait until all workers are there, stop it for sure. `light`: for small work, not for measurements."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linghang-spark-")))
        environment = _environment(folder, memory_mb, driver_mb, light=light)
        number = count()

        def start(name: str, what: str, *more: str) -> subprocess.Popen[bytes]:
            ports = ("--host", LOOPBACK, "--port", "0", "--webui-port", "0")  # each chooses its own
            return stack.enter_context(_process(folder / f"{name}.log", environment, what, *ports, *more))

        def start_worker(url: str) -> subprocess.Popen[bytes]:
            name = f"worker-{next(number)}"
            size = ("--cores", str(cores), "--memory", f"{memory_mb + 64}m", "--work-dir", str(folder / name))
            return start(name, "worker.Worker", *size, url)

        master = start("master", "master.Master")
        started = Cluster(*_addresses(folder / "master.log", master), environment, start_worker)
        for _ in range(workers):
            started.add_worker()
        started.wait()
        yield started


def _environment(folder: Path, memory_mb: int, driver_mb: int, *, light: bool) -> dict[str, str]:
    """Memory and addresses, where Spark looks for them."""
    told = {
        "spark.executor.memory": f"{memory_mb}m",
        "spark.driver.memory": f"{driver_mb}m",
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.local.dir": str(folder),
        "spark.network.timeout": "60s",
    }
    if light:
        told |= {"spark.driver.extraJavaOptions": LIGHT, "spark.executor.extraJavaOptions": LIGHT}
    lines = "".join(f"{name} {value}\n" for name, value in told.items())
    (folder / "spark-defaults.conf").write_text(lines, encoding="utf-8")
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": f"{DAEMON_MB}m",
        "SPARK_DAEMON_JAVA_OPTS": LIGHT,
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": path,
    }


@contextmanager
def _process(
    log: Path, environment: Mapping[str, str], what: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent / "bin" / "spark-class"
    with log.open("wb") as out:
        started = subprocess.Popen(
            [str(program), f"org.apache.spark.deploy.{what}", *arguments],
            env=os.environ | environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    try:
        yield started
    finally:
        _kill(started)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The process with everything that it started: they share its session's process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _addresses(log: Path, master: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Where the master listens, and where it tells its state: it chooses both ports itself."""
    found: list[str] = []

    def told() -> bool:
        if master.poll() is not None:
            raise RuntimeError(f"the master ended:\n{log.read_text()[-2000:]}")
        text = log.read_text()
        at = re.search(r"Starting Spark master at (spark://\S+)", text), re.search(r"started at (http://\S+)", text)
        found[:] = [match[1] for match in at if match]
        return len(found) == 2

    until(told, log.read_text)
    return found[0], found[1]


def until(holds: Callable[[], bool], words: Callable[[], str]) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"not after {MOST_SECONDS} seconds: {words()[-2000:]}")
        time.sleep(0.1)


def main(workers: str = "2", memory_mb: str = "1024") -> None:
    with cluster(workers=int(workers), memory_mb=int(memory_mb)) as started:
        for name, value in started.environment.items():
            print(f"export {name}={value}")
        print(started.url, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
