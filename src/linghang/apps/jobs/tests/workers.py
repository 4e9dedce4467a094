"""Real worker processes on the test's database, and waiting for what they do."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# heartbeats as in life, only faster, so that a test need not wait half a minute for a dead worker
PACE = ["--heartbeat=0.3", "--stalled=1.5", "--recover=0.4", "--grace=2", "--poll=1"]


@dataclass
class Workers:
    database_url: str
    folder: Path
    module: str = "linghang.apps.jobs.tests.worker_with_kinds"
    running: list[subprocess.Popen] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def start(self, **extra: str) -> subprocess.Popen:
        environment = os.environ | {
            "LINGHANG_DATABASE_URL": self.database_url,
            "LINGHANG_DATA_DIR": str(self.folder),
            **extra,
        }
        command = [sys.executable, "-m", self.module, *PACE]
        with (self.folder / "worker.log").open("a") as log:
            process = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def stop(self, process: subprocess.Popen) -> int:
        process.terminate()
        return process.wait(15)

    def end(self) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


def until(happened: Callable[[], object], seconds: float = 20) -> object:
    """What `happened` returns as soon as it is true; fails when it never becomes so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := happened():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds} s")
