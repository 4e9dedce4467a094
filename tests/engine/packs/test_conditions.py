"""One-line conditions: what is understood, what is refused and where, and that a line is its truth table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.packs.condition_words import condition_line
from linghang.engine.packs.conditions import Refused, parse_condition
from linghang.engine.packs.model import (
    Amount,
    Attribute,
    Comparison,
    Constant,
    FactKind,
    Row,
    Test,
    Title,
)
from linghang.engine.packs.rule_text import rule_text
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.rules.plan import compile_plan
from tests.engine.packs.conftest import Workshop
from tests.engine.small import act, both, item, member, pack_of, request, serve
from tests.laws.effort import trying
from tests.laws.worlds import KINDS as WORLD


def title(text: str) -> Title:
    return {"zh": text}


ROLE = Attribute("role", title("角色"), {"lead": title("组织者"), "join": title("参加者")}, required=False)
LEVEL = Attribute("level", title("级别"), {f"l{n}": title(str(n)) for n in (1, 2, 3)}, ordered=True)
PLACE = Attribute("place", title("地点"), {"and": title("且末"), "none": title("非遗馆"), "both": title("甲、乙")})
SERVE = FactKind("c.serve", title("志愿服务"), "member", "小时", {"role": ROLE, "level": LEVEL}, quantity_max=9 * UNIT)
VISIT = FactKind("c.visit", title("走访"), "member", "次", {"role": ROLE, "place": PLACE})
KINDS = (SERVE, VISIT)


def lead(*values: str) -> Test:
    return Test("role", Comparison.ONE_OF, values)


# --- what is understood ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "事项 = “志愿服务” 且 级别 ≥ 2 且 角色 属于 【“组织者”，“参加者”】 且 非（数量 < 1.5）",
        "事项=志愿服务且级别>=2且角色 属于[组织者,参加者]且非(数量<1.5)",
        "事项 ＝ 「志愿服务」 且 级别 ≧ ２ 且 角色 属于 【组织者、参加者】 且 非 （数量 ＜ １.５ 小时）",
        "事项 = c.serve 且 level ≥ l2 且 role 属于 【lead，join】 且 非（数量 < 1.5）",
    ],
)
def test_widths_quotes_spaces_titles_and_ids_are_written_as_people_like(line: str) -> None:
    told = parse_condition("事项=志愿服务 且 级别≥2 且 角色 属于【组织者，参加者】 且 非（数量<1.5）", KINDS)
    assert parse_condition(line, KINDS) == told


def test_words_that_look_like_grammar_may_be_values() -> None:
    assert parse_condition("地点 = 且末 或 地点 = 非遗馆", KINDS) == parse_condition(
        "地点 属于 【且末】 或 地点=none", KINDS
    )
    assert parse_condition("地点 = “甲、乙”", KINDS) == Test("place", Comparison.ONE_OF, ("both",))


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("数量 > 2", "非（数量 ≤ 2）"),
        ("数量 = 2", "数量 ≥ 2 且 数量 ≤ 2"),
        ("数量 ≠ 2", "数量 < 2 或 数量 > 2"),
        ("级别 > 2", "级别 = 3"),
        ("级别 ≤ 2", "级别 < 3"),
        ("角色 ≠ 组织者", "非 角色 = 组织者"),
        ("角色 = 组织者 或 级别 = 3 且 数量 ≥ 2", "角色 = 组织者 或 （级别 = 3 且 数量 ≥ 2）"),
    ],
)
def test_two_ways_to_say_the_same_decide_alike(line: str, same: str) -> None:
    assert decisions(line, (SERVE,)) == decisions(same, (SERVE,))


def decisions(line: str, kinds: tuple[FactKind, ...]) -> list[bool]:
    decide = compiled(line, kinds)
    return [decide(*each) for each in everything(kinds)]


# --- what is refused -------------------------------------------------------------------------------------------------

WRONG = {
    "角色 属于 【不存在】": (8, "unknown-value", "“角色”没有取值“不存在”，可用：组织者、参加者"),
    "职务 = 书记": (1, "unknown-column", "记录里没有“职务”这一项"),
    "角色": (3, "condition-syntax", "“角色”后面缺"),
    "角色 =": (5, "condition-syntax", "缺一个取值"),
    "角色 ≥ 组织者": (4, "not-ordered", "不分高低"),
    "事项 > 走访": (4, "not-ordered", "不分高低"),
    "事项 = 唱歌": (6, "unknown-kind", "没有取值“唱歌”，可用：志愿服务、走访"),
    "级别 > 3": (6, "empty-comparison", "没有比“3”更高的取值"),
    "级别 < 1": (6, "empty-comparison", "没有比“1”更低的取值"),
    "数量 属于 【1，2】": (4, "condition-syntax", "只能用"),
    "数量 ≥ 两": (6, "bad-number", "写数字"),
    "数量 ≥ 1e9": (7, "condition-syntax", "前面缺“且”或“或”"),
    "数量 ≥ 99999999999999999999": (6, "bad-number", "太大"),
    "数量 ≥ 1.2.3": (6, "bad-number", "不是数字"),
    "（角色 = 组织者": (10, "condition-syntax", "没有配上“）”"),
    "角色 = 组织者）": (9, "condition-syntax", "前面缺"),
    "角色 属于 组织者": (7, "condition-syntax", "属于"),
    "角色 属于 【组织者": (11, "condition-syntax", "没有配上“】”"),
    "角色 = “组织者": (6, "condition-syntax", "引号没有配对"),
    "角色 = 组织者 角色 = 参加者": (10, "condition-syntax", "前面缺“且”或“或”"),
    "角色 = 组织者 且": (11, "condition-syntax", "缺一个比较"),
    "且 角色 = 组织者": (1, "unknown-column", "没有“且”这一项"),
    "__import__('os').system('x') = 1": (1, "unknown-column", "没有"),
    "角色 = 组织者; DROP TABLE facts": (6, "unknown-value", "没有取值“组织者;”"),
    "角色 = 组织者 or 1=1": (10, "condition-syntax", "前面缺"),
    "1 = 1": (1, "unknown-column", "没有“1”这一项"),
    "角色 = {{ role }}": (6, "unknown-value", "没有取值"),
    "lambda: 角色": (1, "unknown-column", "没有"),
    "非" * 40 + "角色 = 组织者": (11, "condition-syntax", "套得超过 10 层"),
    "（" * 400 + "角色": (11, "condition-syntax", "套得超过 10 层"),
    " 或 ".join(["角色=lead"] * 41): (None, "condition-syntax", "比较超过 40 处"),
    "角色 = " + "长" * 1000: (500, "condition-syntax", "超过 500 个字"),
    "角色 = \u202e组织者": (6, "unknown-value", "没有取值"),
    "角色 = 组织者 且 \0": (None, "unknown-column", "没有"),
}


@pytest.mark.parametrize("line", WRONG, ids=lambda line: line[:24].replace("\0", "NUL"))
def test_what_is_not_understood_is_refused_at_its_character(line: str) -> None:
    column, code, words = WRONG[line]
    with pytest.raises(Refused) as caught:
        parse_condition(line, KINDS)
    assert (caught.value.code, words in str(caught.value)) == (code, True), str(caught.value)
    assert column in (None, caught.value.column), str(caught.value)
    assert str(caught.value).startswith(f"条件第 {caught.value.column} 字：")


def test_one_title_for_two_attributes_asks_for_the_id() -> None:
    other = FactKind(
        "c.other", title("另"), "member", "次", {"post": Attribute("post", title("角色"), {"x": title("甲")})}
    )
    with pytest.raises(Refused, match="不同的属性") as caught:
        parse_condition("角色 = 甲", (SERVE, other))
    assert caught.value.hint == "改写编号：role、post"


# --- in a pack -------------------------------------------------------------------------------------------------------

TABLE = """      columns: [角色, 数量≥, 得分]
      rows:
        - [组织者, 1, 3.00]
        - [任意, 0.5, $volunteer]"""
LINES = """      columns: [条件, 得分]
      rows:
        - [角色 = “组织者” 且 数量 ≥ 1 小时, 3.00]
        - [非（数量 ＜ 0.5）, $volunteer]"""


def test_a_table_of_conditions_passes_the_worked_cases_of_the_table_that_it_replaces(workshop: Workshop) -> None:
    from linghang.engine.packs.cases import read_cases
    from linghang.engine.packs.load import load_pack
    from linghang.engine.settle.run_cases import run_cases

    workshop.change("schemes/member.yaml", TABLE, LINES)
    pack, problems = load_pack(workshop.example)
    assert pack, list(problems)
    results = run_cases(pack, read_cases(workshop.example, pack)[0])
    assert len(results) > 50
    assert [r.case.title for r in results if not r.passed] == []
    article = next(
        a for c in rule_text(pack, "member-points", Month(2026, 3)).chapters for a in c.articles if a.id == "volunteer"
    )
    assert [row[0] for row in article.tables[0].rows] == ["角色 = “组织者” 且 数量 ≥ 1", "非（数量 < 0.5）"]
    assert article.tables[0].header[0] == "条件"


def test_a_wrong_line_is_told_with_its_file_line_and_character(workshop: Workshop) -> None:
    workshop.change("schemes/member.yaml", TABLE, LINES.replace("组织者", "书记"))
    problem = workshop.only("unknown-value")
    assert problem.place.line
    assert "条件第 6 字：“角色”没有取值“书记”，可用：参加者、组织者" in problem.message


def test_a_line_that_the_lines_above_it_leave_nothing_to_never_decides(workshop: Workshop) -> None:
    workshop.change("schemes/member.yaml", TABLE, LINES.replace("角色 = “组织者” 且 数量 ≥ 1 小时", "数量 ≥ 0.5"))
    assert workshop.only("unreachable-row")


# --- a line is its truth table ---------------------------------------------------------------------------------------

Fact = tuple[FactKind, dict[str, str | None], int]


def everything(kinds: tuple[FactKind, ...]) -> list[Fact]:
    """Every fact that conditions of the generator can tell apart."""
    found = []
    for kind in kinds:
        domains = [[*a.values, *([] if a.required else [None])] for a in kind.attributes.values()]
        for values in product(*domains):
            found += [(kind, dict(zip(kind.attributes, values, strict=True)), q) for q in QUANTITIES]
    return found


QUANTITIES = (0, 1, UNIT - 1, UNIT, UNIT + 1, 15_000, 2 * UNIT, 2 * UNIT + 1, 8 * UNIT)


def compiled(line: str, kinds: tuple[FactKind, ...]) -> Callable[[FactKind, dict[str, str | None], int], bool]:
    """The line as the plan of a scheme answers it: by its truth table."""
    row = Row((), Constant(Amount(100)), condition=parse_condition(line, kinds))
    pack = replace(pack_of(item(kinds=tuple(k.id for k in kinds), rows=(row,))), kinds={k.id: k for k in kinds})
    plan = compile_plan(pack, "s", Month(2026, 1))
    matched = {(t.kind, t.values, t.bucket) for t in plan.truth if t.epoch == 0}
    buckets = dict(plan.buckets)

    def decide(kind: FactKind, values: dict[str, str | None], quantity: int) -> bool:
        bucket = sum(quantity >= bound for bound in buckets.get(kind.id, ()))
        return (kind.id, tuple(values.get(a) for a in plan.attributes), bucket) in matched

    return decide


class Writer:
    """Writes a random line together with what it means, evaluated directly and by nothing of ours."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def line(self, depth: int) -> tuple[str, Callable[[FactKind, dict[str, str | None], int], bool]]:
        shape = self.random.choice(("single",) * 2 + ("and", "or", "not") * (depth > 0))
        if shape == "single":
            return self.single()
        if shape == "not":
            text, means = self.line(depth - 1)
            return f"非（{text}）", lambda *fact: not means(*fact)
        (left, one), (right, other) = self.line(depth - 1), self.line(depth - 1)
        if shape == "and":
            return f"（{left}） 且 （{right}）", lambda *fact: one(*fact) and other(*fact)
        return f"（{left}） 或 （{right}）", lambda *fact: one(*fact) or other(*fact)

    def single(self) -> tuple[str, Callable[[FactKind, dict[str, str | None], int], bool]]:
        pick = self.random.choice
        match pick(("kind", "quantity", "level", "role", "place")):
            case "kind":
                wanted = pick(KINDS)
                return f"事项 = “{wanted.title['zh']}”", lambda kind, *_: kind is wanted
            case "quantity":
                bound, (sign, holds) = pick((UNIT, 15_000, 2 * UNIT)), pick(list(SIGNS.items()))
                return f"数量 {sign} {bound / UNIT:g}", lambda _, __, quantity: holds(quantity, bound)
            case "level":
                number, (sign, holds) = pick((1, 2, 3)), pick(list(SIGNS.items()))
                if (sign, number) in ((">", 3), ("<", 1)):
                    number = 2
                return (
                    f"级别 {sign} {number}",
                    lambda _, values, __: (
                        holds(int((values.get("level") or "l-9")[1:]), number) if values.get("level") else sign == "≠"
                    ),
                )
            case "role":
                inside = pick((True, False))
                chosen = self.random.sample(["组织者", "参加者"], pick((1, 2)))
                ids = {"组织者": "lead", "参加者": "join"}
                words = "属于" if inside else "不属于"
                return (
                    f"角色 {words} 【{'，'.join(chosen)}】",
                    lambda _, values, __: (values.get("role") in {ids[c] for c in chosen}) is inside,
                )
        wanted = pick(("且末", "非遗馆"))
        return f"地点 = {wanted}", lambda _, v, __: v.get("place") == {"且末": "and", "非遗馆": "none"}[wanted]


