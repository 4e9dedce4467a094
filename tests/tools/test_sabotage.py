"""The sabotage run: what it keeps while it runs, what it says in the end, and that what it breaks is whole again."""

from pathlib import Path

from linghang.engine.points import format_points
from tools.sabotage.noop import sabotaged
from tools.sabotage.report import Log, describe, write

ROWS = {"S1-01": ["a.first", "a.second"], "S1-02": ["a.first"]}


def test_what_was_noticed_is_known_to_the_next_run(tmp_path: Path) -> None:
    Log(tmp_path / "log.jsonl").add(("S1-01", "a.first"), "tests/test_a.py::test_one")
    known = Log(tmp_path / "log.jsonl").noticed()
    assert {pair: told["by"] for pair, told in known.items()} == {("S1-01", "a.first"): "tests/test_a.py::test_one"}
    assert all(told["at"] and told["commit"] for told in known.values())


def test_an_operation_counts_for_each_row_that_stands_on_it(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.jsonl")
    log.add(("S1-01", "a.first"), "tests/test_a.py::test_one")
    log.add(("S1-01", "a.second"), "tests/test_a.py::test_two")
    found = describe(ROWS, log, [])
    assert (found["rows"], found["tried"], found["noticed"]) == (2, 3, 2)
    assert found["survivors"] == [["S1-02", "a.first"]]


def test_a_run_is_good_only_when_everything_was_noticed_and_nothing_broke(tmp_path: Path, capsys) -> None:
    log = Log(tmp_path / "log.jsonl")
    assert write(describe(ROWS, log, []), None) == 1
    assert "没有人发现： S1-02 a.first" in capsys.readouterr().out
    for row, operations in ROWS.items():
        for operation in operations:
            log.add((row, operation), "tests/test_a.py::test_one")
    out = tmp_path / "result.json"
    assert write(describe(ROWS, log, []), out) == 0
    assert '"survivors": []' in out.read_text("utf-8")
    assert write(describe(ROWS, log, ["tests/test_a.py::test_one · setup: E"]), None) == 1
    assert write(describe({}, log, []), None) == 1


def test_what_does_nothing_for_a_while_does_its_work_again() -> None:
    with sabotaged("linghang.engine.points.format_points"):
        assert format_points(150) is None
    assert format_points(150) == "1.50"
