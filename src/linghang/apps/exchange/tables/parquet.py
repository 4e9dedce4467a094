"""Parquet by DuckDB, which is told how much memory it may use."""

from datetime import date, time
from pathlib import Path

from linghang.apps.exchange.tables.grid import Row, Sheet, Value, Workbook, plain_number
from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.pool import Pool
from linghang.apps.exchange.tables.refusal import Refused

_BATCH = 2_000
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "120MB",
    "threads": 1,
    "autoinstall_known_extensions": False,
    "max_temp_directory_size": "0B",
}


def read_parquet(path: Path, limits: Limits) -> Workbook:
    """One sheet whose first row holds the column names; raises Refused."""
    import duckdb  # a heavy library, needed only here

    sheet, pool = Sheet(path.stem), Pool(limits)
    try:
        with duckdb.connect(config=_SETTINGS) as connection:
            cursor = connection.execute("select * from read_parquet(?) limit ?", [str(path), limits.rows + 1])
            columns = [str(c[0]) for c in cursor.description or ()]
            if len(columns) > limits.columns:
                raise Refused("too-large", f"超过 {limits.columns} 列", "删去无关的列", sheet.name)
            sheet.rows.append(list(columns))
            while batch := cursor.fetchmany(_BATCH):
                _append(sheet, batch, pool, limits)
    except duckdb.OutOfMemoryException as error:
        raise Refused("too-large", "Parquet 文件的内容超出可读范围", "按月份或支部拆成几个文件") from error
    except duckdb.Error as error:
        raise Refused("broken-file", "Parquet 文件不完整或已损坏，读不出来", "重新导出该文件") from error
    return Workbook(path.name, [sheet])


def _append(sheet: Sheet, batch: list[tuple[object, ...]], pool: Pool, limits: Limits) -> None:
    if len(sheet.rows) + len(batch) > limits.rows + 1:
        raise Refused("too-large", f"超过 {limits.rows:,} 行", "按月份或支部拆成几个文件", sheet.name)
    for record in batch:
        row: Row = [_value(c, pool) for c in record] if limits.wants(len(sheet.rows), record) else []
        pool.count(len(row))
        sheet.rows.append(row)


def _value(cell: object, pool: Pool) -> Value:
    if isinstance(cell, float):
        return plain_number(cell)
    if cell is None or isinstance(cell, (bool, int, date, time)):
        return cell
    text = str(cell)
    return pool.text(text) if text and not text.isspace() else None
