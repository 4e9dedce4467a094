"""Where the example unit lies, the command on it, and LibreOffice."""

import shutil
import tempfile
from pathlib import Path

from openpyxl import Workbook, load_workbook

from linghang.cli import main
from tests.office import converted

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "examples" / "qingyuan-mine"
PACK = ROOT / "packs" / "example-4x-points"
MONTHS = ("2026-01", "2026-02", "2026-03")


def settle(records: str, folder: Path, *more: str) -> int:
    """`linghang settle` for March; gives the exit code."""
    words = ["settle", "--pack", str(PACK), "--roster", str(UNIT / "roster.xlsx"), "--facts", str(UNIT / records)]
    return main([*words, "--period", "2026-03", "--out", str(folder), *more])


def computed_by_office(path: Path) -> Workbook:
    """The workbook with the values that LibreOffice computes for its formulas."""
    with tempfile.TemporaryDirectory() as folder:
        return load_workbook(converted(Path(shutil.copy(path, folder))), data_only=True)
