"""Files that prove something: taken in with distrust, on the disk before their row, never guessed by their hash."""

import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.files import FOLDER, keepers, path_of
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.records import StoredFile
from linghang.apps.ledger.files.kinds import Unacceptable, accepted
from linghang.apps.ledger.models import Evidence
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

SWEEP_AFTER = 24 * 3600  # seconds; a form may be open that long before it is sent
CHUNK = 1 << 20


class Upload(Protocol):
    """What a request brings: Django's uploaded file."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def keep_file(*, upload: Upload) -> StoredFile:
    """Take in one file: its type is read from its content, pictures are written anew, then it is hashed and synced.

    It lies in its place before any row names it; `NewEvidence("file", file=…)` gives it one. Raises DomainError for
    what is no document or picture, too large, or damaged.
    """
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit:
        raise _too_large(limit)
    uuid = new_uuid()
    target = path_of(Path(settings.MEDIA_ROOT), uuid)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    try:
        with open(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            _receive(upload, file, limit)
            kind = accepted(file, clean_name(upload.name or ""))
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest, size = hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
        partial.rename(target)
        _sync(target.parent)
    except Unacceptable as reason:
        raise DomainError("file_refused", str(reason), field="file") from reason
    finally:
        partial.unlink(missing_ok=True)
    return StoredFile(uuid, digest, named(clean_name(upload.name or ""), kind.suffix), size, kind.media_type)


def sweep_files(*, older_than: float = SWEEP_AFTER) -> int:
    """Remove files that no row names, or whose row was erased; those of the last day stay. Returns how many went."""
    gone = 0
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    before = time.time() - older_than
    for part in sorted(folder.glob("*")) if folder.exists() else ():
        old = {path.name.removesuffix(".partial"): path for path in part.iterdir() if path.stat().st_mtime < before}
        with system_scope(reason="a file belongs to whoever recorded; only whether a row names it is asked"):
            named_by_rows = Evidence.objects.filter(uuid__in=[n for n in old if len(n) == 36]).exclude(sha256="")
            kept = {str(uuid) for uuid in named_by_rows.values_list("uuid", flat=True)}
            for keeper in keepers.values():
                kept |= keeper([n for n in old if len(n) == 36])
        for name, path in old.items():
            if name not in kept or path.suffix == ".partial":
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def clean_name(name: str) -> str:
    """What the file was called, without folders, control characters and what a file system minds."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    return re.sub(r'[<>:"|?*]', "_", plain).strip(" .")[-100:]


def named(name: str, suffix: str) -> str:
    """With the ending of its true type."""
    stem = name.rpartition(".")[0] or name or "file"
    return f"{stem}{suffix}"


def _receive(upload: Upload, file: IO[bytes], limit: int) -> None:
    size = 0
    for chunk in upload.chunks(CHUNK):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        file.write(chunk)
    if not size:
        raise DomainError("file_refused", _("文件是空的，请重新选择。"), field="file")
    file.seek(0)


def _too_large(limit: int) -> DomainError:
    words = _("文件超过%(n)s MB，请压缩或拆开后再上传。") % {"n": limit // (1024 * 1024)}
    return DomainError("file_too_large", words, status=413, field="file")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
