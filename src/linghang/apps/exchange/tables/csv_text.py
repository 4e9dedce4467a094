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
_SUSPECT = (b"\x00", b"\xee", b"\xef")  # NUL, and with what private-use characters begin in UTF-8
_CHUNK = 1 << 20
_BLOCK = 1 << 16  # characters that are looked through at once for what is asked for


def read_csv(path: Path, limits: Limits) -> Workbook:
    """One sheet named after the file; raises Refused when it is neither UTF-8, UTF-16 with BOM nor GB18030."""
    encoding = _encoding(path)
    sheet, pool = Sheet(path.stem), Pool(limits)
    with path.open("r", encoding=encoding, newline="") as stream:
        separator = _separator(stream.read(20_000))
        stream.seek(0)
        lines = _Lines(stream, limits)
        for record in _records(lines, separator, limits):
            _pass_over(sheet, lines.passed_over(), limits)
            if limits.wants(len(sheet.rows), record):
                _append(sheet, record, pool, limits)
            else:
                _pass_over(sheet, 1, limits)
        _pass_over(sheet, lines.passed_over(), limits)
    return Workbook(path.name, [sheet])


def _pass_over(sheet: Sheet, rows: int, limits: Limits) -> None:
    """Rows that are not asked for: only their number counts."""
    if rows:
        sheet.rows.extend([[] for _ in range(min(rows, limits.rows - len(sheet.rows)))])


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


def _records(lines: "_Lines", separator: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_text)
    reader = csv.reader(lines, delimiter=separator)
    try:
        for record in reader:
            lines.end_record()
            yield record
    except csv.Error as error:
        line = reader.line_num + lines.skipped
        raise Refused(
            "broken-file", f"第 {line} 行读不出来（引号不配对、单元格过长）", "用 Excel 打开检查该行"
        ) from error
    except UnicodeDecodeError as error:
        raise _not_text() from error


class _Lines:
    """The lines of a file, none of them endless, nor a record that goes on over any number of them.

    Where only some rows are asked for, whole blocks of lines without them are skipped.
    """

    def __init__(self, stream: io.TextIOBase, limits: Limits) -> None:
        self._stream, self._limits, self._block = stream, limits, io.StringIO()
        self._most = limits.line_text + 1
        self._of_record = self._records = self._passed_over = 0
        self.skipped = 0

    def end_record(self) -> None:
        self._of_record, self._records = 0, self._records + 1

    def passed_over(self) -> int:
        """How many lines were skipped since this was asked."""
        found, self._passed_over = self._passed_over, 0
        return found

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            self._of_record += len(line)
            if self._of_record > self._limits.line_text:
                hint = "检查分隔符和引号，或用 Excel 打开后另存为 .xlsx"
                raise Refused("too-large", f"有一行超过 {self._limits.line_text:,} 个字", hint)
            yield line

    def _next(self) -> str:
        if line := self._block.readline(self._most):
            return line
        if not self._of_record and self._limits.only:
            while (block := self._read_block()) and not self._limits.wants_lines(self._records + self.skipped, block):
                lines = block.count("\n") + block.count("\r") - block.count("\r\n")
                self.skipped, self._passed_over = self.skipped + lines, self._passed_over + lines
            self._block = io.StringIO(block, newline="")
            return self._block.readline(self._most)
        return self._stream.readline(self._most)

    def _read_block(self) -> str:
        """Whole lines, as far as none is endless."""
        block = self._stream.read(_BLOCK)
        return block + self._stream.readline(self._most)


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
    decoder, suspected = codecs.getincrementaldecoder(encoding)(), False
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                text, before = decoder.decode(chunk), suspected  # a character may begin at the end of a chunk
                suspected = encoding != "utf-8" or any(byte in chunk for byte in _SUSPECT)
                if (suspected or before) and _implausible(text):
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
