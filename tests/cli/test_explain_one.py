"""`linghang explain` of one member out of a file of records: only what explains him is read, and it says the same."""

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linghang.apps.appraisal import file_inputs
from linghang.apps.appraisal.file_inputs import read_inputs
from linghang.apps.appraisal.file_member import read_for
from linghang.apps.appraisal.file_request import EVERYTHING, FileRequest
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.engine.settle.backends.fact_rows import begin_to_read

ROOT = Path(__file__).parents[2]
PACK = ROOT / "packs" / "example-4x-points"
MARCH = Month(2026, 3)
MEMBERS = [("A1", "甲支部"), ("A2", "甲支部"), (" B1 ", "乙支部"), ("B2", "乙支部")]


def rows(*told: tuple[str, str]) -> pa.Table:
    """(subject, role) of one hour of volunteering each."""
    return pa.table(
        {
            "subject": [subject for subject, _ in told],
            "occurred_on": [date(2026, 3, 5)] * len(told),
            "kind": ["service.volunteer"] * len(told),
            "quantity": [10000] * len(told),
            "role": [role for _, role in told],
            "sequence": list(range(len(told))),
        }
    )


@pytest.fixture
def asked(tmp_path: Path) -> FileRequest:
    lines = [f"{code},人{n},{branch}" for n, (code, branch) in enumerate(MEMBERS)]
    many = [f"Z{n:04d},人{n},丙支部" for n in range(200)]  # more than the rows that are kept for their titles
    (tmp_path / "roster.csv").write_text("\n".join(["编码,姓名,支部", *many, *lines]), "utf-8")
    facts = rows(("A1", "participant"), ("A2", "boss"), ("B1", "participant"), ("B2", "participant"))
    pq.write_table(facts, tmp_path / "facts.parquet")
    return FileRequest(PACK, tmp_path / "roster.csv", [tmp_path / "facts.parquet"], MARCH, closed=EVERYTHING)


def test_only_the_member_and_his_records_are_read(asked: FileRequest) -> None:
    found = read_for(asked, "A1")
    assert [m.code for m in found.roster] == ["A1"]
    assert [f.subject for f in found.objects()] == ["A1"]
    assert not found.problems.errors
    assert found.closed == {("甲支部", Month(2026, n)) for n in (1, 2, 3)}


def test_what_is_wrong_with_his_own_records_is_said(asked: FileRequest) -> None:
    assert [p.code for p in read_for(asked, "A2").problems.errors] == ["unknown-value"]


def test_a_code_that_is_written_with_spaces_is_found_all_the_same(asked: FileRequest) -> None:
    assert read_for(asked, "B1").roster["B1"].organisation == "乙支部"
    assert "X" not in read_for(asked, "X").roster


def test_positions_instead_of_codes_are_those_of_the_whole_roster(asked: FileRequest) -> None:
    roster = read_inputs(replace(asked, records=[])).roster
    table = rows(("", "participant"), ("", "organiser"))
    positions = pa.array([roster.position("B2"), roster.position("A1")], pa.int32())
    pq.write_table(table.set_column(0, "subject", positions), asked.records[0])
    assert [f.attributes for f in read_for(asked, "B2").objects()] == [{"role": "participant"}]


def test_columns_that_cannot_be_used_are_refused(asked: FileRequest) -> None:
    table = rows(("A1", "participant"))
    pq.write_table(table.set_column(3, "quantity", pa.array([1.5])), asked.records[0])
    with pytest.raises(ProblemsFound, match="quantity"):
        read_for(asked, "A1")


def test_who_is_held_against_his_branch_is_read_with_it(asked: FileRequest, tmp_path: Path) -> None:
    folder = tmp_path / "packs" / "star"
    shutil.copytree(ROOT / "packs", tmp_path / "packs", dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests" / "packs-schemes" / "star-quota", folder)
    found = read_for(replace(asked, pack=folder), "A1")
    assert [m.code for m in found.roster] == ["A1", "A2"]


def test_peoples_own_tables_are_read_whole(asked: FileRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_inputs, "read_inputs", lambda request: request)
    assert read_for(replace(asked, records=[ROOT / "examples" / "x.xlsx"]), "A1").pack == PACK


def test_a_scheme_that_is_wider_than_one_member_stops_what_was_begun(asked: FileRequest, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "packs", tmp_path / "packs", dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests" / "packs-schemes" / "star-quota", tmp_path / "packs" / "star")
    rows = begin_to_read(asked.records, "A1")
    assert rows is not None
    with rows:
        found = read_for(replace(asked, pack=tmp_path / "packs" / "star"), "A1", rows)
    assert {f.subject for f in found.objects()} <= {"A1", "A2"}


def test_one_member_is_explained_without_the_libraries_that_settle_millions(asked: FileRequest) -> None:
    words = ["explain", "--pack", PACK, "--roster", asked.roster, "--facts", asked.records[0], "--period", "2026-03"]
    call = f"""import sys
from linghang.cli import main
code = main({[*map(str, words), "--member", "A1", "--closed", "all"]!r})
print(code, sorted({{"numpy", "pyarrow", "pandas", "openpyxl", "django"}} & set(sys.modules)))"""
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert "合计" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 []"
