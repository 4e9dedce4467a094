"""What `check` refuses, shown by damaging the example in one place each."""

from dataclasses import replace

import pytest

from linghang.engine.packs.check_parts import check_kinds
from linghang.engine.packs.load import load_pack, lock_pack
from linghang.engine.packs.model import Attribute, FactKind
from linghang.engine.problems import Problems
from tests.engine.small import pack_of

SCHEME, PARAMETERS, PACK = "schemes/member.yaml", "parameters.yaml", "pack.yaml"
OWN_KIND = """kinds:
  - id: own.likes
    title: {zh: 微信点赞}
    subject: member
    unit: 次
    meaning: [%s]
"""
OWN_ITEM = """  - id: own
    title: {zh: 本单位项目}
    clause: 第十四条
    category: x
    facts: own.likes
    table:
      columns: [得分]
      rows:
        - [1.00]

grades:"""

DAMAGES = [
    # reading
    (SCHEME, "subject: member", "sujbect: member", "unknown-key", "sujbect"),
    (SCHEME, "    clause: 第四条\n", "", "missing-key", "- id: study-hours"),
    (SCHEME, "late_months: 3", "late_months: three", "bad-integer", "late_months"),
    (SCHEME, "late_months: 3", "late_months: 1000000000000000000000000", "bad-integer", "late_months"),
    (SCHEME, "year_end_closing: 01-15", "year_end_closing: 02-30", "bad-date", "year_end_closing"),
    (SCHEME, "id: study-hours", "id: 学习", "bad-id", "- id: 学习"),
    (SCHEME, "base: 10.00", "base: 1e3", "bad-amount", "base: 1e3"),
    (SCHEME, "base: 10.00", "base: 10.005", "bad-amount", "base: 10.005"),
    (SCHEME, "base: 10.00", "base: 99999999999999999999", "bad-amount", "base: 999"),
    (SCHEME, "part_period: pro_rata_days", "part_period: no", "bad-choice", "part_period"),
    (SCHEME, "exempt_groups: [frail-or-ill]", "exempt_groups: frail-or-ill", "wrong-shape", "exempt_groups"),
    (SCHEME, "title: {zh: 党员积分, en: Member points}", "title: {en: Member points}", "missing-key", "title: {en"),
    (PARAMETERS, "from: 2026-01", "from: 2025-13", "bad-month", "2025-13"),
    (PARAMETERS, "value: 270.00", "value: 二百七十", "bad-number", "二百七十"),
    (PARAMETERS, "source: 示例数字, ", "", "missing-key", "value: 270.00"),
    (PARAMETERS, ", confidence: invented", "", "missing-key", "value: 270.00"),
    (PACK, "version: 1.1.0", "version: 1.1", "bad-version", "version"),
    (PACK, "content: invented", "content: adopted", "document-missing", "pack: example"),
    (PARAMETERS, "volunteer service}\n    unit: 分", "volunteer service}\n    unit: 次", "parameter-unit", None),
    (PARAMETERS, "unit: 分", "unit: 斤", "unknown-unit", "id: star5"),
    (PARAMETERS, "from: 2026-01, value: 270.00", "from: [2026-01], value: 270.00", "wrong-shape", "from: [2026"),
    (SCHEME, "clause: 第四条", 'clause: " "', "bad-text", 'clause: " "'),
    (SCHEME, "clause: 第四条", "clause: " + "长" * 2001, "bad-text", "长长长"),
    (SCHEME, "facts: study.hours", "facts: " + "长" * 2001, "bad-text", "长长长"),
    (SCHEME, "dedup: {by: [event], keep: first}", "dedup: event", "wrong-shape", "dedup: event"),
    (SCHEME, "facts: study.hours", "facts: [study.hours, study.hours]", "duplicate-kind", "- id: study-hours"),
    (SCHEME, "    norm: {at_least: 1, short: -2.00}\n", "", "no-table", "- id: volunteer-norm"),
    (SCHEME, "facts: dues.late", "facts: theme-day.held", "wrong-subject", "- id: dues"),
    (SCHEME, "grades:\n", "grades: []\nold:\n", "unknown-key", "old:"),
    (PACK, 'national: ">=1.0.0"', "- national", "wrong-shape", "- national"),
    # tables
    (SCHEME, "columns: [学习形式, 得分]", "columns: [学习方式, 得分]", "unknown-column", "学习方式"),
    (SCHEME, "columns: [学习形式, 得分]", "columns: [学习形式≥, 得分]", "not-ordered", "学习形式≥"),
    (SCHEME, "columns: [学习形式, 得分]", "columns: [学习形式, 数量≥]", "no-price-column", "数量≥]"),
    (SCHEME, "columns: [到会情况, 事由]", "columns: [到会情况, 得分]", "price-not-expected", "[到会情况, 得分]"),
    (SCHEME, "[线上课程, 每满2小时 0.50]", "[网上课程, 每满2小时 0.50]", "unknown-value", "网上课程"),
    (SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课程]", "cell-count", "- [线上课程]"),
    (SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课程, 每满2学时 0.50]", "bad-price", "学时"),
    (SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课程, 每满0小时 0.50]", "bad-price", "每满0小时"),
    (SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课程, 一分]", "bad-price", "一分"),
    (SCHEME, "[任意, 0.5, $volunteer]", "[任意, 半, $volunteer]", "bad-number", "半"),
    (SCHEME, "[任意, 0.5, $volunteer]", "[任意, 0.5, $volunter]", "unknown-parameter", "volunter]"),
    (SCHEME, "facts: study.hours", "facts: study.hour", "unknown-kind", "study.hour"),
    (SCHEME, "by: [event], keep: first", "by: [evnt], keep: first", "unknown-attribute", "evnt"),
    (SCHEME, "[任意, 缺席, -3.50]", "[党课, 缺席, -3.50]", "unreachable-row", "[党课, 缺席, -3.50]"),
    (SCHEME, "[任意, 0.5, $volunteer]", "[任意, 300, $volunteer]", "unreachable-row", "300"),
    # meaning
    (SCHEME, "category: study\n", "category: stduy\n", "unknown-category", "- id: study-hours"),
    (SCHEME, "id: dues\n", "id: attendance\n", "duplicate-id", None),
    (SCHEME, "exempt_groups: [frail-or-ill]", "exempt_groups: [frail]", "unknown-group", "scheme: member"),
    (SCHEME, "exempt_groups: [frail-or-ill]", "exempt_groups: []", "no-exempt-group", "scheme: member"),
    (SCHEME, "base: 10.00", "base: -10.00", "base-sign", "id: study,"),
    (SCHEME, "month: {floor: 0, cap: 100.00}", "month: {floor: 101, cap: 100.00}", "bad-limit", "floor: 101"),
    (SCHEME, "month: {cap: 6.00}", "month: {cap: -6.00}", "bad-limit", "cap: -6.00"),
    (SCHEME, "month: {floor: -2.00}", "month: {floor: 2.00}", "bad-limit", "floor: 2.00"),
    (SCHEME, "short: -2.00", "short: 2.00", "norm-sign", "- id: volunteer-norm"),
    (SCHEME, "at_least: $star4", "at_least: $star5", "band-order", "id: star4"),
    (SCHEME, "en: Three stars}, at_least: $star3", "en: Three stars}", "lowest-band", "id: quarter-star"),
    (SCHEME, "needs_months: 3", "needs_months: 4", "needs-months", "id: quarter-star"),
    (SCHEME, "at_least: $star4", "by_class: [{for_classes: 流动, at_least: 300.00}], at_least: $star4",
     "band-order", "id: star4"),
    (SCHEME, "at_least: $star4", "by_class: [{for_classes: [流动, 流动], at_least: 200.00}], at_least: $star4",
     "class-lines", "id: star4"),
    (SCHEME, "at_least: $star4", "by_class: [{for_classes: 流动, at_least: 200.00}], top: {places: 1, ties: all}",
     "class-lines", "id: star4"),
    (SCHEME, "needs_months: 3", "needs_months: 3\n    parts: [{id: p, title: 全部, added: true}]",
     "bad-weights", "id: quarter-star"),
    (SCHEME, "grade: quarter-star, band", "grade: star, band", "unknown-grade", "grade: star"),
    (SCHEME, "band: star4, count: 3", "band: star6, count: 3", "unknown-band", "star6"),
    (SCHEME, "band: star4, count: 3", "band: star4, count: 5", "never-reached", "count: 5"),
    (SCHEME, "band: star4, count: 3", "band: star4", "bad-condition", "band: star4}"),
    (SCHEME, "[1.00 至 5.00]", "[5.00 至 1.00]", "judged-range", "5.00 至 1.00"),
    (SCHEME, "service.volunteer\n    norm", "idea.adopted\n    norm", "norm-not-closing", "- id: volunteer-norm"),
    (SCHEME, "[每小时 0.25]", "[1 至 2]", "judged-unit", "[1 至 2]"),
    (SCHEME, "[每小时 0.25]", "[每0.0001小时 9999999999]", "too-large", "每0.0001小时"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code", "line"), DAMAGES)
def test_a_damage_is_named_with_its_line(workshop, line_of, file, old, new, code, line) -> None:
    workshop.change(file, old, new)
    problem = workshop.only(code)
    path = workshop.example / file
    if line:
        assert (problem.place.file, problem.place.line) == (str(path), line_of(path, line))
    assert problem.hint


def test_the_nearest_word_is_proposed(workshop) -> None:
    workshop.change(SCHEME, "[线上课程, 每满2小时 0.50]", "[线上课, 每满2小时 0.50]")
    assert workshop.only("unknown-value").hint == "是不是“线上课程”?"


def test_all_problems_are_shown_at_once(workshop) -> None:
    workshop.change(SCHEME, "late_months: 3", "late_months: x")
    workshop.change(SCHEME, "base: 10.00", "base: y")
    workshop.change(PARAMETERS, "value: 270.00", "value: z")
    workshop.change(PACK, "document:", "documents:")
    codes = {p.code for p in workshop.problems()}
    assert {"bad-integer", "bad-amount", "bad-number", "unknown-key"} <= codes


def test_unreachable_rows_are_told_apart_from_impossible_ones(workshop) -> None:
    workshop.change(SCHEME, "[任意, 缺席, -3.50]", "[党课, 缺席, -3.50]")
    assert "前面的行" in workshop.only("unreachable-row").message
    workshop.change(SCHEME, "[党课, 缺席, -3.50]", "[任意, 缺席, -3.50]")
    workshop.change(SCHEME, "columns: [角色, 数量≥, 得分]", "columns: [角色, 数量≥, 数量<, 得分]")
    workshop.change(SCHEME, "[组织者, 1, 3.00]", "[组织者, 3, 2, 3.00]")
    workshop.change(SCHEME, "[任意, 0.5, $volunteer]", "[任意, 0.5, 任意, $volunteer]")
    assert "没有任何记录" in workshop.only("unreachable-row").message


def test_exempting_nobody_needs_a_reason_and_then_passes(workshop) -> None:
    workshop.change(SCHEME, "exempt_groups: [frail-or-ill]", "exempt_groups: []\nno_exempt_reason: 全员在岗")
    assert not workshop.problems().errors


@pytest.mark.parametrize("tag", ["like", "online-time", "app-points", "install-rate", "forward", "app-login"])
def test_facts_that_must_not_earn_points_are_refused_with_the_ruling(workshop, tag) -> None:
    workshop.add("facts.yaml", OWN_KIND % tag)
    workshop.change(SCHEME, "grades:", OWN_ITEM)
    assert "国办函〔2026〕12号" in workshop.only("forbidden-facts").message


def test_such_facts_may_be_recorded_when_nothing_scores_them(workshop) -> None:
    workshop.add("facts.yaml", OWN_KIND % "like")
    assert not workshop.problems().errors


def test_a_kind_named_like_them_without_the_tag_is_pointed_out(workshop) -> None:
    workshop.add("facts.yaml", OWN_KIND % "service")
    assert workshop.only("looks-forbidden").severity == "warning"


def test_a_ban_holds_even_when_no_pack_declares_the_tag(workshop) -> None:
    facts = workshop.national / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    start, end = text.index("  - id: like\n"), text.index("  - id: forward\n")
    facts.write_text(text[:start] + text[end:], encoding="utf-8")
    workshop.add("facts.yaml", OWN_KIND % "like")
    workshop.change(SCHEME, "grades:", OWN_ITEM)
    assert "forbidden-facts" in {p.code for p in lock_pack(workshop.example)[1]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("    unit: 斤\n", "unknown-unit"),
        ("    unit: 次\n    meaning: [no-such]\n", "unknown-meaning"),
        ("    unit: 次\n    quantity: {min: 5, max: 2}\n", "quantity-range"),
        ("    unit: 次\n    attributes: {a: {title: {zh: 说明}, type: text}}\n", "free-text-attribute"),
        ("    unit: 次\n    attributes: {a: {title: {zh: 说明}, values: {}}}\n", "free-text-attribute"),
        ("    unit: 次\n    attributes: {a: {title: {zh: 得分}, values: {x: 甲}}}\n", "reserved-title"),
        ("    unit: 次\n    attributes: {a: {title: {zh: 甲}, values: {x: 乙, y: 乙}}}\n", "duplicate-title"),
        ("    unit: 次\n    aliases: [表彰]\n", "ambiguous-word"),
    ],
)
def test_own_kinds_are_checked(workshop, text, code) -> None:
    workshop.add("facts.yaml", "kinds:\n  - id: own.kind\n    title: {zh: 本单位记录}\n    subject: member\n" + text)
    assert workshop.only(code)


NORM = """norms:
  - id: own-norm
    title: 本单位频次
    kind: %s
    where: {%s}
    at_least: 1
    per: month
    soft: 否
    exempt_groups: [%s]
    source: 本单位办法
    confidence: %s
"""


@pytest.mark.parametrize(
    ("kind", "where", "group", "confidence", "code"),
    [
        ("meeting.hold", "", "frail-or-ill", "own-document", "unknown-kind"),
        ("meeting.held", "metting: lecture", "frail-or-ill", "own-document", "unknown-attribute"),
        ("meeting.held", "meeting: [lecture, lesson]", "frail-or-ill", "own-document", "unknown-value"),
        ("meeting.held", "meeting: lecture", "frail", "own-document", "unknown-group"),
        ("meeting.held", "meeting: lecture", "frail-or-ill", "remembered", "remembered"),
        ("meeting.held", "meeting: lecture", "frail-or-ill", "sure", "bad-choice"),
    ],
)
def test_own_norms_are_checked(workshop, kind, where, group, confidence, code) -> None:
    workshop.add("norms.yaml", NORM % (kind, where, group, confidence))
    assert workshop.only(code).place.file.endswith("norms.yaml")


def test_values_of_a_parameter_follow_each_other_in_time(workshop) -> None:
    value = "      - {from: %s, value: 270.00, source: 示例数字, confidence: invented}\n"
    workshop.change(PARAMETERS, value % "2026-01", value % "2026-04" + value % "2026-01")
    assert "2026-01 不晚于 2026-04" in workshop.only("parameter-order").message


def test_limits_are_held_against_each_other_whenever_a_parameter_changes(workshop) -> None:
    lines = "".join(
        f"      - {{from: {month}, value: {value}, source: 示例, confidence: invented}}\n"
        for month, value in (("2026-01", "3.00"), ("2026-07", "-3.00"))
    )
    workshop.add(PARAMETERS, f"  - id: most\n    title: 上限\n    unit: 分\n    values:\n{lines}")
    workshop.change(SCHEME, "month: {floor: -2.00}", "month: {floor: -2.00, cap: $most}")
    problem = workshop.only("bad-limit")
    assert "自2026年7月起" in problem.message
    assert "下限 −2.00 高于上限 −3.00" in problem.message


def test_a_reserved_meaning_cannot_be_declared_harmless(workshop) -> None:
    facts = workshop.national / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("    forbidden: 不得以点赞等作为考评依据\n", ""), encoding="utf-8")
    assert "reserved-meaning" in {p.code for p in load_pack(workshop.national)[1]}


