"""Loading: what is merged, what the lock holds, and what the content hash says."""

import re
from pathlib import Path

import pytest

from linghang.engine.packs.load import load_pack, lock_pack
from linghang.engine.packs.model import Comparison, Pack
from linghang.engine.periods import Month
from linghang.engine.rules.plan import compile_plan

PACKS = Path(__file__).parents[3] / "packs"
SCHEME = "schemes/member.yaml"


def loaded(folder: Path) -> Pack:
    pack, problems = load_pack(folder)
    assert pack, "\n".join(str(p) for p in problems)
    return pack


def relocked(workshop) -> Pack:
    pack, problems = lock_pack(workshop.example)
    assert pack, "\n".join(str(p) for p in problems)
    return pack


def test_the_packs_of_the_repository_load_without_errors() -> None:
    for folder in sorted(p for p in PACKS.iterdir() if (p / "pack.yaml").is_file()):
        assert loaded(folder).identity.id == folder.name


def test_a_used_pack_gives_its_kinds_groups_norms_and_meanings() -> None:
    pack, national = loaded(PACKS / "example-4x-points"), loaded(PACKS / "national")
    assert pack.kinds == national.kinds
    assert pack.groups == national.groups
    assert pack.norms == national.norms
    assert pack.meanings == national.meanings
    assert pack.locked == {"national": national.content_hash}


def test_a_plan_sees_only_one_of_and_none_of_on_attributes() -> None:
    pack = loaded(PACKS / "example-4x-points")
    scheme = pack.schemes["member-points"]
    tests = [t for item in scheme.items for row in item.rows for t in row.tests]
    bounds = (Comparison.AT_LEAST, Comparison.BELOW)
    assert all((t.comparison in bounds) == (t.attribute == "quantity") for t in tests)
    assert compile_plan(pack, "member-points", Month(2026, 3)).truth


def test_excuses_stand_before_the_rows_that_price() -> None:
    items = {i.id: i for i in loaded(PACKS / "example-4x-points").schemes["member-points"].items}
    assert [row.excuse for row in items["attendance"].rows] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SCHEME, "scheme: member-points\n", "# a comment\n\n\nscheme:   'member-points'   # more\n"),
        (SCHEME, "late_months: 3", "late_months: 03"),
        (SCHEME, "base: 10.00", "base: 10"),
        (SCHEME, "[线上课程, 每满2小时 0.50]", "[online, 每满２小时 0.5]"),
        (SCHEME, "facts: study.hours", "facts: [集中学习]"),
        (SCHEME, "month: {cap: 4.00}\n", "month:\n      cap: 4.0\n"),
        (SCHEME, "columns: [表彰级别≥, 得分]", "columns: [level≥, 得分]"),
        (SCHEME, "    clause: 第四条\n    category: study\n", "    category: study\n    clause: 第四条\n"),
    ],
)
def test_layout_comments_and_order_of_keys_do_not_move_the_hash(workshop, file, old, new) -> None:
    before = loaded(workshop.example).content_hash
    workshop.change(file, old, new)
    assert loaded(workshop.example).content_hash == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SCHEME, "late_months: 3", "late_months: 2"),
        (SCHEME, "base: 10.00", "base: 10.01"),
        (SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课程, 每2小时 0.50]"),
        (SCHEME, "[-2.00]", "[-2.01]"),
        (SCHEME, "clause: 第四条", "clause: 第四条第一款"),
        (SCHEME, "keep: highest", "keep: first"),
        (SCHEME, "[缺席、迟到, 公差、病假、休假]", "[缺席、迟到, 公差、病假]"),
        ("parameters.yaml", "value: 270.00", "value: 271.00"),
        ("parameters.yaml", "source: 示例数字", "source: 别处"),
        ("pack.yaml", "version: 1.1.0", "version: 1.1.1"),
    ],
)
def test_every_change_of_meaning_moves_the_hash(workshop, file, old, new) -> None:
    before = loaded(workshop.example).content_hash
    workshop.change(file, old, new)
    assert loaded(workshop.example).content_hash != before


