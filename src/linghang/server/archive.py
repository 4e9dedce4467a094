"""The backup file: a tar of plain members and, last, a manifest with the hash of each.

    database.dump    pg_dump, custom format            files/…         what was uploaded
    linghang.ini     if there is one                   ledger/…        the heads of the chain
    manifest.json

Keys are never in it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from linghang.config.options import INI
from linghang.server.problems import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FOLDERS = ("files", "jobs", "trials", "ledger")  # what belongs to rows of the database; static files and logs do not
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What a backup holds; `rows` per table are those of the very snapshot that was dumped."""

    made_at: str
    version: str
    postgres: int
    app_role: str
    keys: str  # fingerprints of all its data keys, with spaces between; empty when the installation had none
    rows: dict[str, int]
    hashes: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Adds members and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def add(self, source: Path, name: str) -> None:
        """Add a file at the size that it has now; the hash is of what was written."""
        with open(source, "rb") as file:
            about = tarfile.TarInfo(name)
            about.size, about.mode = os.fstat(file.fileno()).st_size, 0o600
            about.mtime = int(os.fstat(file.fileno()).st_mtime)
            hashed = _Hashing(file)
            self._tar.addfile(about, hashed)
        self.manifest.hashes[name] = hashed.digest.hexdigest()

    def finish(self) -> None:
        text = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mode = len(text), 0o600
        self._tar.addfile(about, io.BytesIO(text))


@contextmanager
def new_archive(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """A 0600 file that appears under its name only when it is complete and on the disk."""
    partial = target.with_name(target.name + ".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar, manifest)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def check_archive(source: Path) -> Manifest:
    """Read the whole file and compare every member with the manifest. Refuses with a sentence."""
    return _read(source, into=None)


def extract_archive(source: Path, into: Path) -> Manifest:
    """Check and write every member below the folder `into`."""
    return _read(source, into)


def _read(source: Path, into: Path | None) -> Manifest:
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or manifest is not None:
                    raise Refused(f"{source} 不是领航的备份文件：里面有意外的内容 {member.name}。")
                if member.name == MANIFEST:
                    manifest = _manifest(content.read(), source)
                else:
                    found[member.name] = _copy(content, _place(into, member.name, source))
    except FileNotFoundError:
        raise Refused(f"找不到备份文件 {source}。") from None
    except (tarfile.TarError, EOFError) as reason:
        raise Refused(f"{source} 读不完整，可能已损坏或不是备份文件：{reason}。请换另一份备份。") from reason
    return _compared(manifest, found, source)


def _compared(manifest: Manifest | None, found: dict[str, str], source: Path) -> Manifest:
    if manifest is None:
        raise Refused(f"{source} 没有目录（manifest），备份没有做完或不是备份文件。请换另一份备份。")
    for name in sorted(found.keys() | manifest.hashes.keys()):
        if found.get(name) != manifest.hashes.get(name):
            raise Refused(f"{source} 里的 {name} 与备份时不一致或缺失，文件已损坏。请换另一份备份。")
    return manifest


def _manifest(text: bytes, source: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads(text))
    except (ValueError, TypeError) as reason:
        raise Refused(f"{source} 的目录（manifest）读不懂：{reason}。") from reason
    if manifest.format != FORMAT:
        raise Refused(f"{source} 的格式是第 {manifest.format} 版，本程序只认第 {FORMAT} 版；请用相应版本的程序。")
    return manifest


def _place(into: Path | None, name: str, source: Path) -> Path | None:
    """Where a member goes; names that leave the folder, or would be a key or a part of the database, are refused."""
    path = PurePosixPath(name)
    known = name in (DUMP, INI) or (len(path.parts) > 1 and path.parts[0] in FOLDERS)
    if path.is_absolute() or ".." in path.parts or not known:
        raise Refused(f"{source} 里有不安全的文件名 {name}。")
    return into / path if into else None


def _copy(content: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    if target is None:
        while piece := content.read(CHUNK):
            digest.update(piece)
        return digest.hexdigest()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(CHUNK):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


class _Hashing(io.RawIOBase):
    """A file that hashes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece
