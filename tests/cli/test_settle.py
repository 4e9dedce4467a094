"""`linghang settle` and `linghang explain` on the shipped example, as a person at a terminal sees them."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
PACK, UNIT = ROOT / "packs" / "example-4x-points", ROOT / "examples" / "qingyuan-mine"
RECORDS, ERRORS = UNIT / "records-2026Q1.xlsx", UNIT / "records-with-errors.xlsx"


def linghang(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would; the environment names no database and no settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LINGHANG_", "DJANGO_"))}
    command = [sys.executable, "-m", "linghang.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def settle(
    out: Path, period: str = "2026-03", records: Path = RECORDS, *more: object
) -> subprocess.CompletedProcess[str]:
    given = ["--pack", PACK, "--roster", UNIT / "roster.xlsx", "--facts", records, "--period", period, "--out", out]
    return linghang("settle", *given, *more)


def run_of(folder: Path) -> dict:
    return json.loads((folder / "run.json").read_text())


def totals(folder: Path, **equal: str) -> list[dict]:
    rows = pq.read_table(folder / "totals.parquet").to_pylist()
    return [r for r in rows if all(r[k] == v for k, v in equal.items())]


def test_settle_writes_statements_totals_and_a_manifest_and_sums_up_on_the_terminal(tmp_path: Path) -> None:
    done = settle(tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "党员 302 人" in done.stdout
    assert "虚构示例" in done.stdout
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["run.json", "statements.xlsx", "totals.parquet"]
    (row,) = totals(tmp_path / "out", subject="QY0507", month="2026-03", level="month")
    assert row["counted"] == 8600
    (star,) = totals(tmp_path / "out", subject="QY0507", level="grade")
    assert (star["counted"], star["band"], star["state"]) == (26550, "star4", "graded")


def test_both_engines_give_the_same_result_hash(tmp_path: Path) -> None:
    for engine in ("duckdb", "reference"):
        assert settle(tmp_path / engine, "2026-03", RECORDS, "--engine", engine).returncode == 0
    hashes = {run_of(tmp_path / engine)["result_hash"] for engine in ("duckdb", "reference")}
    assert len(hashes) == 1


@pytest.mark.row("S3-25")
def test_everything_wrong_is_named_by_cell_and_nothing_is_written(tmp_path: Path) -> None:
    done = settle(tmp_path / "out", "2026-03", ERRORS)
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()
    for code in ("unknown-member", "ambiguous-name", "bad-date", "unknown-kind", "duplicate", "out-of-period",
                 "contradicts-roster", "award-range", "unknown-value", "bad-quantity"):  # fmt: skip
        assert code in done.stderr
    assert "records-with-errors.xlsx:志愿服务!B5" in done.stderr
    assert "Traceback" not in done.stderr


def test_keep_going_settles_the_good_rows_and_says_what_was_left_out(tmp_path: Path) -> None:
    done = settle(tmp_path / "out", "2026-03", ERRORS, "--keep-going")
    assert done.returncode == 0
    assert "没有算进去的 10 处" in done.stdout
    assert run_of(tmp_path / "out")["left_out"] == 10
    sheet = openpyxl.load_workbook(tmp_path / "out" / "statements.xlsx")["问题"]
    places = [str(row[1]) for row in sheet.iter_rows(values_only=True)]
    assert any("志愿服务!B5" in place for place in places)


def settle_early(out: Path, period: str, records: Path = RECORDS, *more: object) -> subprocess.CompletedProcess[str]:
    """Settle a month from the whole quarter's records: the later ones are problems, and left out."""
    return settle(out, period, records, "--keep-going", *more)


def with_late_record(folder: Path) -> Path:
    """The records once more, with an idea of January that nobody had written down in time."""
    book = openpyxl.load_workbook(RECORDS)
    sheet = book["志愿服务"]
    late = ("补录", "2026.1.20", "井口值守", "机电队党支部", "王×", "QY0507", "组织者", 2)
    for column, value in enumerate(late, start=1):
        sheet.cell(3, column).value = value  # in place of somebody's record, so that a fact also disappears
    book.save(folder / "late.xlsx")
    return folder / "late.xlsx"


@pytest.mark.row("S3-26")
def test_what_comes_late_is_booked_in_the_open_month_and_final_months_do_not_move(tmp_path: Path) -> None:
    assert settle_early(tmp_path / "01", "2026-01").returncode == 0
    late = with_late_record(tmp_path)
    done = settle_early(tmp_path / "02", "2026-02", late, "--prior", tmp_path / "01")
    assert done.returncode == 0, done.stderr
    assert "补计/更正 2 笔" in done.stdout
    january = totals(tmp_path / "01", month="2026-01", level="month")
    assert january == totals(tmp_path / "02", month="2026-01", level="month")
    booked = totals(tmp_path / "02", level="adjustment")
    assert {(r["month"], r["booked"]) for r in booked} == {("2026-01", "2026-02")}
    assert settle_early(tmp_path / "full", "2026-02", late).returncode == 0
    assert sums(tmp_path / "02") == sums(tmp_path / "full")


