"""Worked cases: those of the repository's packs, and what is said about wrong ones."""

from pathlib import Path

import pytest

from linghang.engine.packs.cases import Case, read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.settle.run_cases import run_cases

PACKS = Path(__file__).parents[3] / "packs"


def cases_of(folder: Path) -> list[Case]:
    pack, _ = load_pack(folder)
    assert pack
    cases, problems = read_cases(folder, pack)
    assert not len(problems), "\n".join(str(p) for p in problems)
    return list(cases)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_every_case_of_the_repository_comes_out_as_worked_out_by_hand(engine: str) -> None:
    for folder in sorted(p for p in PACKS.iterdir() if (p / "cases").is_dir()):
        pack, _ = load_pack(folder)
        assert pack
        results = run_cases(pack, cases_of(folder), engine=engine)
        failed = [f"{r.case.place} {r.case.title}: {r.differences}" for r in results if not r.passed]
        assert not failed, "\n".join(failed)


def test_titles_of_cases_are_unique() -> None:
    titles = [case.title for case in cases_of(PACKS / "example-4x-points")]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("month: {floor: 0, cap: 15.00}}\n  - {id: life", "categories.study"),
        ("[市级, 5.00]", "items.honour"),
        ("[任意, 0.5, $volunteer]", "items.volunteer"),
        ("month: {cap: 8.00}", "items.pioneer-task"),
        ("year: {cap: 60.00}", "categories.x"),
        ("cap: 100.00}", "month"),
        ("needs_months: 3", "grades.quarter-star"),
        ("count: 3}", "selected"),
        ("- {total: 1000.00}", "selected"),
        ("late_months: 3", "too_late"),
        ("part_period: pro_rata_days", "month"),
        ("exempt_groups: [frail-or-ill]", "state"),
        ("norm: {at_least: 1, short: -2.00}", "items.volunteer-norm"),
    ],
)
def test_the_cases_notice_when_a_line_of_the_scheme_is_changed(workshop, change: str, words: str) -> None:
    new = {
        "month: {floor: 0, cap: 15.00}}\n  - {id: life": "month: {cap: 13.00}}\n  - {id: life",
        "[市级, 5.00]": "[市级, 4.00]",
        "[任意, 0.5, $volunteer]": "[任意, 0.6, $volunteer]",
        "month: {cap: 8.00}": "month: {cap: 9.00}",
        "year: {cap: 60.00}": "year: {cap: 61.00}",
        "cap: 100.00}": "cap: 101.00}",
        "needs_months: 3": "needs_months: 2",
        "count: 3}": "count: 2}",
        "- {total: 1000.00}": "- {total: 999.00}",
        "late_months: 3": "late_months: 4",
        "part_period: pro_rata_days": "part_period: full",
        "exempt_groups: [frail-or-ill]": "exempt_groups: []\nno_exempt_reason: 试验",
        "norm: {at_least: 1, short: -2.00}": "norm: {at_least: 2, short: -2.00}",
    }[change]
    workshop.change("schemes/member.yaml", change, new)
    pack, problems = load_pack(workshop.example)
    assert pack, "\n".join(str(p) for p in problems)
    cases, _ = read_cases(workshop.example, pack)
    found = [d for r in run_cases(pack, cases) for d in r.differences]
    assert any(d.startswith(words) for d in found), found


WRONG = """cases:
  - case: 写错的算例
    period: 2026-02
    facts:
      - {%s}
    expect: {%s}
"""


@pytest.mark.parametrize(
    ("fact", "expect", "code"),
    [
        ("kind: life.attendence, on: 2026-02-01", "month: 1", "unknown-kind"),
        ("kind: dues.late, on: 2026-02-30", "month: 1", "bad-date"),
        ("kind: dues.late, on: 2026-02-01, 事由: 无", "month: 1", "unknown-key"),
        ("kind: duty.task, on: 2026-02-01", "month: 1", "missing-key"),
        ("kind: duty.task, on: 2026-02-01, 完成情况: 完成", "month: 1", "unknown-value"),
        ("kind: mentoring.session, on: 2026-02-01", "month: 1", "missing-key"),
        ("kind: dues.late, on: 2026-02-01", "items: {due: 1}", "unknown-id"),
        ("kind: dues.late, on: 2026-02-01", "grades: {quarter-star: 六星}", "unknown-id"),
        ("kind: dues.late, on: 2026-02-01", "moth: 1", "unknown-key"),
    ],
)
def test_a_wrong_case_is_a_problem_with_its_line(workshop, fact: str, expect: str, code: str) -> None:
    path = workshop.example / "cases" / "wrong.yaml"
    path.write_text(WRONG % (fact, expect), encoding="utf-8")
    pack, _ = load_pack(workshop.example)
    assert pack
    _, problems = read_cases(workshop.example, pack)
    assert [p.code for p in problems] == [code]
    (problem,) = problems
    assert problem.place.file == str(path)
    assert 1 < problem.place.line <= 6


def test_a_case_of_a_pack_with_two_schemes_names_its_own(workshop) -> None:
    second = workshop.example / "schemes" / "second.yaml"
    first = (workshop.example / "schemes" / "member.yaml").read_text(encoding="utf-8")
    second.write_text(first.replace("scheme: member-points", "scheme: second"), encoding="utf-8")
    path = workshop.example / "cases" / "wrong.yaml"
    pack, problems = load_pack(workshop.example)
    assert pack, "\n".join(str(p) for p in problems)
    for line, codes in (("", {"missing-key"}), ("scheme: third", {"unknown-scheme"}), ("scheme: second", set())):
        for other in workshop.example.glob("cases/*.yaml"):
            other.unlink()
        path.write_text(
            f"cases:\n  - case: 甲\n    period: 2026-01\n    {line}\n    expect: {{month: 80.00}}\n", encoding="utf-8"
        )
        assert {p.code for p in read_cases(workshop.example, pack)[1]} == codes


def test_late_facts_need_a_month_that_was_final(workshop) -> None:
    path = workshop.example / "cases" / "wrong.yaml"
    late = "    late: [{kind: dues.late, on: 2026-01-05}]\n    expect: {month: 80.00}\n"
    path.write_text(f"cases:\n  - case: 甲\n    period: 2026-01\n{late}", encoding="utf-8")
    pack, _ = load_pack(workshop.example)
    assert pack
    assert [p.code for p in read_cases(workshop.example, pack)[1]] == ["late-in-january"]


def test_a_parameter_that_has_no_value_yet_is_said_for_the_case(workshop) -> None:
    workshop.change("parameters.yaml", "from: 2026-01", "from: 2026-04")
    pack, _ = load_pack(workshop.example)
    assert pack
    cases, _ = read_cases(workshop.example, pack)
    results = run_cases(pack, [c for c in cases if str(c.period) == "2026-03"])
    assert all("star5" in r.differences[0] for r in results)


def test_a_case_that_fails_says_what_was_expected_and_what_came(workshop) -> None:
    path = workshop.example / "cases" / "wrong.yaml"
    path.write_text(WRONG % ("kind: dues.late, on: 2026-02-01", "items: {dues: -3.00}, month: 80.00"), encoding="utf-8")
    pack, _ = load_pack(workshop.example)
    assert pack
    cases, _ = read_cases(workshop.example, pack)
    (result,) = [r for r in run_cases(pack, cases) if not r.passed]
    assert result.differences == ("items.dues：应为 −3.00，实为 −2.00", "month：应为 80.00，实为 78.00")
