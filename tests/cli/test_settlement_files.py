"""`linghang settlement verify-files`: a result of files comes out again from the same files, and from no others."""

import json
import shutil
from pathlib import Path

import pytest

from linghang.cli import main

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "examples" / "qingyuan-mine"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options that name copies of the example's files."""
    shutil.copytree(ROOT / "packs", tmp_path / "packs")
    for name in ("roster.xlsx", "records-2026Q1.xlsx"):
        shutil.copy(UNIT / name, tmp_path)
    pack = tmp_path / "packs" / "example-4x-points"
    return [
        "--pack",
        str(pack),
        "--roster",
        str(tmp_path / "roster.xlsx"),
        "--facts",
        str(tmp_path / "records-2026Q1.xlsx"),
    ]


@pytest.fixture
def out(files: list[str], tmp_path: Path) -> Path:
    assert main(["settle", *files, "--period", "2026-03", "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def test_the_same_files_give_the_same_and_a_changed_record_of_the_run_is_told(
    files: list[str], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settlement", "verify-files", str(out), *files]) == 0
    assert "核算一致：2026-03，302 人" in capsys.readouterr().out
    told = json.loads((out / "run.json").read_text("utf-8"))
    (out / "run.json").write_text(json.dumps(told | {"result_hash": "0" * 64}), "utf-8")
    assert main(["settlement", "verify-files", str(out), *files]) == 1
    assert "核算不一致" in capsys.readouterr().err


def test_other_files_and_other_rules_are_named_and_not_settled(
    files: list[str], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, pack = Path(files[3]), Path(files[1])
    shutil.copy(UNIT / "records-2026Q1.xlsx", roster)
    parameters = pack / "parameters.yaml"
    parameters.write_text(
        parameters.read_text("utf-8").replace("value: 2.00, source", "value: 2.50, source", 1), "utf-8"
    )
    assert main(["settlement", "verify-files", str(out), *files]) == 1
    said = capsys.readouterr().err
    assert "roster.xlsx" in said
    assert "方案包（当时" in said
    assert "records-2026Q1.xlsx" not in said


def test_a_folder_without_a_result_is_a_sentence(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settlement", "verify-files", str(tmp_path), *files]) == 1
    assert "没有可以比对的核算结果" in capsys.readouterr().err
