"""One copy per data folder: a lock that the kernel drops when its holder dies, however it dies."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from linghang.server.problems import Refused


@dataclass(frozen=True)
class Holder:
    pid: int
    address: str


class FolderLock:
    """Held from `take` until the process ends or `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self, address: str) -> None:
        """Take it, or say who holds it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        file = os.fdopen(handle, "r+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Refused(_already(read_holder(self._path), self._path.parent)) from None
        self._file = file
        self.announce(address)

    def announce(self, address: str) -> None:
        """Write who holds it and where it can be reached."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        json.dump(asdict(Holder(os.getpid(), address)), self._file)
        self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_holder(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _already(holder: Holder | None, folder: Path) -> str:
    if holder is None:
        return f"数据目录 {folder} 正被另一个进程使用。"
    return f"领航已经在运行（进程 {holder.pid}）：{holder.address}\n要另开一套，请用 --data 换一个数据目录。"
