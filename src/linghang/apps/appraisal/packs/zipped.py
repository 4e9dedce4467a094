"""A pack as a zip file: what people hand in is not trusted, what they get can be handed in again."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from linghang.engine.packs.texts import MOST_BYTES, MOST_BYTES_IN_ALL, name_problems, sound_name
from linghang.engine.problems import Place, Problems, ProblemsFound

MOST_UPLOAD = 2_000_000  # bytes of the zip itself
MOST_ENTRIES = 400
DAY = (2026, 1, 1, 0, 0, 0)  # the same texts make the same file
# what `zipfile` raises at hostile bytes: damage, a rare method, a password, a bad offset, an early end, a bad stream
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error, ValueError)


def texts_of_zip(file: BinaryIO) -> dict[str, str]:
    """The texts in a zip file, without a folder that all of them lie in; raises ProblemsFound with all that is wrong.

    Nothing is unpacked to disk, and no more is read than a pack may have, whatever the file says of its sizes.
    """
    problems = Problems()
    try:
        with zipfile.ZipFile(file) as archive:
            found = _read(archive, problems)
    except UNREADABLE:
        problems.add(
            Place(), "bad-zip", "这不是可以读的 zip 文件（损坏、加密或压缩方式少见）", "用系统自带的压缩重新打包"
        )
        raise ProblemsFound(problems) from None
    texts = _without_common_folder(found)
    problems.extend(name_problems(texts))
    if not problems.errors and "pack.yaml" not in texts:
        problems.add(Place(file="pack.yaml"), "file-missing", "没有文件 pack.yaml", "把方案包文件夹整个打成 zip")
    if problems.errors:
        raise ProblemsFound(problems)
    return texts


def is_workbook(data: bytes) -> bool:
    """Whether an upload is an Excel workbook, by what is in it; a workbook is a zip file, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower() == "[content_types].xml" for name in archive.namelist())
    except UNREADABLE:
        return False


def _read(archive: zipfile.ZipFile, problems: Problems) -> dict[str, str]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _junk(entry.filename)]
    if len(entries) > MOST_ENTRIES:
        problems.add(Place(), "too-many-files", f"zip 里的文件超过 {MOST_ENTRIES} 个", "只打包方案包文件夹")
        return {}
    found: dict[str, str] = {}
    left = MOST_BYTES_IN_ALL
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(min(MOST_BYTES, left) + 1)
        left -= len(data)
        if len(data) > MOST_BYTES or left < 0:
            problems.add(
                Place(file=_shown(entry.filename)), "file-too-large", "文件超过 1 MB 或合起来超过 4 MB", "拆小"
            )
            return found
        try:
            found[entry.filename] = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            words = "不是 UTF-8 文本"
            problems.add(Place(file=_shown(entry.filename)), "encoding", words, "去掉它，或用文本编辑器另存为 UTF-8")
    return found


def _junk(name: str) -> bool:
    """What systems put into zip files beside what people put there."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db")


def _shown(name: str) -> str:
    return name[:120]


def _without_common_folder(found: Mapping[str, str]) -> dict[str, str]:
    if "pack.yaml" in found:
        return dict(found)
    folders = {name.split("/", 1)[0] for name in found}
    if len(folders) != 1 or not all("/" in name for name in found):
        return dict(found)
    return {name.split("/", 1)[1]: text for name, text in found.items()}


def zip_of_texts(texts: Mapping[str, str], *, folder: str) -> bytes:
    """The pack's folder as a zip file; equal texts give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(texts):
            if sound_name(name):
                archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", DAY), texts[name].encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()