def sums(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in totals(folder):
        if row["level"] in ("month", "adjustment"):
            found[row["subject"]] = found.get(row["subject"], 0) + (row["counted"] or 0)
    return found


def test_a_prior_result_of_another_pack_is_refused(tmp_path: Path) -> None:
    assert settle_early(tmp_path / "01", "2026-01").returncode == 0
    manifest = run_of(tmp_path / "01") | {"rules_hash": "another"}
    (tmp_path / "01" / "run.json").write_text(json.dumps(manifest))
    done = settle_early(tmp_path / "02", "2026-02", RECORDS, "--prior", tmp_path / "01")
    assert done.returncode == 1
    assert "prior-pack" in done.stderr


def test_a_folder_that_holds_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "重要.txt").write_text("不要动")
    done = settle(tmp_path / "out")
    assert done.returncode == 1
    assert "输出文件夹" in done.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["重要.txt"]


def test_the_same_month_may_be_settled_again_into_its_folder(tmp_path: Path) -> None:
    assert settle(tmp_path / "out").returncode == 0
    assert settle(tmp_path / "out").returncode == 0
    assert settle(tmp_path / "out", "2026-02").returncode == 1
    assert run_of(tmp_path / "out")["period"] == "2026-03"


def test_explain_says_in_words_where_a_total_comes_from_and_what_is_missing() -> None:
    given = ["--pack", PACK, "--roster", UNIT / "roster.xlsx", "--facts", RECORDS, "--period", "2026-03"]
    done = linghang("explain", *given, "--member", "QY0507")
    assert done.returncode == 0, done.stderr
    assert "3月得 86.00 分，比2月少 5.50" in done.stdout
    assert "党小组会、缺席" in done.stdout
    assert "累计 265.50 分，四星" in done.stdout
    assert "距五星还差 4.50 分" in done.stdout


def test_explain_gives_the_same_as_a_table_and_as_json() -> None:
    given = ["--pack", PACK, "--roster", UNIT / "roster.xlsx", "--facts", RECORDS, "--period", "2026-03"]
    told = json.loads(linghang("explain", *given, "--member", "QY0507", "--format", "json").stdout)
    assert (told["total"], sum(line["counted"] for line in told["lines"])) == (8600, 8600)
    assert told["grades"][0]["missing"] == 450
    table = linghang("explain", *given, "--member", "QY0507", "--format", "table").stdout
    rows = [row.split("\t") for row in table.splitlines()]
    assert {len(row) for row in rows} == {7}
    assert ["", "合计", "", "", "86.00", "", ""] in rows
    assert ["", "距五星还差", "", "", "4.50", "", ""] in rows


def test_explain_refuses_a_code_that_the_roster_does_not_have() -> None:
    given = ["--pack", PACK, "--roster", UNIT / "roster.xlsx", "--facts", RECORDS, "--period", "2026-03"]
    done = linghang("explain", *given, "--member", "X1")
    assert done.returncode == 1
    assert "花名册里没有编码“X1”" in done.stderr


@pytest.mark.parametrize("missing", ["--pack", "--roster", "--facts"])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, missing: str) -> None:
    given = {"--pack": PACK, "--roster": UNIT / "roster.xlsx", "--facts": RECORDS} | {missing: tmp_path / "nowhere"}
    words = [w for pair in given.items() for w in pair]
    done = linghang("settle", *words, "--period", "2026-03", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_records_handed_over_as_parquet_are_settled_and_their_faults_named_by_row(tmp_path: Path) -> None:
    columns = {
        "subject": ["QY0507", "QY0801"],
        "occurred_on": [date(2026, 3, 3), date(2026, 2, 3)],
        "kind": ["service.volunteer", "service.volunteer"],
        "quantity": [20_000, 10_000],
        "sequence": [1, 2],
        "role": ["organiser", "organiser"],
    }
    pq.write_table(pa.table(columns), tmp_path / "facts.parquet")
    done = settle(tmp_path / "out", "2026-03", tmp_path / "facts.parquet", "--closed", "all")
    assert done.returncode == 0, done.stderr
    (row,) = totals(tmp_path / "out", subject="QY0507", month="2026-03", level="month")
    assert row["counted"] == 8300
    pq.write_table(pa.table(columns | {"role": ["boss", "organiser"]}), tmp_path / "facts.parquet")
    done = settle(tmp_path / "again", "2026-03", tmp_path / "facts.parquet", "--keep-going")
    assert done.returncode == 1
    assert "facts.parquet:1: unknown-value" in done.stderr
