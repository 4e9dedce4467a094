"""Text tables: which encoding, which separator, then rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from linghang.apps.exchange.tables.grid import Row, Sheet, Workbook, address
from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.pool import Pool
from linghang.apps.exchange.tables.refusal import Refused

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = (",", "\t", ";", ",", "|")
_CHUNK = 1 << 20


def read_csv(path: Path, limits: Limits) -> Workbook:
    """One sheet named after the file; raises Refused when it is neither UTF-8, UTF-16 with BOM nor GB18030."""
    encoding = _encoding(path)
    sheet, pool = Sheet(path.stem), Pool(limits)
    with path.open("r", encoding=encoding, newline="") as stream:
        separator = _separator(stream.read(20_000))
        stream.seek(0)
        for record in _records(stream, separator, limits):
            if limits.wants(len(sheet.rows), record):
                _append(sheet, record, pool, limits)
            elif len(sheet.rows) < limits.rows:
                sheet.rows.append([])  # not asked for: only its number counts
    return Workbook(path.name, [sheet])


def _append(sheet: Sheet, record: list[str], pool: Pool, limits: Limits) -> None:
    row: Row = [pool.text(cell) if cell and not cell.isspace() else None for cell in record]
    while row and row[-1] is None:
        row.pop()
    if len(row) > limits.columns:
        where = address(len(sheet.rows), limits.columns)
        raise Refused("too-large", f"超过 {limits.columns} 列", "检查分隔符，或删去无关的列", sheet.name, where)
    if row and len(sheet.rows) >= limits.rows:
        raise Refused("too-large", f"超过 {limits.rows:,} 行", "按月份或支部拆成几个文件", sheet.name)
    pool.count(len(row))
    if row or len(sheet.rows) < limits.rows:
        sheet.rows.append(row)


def _records(stream: io.TextIOBase, separator: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_text)
    lines = _Lines(stream, limits)
    reader = csv.reader(lines, delimiter=separator)
    try:
        for record in reader:
            lines.of_record = 0
            yield record
    except csv.Error as error:
        line = reader.line_num
        raise Refused(
            "broken-file", f"第 {line} 行读不出来（引号不配对、单元格过长）", "用 Excel 打开检查该行"
        ) from error
    except UnicodeDecodeError as error:
        raise _not_text() from error


class _Lines:
    """The lines of a file, none of them endless, nor a record that goes on over any number of them."""

    def __init__(self, stream: io.TextIOBase, limits: Limits) -> None:
        self._stream, self._limits = stream, limits
        self.of_record = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(self._limits.line_text + 1):
            self.of_record += len(line)
            if self.of_record > self._limits.line_text:
                hint = "检查分隔符和引号，或用 Excel 打开后另存为 .xlsx"
                raise Refused("too-large", f"有一行超过 {self._limits.line_text:,} 个字", hint)
            yield line


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return _checked(path, name)
    if _decodes(path, "utf-8"):
        return "utf-8"
    return _checked(path, "gb18030")


def _checked(path: Path, encoding: str) -> str:
    if _decodes(path, encoding):
        return encoding
    raise _not_text()


def _not_text() -> Refused:
    return Refused("wrong-encoding", "文字编码认不出来", "在 Excel 里另存为“CSV UTF-8（逗号分隔）”后再导入")


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is text in that encoding; private-use characters and NUL betray a wrong guess."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                if _implausible(decoder.decode(chunk)):
                    return False
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _implausible(text: str) -> bool:
    if text.isascii():
        return "\x00" in text
    return "\x00" in text or any("\ue000" <= letter <= "\uf8ff" for letter in set(text))


def _separator(sample: str) -> str:
    """The separator that most often occurs in the first lines."""
    return max(_SEPARATORS, key=sample.count)
