"""Kinds of cases in a pack: what can be written, what is refused and where, and the pictures drawn from them."""

from pathlib import Path

import pytest

from linghang.apps.access.data import ROLES
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.loop_diagram import page
from linghang.engine.packs.loop_model import POSTS, Ending, Who
from tests.docs.pages import DOCS, ROOT

NATIONAL = ROOT / "packs" / "national"

PACK = """pack: trial
version: 1.0.0
title: 试用
content: invented
"""
LOOP = """loops:
  - id: errand
    title: 跑腿
    starters: [member]
    readers: [officer]
    people: {responsible: [secretary], tracker: [organiser], verifier: [officer]}
    states:
      - {id: open, title: 待办, waits_for: responsible}
      - {id: asked, title: 待核验, waits_for: verifier}
      - {id: done, title: 办结, ends: settled}
    transitions:
      - {id: start, title: 发起, to: open, who: [reporter], deadline: {working_days: 3}}
      - {id: ask, title: 申请办结, from: [open], to: asked, who: [responsible]}
      - {id: pass, title: 通过, from: [asked], to: done, who: [verifier]}
    source: 试用
    confidence: invented
"""


def read(folder: Path, text: str):
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "loops.yaml").write_text(text, "utf-8")
    return load_pack(folder)


def test_a_kind_is_read_as_written(tmp_path: Path) -> None:
    pack, problems = read(tmp_path, LOOP)
    assert pack is not None, list(problems)
    kind = pack.loops["errand"]
    assert kind.opening.id == "start"
    assert kind.opening.term.working_days == 3
    assert [step.id for step in kind.steps_from("open")] == ["ask"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("who: [verifier]}", "who: [responsible]}", "own-matter", 14),
        ("who: [verifier]}", "who: [verifier, responsible]}", "own-matter", 14),
        ("from: [asked], to: done", "from: [asked], to: open", "dead-end", 8),
        ("from: [open], to: asked", "from: [opne], to: asked", "unknown-state", 13),
        ("to: open, who: [reporter]", "from: [done], to: open, who: [reporter]", "loop-opening", 2),
        ("waits_for: responsible}", "title2: x}", "unknown-key", 8),
        (", waits_for: verifier}", "}", "waits-for-nobody", 9),
        ("working_days: 3", "working_days: 0", "bad-integer", 12),
        ("    source:", "    confidential: true\n    starters2: x\n    source:", "unknown-key", 16),
        (
            "    source:",
            "    escalation:\n      - {level: supervise, after: 3}\n      - {level: remind, after: 5}\n    source:",
            "escalation-order",
            17,
        ),
        ("    source:", "    declares: [meeting.held]\n    source:", "unknown-kind", 2),
        ("readers: [officer]", "readers: [officer, member]\n    confidential: true", "confidential-readers", 2),
        (
            "people: {responsible: [secretary], tracker: [organiser], verifier: [officer]}",
            "people: {responsible: [reporter], tracker: [organiser], verifier: [reporter]}",
            "own-matter",
            2,
        ),
    ],
)
def test_what_cannot_work_is_named_with_its_line(tmp_path, old, new, code, line) -> None:
    assert old in LOOP
    pack, problems = read(tmp_path, LOOP.replace(old, new, 1))
    assert pack is None
    assert (code, line) in {(p.code, p.place.line) for p in problems}


def test_a_way_back_from_the_end_is_counted(tmp_path: Path) -> None:
    again = "      - {id: again, title: 反复, from: [done], to: open, who: [tracker]}\n    source:"
    _, problems = read(tmp_path, LOOP.replace("    source:", again))
    assert "reopening-not-counted" in {p.code for p in problems}


def test_the_posts_of_a_pack_are_those_of_the_product() -> None:
    assert {*POSTS, "system_admin"} == set(ROLES)


def test_the_national_kinds_keep_doing_and_verifying_apart() -> None:
    pack, _ = load_pack(NATIONAL)
    assert {"declaration", "correction", "problem", "contact-lost"} <= set(pack.loops)
    for kind in pack.loops.values():
        settling = [s for s in kind.steps.values() if kind.states[s.to].ends is Ending.SETTLED]
        assert settling
        assert all(set(s.who) == {Who.VERIFIER} for s in settling)


def test_the_pictures_in_the_documents_are_drawn_from_the_table() -> None:
    pack, _ = load_pack(NATIONAL)
    assert (DOCS / "reference" / "loop-states.md").read_text("utf-8") == page(pack.loops.values())
