"""`linghang check PACK`, as a person sees it."""

from linghang.cli import main


def test_a_good_pack_gives_one_line_and_exit_0(workshop, capsys) -> None:
    assert main(["check", str(workshop.example)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 1
    assert out[0].startswith("example-4x-points 1.1.0 · ")
    assert out[0].endswith("错误 0 个，提醒 0 个")


def test_every_problem_is_printed_with_file_and_line_and_exit_1(workshop, capsys) -> None:
    workshop.change("schemes/member.yaml", "late_months: 3", "late_months: x")
    workshop.change("parameters.yaml", "value: 270.00", "value: y")
    assert main(["check", str(workshop.example)]) == 1
    out = capsys.readouterr().out
    assert f"{workshop.example}/schemes/member.yaml:7: bad-integer:" in out
    assert f"{workshop.example}/parameters.yaml:7: bad-number:" in out
    assert out.count("怎么办：") == 2
    assert "不能使用" in out


def test_a_wrong_case_fails_the_check_too(workshop, capsys) -> None:
    (workshop.example / "cases" / "wrong.yaml").write_text("cases: [{case: 甲}]\n", encoding="utf-8")
    assert main(["check", str(workshop.example)]) == 1
    assert "cases/wrong.yaml:1: missing-key" in capsys.readouterr().out


def test_warnings_alone_do_not_fail_the_check(workshop, capsys) -> None:
    assert main(["check", str(workshop.national)]) == 0
    assert "提醒" in capsys.readouterr().out
