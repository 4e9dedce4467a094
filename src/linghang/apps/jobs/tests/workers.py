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

# heartbeats as in life, only faster, so that a test need not wait half a minute for a dead worker; a living one that
# gets no processor for two seconds must not be taken for dead, and a job that stops late must not be left behind
PACE = ["--heartbeat=0.3", "--stalled=4", "--recover=0.4", "--grace=60", "--poll=1"]
PATIENCE = 120  # seconds; what is waited for comes at once on a machine that does nothing else


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
        process.wait(PATIENCE)

    def stop(self, process: subprocess.Popen) -> int:
        process.terminate()
        return process.wait(PATIENCE)

    def end(self) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


def until(happened: Callable[[], object], seconds: float = PATIENCE) -> object:
    """What `happened` returns as soon as it is true; fails when it never becomes so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := happened():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds} s")
