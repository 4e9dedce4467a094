"""Acceptance checks of catalogue rows that the command line carries already (docs/reference/mechanisms.yaml).

Each enters by the command, holds a boundary or a refusal, and would fail if the rule gave nothing.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "examples" / "qingyuan-mine"
LINES = {"star5": 27000, "star4": 25500, "star3": 24000, "none": None}
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def linghang(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linghang.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def packs_in(folder: Path) -> Path:
    """The shipped packs, copied so that a test may change them; gives the example."""
    shutil.copytree(ROOT / "packs", folder / "packs")
    return folder / "packs" / "example-4x-points"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), "utf-8")


def settle(folder: Path, pack: Path, records: Iterable[str], period: str, *more: object) -> Path:
    """Settle three members of one branch, every month closed; gives the folder of the result."""
    roster = ["编码,姓名,支部", "A1,钱×一,机关党支部", "A2,孙×二,机关党支部", "A3,李×三,机关党支部"]
    (folder / "roster.csv").write_text("\n".join(roster), "utf-8")
    header = "编码,日期,事项,角色,采纳层级,活动,数量"
    (folder / "facts.csv").write_text("\n".join([header, *records]), "utf-8")
    given = ["--pack", pack, "--roster", folder / "roster.csv", "--facts", folder / "facts.csv", "--closed", "all"]
    done = linghang("settle", *given, "--period", period, "--out", folder / "out", *more)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def volunteering(code: str, months: Iterable[str]) -> list[str]:
    return [f"{code},{month}-10,志愿服务,参加者,,,2" for month in months]


def rows_of(folder: Path, **equal: str) -> list[dict]:
    rows = pq.read_table(folder / "totals.parquet").to_pylist()
    return [r for r in rows if all(r[k] == v for k, v in equal.items())]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example unit, settled for the whole quarter."""
    out = tmp_path_factory.mktemp("quarter") / "out"
    files = ["--roster", UNIT / "roster.xlsx", "--facts", UNIT / "records-2026Q1.xlsx"]
    done = linghang(
        "settle", "--pack", ROOT / "packs" / "example-4x-points", *files, "--period", "2026-03", "--out", out
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.row("S3-27")
def test_three_months_add_up_to_the_quarter_and_the_star_is_that_of_its_line(quarter: Path) -> None:
    months: dict[str, int] = {}
    for row in rows_of(quarter, level="month"):
        months[row["subject"]] = months.get(row["subject"], 0) + (row["counted"] or 0)
    grades = rows_of(quarter, level="grade", id="quarter-star")
    assert len(grades) > 250
    for row in grades:
        assert row["counted"] == months[row["subject"]]
        best = next(band for band, line in LINES.items() if line is None or row["counted"] >= line)
        assert row["band"] == (None if row["state"] == "not_graded" else best)
    assert {row["band"] for row in grades} == {*LINES, None}, "every star occurs, and somebody is not graded"


@pytest.mark.row("S3-24", "S4-25")
def test_an_idea_counts_in_its_own_category_only_and_what_is_over_the_limit_is_shown(tmp_path: Path) -> None:
    ideas = [f"A1,2026-01-{day:02d},金点子采纳,,本单位,,1" for day in (5, 6, 7)]
    out = settle(tmp_path, packs_in(tmp_path), ideas, "2026-01", "--lines")
    with_ideas = {r["id"]: r["counted"] for r in rows_of(out, subject="A1", level="category")}
    without = {r["id"]: r["counted"] for r in rows_of(out, subject="A2", level="category")}
    assert {c for c in with_ideas if with_ideas[c] != without[c]} == {"x"}
    assert (with_ideas["x"], without["x"]) == (1000, 0)  # 3 × 4.00, at most 10.00 a month
    sheet = openpyxl.load_workbook(out / "statements.xlsx")["明细"]
    cuts = [row[8] for row in sheet.iter_rows(values_only=True) if row[1] == "A1" and row[8]]
    assert cuts == ["本类月上限，2.00 未计"]


@pytest.mark.row("S3-24", "S5-25")
def test_a_changed_price_changes_points_and_label_and_the_old_pack_still_gives_the_old_ones(tmp_path: Path) -> None:
    pack, records = packs_in(tmp_path), volunteering("A1", ["2026-01"])
    first = settle(tmp_path, pack, records, "2026-01")
    old = rows_of(first, subject="A1", level="item", id="volunteer")[0]["counted"]
    old_label = (first / "run.json").read_text("utf-8").split('"pack": "')[1].split('"')[0]
    kept = shutil.copytree(pack, tmp_path / "packs" / "kept")
    change(pack / "parameters.yaml", "{from: 2026-01, value: 2.00,", "{from: 2026-01, value: 2.50,")
    second = settle(tmp_path, pack, records, "2026-01")
    new = rows_of(second, subject="A1", level="item", id="volunteer")[0]["counted"]
    assert (old, new) == (200, 250)
    assert old_label not in (second / "run.json").read_text("utf-8")
    again = settle(tmp_path, kept, records, "2026-01")
    assert rows_of(again, subject="A1", level="item", id="volunteer")[0]["counted"] == 200


@pytest.mark.row("S5-25")
def test_a_price_that_no_clause_stands_for_is_refused(tmp_path: Path) -> None:
    pack = packs_in(tmp_path)
    change(pack / "schemes" / "member.yaml", "    clause: 第四条\n", "")
    done = linghang("check", pack)
    assert done.returncode == 1
    assert "missing-key: 项目缺少“clause”" in done.stdout


@pytest.mark.row("S3-28", "S5-27")
def test_the_candidates_of_the_year_are_those_who_meet_every_condition(tmp_path: Path) -> None:
    """Three quarters of four stars and 1000.00 points; one hundredth less, or one quarter less, is not enough."""
    done = linghang("pack", "test", packs_in(tmp_path))
    assert done.returncode == 0, done.stdout
    passed = [line for line in done.stdout.splitlines() if line.startswith("通过") and "名单" in line]
    assert any("999.99分，不进候选名单" in line for line in passed)
    assert any("两个季度四星" in line and "不进候选名单" in line for line in passed)
    assert any("不进" not in line for line in passed), "somebody gets on the list"


@pytest.mark.row("S4-26")
def test_the_candidate_list_equals_the_threshold_and_appears_when_the_year_is_over(tmp_path: Path) -> None:
    pack = packs_in(tmp_path)
    change(
        pack / "schemes" / "member.yaml",
        "      - {grade: quarter-star, band: star4, count: 3}\n      - {total: 1000.00}\n",
        "      - {total: 984.00}\n",
    )
    records = [*volunteering("A1", MONTHS), *volunteering("A2", MONTHS[1:])]  # 12 × 82.00 = 984.00; A2 four less
    assert rows_of(settle(tmp_path, pack, records[:11], "2026-11"), level="selection") == []
    shutil.rmtree(tmp_path / "out")
    out = settle(tmp_path, pack, records, "2026-12")
    assert [r["subject"] for r in rows_of(out, level="selection")] == ["A1"]
