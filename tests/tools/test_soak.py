"""The long run in parts: each leaves a result that says how it went, and a failed one stops no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import dated
from tools import soak

GOOD = soak.Part("好的一部分", (sys.executable, "-c", "print('. [seed 7: 20011 acknowledged, 31 killings]')"))
BAD = soak.Part(
    "坏的一部分", (sys.executable, "-c", "print('== 1 failed, 2 passed in 3.21s =='); raise SystemExit(1)"), times=3
)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dated, "RESULTS", tmp_path)
    monkeypatch.setattr(soak, "ROOT", tmp_path)
    monkeypatch.setattr(soak, "parts", lambda _rounds: {"bad": BAD, "good": GOOD})
    return tmp_path


def test_a_part_that_fails_is_written_down_and_stops_no_other(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soak.main([]) == 1
    told = {path.stem.rsplit("-", 1)[1]: json.loads(path.read_text("utf-8")) for path in results.glob("*.json")}
    assert (told["bad"]["passed"], told["bad"]["rounds"]) == (False, [0, 3])
    assert told["bad"]["told"] == ["1 failed, 2 passed in 3.21s"]
    assert (told["good"]["passed"], told["good"]["rounds"]) == (True, [1, 1])
    assert told["good"]["told"] == ["seed 7: 20011 acknowledged, 31 killings"]
    assert capsys.readouterr().out.splitlines()[-1] == "没有通过：bad"


def test_one_part_can_be_run_alone(results: Path) -> None:
    assert soak.main(["--only", "good"]) == 0
    assert len(list(results.glob("*.json"))) == 1


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        soak.main(["--only", "good", "best"])
    assert "没有这些部分：best；有的是：bad、good" in capsys.readouterr().err
    assert not list(results.glob("*.json"))


def test_the_tests_of_a_part_are_found_by_its_command() -> None:
    ledger = soak.parts(1)["ledger"].command
    found = subprocess.run([*ledger, "--collect-only"], cwd=soak.ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    assert "test_ledger_killed.py" in found.stdout


def test_what_a_part_names_is_there() -> None:
    for name, part in soak.parts(1).items():
        for word in part.command:
            if word.startswith(("tests/", "tools/")):
                assert (soak.ROOT / word).exists(), name
