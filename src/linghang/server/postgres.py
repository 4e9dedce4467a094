"""One PostgreSQL cluster in one folder: create, start, stop, and start again after anything was killed.

Source of the rules: PostgreSQL manual, chapters "Creating a Database Cluster" and "Shutting Down the Server".
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linghang.server.binaries import Binaries, find_binaries, readable_by
from linghang.server.identity import Identity, as_identity, closed_parent, identity_for
from linghang.server.problems import Refused
from linghang.server.tuning import tuning
from linghang.server.watching import Watch

HOST = "127.0.0.1"
SUPERUSER = "postgres"
START_SECONDS = 60
RETRY_SECONDS = 15
LOOK_AGAIN_SECONDS = 5  # a recovery may take longer; `Cluster.start` goes on waiting
HELD = "pre-existing shared memory block"
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes; PostgreSQL appends `/.s.PGSQL.<port>.lock`


@dataclass(frozen=True)
class Cluster:
    """A cluster that exists on disk (`create_cluster`); `extra` are settings that win over ours (tests: fsync off)."""

    folder: Path
    binaries: Binaries
    identity: Identity | None
    superuser_password: str = field(repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    def url(self, user: str = SUPERUSER, password: str | None = None, database: str = "postgres") -> str:
        """A libpq address; passwords are our own URL-safe tokens."""
        return f"postgresql://{user}:{password or self.superuser_password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it accepts connections; returns at once when it already does."""
        deadline, watch = time.monotonic() + RETRY_SECONDS, Watch(self.refuses_idly)
        while not (self._try_start() and self._answers()):
            if watch.stuck():
                self.end()
            # after a SIGKILL of the postmaster its children keep the shared memory for a moment
            # or one is there and reads its log again: both take as long as they take
            if self._recovers() or HELD in _tail(self.log):
                deadline = time.monotonic() + RETRY_SECONDS
            if time.monotonic() > deadline:
                raise Refused(f"数据库没有启动起来，原因见 {self.log}。\n{_tail(self.log)}")
            time.sleep(0.2)

    def stop(self, *, patient: bool = True) -> None:
        """Stop after rolling back and a checkpoint; `patient=False` stops at once, for throw-away clusters."""
        if self.running():
            self._pg_ctl("stop", "-m", "fast" if patient else "immediate", "-w", "-t", str(START_SECONDS))

    def end(self) -> None:
        """Stop one that does not work any more; what it had committed is recovered at the next start."""
        pid = self.postmaster()
        if pid is None:
            return
        self._pg_ctl("stop", "-m", "immediate", "-w", "-t", str(RETRY_SECONDS))
        if self.postmaster() == pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def running(self) -> bool:
        return self.postmaster() is not None

    def postmaster(self) -> int | None:
        """The process id of the live postmaster of this very folder, else None (a stale pid file does not count)."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if _is_postmaster(pid, self.data) else None

    def refuses_idly(self) -> bool:
        """Whether it lives and refuses connections although no startup process recovers anything."""
        pid = self.postmaster()
        return pid is not None and self._is_ready() == 1 and not _has_startup_process(pid)

    def _try_start(self) -> bool:
        if self.running():
            return True
        # what a killed one left: the number in its pid file may belong to another process by now
        for leftover in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)
        self._write_settings()
        return self._pg_ctl("start", "-w", "-t", str(LOOK_AGAIN_SECONDS), "-l", str(self.log)).returncode == 0

    def _answers(self) -> bool:
        """Whether the postmaster speaks; one that was just killed may still be listed as a process."""
        return self._is_ready() == 0

    def _recovers(self) -> bool:
        """Whether a living postmaster says that it is not ready yet."""
        return self.running() and self._is_ready() == 1

    def _is_ready(self) -> int:
        """0 accepts, 1 refuses for now, 2 does not answer."""
        command = [self.binaries.program("pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        return run_as(self.identity, command, cwd=self.folder).returncode

    def _write_settings(self) -> None:
        port = free_port(self._port_of_last_time())
        sockets = self.folder if len(str(self.folder)) < SOCKET_PATH_LIMIT else ""
        settings = {
            "listen_addresses": f"'{HOST}'",
            "port": str(port),
            "unix_socket_directories": f"'{sockets}'",
            "unix_socket_permissions": "0700",
            **tuning(),
            **self.extra,
        }
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        _write(self.data / "postgresql.auto.conf", text, self.identity)
        _write(self.folder / "port", f"{port}\n", self.identity)

    def _port_of_last_time(self) -> int:
        try:
            return self.port
        except (FileNotFoundError, ValueError):
            return 0

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [self.binaries.program("pg_ctl"), "-D", str(self.data), "-s", *arguments]
        return run_as(self.identity, command, cwd=self.folder)


def create_cluster(
    folder: Path, *, superuser_password: str, programs: Path | None = None, extra: Mapping[str, str] | None = None
) -> Cluster:
    """The cluster in `folder`, made by initdb when it is not there yet; an interrupted creation is begun anew."""
    folder = folder.absolute()
    identity = identity_for(folder)
    _make_folder(folder, identity)
    version = folder / "data" / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else None
    binaries = readable_by(find_binaries(major, programs), identity, folder)
    cluster = Cluster(folder, binaries, identity, superuser_password, dict(extra or {}))
    if major is None:
        _initdb(cluster)
    return cluster


def new_password() -> str:
    """A password of 192 bits that needs no escaping in a URL."""
    return secrets.token_urlsafe(24)


def free_port(wanted: int = 0) -> int:
    """`wanted` if nobody listens there, else any free port of the loopback address."""
    for number in filter(None, (wanted, 0)) if wanted else (0,):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, number))
            return int(probe.getsockname()[1])
    return free_port()


def run_as(identity: Identity | None, command: list[str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a PostgreSQL program to its end as `identity`, with an environment that cannot lead it elsewhere."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(cwd)}
    with tempfile.TemporaryFile() as said:  # a file, not a pipe: the postmaster inherits it and would hold a pipe open
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
            start_new_session=True,
            **as_identity(identity),
        )
        said.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, said.read())


def _make_folder(folder: Path, identity: Identity | None) -> None:
    closed = closed_parent(folder) if identity else None
    if closed:
        raise Refused(
            f"数据库须换用普通用户运行，但 {closed} 不允许其他用户进入；请另选目录，例如 --data /var/lib/linghang。"
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    if identity:
        identity.own(folder)


def _initdb(cluster: Cluster) -> None:
    partial = cluster.folder / "data.partial"  # renamed when whole, so that `data` is never half a cluster
    shutil.rmtree(partial, ignore_errors=True)
    password_file = cluster.folder / "password"
    _write(password_file, cluster.superuser_password, cluster.identity)
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if cluster.binaries.major >= 17 else []
    command = [
        cluster.binaries.program("initdb"),
        "-D",
        str(partial),
        "-U",
        SUPERUSER,
        "-E",
        "UTF8",
        *provider,
        "--locale=C.UTF-8",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
        "--no-instructions",
        *(["--no-sync"] if cluster.extra.get("fsync") == "off" else []),
    ]
    try:
        done = run_as(cluster.identity, command, cwd=cluster.folder)
    finally:
        password_file.unlink()
    if done.returncode:
        raise Refused(f"数据库没有建立成功：{done.stdout.decode(errors='replace').strip()}")
    partial.rename(cluster.data)


def _write(path: Path, text: str, identity: Identity | None) -> None:
    """Write a 0600 file that belongs to `identity`, in one step."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if identity:
        identity.own(partial)
    partial.replace(path)


def _is_postmaster(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"postgres" in words[0] and os.fsencode(data) in words


def _has_startup_process(postmaster: int) -> bool:
    """Also true where the kernel does not list children."""
    try:
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return any(_command(child).startswith(b"postgres: startup") for child in children)


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _tail(path: Path, lines: int = 5) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
