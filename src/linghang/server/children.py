"""The processes that the supervisor keeps alive: start, notice a death, start again with back-off, stop, clean up."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARK = "LINGHANG_SUPERVISED"
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before a dead child is started again
CALM = 60.0  # seconds that a child must live for its failures to be forgotten
LOG_LIMIT = 10 * 1024 * 1024


@dataclass
class Child:
    """One process with its own group, so that Ctrl-C reaches only the supervisor and nothing of it survives a kill."""

    label: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    patience: float  # seconds between asking it to stop and killing it
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0

    def start(self) -> None:
        keep_log_short(self.log)
        with open(self.log, "ab", opener=private) as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started, self.due = time.monotonic(), 0.0

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look(self) -> str | None:
        """Start it again when it is due; returns a sentence when it has just been found dead."""
        now = time.monotonic()
        if self.alive():
            return None
        if not self.due:
            return self._plan_restart(now)
        if now >= self.due:
            self.start()
        return None

    def ask_to_stop(self) -> None:
        if self.alive():
            self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask, wait, insist; also ends what it left in its process group."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._signal_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _plan_restart(self, now: float) -> str:
        assert self.process is not None
        self._signal_group(signal.SIGKILL)
        if now - self.started > CALM:
            self.wait = FIRST_WAIT
        self.due, code = now + self.wait, self.process.returncode
        words = f"{self.label}意外退出（{ended(code)}），{self.wait:.0f} 秒后重新启动；日志 {self.log}"
        self.wait = min(self.wait * 2, LONGEST_WAIT)
        return words

    def _signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def _signal_group(self, number: int) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def ended(code: int) -> str:
    """How a process ended, in words."""
    return f"信号 {signal.Signals(-code).name}" if code < 0 else f"返回码 {code}"


def end_orphans(folder: Path, patience: float = 10.0) -> int:
    """End the processes that a killed supervisor of this folder left behind; returns how many there were."""
    orphans = _marked(folder)
    for pid in orphans:
        _kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _marked(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in _marked(folder):
        _kill(pid, signal.SIGKILL)
    return len(orphans)


def private(path: str, flags: int) -> int:
    """For `open`: a new file is for nobody else to read."""
    return os.open(path, flags, 0o600)


def keep_log_short(log: Path) -> None:
    """Keep one older piece of a log that has grown."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".1.log"))


def _marked(folder: Path) -> list[int]:
    """Processes started with our mark in their environment; ours alone are readable, which is what we want."""
    mark = os.fsencode(f"{MARK}={folder}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
