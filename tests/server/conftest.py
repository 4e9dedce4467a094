"""A whole installation in a throw-away folder, started as an operator starts it.

Tests that are not about the first start begin with a copy of a data folder that was started and stopped once for the
whole run. Tests that share an installation (`running`, `running_demo`) are run by one process, one after the other.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page

from linghang.server.children import end_orphans
from linghang.server.postgres import Cluster, create_cluster, free_port
from linghang.server.testing import once_in_a_run

# seconds; what is waited for comes at once on a machine that does nothing else
PATIENCE = 300
START_PATIENCE = 600
DEMO_PATIENCE = 1800  # on a machine that does much else; five units with two years of records
PROGRAM = Path(sys.executable).parent / "linghang"


SHARING = {"running": "{module}", "running_demo": "demo"}
"""Fixtures that start an installation for many tests, and the group of tests that one process runs because of it."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, group in SHARING.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(group.format(module=item.path.stem)))


class Installation:
    """One data folder and the supervisor that runs it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.output = data.parent / "output.txt"
        self.supervisor: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> str:
        """Its front page, without the slash."""
        return f"http://localhost:{self.port}"

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        return [str(PROGRAM), *arguments, "--data", str(self.data)]

    def start(self, **options: str) -> None:
        """Start it; `options` go by the environment (DATABASE_URL=…)."""
        environment = os.environ | {f"LINGHANG_{name}": value for name, value in options.items()}
        with open(self.output, "wb") as output:
            self.supervisor = subprocess.Popen(
                [*self.command("run"), "--port", str(self.port)],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        patience = DEMO_PATIENCE if "DEMO" in options else START_PATIENCE
        self.wait_for(lambda: "按 Ctrl-C" in self.said or self.supervisor.poll() is not None, patience)
        assert self.supervisor.poll() is None, self.said

    def begin_with(self, data: Path) -> None:
        """Take over the data folder of an installation that stands still, with owners and rights."""
        subprocess.run(["cp", "-a", str(data), str(self.data)], check=True)

    def stop(self, number: int = signal.SIGINT) -> int:
        self.supervisor.send_signal(number)
        return self.supervisor.wait(PATIENCE)

    def kill_supervisor(self) -> None:
        self.supervisor.kill()
        self.supervisor.wait()

    def wait_for(self, condition: Callable[[], bool], patience: int = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, f"waited {patience} s in vain\n{self.said}"
            time.sleep(0.1)

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30):
                return True
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code < 500
        except OSError:
            return False

    def processes(self, word: str = "") -> set[int]:
        """Everything that belongs to this installation and has `word` in its command, zombies left out."""
        folder, found = os.fsencode(str(self.data)), set()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes()
                mine = folder in command or b"LINGHANG_SUPERVISED=" + folder in (entry / "environ").read_bytes()
                if command and mine and word.encode() in command:
                    found.add(int(entry.name))
        return found

    def kill(self, *pids: int) -> None:
        """SIGKILL for those that have not ended meanwhile by themselves."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect((self.data / "database-url").read_text(), autocommit=True, connect_timeout=60)

    def commit_row(self, name: str) -> None:
        with self.connect() as app:
            app.execute("INSERT INTO django_content_type (app_label, model) VALUES ('kept', %s)", [name])

    def rows(self) -> set[str]:
        with self.connect() as app:
            return {row[0] for row in app.execute("SELECT model FROM django_content_type WHERE app_label = 'kept'")}

    def cluster(self) -> Cluster:
        return create_cluster(self.data / "database", superuser_password="not needed")

    def remove(self) -> None:
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.kill_supervisor()
        end_orphans(self.data)
        if (self.data / "database" / "data").exists():
            self.cluster().stop(patient=False)


@contextlib.contextmanager
def throw_away_folder() -> Iterator[Path]:
    """pytest's own temporary folders are closed to the unprivileged user that the database runs as."""
    folder = Path(tempfile.mkdtemp(prefix="linghang-run-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with throw_away_folder() as folder:
        yield folder


@pytest.fixture
def installation(open_folder: Path) -> Iterator[Installation]:
    made = Installation(open_folder / "var")
    yield made
    made.remove()


@pytest.fixture(scope="session")
def once_started() -> Path:
    """A data folder that was started for the first time and stopped; made by the first process that needs it."""

    def start(folder: Path) -> None:
        made = Installation(folder / "var")
        try:
            made.start()
            assert made.stop() == 0, made.said
        finally:
            made.remove()

    return once_in_a_run("once-started", start) / "var"


@pytest.fixture
def used_installation(installation: Installation, once_started: Path) -> Installation:
    """An installation of its own for one test, after its first start."""
    installation.begin_with(once_started)
    return installation


@pytest.fixture(scope="module")
def running(once_started: Path) -> Iterator[Installation]:
    """One installation for all tests of a module; each leaves it running."""
    with throw_away_folder() as folder:
        made = Installation(folder / "var")
        try:
            made.begin_with(once_started)
            made.start()
            yield made
        finally:
            made.remove()


@pytest.fixture(scope="session")
def running_demo() -> Iterator[Installation]:
    """A demo installation with all its units; its tests leave it as it was."""
    with throw_away_folder() as folder:
        made = Installation(folder / "var")
        try:
            made.start(DEMO="true")
            yield made
        finally:
            made.remove()


@pytest.fixture
def first_password() -> Callable[[Installation], str]:
    def read(installation: Installation) -> str:
        text = (installation.data / "first-password.txt").read_text(encoding="utf-8")
        found = re.search(r"密码 (\S+)", text)
        assert found, text
        return found[1]

    return read


@pytest.fixture
def enter(running_demo: Installation) -> Callable[[Page, str], None]:
    """Sign in as an account of the demo, as a visitor does: with the password from its file."""
    text = (running_demo.data / "demo-accounts.txt").read_text(encoding="utf-8")
    found = re.search(r"密码 (\S+)", text)
    assert found, text

    def sign_in(page: Page, name: str) -> None:
        page.goto("/access/sign-in/")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码", exact=True).fill(found[1])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(running_demo.home + "/")

    return sign_in
