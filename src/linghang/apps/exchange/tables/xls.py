"""The old .xls format, parsed in a process of its own with bounded memory and time."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path

from linghang.apps.exchange.tables.grid import Merge, Row, Sheet, Value, Workbook, fill_merges, plain_number
from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.pool import Pool
from linghang.apps.exchange.tables.refusal import Refused
from linghang.apps.exchange.tables.xls_child import ENCRYPTED, TOO_MUCH

_BROKEN = Refused("broken-file", "旧格式 .xls 文件读不出来", "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")
_REFUSALS = {
    ENCRYPTED: ("encrypted", "文件有密码，打不开", "去掉打开密码，另存后再导入"),
    TOO_MUCH: ("too-large", "文件展开后内容太多", "删去与导入无关的工作表和列，或按月份拆成几个文件"),
}


def read_xls(path: Path, limits: Limits) -> Workbook:
    """Read an .xls; raises Refused when it is broken, too large, or takes too long."""
    child = "linghang.apps.exchange.tables.xls_child"
    command = [sys.executable, "-m", child, str(path), str(limits.old_bytes), str(limits.old_printed)]
    with tempfile.TemporaryFile() as printed:  # not in our memory: a text that stands once may be named a million times
        try:
            done = subprocess.run(
                command, stdout=printed, stderr=subprocess.DEVNULL, timeout=limits.old_seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Refused(_BROKEN.code, "旧格式 .xls 文件读得太久，已放弃", _BROKEN.hint) from error
        if done.returncode in _REFUSALS:
            raise Refused(*_REFUSALS[done.returncode])
        if done.returncode != 0:
            raise Refused(_BROKEN.code, _BROKEN.message, _BROKEN.hint)
        printed.seek(0)
        return _assemble(path.name, printed, limits)


def _assemble(file: str, lines: Iterable[bytes], limits: Limits) -> Workbook:
    book, pool = Workbook(file), Pool(limits)
    for line in lines:
        record = json.loads(line)
        if isinstance(record, dict):
            merges = [Merge(a, b, c, d) for (a, b), (c, d) in record["merges"][: limits.merges]]
            book.sheets.append(Sheet(record["name"], merges=merges, hidden=record["hidden"]))
        else:
            _append(book.sheets[-1], record, pool, limits)
    for sheet in book:
        if not fill_merges(sheet, limits.merged_cells):
            raise Refused("too-large", "合并单元格太多或太大", "取消与数据无关的合并单元格", sheet.name)
    return book


def _append(sheet: Sheet, cells: list[object], pool: Pool, limits: Limits) -> None:
    row: Row = [_value(cell, pool) for cell in cells]
    while row and row[-1] is None:
        row.pop()
    if len(row) > limits.columns or len(sheet.rows) >= limits.rows:
        raise Refused("too-large", f"超过 {limits.rows:,} 行或 {limits.columns} 列", "拆成几个文件", sheet.name)
    pool.count(len(row))
    sheet.rows.append(row)


def _value(cell: object, pool: Pool) -> Value:
    if isinstance(cell, list):
        return _moment(*cell)
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        return plain_number(float(cell))
    return pool.text(cell) if isinstance(cell, str) and cell and not cell.isspace() else None


def _moment(kind: str, text: str) -> date | datetime | time:
    if kind == "time":
        return time.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.date() if kind == "date" or moment.time() == time() else moment
