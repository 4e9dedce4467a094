"""Make the workbooks of the example unit: python examples/build.py [--out examples/qingyuan-mine].

Every run writes the same bytes. The results in expected.xlsx are formulas; the program that opens it computes them.
"""

import argparse
from pathlib import Path

from making.errors import write_errors
from making.expected import write_expected
from making.happenings import all_records
from making.lists import write_records
from making.people import everybody
from making.sheets import write_roster

HOME = Path(__file__).parent / "qingyuan-mine"


def build(folder: Path) -> None:
    people = everybody()
    records = all_records(people)
    folder.mkdir(parents=True, exist_ok=True)
    write_roster(folder / "roster.xlsx", people)
    write_records(folder / "records-2026Q1.xlsx", people, records)
    write_errors(folder / "records-with-errors.xlsx", people)
    write_expected(folder / "expected.xlsx", people, records)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HOME)
    build(parser.parse_args().out)
