"""Pictures, PDF and Office documents are accepted; everything else, and what hides something, is not."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from linghang.apps.ledger.files.pictures import FORMATS, write_anew
from linghang.apps.ledger.files.refusal import Unacceptable

HEAD = 8
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS, MOST_UNPACKED, MOST_RATIO, MOST_LINKS = 5_000, 500 << 20, 200, 1 << 20


@dataclass(frozen=True)
class FileKind:
    """A type as it is stored and served."""

    media_type: str
    suffix: str


PDF = FileKind("application/pdf", ".pdf")
_OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE = {
    "word/document.xml": FileKind(f"{_OFFICE}wordprocessingml.document", ".docx"),
    "xl/workbook.xml": FileKind(f"{_OFFICE}spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": FileKind(f"{_OFFICE}presentationml.presentation", ".pptx"),
}

HIDDEN = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name in a PDF may be written /Java#53cript
PROGRAMS = ("vbaproject", "/macrosheets/", "/activex/", "/embeddings/oleobject")
LOADED = re.compile(rb"<[^>]*(?:attachedTemplate|oleObject|/frame)[^>]*>")  # what opening fetches from elsewhere

__all__ = ["FileKind", "Unacceptable", "accepted"]


def accepted(file: IO[bytes], name: str) -> FileKind:
    """The type of a file open for reading and writing; a picture is written anew into it. Raises Unacceptable."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"%PDF-"):
        return _pdf(file)
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head == OLD_OFFICE:
        raise Unacceptable(_("旧版 Office 文件里可能藏有宏，请另存为 .docx、.xlsx 或 PDF 后再上传。"))
    media_type = write_anew(file)
    if media_type is None:
        words = _("“%(name)s”不是图片、PDF 或 Office 文件（.docx、.xlsx、.pptx），不能作为佐证材料。")
        raise Unacceptable(words % {"name": name or _("这个文件")})
    return FileKind(media_type, FORMATS[media_type])


def _pdf(file: IO[bytes]) -> FileKind:
    file.seek(0)
    content = file.read()
    if b"%%EOF" not in content[-2048:]:
        raise Unacceptable(_("这个 PDF 文件不完整，请重新导出后再上传。"))
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if any(word in plain for word in HIDDEN):
        raise Unacceptable(_("这个 PDF 文件里带有程序或附件，不能接收。请重新打印为 PDF 后再上传。"))
    return PDF


def _office(file: IO[bytes]) -> FileKind:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            _refuse_hostile(parts)
            names = {part.filename for part in parts}
            _refuse_lies(package, parts)
            _refuse_loaded(package, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as reason:
        raise Unacceptable(_("文件不完整、已加密或已损坏，请重新保存后再上传。")) from reason
    found = [kind for part, kind in OFFICE.items() if part in names]
    if "[Content_Types].xml" not in names or len(found) != 1:
        raise Unacceptable(_("压缩包不能作为佐证材料，请把里面的文件分别上传。"))
    return found[0]


def _refuse_hostile(parts: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 4096):
        raise Unacceptable(_("文件展开后过大，不能接收。"))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise zipfile.BadZipFile("no Office program packs like that, and unpacking it may take any memory")
    if any(word in f"/{part.filename.lower()}" for part in parts for word in PROGRAMS):
        raise Unacceptable(_("文件里带有宏，不能接收。请另存为不带宏的 .docx 或 .xlsx 后再上传。"))


def _refuse_loaded(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """A template or an object elsewhere would be fetched, with its macros, on the computer of whoever opens it."""
    for part in parts:
        if part.filename.lower().endswith(".rels"):
            with package.open(part) as stream:
                links = LOADED.findall(stream.read(MOST_LINKS))
            if part.file_size > MOST_LINKS or any(b"external" in link.lower() for link in links):
                words = _("文件引用了别处的模板或对象，打开时会去下载，不能接收。请另存为 PDF 后再上传。")
                raise Unacceptable(words)


def _refuse_lies(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Read every part to its end: what is larger than its directory says, or damaged, raises."""
    for part in parts:
        with package.open(part) as stream:
            left = part.file_size
            while chunk := stream.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile("larger than its directory says")
