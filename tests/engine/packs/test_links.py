"""Kinds of links in a pack: what can be written, what is refused and where."""

from pathlib import Path

import pytest

from linghang.engine.packs.link_model import Colour, slots
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Span
from tests.docs.pages import ROOT

PACK = """pack: trial
version: 1.0.0
title: 试用
content: invented
"""
FACTS = """kinds:
  - {id: visit, title: 走访, subject: member, unit: 次}
  - {id: session, title: 学习, subject: study-group, unit: 次}
"""
LINKS = """links:
  - id: contact
    title: 联系点
    left: [member]
    right: [branch]
    quota: {per: year, at_least: 2, counts: visit}
    alerts:
      - {by: 06-30, at_least: 1, colour: yellow}
      - {by: 11-30, at_least: 2, colour: red}
    source: 试用
    confidence: invented
  - id: group
    title: 小组
    left: [study-group]
    right: [branch]
    slot: {order: 1, title: 小组}
    source: 试用
    confidence: invented
coverages:
  - id: branches
    title: 支部覆盖
    of: branch
    by: [contact]
    source: 试用
    confidence: invented
"""


def read(folder: Path, links: str):
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    (folder / "links.yaml").write_text(links, "utf-8")
    return load_pack(folder)


def test_a_kind_is_read_as_written(tmp_path: Path) -> None:
    pack, problems = read(tmp_path, LINKS)
    assert pack is not None, list(problems)
    contact = pack.links["contact"]
    assert (contact.quota.at_least, contact.quota.per, contact.quota.distinct) == (2, Span.YEAR, "day")
    assert [(a.by, a.at_least, a.colour) for a in contact.alerts] == [
        ("06-30", 1, Colour.YELLOW),
        ("11-30", 2, Colour.RED),
    ]
    assert pack.coverages["branches"].by == ("contact",)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("counts: visit", "counts: vsit", "unknown-kind", 6),
        ("counts: visit", "counts: session", "quota-subject", 6),
        ("per: year, ", "", "quota-span", 6),
        ("per: year,", "per: year, within_months: 3,", "quota-span", 6),
        ("per: year", "per: quarter", "alert-day", 8),
        ("at_least: 2, colour", "at_least: 3, colour", "alert-above-quota", 9),
        ("colour: red", "colour: green", "bad-choice", 9),
        ("left: [member]", "left: [membre]", "bad-choice", 4),
        (
            "    slot:",
            "    alerts: [{at_least: 1, colour: red}]\n    slot:",
            "alert-without-quota",
            16,
        ),
        ("right: [branch]\n    slot", "right: [unit]\n    slot", "slot-not-branch", 16),
        ("by: [contact]", "by: [kontact]", "unknown-link", 20),
        ("of: branch", "of: zone", "coverage-end", 20),
        ("of: branch", "of: branch\n    posts: [leader]", "coverage-posts", 20),
        ("    by: [contact]\n", "", "coverage-by", 20),
        ("by: [contact]", "by: [contact]\n    through: membership", "coverage-through", 20),
        ("by: [contact]", "bye: [contact]", "unknown-key", 23),
    ],
)
def test_what_cannot_work_is_named_with_its_line(tmp_path, old, new, code, line) -> None:
    assert old in LINKS
    pack, problems = read(tmp_path, LINKS.replace(old, new, 1))
    assert pack is None
    assert (code, line) in {(p.code, p.place.line) for p in problems}


def test_two_kinds_cannot_fill_one_slot(tmp_path: Path) -> None:
    second = LINKS.replace("    quota:", "    slot: {order: 1, title: 领导}\n    quota:", 1)
    _, problems = read(tmp_path, second)
    assert "slot-taken" in {p.code for p in problems}


def test_what_is_counted_changes_the_hash_of_the_pack_and_comments_do_not(tmp_path: Path) -> None:
    first, _ = read(tmp_path, LINKS)
    commented, _ = read(tmp_path, "# 说明\n" + LINKS)
    stricter, _ = read(tmp_path, LINKS.replace("at_least: 2, counts", "at_least: 3, counts"))
    assert first.content_hash == commented.content_hash != stricter.content_hash


def test_the_national_pack_has_five_slots_and_says_what_is_only_an_example() -> None:
    pack, _ = load_pack(ROOT / "packs" / "national")
    titles = [kind.slot.title["zh"] for kind in slots(pack.links)]
    assert titles == ["委员", "机关科室", "二级单位", "野外项目部", "青年理论学习小组"]
    invented = [kind for kind in pack.links.values() if kind.confidence == "invented"]
    assert all("示例" in kind.source for kind in invented)