def test_a_ban_needs_its_source(workshop) -> None:
    workshop.add("facts.yaml", "meanings: [{id: own.photo, title: 照片打卡, forbidden: 不得要求上传照片}]\n")
    assert workshop.only("no-source")


def test_a_category_without_items_and_without_full_mark_is_pointed_out(workshop) -> None:
    workshop.change(SCHEME, "categories:\n", "categories:\n  - {id: empty, title: 空类}\n")
    assert workshop.only("empty-category").severity == "warning"


def test_a_table_over_too_many_combinations_says_so(workshop) -> None:
    values = ", ".join(f"v{n}: 值{n}" for n in range(12))
    attributes = "".join(f"      a{n}: {{title: 属性{n}, values: {{{values}}}}}\n" for n in range(4))
    kind = (OWN_KIND % "service").replace("微信点赞", "本单位记录") + f"    attributes:\n{attributes}"
    workshop.add("facts.yaml", kind)
    row = OWN_ITEM.replace("[得分]", "[属性0, 属性1, 属性2, 属性3, 得分]").replace("[1.00]", "[值1, 值2, 值3, 值4, 1]")
    workshop.change(SCHEME, "grades:", row)
    assert "20736" in workshop.only("domain-too-large").message


def test_many_rows_over_many_combinations_are_refused_too(workshop) -> None:
    values = ", ".join(f"v{n}: 值{n}" for n in range(12))
    attributes = "".join(f"      a{n}: {{title: 属性{n}, values: {{{values}}}}}\n" for n in range(3))
    workshop.add(
        "facts.yaml", (OWN_KIND % "service").replace("微信点赞", "本单位记录") + f"    attributes:\n{attributes}"
    )
    rows = "".join(f"        - [值{n % 12}, 值{n // 12}, 值{n % 5}, 1]\n" for n in range(130))
    item = OWN_ITEM.replace("[得分]", "[属性0, 属性1, 属性2, 得分]").replace("        - [1.00]\n", rows)
    workshop.change(SCHEME, "grades:", item)
    assert "1728" in workshop.only("domain-too-large").message


