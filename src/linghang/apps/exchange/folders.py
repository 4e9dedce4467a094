"""Private folders of uploads: everything under fixed names, never a name that a person gave; readable for us alone."""

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

ORPHANED_AFTER = 24 * 3600.0  # longer than any upload takes


@dataclass(frozen=True)
class Folders:
    """The folders of one room below the data directory, one per id."""

    name: str

    @property
    def root(self) -> Path:
        return Path(settings.DATA_DIR) / self.name

    def of(self, uuid: UUID) -> Path:
        """The folder of an id, whether it exists or not."""
        return self.root / str(uuid)

    def make(self, uuid: UUID) -> Path:
        """The folder, made for the server's account only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.of(uuid)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def remove(self, uuid: UUID) -> None:
        shutil.rmtree(self.of(uuid), ignore_errors=True)

    def orphans(self, known: Iterable[str], *, older_than: float = ORPHANED_AFTER) -> list[Path]:
        """Folders that belong to no known id, and nobody touched for so many seconds.

        A younger one may be that of an upload whose row is not committed yet.
        """
        keep, before = set(known), time.time() - older_than
        if not self.root.is_dir():
            return []
        return [path for path in self.root.iterdir() if path.name not in keep and path.stat().st_mtime < before]


def keep_upload(folder: Path, stored: str, chunks: Iterable[bytes]) -> None:
    """Write an upload under its fixed name, readable for this account only."""
    path = folder / stored
    path.touch(mode=0o600)
    with path.open("wb") as stream:
        stream.writelines(chunks)


def shown_name(name: str) -> str:
    """The name of an upload without folders and control characters, short enough to show."""
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return plain[-120:] or "file"


def read_json(path: Path) -> Any:
    """The content of a file that was written here, None when there is none."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def write_json(path: Path, content: Any) -> None:
    """Write it whole or not at all."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    fresh.replace(path)
