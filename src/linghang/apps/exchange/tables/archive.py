"""The zip directory of an .xlsx, looked at before anything is unpacked."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from linghang.apps.exchange.tables.limits import MEGABYTE, Limits
from linghang.apps.exchange.tables.refusal import Refused

_CHUNK = 64 * 1024
_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"


class Package:
    """An opened .xlsx whose directory holds nothing dangerous. Use as a context manager."""

    def __init__(self, path: Path, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise Refused("broken-file", "文件不完整或已损坏，打不开", _SAVE_AS) from error
        try:
            self._entries = _inspect(self._zip.infolist(), limits)
        except Refused:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def has_external_links(self) -> bool:
        return any(name.startswith("xl/externallinks/") for name in self._entries)

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    def chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, piece by piece; never more than the directory said."""
        info = self._entries.get(part.lower())
        if info is None:
            raise Refused("broken-file", f"文件里缺少 {posixpath.basename(part)}", _SAVE_AS)
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Refused("broken-file", "文件不完整或已损坏，内容读不出来", _SAVE_AS) from error


def _inspect(entries: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > limits.parts:
        raise Refused("zip-bomb", f"压缩包里有 {len(entries):,} 个文件，不像表格", _SAVE_AS)
    if sum(e.file_size for e in entries) > limits.unpacked_bytes:
        most = limits.unpacked_bytes // MEGABYTE
        raise Refused("zip-bomb", f"解压后超过 {most} MB，不予打开", "删去无关的工作表和图片，或拆成几个文件")
    for entry in entries:
        _inspect_entry(entry, limits)
    names = {e.filename.lower().lstrip("/").replace("\\", "/"): e for e in entries}
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise Refused("macros", "文件里带有宏，不予打开", "另存为不带宏的 .xlsx 后再导入")
    return names


def _inspect_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & 0x1:
        raise Refused("encrypted", "文件有密码，打不开", "去掉打开密码，另存后再导入")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("broken-file", "压缩方式不是 Excel 所用的", _SAVE_AS)
    large = entry.file_size > limits.ratio_from_bytes
    if large and entry.file_size > limits.ratio * max(1, entry.compress_size):
        raise Refused("zip-bomb", f"压缩比超过 {limits.ratio} 倍，疑为压缩炸弹，不予打开", _SAVE_AS)