def test_a_typo_in_a_file_name_is_pointed_out(workshop) -> None:
    (workshop.example / "parameter.yaml").write_text("parameters: []\n", encoding="utf-8")
    assert workshop.only("unknown-file").hint == "是不是“parameters.yaml”?"


def test_a_flood_of_problems_ends(workshop) -> None:
    lines = "".join(f"key{n}: {{}}\n" for n in range(20_000))
    workshop.add(PACK, lines)
    found = workshop.problems()
    assert len(found) == 501
    assert "too-many-problems" in {p.code for p in found}


def test_the_national_pack_declares_every_reserved_meaning_and_a_source_for_every_number() -> None:
    from linghang.engine.packs.check_parts import RESERVED
    from tests.engine.packs.conftest import PACKS

    pack, problems = load_pack(PACKS / "national")
    assert pack
    assert not problems.errors
    assert all(pack.meanings[tag].forbidden for tag in RESERVED)
    assert all(n.source and n.confidence for n in (*pack.norms.values(), *pack.groups.values()))
    assert {p.code for p in problems.warnings} == {"remembered"}


@pytest.mark.parametrize("taken", ["event", "day", "quantity", "subject"])
def test_an_attribute_does_not_take_the_id_of_what_every_record_has(taken: str) -> None:
    attribute = Attribute(taken, {"zh": "某项"}, {"a": {"zh": "甲"}})
    kind = FactKind("k", {"zh": "某事"}, "member", "次", {taken: attribute})
    pack, problems = pack_of(), Problems()
    check_kinds(replace(pack, kinds={"k": kind}), {"k": kind}, problems)
    assert [p.code for p in problems] == ["reserved-title"]


def test_a_wrong_field_of_an_item_hides_no_wrong_cell_of_its_tables(workshop) -> None:
    workshop.add("facts.yaml", OWN_KIND % "service")
    item = OWN_ITEM.replace("clause: 第十四条", "clause: 第十四条\n    repeat: 三次").replace(
        "[1.00]", "[许多]\n        - [每斤 1]"
    )
    workshop.change(SCHEME, "grades:", item)
    found = workshop.problems().errors
    assert {(p.code, p.place.line) for p in found} >= {("wrong-shape", line_of(workshop, "repeat: 三次"))}
    prices = [p.place.line for p in found if p.code == "bad-price"]
    assert prices == [line_of(workshop, "[许多]"), line_of(workshop, "[每斤 1]")]
    assert "no-table" not in {p.code for p in found}


def line_of(workshop, text: str) -> int:
    lines = (workshop.example / SCHEME).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
