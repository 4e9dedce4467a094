"""The one data folder of an installation: what lies where, who may read it, and the secrets made at the first start."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from linghang.config.options import INI
from linghang.server.identity import closed_parent
from linghang.server.postgres import new_password
from linghang.server.problems import Refused
from linghang.server.roles import Passwords
from linghang.ui.web.keyfile import KeysUnusableError, new_keys, read_keys

VARIABLE = "LINGHANG_DATA_DIR"
DEFAULT = Path("var")
FOR_ROOT = Path("/var/lib/linghang")  # /root is closed to the unprivileged user that the database runs as
FOLDERS = ("files", "static", "logs")


@dataclass(frozen=True)
class DataFolder:
    """Absolute; everything in it is ours except `database`, which belongs to the user that PostgreSQL runs as."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "database"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def lock(self) -> Path:
        return self.path / "run.lock"

    @property
    def database_url(self) -> Path:
        """The app role's address of the embedded database, written at each start."""
        return self.path / "database-url"

    @property
    def first_password(self) -> Path:
        return self.path / "first-password.txt"

    @property
    def demo_accounts(self) -> Path:
        """On a demo installation: the accounts and their one password, for whoever sits at this machine."""
        return self.path / "demo-accounts.txt"

    def ensure(self) -> None:
        """Make the folder and its parts; refuses with a sentence when that cannot be done."""
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                # root: the unprivileged database user must be able to pass through, but sees no list of what is here
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self._refuse_foreign()
            for name in FOLDERS:
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError, OSError) as reason:
            raise Refused(
                f"数据目录 {self.path} 不能使用（{reason.strerror}）；请用 --data 另选一个可写的目录。"
            ) from reason

    def _refuse_foreign(self) -> None:
        """A folder full of something else was named by mistake."""
        content = {entry.name for entry in self.path.iterdir()}
        if content and not content & {*FOLDERS, "keys", "database", INI}:
            raise Refused(f"{self.path} 里有别的内容，不是领航的数据目录；请用 --data 指定一个空目录或原来的数据目录。")

    def passwords(self) -> Passwords:
        """The passwords of the embedded database's roles, made at the first call."""
        file = self.path / "database-passwords.json"
        if not file.exists():
            made = Passwords(superuser=new_password(), owner=new_password(), app=new_password())
            write_private(file, json.dumps(asdict(made)))
        return Passwords(**json.loads(file.read_text(encoding="utf-8")))


def chosen_folder(named: str | None) -> DataFolder:
    """The folder that `--data` or the environment names, else `./var`; for root in a closed place /var/lib/linghang."""
    wanted = named or os.environ.get(VARIABLE)
    if wanted:
        return DataFolder(Path(wanted).expanduser().absolute())
    usual = DEFAULT.absolute()
    if os.geteuid() == 0 and not usual.exists() and closed_parent(usual):
        return DataFolder(FOR_ROOT)
    return DataFolder(usual)


def ensure_keys(keys: Path, data_keys: Path) -> bool:
    """Make the keys that are missing; True if any was made. Existing keys are never changed.

    A file of data keys that the operator named elsewhere must be there: a new one would hide that it was lost.
    """
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours = [keys / "secret-key", *([data_keys] if data_keys.parent == keys else [])]
    missing = [file for file in ours if not file.exists()]
    for file in missing:
        write_private(file, new_keys().text() if file == data_keys else secrets.token_urlsafe(48))
    try:
        read_keys(data_keys)
    except KeysUnusableError as reason:
        raise Refused(str(reason)) from reason
    return bool(missing)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file in one step that survives a power cut; a file that is replaced keeps its owner."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        if os.geteuid() == 0 and path.exists():
            os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
