"""Where the example unit lies, the command on it, and LibreOffice."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from linghang.cli import main

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
    if not shutil.which("soffice"):
        pytest.skip("NOT RUN: no LibreOffice on this machine (Debian: apt-get install libreoffice-calc)")
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return load_workbook(Path(folder) / path.name, data_only=True)
