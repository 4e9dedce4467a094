"""The committed workbooks are what the builder writes, small, and hold no result that Python computed."""

import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.examples.unit import ROOT, UNIT

WORKBOOKS = ("roster.xlsx", "records-2026Q1.xlsx", "records-with-errors.xlsx", "expected.xlsx")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([sys.executable, ROOT / "examples" / "build.py", "--out", folder], check=True, timeout=120)
    return folder


@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_builder_writes_the_committed_workbook_byte_for_byte(built, name):
    assert (built / name).read_bytes() == (UNIT / name).read_bytes(), "run: python examples/build.py"


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_of_the_example_stays_small(name):
    assert (UNIT / name).stat().st_size < 300_000


def test_expected_results_are_formulas_without_a_stored_value():
    with zipfile.ZipFile(UNIT / "expected.xlsx") as package:
        sheets = [package.read(n).decode() for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
    formulas = Counter(value for sheet in sheets for value in re.findall(r"</f>(<v>[^<]*</v>)?</c>", sheet))
    assert sum(formulas.values()) > 35_000
    assert set(formulas) <= {"", "<v></v>"}


def test_the_results_sheets_hold_nothing_but_formulas_beside_who_and_when():
    with zipfile.ZipFile(UNIT / "expected.xlsx") as package:
        totals, months = (package.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (2, 3))
    for sheet, headers, given in ((totals, 1, "ABC"), (months, 2, "AB")):
        plain = re.findall(r'<c r="([A-Z]+)(\d+)"[^>]*><v>', sheet)
        assert {column for column, row in plain if int(row) > headers} == set(given)
