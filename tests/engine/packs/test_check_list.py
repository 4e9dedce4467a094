"""Everything that the check is to find: each line of docs/reference/checks.md once, damaged and told with its code."""

from collections.abc import Callable

import pytest

from linghang.engine.packs.check_compliance import check_preset
from linghang.engine.packs.load import load_pack
from linghang.engine.problems import Problem, Problems
from tests.docs.test_checks import CHECKS
from tests.engine.packs.conftest import Workshop

MEMBER = "schemes/member.yaml"
Damage = Callable[[Workshop], object]


def change(file: str, old: str, new: str) -> Damage:
    return lambda workshop: workshop.change(file, old, new)


def add(file: str, text: str) -> Damage:
    return lambda workshop: workshop.add(file, text)


OWN_KIND = """kinds:
  - id: own.thing
    title: {{zh: {title}}}
    subject: member
    unit: {unit}
    {more}
"""
OWN_ITEM = """
  - id: own-thing
    title: {title}
    clause: 第十四条
    category: x
    facts: own.thing
    table:
      columns: [得分]
      rows:
        - [1.00]
"""


def own(title: str, more: str = "", item: str = "本单位的事", unit: str = "次") -> Damage:
    """A kind of one's own and an item that scores it."""

    def damage(workshop: Workshop) -> None:
        (workshop.example / "facts.yaml").write_text(OWN_KIND.format(title=title, more=more, unit=unit), "utf-8")
        workshop.change(MEMBER, "\ngrades:", OWN_ITEM.format(title=item) + "\ngrades:")

    return damage


HOURS = """      columns: [学习形式, 得分]
      rows:
        - [集中培训、讲座, 每小时 0.50]
        - [线上课程, 每满2小时 0.50]"""
PARTS = """needs_months: 3
    parts:
      - {id: a, title: 甲, categories: [study], weight: 60%}
      - {id: b, title: 乙, categories: [life], weight: 30%}"""
RANK = """    rank: {span: quarter, ties: all, places: [{to: 1, points: 3.00}]}
    quarter: {cap: 16.00}"""


def ranked(workshop: Workshop) -> None:
    workshop.change(MEMBER, "    quarter: {cap: 16.00}", RANK)
    workshop.change(MEMBER, "columns: [采纳层级, 得分]", "columns: [采纳层级, 计数]")


ALL = ", ".join(("within: all", "ties: none"))
DAMAGES: dict[str, Damage] = {
    "unknown-key": change(MEMBER, "late_months", "late_monthes"),
    "missing-key": change(MEMBER, "    clause: 第四条\n", ""),
    "unknown-category": change(MEMBER, "category: study", "category: studies"),
    "unknown-parameter": change(MEMBER, "$star5", "$star9"),
    "unreachable-row": change(MEMBER, "        - [任意, 缺席, -3.50]\n", "        - [任意, 任意, -3.50]\n"),
    "contradictory-limits": change(MEMBER, "year: {cap: 60.00}", "year: {cap: 9.00}"),
    "bad-limit": change(MEMBER, "month: {floor: 0, cap: 15.00}", "month: {floor: 0, cap: -1.00}"),
    "slack-limit": change(MEMBER, "year: {cap: 60.00}", "year: {cap: 600.00}"),
    "bad-weights": change(MEMBER, "needs_months: 3", PARTS),
    "band-order": change("parameters.yaml", "value: 255.00", "value: 295.00"),
    "overlapping-bands": change(
        MEMBER, HOURS, "      columns: [数量≥, 数量<, 得分]\n      rows: [[1, 5, 1.00], [3, 9, 2.00]]"),
    "no-exempt-group": change(MEMBER, "exempt_groups: [frail-or-ill]", "exempt_groups: []"),
    "quota without ties": change(MEMBER, "at_least: $star5}", "top: {share: 30%}}"),
    "cyclic-condition": change(MEMBER, "    clause: 第十条第一款", "    clause: 第十条第一款\n    given: volunteer"),
    "used-pack-circle": lambda workshop: (workshop.national / "pack.yaml").write_text(
        (workshop.national / "pack.yaml").read_text("utf-8") + "\nuses: {example-4x-points: '1.0.0'}\n", "utf-8"),
    "unknown-unit": own("本单位的事", unit="捆"),
    "parameter without source": change("parameters.yaml", "source: ", "sources: "),
    "remembered": change("parameters.yaml", "confidence: invented", "confidence: remembered"),
    "forbidden-facts": own("每日亮相", "meaning: [app-login]"),
    "looks-forbidden": own("每日登录", "meaning: [duty]"),
    "item that looks forbidden": own("本单位的事", "meaning: [duty]", item="学习强国积分"),
    "meaning-unknown": own("每日亮相"),
    "photo-only": own("活动佐证", "meaning: [photo-only]"),
    "photo in the name": own("上传照片", "meaning: [duty]"),
    "decided-by-people": change(MEMBER, "title: {zh: 季度评星, en: Quarterly star}", "title: {zh: 民主评议等次}"),
    "admission": change(MEMBER, "{zh: 年度评先候选名单, en: Candidates for yearly selection}", "按期转正名单"),
    "ranking-beyond-branch": change(MEMBER, "at_least: $star5}", f"top: {{share: 30%, {ALL}}}}}"),
    "ranks-persons": ranked,
}  # fmt: skip
# how the damage of that name shows, where it is not its own name
CODES = {
    "quota without ties": "missing-key", "parameter without source": "missing-key", "photo-only": "forbidden-facts",
    "item that looks forbidden": "looks-forbidden", "photo in the name": "looks-forbidden",
    "admission": "decided-by-people",
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_wrong_is_found(workshop: Workshop, name: str) -> None:
    before = {p.code for p in workshop.problems()}
    DAMAGES[name](workshop)
    code = CODES.get(name, name)
    assert code not in before
    found = [p for p in workshop.problems() if p.code == code]
    assert found, "\n".join(map(str, workshop.problems()))
    assert all(problem.hint and problem.place.file for problem in found)


def test_every_line_of_the_page_is_tried_here_and_every_damage_stands_on_it() -> None:
    told = {code for codes, _ in CHECKS for code in codes}
    tried = {CODES.get(name, name) for name in DAMAGES} | {"preset-forbids"}
    assert tried == told


def only(problems: Problems, code: str) -> Problem:
    return next(p for p in problems if p.code == code)


def test_a_renamed_log_in_metric_is_caught_by_its_tag_and_without_one_the_check_says_that_it_cannot_know(
    workshop: Workshop,
) -> None:
    own("每日亮相", "meaning: [app-login]")(workshop)
    refused = only(workshop.problems(), "forbidden-facts")
    assert refused.severity == "error"
    assert "国办函〔2026〕12号" in refused.message
    (workshop.example / "facts.yaml").write_text(OWN_KIND.format(title="每日亮相", more="", unit="次"), "utf-8")
    unsure = only(workshop.problems(), "meaning-unknown")
    assert (unsure.severity, "查不出" in unsure.message, "每日亮相" in unsure.message) == ("warning", True, True)


def test_points_by_place_are_refused_for_a_unit_whose_preset_forbids_them(workshop: Workshop) -> None:
    ranked(workshop)
    pack, problems = load_pack(workshop.example)
    assert pack, list(problems)
    found = {preset: Problems() for preset in ("office", "enterprise")}
    for preset, collected in found.items():
        check_preset(pack, preset, collected)
    assert [p.code for p in found["office"]] == ["preset-forbids"]
    assert "国办函〔2026〕12号" in next(iter(found["office"])).message
    assert list(found["enterprise"]) == []
