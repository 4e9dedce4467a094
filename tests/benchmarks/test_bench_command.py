"""`linghang bench` says in a sentence why it cannot run."""

import pytest

from linghang.cli import bench, main


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch, capsys):
    monkeypatch.setattr(bench, "NEEDED", ("json", "no_such_package"))
    assert main(["bench", "settle"]) == 2
    said = capsys.readouterr().err
    assert "缺少 no_such_package" in said
    assert "make bench" in said


def test_outside_a_checkout_it_says_where_to_run_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    assert main(["bench", "settle"]) == 2
    assert "源码目录" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["12", "1e12", "1.5e3x"])
def test_a_senseless_number_of_facts_is_refused(count, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "settle", "--facts", count])
    assert stopped.value.code == 2
    assert "--facts" in capsys.readouterr().err
