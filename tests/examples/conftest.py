"""The example unit as its workbooks give it: LibreOffice computes expected.xlsx, the command settles the records."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.examples.unit import UNIT, computed_by_office, settle

Row = dict[str, Any]


@pytest.fixture(scope="session")
def computed() -> dict[str, list[Row]]:
    """Sheet → rows of expected.xlsx after LibreOffice computed every formula."""
    book = computed_by_office(UNIT / "expected.xlsx")
    return {name: _rows(book[name], header) for name, header in (("合计", 1), ("月度", 2), ("覆盖", 1), ("记录", 1))}


def _rows(sheet: Any, header: int) -> list[Row]:
    lines = list(sheet.iter_rows(min_row=header, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `linghang settle` wrote."""
    folder = tmp_path_factory.mktemp("settled") / "out"
    assert settle("records-2026Q1.xlsx", folder) == 0
    return folder


@pytest.fixture(scope="session")
def totals(settled: Path) -> list[Row]:
    return pq.read_table(settled / "totals.parquet").to_pylist()
