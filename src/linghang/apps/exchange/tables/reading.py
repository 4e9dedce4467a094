"""The one door: any file a person hands in becomes a `Workbook`, or a problem that says why not."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from linghang.apps.exchange.tables.csv_text import read_csv
from linghang.apps.exchange.tables.grid import Workbook
from linghang.apps.exchange.tables.limits import LIMITS, MEGABYTE, Limits
from linghang.apps.exchange.tables.parquet import read_parquet
from linghang.apps.exchange.tables.refusal import Refused
from linghang.apps.exchange.tables.xls import read_xls
from linghang.apps.exchange.tables.xlsx import read_xlsx
from linghang.engine.problems import Place, Problems

_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Reader = Callable[[Path, Limits], Workbook]


def read_workbook(path: Path, limits: Limits = LIMITS) -> tuple[Workbook | None, Problems]:
    """Read xlsx, xls, csv or parquet into grids; None when it cannot be read. Never raises for what a file holds.

    Warnings name hidden sheets and rows and links to other workbooks. Formulas give their stored values.
    """
    problems = Problems()
    try:
        book = _reader(path, limits)(path, limits)
    except Refused as refused:
        place = Place(file=path.name, sheet=refused.sheet, cell=refused.cell)
        problems.add(place, refused.code, refused.message, refused.hint)
        return None, problems
    _note_hidden(book, problems)
    _note_links(path, book, problems)
    return book, problems


def _reader(path: Path, limits: Limits) -> Reader:
    """By what the file holds; its name decides only between kinds of text."""
    try:
        size, head = path.stat().st_size, _head(path)
    except OSError as error:
        raise Refused("no-file", f"读不到文件 {path.name}", "检查文件名和权限") from error
    if size == 0:
        raise Refused("empty", "文件是空的", "检查是否选错了文件")
    if size > limits.file_bytes:
        raise Refused(
            "too-large", f"文件超过 {limits.file_bytes // MEGABYTE} MB", "删去图片和无关工作表，或按月份拆成几个文件"
        )
    return _by_content(path, head)


def _by_content(path: Path, head: bytes) -> Reader:
    suffix = path.suffix.lower()
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if suffix in (".xlsm", ".xltm", ".xlam"):
            raise Refused("macros", "带宏的工作簿不予打开", "另存为不带宏的 .xlsx 后再导入")
        if suffix in (".xlsb", ".ods", ".et", ".docx", ".pptx", ".zip"):
            raise Refused("not-a-table", f"不支持 {suffix} 格式", _SAVE_AS)
        return read_xlsx
    if head.startswith(_OLD_OFFICE):
        if _ENCRYPTED in path.read_bytes():
            raise Refused("encrypted", "文件有密码，打不开", "去掉打开密码，另存后再导入")
        return read_xls
    if head.startswith(b"PAR1"):
        return read_parquet
    if suffix in (".csv", ".txt", ".tsv"):
        return read_csv
    raise Refused("not-a-table", "不是可以识别的表格文件", _SAVE_AS)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(8)


def _note_hidden(book: Workbook, problems: Problems) -> None:
    for sheet in book:
        if sheet.hidden and sheet.rows:
            place = Place(file=book.file, sheet=sheet.name)
            problems.add(place, "hidden-sheet", "隐藏的工作表没有导入", "需要导入的，先取消隐藏", severity="warning")
        hidden = [r for r in sorted(sheet.hidden_rows) if r < len(sheet.rows) and sheet.rows[r]]
        if hidden and not sheet.hidden:
            place = Place(file=book.file, sheet=sheet.name, cell=f"A{hidden[0] + 1}")
            words = f"有 {len(hidden)} 行是隐藏的，也已读入"
            problems.add(place, "hidden-rows", words, "不该导入的，删去这些行", severity="warning")


def _note_links(path: Path, book: Workbook, problems: Problems) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as package:
        linked = any(name.lower().startswith("xl/externallinks/") for name in package.namelist())
    if linked:
        words = "公式引用了别的工作簿；没有打开它们，用的是上次保存时的数值"
        problems.add(Place(file=book.file), "external-links", words, "把引用处粘贴为数值", severity="warning")
