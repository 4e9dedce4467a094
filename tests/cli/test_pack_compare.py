"""`linghang pack diff` and `pack simulate`, as a person sees them."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from linghang.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "packs" / "example-4x-points"
MINE = ROOT / "examples" / "qingyuan-mine"


@pytest.fixture
def changed(tmp_path) -> Path:
    """The example with another price for volunteering, in a folder of its own."""
    shutil.copytree(ROOT / "packs" / "national", tmp_path / "national")
    folder = shutil.copytree(EXAMPLE, tmp_path / "example-4x-points")
    file = folder / "parameters.yaml"
    line = "value: 2.00, source"
    text = file.read_text("utf-8")
    assert line in text
    file.write_text(text.replace(line, "value: 2.50, source"), "utf-8")
    return folder


def test_the_difference_of_two_versions_is_told_in_their_own_words(changed, capsys):
    assert main(["pack", "diff", str(EXAMPLE), str(changed)]) == 0
    out = capsys.readouterr().out
    assert "− 角色：不限" not in out
    assert "− 数量：不少于 0.5 小时 → +2.00 分（志愿服务每次得分）" in out
    assert "+ 数量：不少于 0.5 小时 → +2.50 分（志愿服务每次得分）" in out
    assert "至少 1.2.0" in out


def test_equal_packs_differ_in_nothing(capsys):
    assert main(["pack", "diff", str(EXAMPLE), str(EXAMPLE)]) == 0
    assert "条文有 0 处不同" in capsys.readouterr().out


def test_who_would_change_is_listed_with_the_item_that_does_it(changed, capsys):
    roster, records = MINE / "roster.xlsx", MINE / "records-2026Q1.xlsx"
    said = ["--roster", str(roster), "--facts", str(records), "--period", "2026-03", "--closed", "all"]
    assert main(["pack", "simulate", str(EXAMPLE), str(changed), *said]) == 0
    out = capsys.readouterr().out.splitlines()
    many, few = (int(word) for word in out[1].replace(" 人有变化，", " ").split(" ")[:2])
    assert many > 0
    assert few > 0
    assert len(out) == 2 + many
    assert all("志愿服务" in line or "季度评星" in line for line in out[2:])


def test_a_pack_that_cannot_be_used_is_told(changed, capsys):
    (changed / "pack.yaml").write_text("pack: x\n", "utf-8")
    assert main(["pack", "diff", str(EXAMPLE), str(changed)]) == 1
    assert "pack.yaml" in capsys.readouterr().err


def test_which_change_of_the_rules_moves_somebody_is_said_when_it_is_asked(changed, capsys):
    roster, records = MINE / "roster.xlsx", MINE / "records-2026Q1.xlsx"
    said = ["--roster", str(roster), "--facts", str(records), "--period", "2026-03", "--closed", "all", "--by-rule"]
    assert main(["pack", "simulate", str(EXAMPLE), str(changed), *said]) == 0
    out = capsys.readouterr().out.splitlines()
    told = [(who.split()[0], why.split()) for who, why in pairwise(out[2:]) if "由：" in why]
    assert len(told) > 100
    assert all(why == ["由：志愿服务每次得分", moved] for moved, why in told)
    silent = [who for who, why in pairwise([*out[2:], ""]) if "由：" not in who + why]
    assert all(line.startswith("0.00 ") for line in silent)  # only the band of a longer span is another one
