"""The throw-away cluster that all tests of one run share: started by the first test that needs it, never before.

Loaded by pytest as a plugin before Django reads its settings (`-p linghang.server.testing`), so that no test
sees the options, keys or files of an installation in the working folder.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from linghang.server.as_new import AsNew, look, put_back
from linghang.server.folder import ensure_keys
from linghang.server.postgres import Cluster, create_cluster, new_password
from linghang.server.problems import Refused
from linghang.server.roles import (
    Passwords,
    app_url,
    drop_database,
    ensure_database,
    ensure_roles,
    grant_defaults,
    owner_url,
)

SHARED = "LINGHANG_TEST_SHARED"
PREFIX = "linghang-tests-"
TEMPLATE = "template_linghang"
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
}


@dataclass(frozen=True)
class SharedDatabase:
    """One database of the shared cluster, a copy of the migrated template."""

    cluster: Cluster
    passwords: Passwords
    name: str

    @property
    def app_url(self) -> str:
        return app_url(self.cluster, self.passwords, self.name)

    @property
    def owner_url(self) -> str:
        return owner_url(self.cluster, self.passwords, self.name)

    def renew(self) -> None:
        """Replace it by a fresh copy; nothing is emptied, since nobody may TRUNCATE."""
        drop_database(self.cluster, self.name)
        ensure_database(self.cluster, self.name, template=TEMPLATE)

    def look(self) -> AsNew:
        """What it holds now that it is new."""
        return look(self.cluster.url(database=self.name))

    def as_new(self, new: AsNew) -> AsNew:
        """Put back what it held when it was new, or replace it where rows are not all that has changed."""
        if put_back(new):
            return new
        new.connection.close()
        self.renew()
        return self.look()

    def drop(self) -> None:
        drop_database(self.cluster, self.name)


@pytest.hookimpl(tryfirst=True)  # before pytest-django, which reads the settings in the same hook
def pytest_load_initial_conftests() -> None:
    """Give this run its own empty data folder before any settings are read."""
    if SHARED in os.environ:  # a worker of pytest-xdist: the controller did it
        return
    _sweep()
    shared = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    shared.chmod(0o711)  # the database runs as another user when we are root
    for name in [name for name in os.environ if name.startswith("LINGHANG_") and not _for_tests(name)]:
        del os.environ[name]
    os.environ[SHARED] = str(shared)
    os.environ["LINGHANG_DATA_DIR"] = str(shared / "var")
    (shared / "var" / "static").mkdir(parents=True)
    ensure_keys(shared / "var" / "keys", shared / "var" / "keys" / "data-keys.json")


def pytest_unconfigure() -> None:
    """Stop the cluster and remove the folder, in the process that made them: tests start tests, too."""
    if Path(os.environ.get(SHARED, "")).name.startswith(f"{PREFIX}{os.getpid()}-"):
        _remove(Path(os.environ.pop(SHARED)))


def shared_database(worker: str, migrate: Callable[[str], None]) -> SharedDatabase:
    """A database for one test process; `migrate(owner's address)` runs once per run, for the template."""
    shared = Path(os.environ[SHARED])
    with _locked(shared):
        cluster, passwords = _cluster(shared)
        cluster.start()
        if not (shared / "migrated").exists():
            _make_template(cluster, passwords, migrate)
            (shared / "migrated").touch()
    database = SharedDatabase(cluster, passwords, f"test_{worker}")
    database.renew()
    return database


def once_in_a_run(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once for all processes of a run; whoever asks meanwhile waits."""
    folder = Path(os.environ[SHARED]) / name
    with _locked(Path(os.environ[SHARED]), name):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def _make_template(cluster: Cluster, passwords: Passwords, migrate: Callable[[str], None]) -> None:
    ensure_roles(cluster, passwords)
    drop_database(cluster, TEMPLATE)
    ensure_database(cluster, TEMPLATE)
    address = owner_url(cluster, passwords, TEMPLATE)
    grant_defaults(address)
    migrate(address)


def _cluster(shared: Path) -> tuple[Cluster, Passwords]:
    file = shared / "passwords.json"
    if not file.exists():
        made = Passwords(superuser=new_password(), owner=new_password(), app=new_password())
        file.write_text(json.dumps(asdict(made)))
        file.chmod(0o600)
    passwords = Passwords(**json.loads(file.read_text()))
    programs = os.environ.get("LINGHANG_TEST_POSTGRES_BIN")
    cluster = create_cluster(
        shared / "database",
        superuser_password=passwords.superuser,
        programs=Path(programs) if programs else None,
        extra=THROW_AWAY,
    )
    return cluster, passwords


@contextmanager
def _locked(shared: Path, name: str = "lock") -> Iterator[None]:
    with open(shared / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove(shared: Path) -> None:
    if (shared / "database" / "data").exists():
        _cluster(shared)[0].stop(patient=False)
    shutil.rmtree(shared, ignore_errors=True)


def _sweep() -> None:
    """Remove what a killed run left behind."""
    for shared in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = shared.name.removeprefix(PREFIX).split("-")[0]
        try:
            if shared.stat().st_uid == os.geteuid() and pid.isdigit() and not Path(f"/proc/{pid}").exists():
                _remove(shared)
        except (Refused, OSError):
            continue  # left for the operator, or swept by another run; a test run must not fail for an older one


def _for_tests(name: str) -> bool:
    return name.startswith(("LINGHANG_TEST_", "LINGHANG_ALLOW_", "LINGHANG_SCREENSHOTS"))
