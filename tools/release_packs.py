"""Which versions of the product's packs have been released, and what each says: packs/released.yaml.

A database holds a version for ever. Content that changes under the same number would reach new installations only.

python tools/release_packs.py          adds the versions that are new; refuses what the rule of numbers forbids
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.packs.versions import CHANGE_WORDS, Outline, change_from, least_version, numbers, outline
from linghang.engine.problems import ProblemsFound

PACKS = Path(__file__).resolve().parents[1] / "packs"
HEAD = """\
# 随产品提供的方案包发布过的版本：内容指纹（content）、计分内容的指纹（rules）、有哪些名称（names）。
# 已有的行不改，只由 python tools/release_packs.py 添加。
"""
NOTES = ("适用：", "涉及：")  # what every section of a changelog says: from which period on, and whom it touches


@dataclass(frozen=True)
class Released:
    """What one released version says."""

    content: str
    outline: Outline


def read(folder: Path = PACKS) -> dict[str, dict[str, Released]]:
    """Pack → version → what it says."""
    path = folder / "released.yaml"
    found = yaml.safe_load(path.read_text("utf-8")) or {} if path.exists() else {}
    return {pack: {number: _released(told) for number, told in told.items()} for pack, told in found.items()}


def _released(told: dict[str, Any]) -> Released:
    return Released(told["content"], Outline(told["rules"], frozenset(told["names"])))


def packs(folder: Path = PACKS) -> Iterator[Pack]:
    for path in sorted(folder.glob("*/pack.yaml")):
        pack, problems = load_pack(path.parent)
        if pack is None:
            raise ProblemsFound(problems.errors)
        yield pack


def wrong(folder: Path = PACKS) -> list[str]:
    """A sentence for everything about the packs' numbers that must not be released, nor stay as it is."""
    known = read(folder)
    return [
        words
        for pack in packs(folder)
        for words in (_number(pack, known.get(pack.identity.id, {})), _changelog(pack, folder))
        if words
    ]


def unreleased(folder: Path = PACKS) -> list[str]:
    """Versions that nobody has released yet."""
    known = read(folder)
    return [
        f"packs/{name} {number}：还没有记入 packs/released.yaml。请运行 python tools/release_packs.py，一起提交。"
        for name, number in ((pack.identity.id, pack.identity.version) for pack in packs(folder))
        if number not in known.get(name, {})
    ]


def _number(pack: Pack, known: dict[str, Released]) -> str:
    name, number = pack.identity.id, pack.identity.version
    if number in known:
        if known[number].content == pack.content_hash:
            return ""
        change = change_from(known[number].outline, outline(pack))
        return (
            f"packs/{name}：内容变了，版本号还是{number}。{CHANGE_WORDS[change]}：至少{least_version(number, change)}。"
            "已有的数据库里同号的旧内容不会换掉。请改 pack.yaml 的版本号，在 CHANGELOG.md 写期间和涉及的人，"
            "对用到它的方案包运行 linghang pack lock，再运行 python tools/release_packs.py。"
        )
    before = max(known, key=numbers, default="")
    if not before:
        return ""
    change = change_from(known[before].outline, outline(pack))
    least = least_version(before, change)
    if numbers(number) >= numbers(least):
        return ""
    return f"packs/{name}：版本号{number}太低。比起{before}，{CHANGE_WORDS[change]}：至少{least}。"


def _changelog(pack: Pack, folder: Path) -> str:
    name, number = pack.identity.id, pack.identity.version
    path = folder / name / "CHANGELOG.md"
    sections = path.read_text("utf-8").split("\n## ") if path.exists() else []
    section = next((text for text in sections if text.splitlines()[0].strip() == number), "")
    missing = [note for note in NOTES if f"\n- {note}" not in section]
    return f"packs/{name}/CHANGELOG.md：{number} 一节缺“- {'”“- '.join(missing)}”。" if missing else ""


def release(folder: Path = PACKS) -> list[str]:
    """Add what is new to the file; gives the names of the versions that were added."""
    known, added = read(folder), []
    for pack in packs(folder):
        name, number = pack.identity.id, pack.identity.version
        if number not in known.setdefault(name, {}):
            known[name][number] = Released(pack.content_hash, outline(pack))
            added.append(f"{name} {number}")
    (folder / "released.yaml").write_text(HEAD + _text(known), "utf-8")
    return added


def _text(known: dict[str, dict[str, Released]]) -> str:
    told = {
        name: {
            number: {"content": one.content, "rules": one.outline.rules, "names": sorted(one.outline.names)}
            for number, one in sorted(versions.items(), key=lambda each: numbers(each[0]))
        }
        for name, versions in sorted(known.items())
    }
    return yaml.safe_dump(told, allow_unicode=True, default_flow_style=None, sort_keys=False, width=110)


def main() -> int:
    found = wrong()
    if found:
        print("\n".join(found))
        return 1
    print("、".join(release()) or "没有新的版本")
    return 0


if __name__ == "__main__":
    sys.exit(main())
