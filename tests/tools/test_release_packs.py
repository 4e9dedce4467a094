"""Packs of the product: what was released under a number stays, and the next number says how much has changed."""

import shutil
from pathlib import Path

import pytest

from linghang.engine.packs.load import lock_pack
from tools.release_packs import PACKS, read, release, unreleased, wrong

POINTS = "example-4x-points"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packs of the product."""
    return Path(shutil.copytree(PACKS, tmp_path / "packs"))


def change(folder: Path, file: str, old: str, new: str, pack: str = POINTS) -> None:
    path = folder / pack / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def number(folder: Path, new: str, note: str = "- 适用：2026-05 起。\n- 涉及：全体党员。\n") -> None:
    held = (folder / POINTS / "pack.yaml").read_text("utf-8").split("version: ")[1].split("\n")[0]
    change(folder, "pack.yaml", f"version: {held}", f"version: {new}")
    change(folder, "CHANGELOG.md", f"\n## {held}\n", f"\n## {new}\n{note}\n## {held}\n")


def dearer(folder: Path) -> None:
    """One price is another one."""
    change(folder, "schemes/member.yaml", "cap: 10.00", "cap: 9.00")


def test_no_pack_of_the_product_says_anything_new_under_a_number_that_was_released() -> None:
    assert "\n".join(wrong() + unreleased()) == ""


def test_new_content_under_an_old_number_is_named_with_the_number_that_it_needs(folder: Path) -> None:
    dearer(folder)
    (found,) = wrong(folder)
    assert f"packs/{POINTS}：内容变了，版本号还是1.1.0" in found
    assert "至少1.2.0" in found
    assert "CHANGELOG.md" in found


def test_the_number_must_say_how_much_has_changed(folder: Path) -> None:
    dearer(folder)
    number(folder, "1.1.1")
    assert wrong(folder) == [
        f"packs/{POINTS}：版本号1.1.1太低。比起1.1.0，改了计分或增加了内容，中间一位加一：至少1.2.0。"
    ]
    number(folder, "1.2.0")
    assert wrong(folder) == []


def test_a_name_that_is_no_longer_there_needs_a_new_first_number(folder: Path) -> None:
    change(folder, "schemes/member.yaml", "- id: idea\n", "- id: thought\n")
    number(folder, "1.2.0")
    assert wrong(folder) == [
        f"packs/{POINTS}：版本号1.2.0太低。比起1.1.0，删去了办法、项目或记录种类，第一位加一：至少2.0.0。"
    ]


def test_words_need_the_last_number_only(folder: Path) -> None:
    change(folder, "pack.yaml", "积分办法（示例）", "积分办法（例子）")
    number(folder, "1.1.1")
    assert wrong(folder) == []


def test_a_changelog_says_from_which_period_on_and_whom_it_touches(folder: Path) -> None:
    dearer(folder)
    number(folder, "1.2.0", note="- 改了限额。\n")
    assert wrong(folder) == [f"packs/{POINTS}/CHANGELOG.md：1.2.0 一节缺“- 适用：”“- 涉及：”。"]


def test_what_uses_a_changed_pack_is_another_version_too(folder: Path) -> None:
    change(folder, "pack.yaml", "title: {zh: 全国通用, en: National}", "title: {zh: 通用, en: National}", "national")
    for user in folder.glob("example-*"):
        lock_pack(user)
    assert [words.split("：")[0] for words in wrong(folder)] == [
        "packs/example-4x-points", "packs/example-dangjian-plus", "packs/example-star-branch", "packs/national",
    ]  # fmt: skip


def test_a_release_adds_and_never_replaces(folder: Path) -> None:
    before = read(folder)
    assert release(folder) == []
    dearer(folder)
    assert release(folder) == []
    assert read(folder) == before
    number(folder, "1.2.0")
    assert unreleased(folder) != []
    assert release(folder) == [f"{POINTS} 1.2.0"]
    assert unreleased(folder) == []
    assert read(folder)[POINTS]["1.1.0"] == before[POINTS]["1.1.0"]
