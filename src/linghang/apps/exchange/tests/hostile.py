"""Files that nobody should hand in, built byte by byte."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def worksheet(rows: str, after: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(sheets: Mapping[str, str | Iterable[bytes]]) -> dict[str, str | Iterable[bytes]]:
    """The parts of a workbook with the given sheets."""
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    linked = "".join(
        RELATION.format(f"r{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)
    )
    found: dict[str, str | Iterable[bytes]] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(RELATION.format("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {MAIN} {LINK}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": RELATIONS.format(linked),
    }
    found |= {f"xl/worksheets/sheet{i}.xml": body for i, body in enumerate(sheets.values(), 1)}
    return found


def package(path: Path, contents: Mapping[str, str | Iterable[bytes]]) -> Path:
    """A zip with these parts; large ones are given in pieces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in contents.items():
            with made.open(name, "w", force_zip64=True) as stream:
                for piece in [body.encode()] if isinstance(body, str) else body:
                    stream.write(piece)
    return path


def zeros(megabytes: int) -> Iterable[bytes]:
    yield b"<worksheet>"
    for _ in range(megabytes):
        yield b" " * (1 << 20)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def lying_zip(path: Path) -> Path:
    """The directory says 100 bytes; the part unpacks to 400 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(400)) + packer.flush()
    package(path, parts({"S": worksheet("")}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as made:
        made.writestr("xl/sharedStrings.xml", packed)
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"xl/sharedStrings.xml")
    struct.pack_into("<H", raw, at - 46 + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<I", raw, at - 46 + 24, 100)
    first = raw.find(b"xl/sharedStrings.xml")
    struct.pack_into("<H", raw, first - 30 + 8, zipfile.ZIP_DEFLATED)
    path.write_bytes(bytes(raw))
    return path