SIGNS: dict[str, Callable[[int, int], bool]] = {
    "≥": int.__ge__, "≤": int.__le__, ">": int.__gt__, "<": int.__lt__, "=": int.__eq__, "≠": int.__ne__,
}  # fmt: skip


@trying(300, least=40)
@given(st.integers(0, 2**32))
def test_a_line_decides_what_it_says_and_its_rule_text_says_the_same(seed: int) -> None:
    line, means = Writer(seed).line(3)
    decide = compiled(line, KINDS)
    facts = everything(KINDS)
    assert [decide(*fact) for fact in facts] == [means(*fact) for fact in facts], line
    again = condition_line(parse_condition(line, KINDS), KINDS)
    decide_again = compiled(again, KINDS)
    assert [decide_again(*fact) for fact in facts] == [means(*fact) for fact in facts], again


@trying(400)
@given(st.text('角色组织者且或非（）()【】[]，、“”"「」=≠≥<>数量级别12.5 属于不且末事项志愿服务\0\u202e', max_size=60))
def test_whatever_is_written_is_understood_or_refused(line: str) -> None:
    try:
        found = parse_condition(line, KINDS)
    except Refused as refused:
        column, found = refused.column, None
    else:
        column = 1
    assert 1 <= column <= len(line) + 1
    assert found is None or parse_condition(condition_line(found, KINDS), KINDS)


def test_a_condition_settles_alike_in_both_engines() -> None:
    line = "事项 = 服务 或 （级别 ≥ mid 且 非（数量 < 2））"
    row = Row((), Constant(Amount(100)), condition=parse_condition(line, (WORLD["w.act"], WORLD["w.serve"])))
    pack = pack_of(item(kinds=("w.act", "w.serve"), rows=(row,)))
    days = [date(2026, 1, n) for n in range(1, 7)]
    facts = [act(days[0], 2, "low"), act(days[1], 2, "mid"), act(days[2], 1, "high"), act(days[3], 3, "high")]
    settled = both(request(pack, member(), period=Month(2026, 1)), [*facts, serve(days[4])])
    assert settled.month_total("m", Month(2026, 1)) == 300