def test_the_order_of_rows_and_of_an_ordered_domain_is_meaning(workshop) -> None:
    before = relocked(workshop).content_hash
    facts = workshop.national / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    minor, major = "          minor: {zh: 一般, en: Minor}\n", "          major: {zh: 较重, en: Major}\n"
    facts.write_text(text.replace(minor + major, major + minor), encoding="utf-8")
    assert relocked(workshop).content_hash != before


def test_a_changed_used_pack_is_refused_until_it_is_locked_again(workshop) -> None:
    norms = workshop.national / "norms.yaml"
    norms.write_text(norms.read_text(encoding="utf-8").replace("at_least: 32", "at_least: 40"), encoding="utf-8")
    problem = workshop.only("lock-differs")
    assert problem.place.file.endswith("pack.lock.yaml")
    assert "linghang pack lock" in problem.hint
    relocked(workshop)
    assert not workshop.problems().errors


def test_a_missing_lock_and_a_lock_without_the_used_pack_are_refused(workshop) -> None:
    lock = workshop.example / "pack.lock.yaml"
    lock.write_text("locked: {}\n", encoding="utf-8")
    assert workshop.only("lock-missing")
    lock.unlink()
    assert workshop.only("file-missing").place.file == str(lock)


def test_a_used_pack_is_looked_for_in_the_given_folders(workshop, tmp_path) -> None:
    elsewhere = tmp_path / "library"
    elsewhere.mkdir()
    workshop.national.rename(elsewhere / "national")
    assert workshop.only("used-pack-missing")
    assert load_pack(workshop.example, library=[elsewhere])[0]


def test_a_used_pack_that_is_too_old_or_broken_is_refused(workshop) -> None:
    workshop.change("pack.yaml", ">=1.0.0", ">=1.2.0")
    assert "低于要求的 1.2.0" in workshop.only("used-pack-too-old").message
    (workshop.national / "groups.yaml").write_text("groups: 3\n", encoding="utf-8")
    assert str(workshop.national) in workshop.only("wrong-shape").place.file


def test_a_used_pack_in_a_folder_of_another_name_is_refused(workshop) -> None:
    path = workshop.national / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("pack: national", "pack: nation"), encoding="utf-8")
    assert "nation" in workshop.only("used-pack-renamed").message


def test_packs_that_use_each_other_are_refused(workshop) -> None:
    with (workshop.national / "pack.yaml").open("a", encoding="utf-8") as stream:
        stream.write("uses: {example-4x-points: 1.0.0}\n")
    assert "→" in workshop.only("used-pack-circle").message


def test_a_unit_pack_adds_and_never_redefines(workshop) -> None:
    workshop.add(
        "facts.yaml",
        "kinds:\n"
        "  - {id: own.visit, title: 到矿走访, subject: member, unit: 次}\n"
        "  - {id: study.hours, title: 学习二, subject: member, unit: 次}\n",
    )
    problem = workshop.only("redefined")
    assert problem.place.line == 3
    facts = workshop.example / "facts.yaml"
    facts.write_text(re.sub(r".*study.hours.*\n", "", facts.read_text(encoding="utf-8")), encoding="utf-8")
    assert "own.visit" in loaded(workshop.example).kinds


def test_nothing_is_written_by_lock_when_there_are_problems(workshop) -> None:
    lock = workshop.example / "pack.lock.yaml"
    before = lock.read_text(encoding="utf-8")
    workshop.change(SCHEME, "base: 10.00", "base: x")
    assert lock_pack(workshop.example)[0] is None
    assert lock.read_text(encoding="utf-8") == before


def test_a_folder_without_a_pack_is_one_problem(tmp_path) -> None:
    pack, problems = load_pack(tmp_path)
    assert pack is None
    assert [p.code for p in problems] == ["file-missing"]
