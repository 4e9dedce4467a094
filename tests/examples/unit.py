"""Where the example unit lies, and the command on it."""

from pathlib import Path

from linghang.cli import main

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "examples" / "qingyuan-mine"
PACK = ROOT / "packs" / "example-4x-points"
MONTHS = ("2026-01", "2026-02", "2026-03")


def settle(records: str, folder: Path, *more: str) -> int:
    """`linghang settle` for March; gives the exit code."""
    words = ["settle", "--pack", str(PACK), "--roster", str(UNIT / "roster.xlsx"), "--facts", str(UNIT / records)]
    return main([*words, "--period", "2026-03", "--out", str(folder), *more])
