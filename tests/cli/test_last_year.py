"""`linghang settle --last-year`: what a year leaves comes into the next, is explained, and follows what changes."""

from pathlib import Path

import pytest

from linghang.cli import main

ROOT = Path(__file__).parents[2]
PACK = str(ROOT / "tests" / "packs-schemes" / "carried-years")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """甲 has given help four times in 2025 (80.00), 乙 never."""
    (tmp_path / "roster.csv").write_text("编码,姓名,支部\nA1,甲,一支部\nA2,乙,一支部\n", "utf-8")
    records(tmp_path / "before.csv", *(f"2025-0{month}-05" for month in range(1, 5)))
    records(tmp_path / "now.csv", "2026-01-03")
    return tmp_path


def records(path: Path, *days: str) -> None:
    path.write_text("\n".join(["事项,编码,姓名,日期", *(f"帮扶,A1,甲,{day}" for day in days)]), "utf-8")


def settled(desk: Path, period: str, facts: str, out: str, *more: str) -> int:
    asked = ["settle", "--pack", PACK, "--roster", str(desk / "roster.csv"), "--facts", str(desk / facts)]
    return main([*asked, "--period", period, "--closed", "all", "--out", str(desk / out), *more])


def test_half_of_what_exceeds_the_mark_comes_over_and_is_explained(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settled(desk, "2025-12", "before.csv", "y25", "--first-year") == 0
    before = ("--last-year", str(desk / "y25"))
    assert settled(desk, "2026-01", "now.csv", "m1", *before) == 0
    assert "得分 0.00 至 30.00，合计 30.00" in capsys.readouterr().out
    explain = ["explain", "--pack", PACK, "--roster", str(desk / "roster.csv"), "--facts", str(desk / "now.csv")]
    assert main([*explain, "--period", "2026-01", "--member", "A1", *before]) == 0
    said = capsys.readouterr().out
    assert "上年总分结转（2025年总分 80.00 分，超过 60.00 分的部分，50%，至多 15.00 分；见2025年积分结果 " in said


def test_while_last_year_is_not_given_what_it_leaves_is_unknown(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settled(desk, "2026-01", "now.csv", "m1") == 0
    said = capsys.readouterr().out
    assert "暂算 2" in said
    assert "没有给 --last-year，结转多少尚不能确定" in said


def test_what_changes_in_last_year_is_booked_in_the_open_month(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settled(desk, "2025-12", "before.csv", "y25", "--first-year") == 0
    assert settled(desk, "2026-01", "now.csv", "m1", "--last-year", str(desk / "y25")) == 0
    records(desk / "more.csv", *(f"2025-0{month}-05" for month in range(1, 6)))  # a fifth time: 100.00, 15.00 come over
    assert settled(desk, "2025-12", "more.csv", "y25b", "--first-year") == 0
    capsys.readouterr()
    more = ("--last-year", str(desk / "y25b"), "--prior", str(desk / "m1"))
    assert settled(desk, "2026-02", "now.csv", "m2", *more) == 0
    assert "补计/更正 1 笔，合计 +5.00" in capsys.readouterr().out
    files = ["--pack", PACK, "--roster", str(desk / "roster.csv"), "--facts", str(desk / "now.csv"), *more]
    assert main(["settlement", "verify-files", str(desk / "m2"), *files, "--closed", "all"]) == 0


def test_another_month_or_an_open_year_is_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settled(desk, "2025-11", "before.csv", "y25") == 0
    assert settled(desk, "2026-01", "now.csv", "m1", "--last-year", str(desk / "y25")) == 1
    assert "last-year-period" in capsys.readouterr().err
    assert settled(desk, "2025-12", "before.csv", "open") == 0  # its own last year is not known
    assert settled(desk, "2026-01", "now.csv", "m2", "--last-year", str(desk / "open")) == 1
    assert "last-year-open" in capsys.readouterr().err
    assert settled(desk, "2026-01", "now.csv", "m3", "--last-year", str(desk / "nowhere")) == 1
    assert "last-year-unreadable" in capsys.readouterr().err
