"""What lines, standings and whole explanations say: in words, as rows of a table and as values for programs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Average, Effect, Fold, Missing, Part, Ties, Top, Trigger
from linghang.engine.packs.model import Amount, Band, Category, Grade, Item, Norm
from linghang.engine.packs.standing_model import Against, Ranking, RankStep, Validity, Versus
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.problems import Place
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.explaining.explain import explain
from linghang.engine.settle.explaining.next_band import NextBand, Reach
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.explaining.told import to_dict, to_json, to_table
from linghang.engine.settle.explaining.words import (
    clause,
    cut_words,
    line_words,
    part_words,
    placed_words,
    standing_words,
    to_text,
)
from linghang.engine.settle.plainly.around import Standing
from linghang.engine.settle.plainly.grades_plain import PartShare, Placed
from linghang.engine.settle.results import Cut, Line, State
from tests.engine.small import CLOSED, act, item, member, norm, pack_of, serve, title

MARCH, FEBRUARY = Month(2026, 3), Month(2026, 2)
DAY = date(2026, 3, 5)
FIRST = RankStep(1, False, Amount(300))


def plan_of(*items: Item, **scheme: Any) -> Plan:
    return compile_plan(pack_of(*items, **scheme), "s", MARCH)


def line(item_id: str = "i", fact: Fact | None = None, **more: Any) -> Line:
    given: dict[str, Any] = {"row": None, "priced": 100, "counted": 100, "cuts": ()} | more
    return Line("m", MARCH, DAY, given.pop("category", "c"), item_id, fact, **given)


EFFECT = Effect("e", title("一票否决"), "第九条", Trigger("i", 1), Span.YEAR, zeroes="i")


@pytest.mark.parametrize(
    ("of", "told", "words"),
    [
        (item(), line(fact=serve(DAY)), "i"),
        (item(), line(fact=serve(DAY, attributes={"role": "lead"})), "i：组织者"),
        (item(kinds=("w.act",)), line(fact=act(DAY, 2)), "i：low、2小时"),
        (item(kinds=("w.award",)), line(fact=Fact("w.award", "m", DAY, 3 * UNIT)), "i"),
        (item(valid=Validity(3, Span.MONTH)), line(fact=serve(FEBRUARY.first)), "i：仍在有效期内"),
        (item(), line("", category="c"), "类基础分"),
        (item(), line(effect="e"), "一票否决"),
        (item(), line(carried="item"), "i上期结转"),
        (item(), line("", carried="category"), "类上期结转"),
        (item(), line("", carried="joint"), "合并计算的几项上期结转"),
        (item(), line("", carried="total", category=""), "总分上期结转"),
        (item(average=Average()), line(), "i（平均）"),
        (item(average=Average(), assessor="支委会"), line(), "i（平均，支委会评定）"),
        (item(versus=Versus(Span.MONTH, Against.MEAN)), line(), "i（与平均数比）"),
        (item(versus=Versus(Span.MONTH, Against.LAST_YEAR)), line(), "i（与上年比）"),
        (item(rank=Ranking(Span.MONTH, Ties.ALL, (FIRST,))), line(), "i（按名次）"),
        (norm(), line("n", priced=-100), "n（不足）"),
        (norm(norm=Norm(1, Amount(-100), met=Amount(50))), line("n", priced=50), "n（达到）"),
        (norm(norm=Norm(1, Amount(-100), met=Amount(50))), line("n", priced=-100), "n（不足）"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_line_says_what_it_is_for(of: Item, told: Line, words: str) -> None:
    others = () if of.id == "i" else (item(),)
    assert line_words(plan_of(of, *others, effects=(EFFECT,)), told) == words


def test_each_line_stands_on_a_clause() -> None:
    plan = plan_of(item(), replace(item("j"), clause=""), effects=(EFFECT,))
    told = [line(), line("j"), line(""), line(effect="e"), line("", carried="total"), line(carried="item")]
    assert [clause(plan, each) for each in told] == ["第一条", "基础分", "基础分", "第九条", "结转", "第一条"]


@pytest.mark.parametrize(
    ("reason", "points", "words"),
    [
        ("excuse", 1, "符合不计情形"),
        ("duplicate", 1, "同一活动只计一次"),
        ("not_applicable", 0, "当日不在评分范围"),
        ("accumulate", 1, "按累计次数折算"),
        ("zeroed", 1, "已按规定清零"),
        ("apart", 1, "单列，不计入总分"),
        ("condition", 1, "当月不符合计入的条件"),
        ("renewed", 1, "有效期内续记，不重复计"),
        ("joint.quarter", 1, "合并计算的几项季上限"),
        ("total.year", -1, "总分年下限"),
        ("item.month", 0, "本项月下限"),
    ],
)
def test_each_cut_says_why(reason: str, points: int, words: str) -> None:
    assert cut_words(Cut(reason, points)) == words


def test_where_somebody_stands_is_said_with_the_group_or_the_basis() -> None:
    place = Standing(900, 300, True, 5, place=2)
    mean = Standing(900, 300, True, 5, basis=500)
    ranked, compared = item(rank=Ranking(Span.MONTH, Ties.ALL, (FIRST,))), item(versus=Versus(Span.MONTH, Against.MEAN))
    assert standing_words(plan_of(item("j"), ranked), "i", place) == "i：计数 9.00，第2名，共5个"
    assert standing_words(plan_of(compared), "i", mean) == "i：计数 9.00，平均 5.00"
    last_year = item(versus=Versus(Span.MONTH, Against.LAST_YEAR))
    assert standing_words(plan_of(last_year), "i", mean) == "i：计数 9.00，上年同期 5.00"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (PartShare("日常", 27000, 3, 8000, 8000, 7200, missing=False), "日常：270.00 分 ÷ 3 × 80% = 72.00"),
        (
            PartShare("日常", 9000, 1, 8000, 10000, 9000, missing=False),
            "日常：90.00 分 × 80%（缺的部分分担后 100%） = 90.00",
        ),
        (PartShare("测评", 0, 1, 2000, 2000, 0, missing=True), "测评：没有记录"),
        (PartShare("测评", 100, 1, 2000, 2000, 20, missing=True), "测评：1.00 分 × 20% = 0.20"),
        (PartShare("测评", 0, 1, 2000, 2000, 0, missing=False), "测评：0.00 分 × 20% = 0.00"),
    ],
)  # fmt: skip
def test_a_part_says_its_points_its_weight_and_what_others_hand_on(part: PartShare, words: str) -> None:
    assert part_words(part) == words


def test_a_place_says_among_how_many_and_for_how_many() -> None:
    assert placed_words(Placed(2, 7, 1)) == "第2名，共7人参评，名额1个"


# --- whole explanations -----------------------------------------------------------------------


def explained() -> tuple[Plan, Any]:
    """Two members; one is explained: a record cut, one with its source, a norm not known, a quota and two parts."""
    parts = (
        Part("p", title("日常"), (), 8000, Fold.SUM, Missing.ZERO),
        Part("q", title("测评"), ("d",), 2000, Fold.SUM, Missing.REWEIGHT),
    )
    bands = (
        Band("top", title("优"), Amount(500), Top(Ties.ALL, places=1)),
        Band("rest", title("其余"), None),
    )
    grade = Grade("g", title("评"), Span.QUARTER, bands, 1, parts)
    items = (
        item(dedup=None),
        norm(2, kinds=("w.visit",)),
        item("r", ("w.act",), rank=Ranking(Span.MONTH, Ties.ALL, (FIRST,))),
    )
    categories = (Category("c", title("类"), {}, Amount(100)), Category("d", title("评议"), {}))
    plan = plan_of(*items, categories=categories, grades=(grade,))
    facts = [
        replace(serve(DAY), source=Place("记录.xlsx", "三月", "B7")),
        act(DAY, 3),
        serve(DAY, 1, "n"), serve(DAY, 2, "n"), serve(DAY, 3, "n"),
    ]  # fmt: skip
    me, other = member("m"), member("n")
    others = Others(plan, Roster([me, other]), facts, CLOSED - {("甲支部", MARCH)})
    return plan, explain(plan, me, (), MARCH, others.closed, others=others)


def test_an_explanation_as_values() -> None:
    plan, found = explained()
    told: Mapping[str, Any] = to_dict(plan, found)
    assert told["member"] == {"code": "m", "name": "m", "organisation": "甲支部"}
    assert (told["period"], told["pack"], told["state"], told["total"]) == (
        "2026-03", plan.pack.label, "provisional", 500,
    )  # fmt: skip
    assert told["sentence"] == found.sentence
    assert told["unknown"] == ["n"]
    assert told["standings"] == [{"item": "r", "value": 100, "place": 1, "size": 1, "basis": 0, "points": 300}]
    (base, own, place) = told["lines"]
    assert base["words"] == "类基础分"
    assert own == {
        "day": "2026-03-05", "words": "i", "clause": "第一条", "category": "c", "item": "i", "effect": "",
        "carried": "", "priced": 100, "counted": 100, "cuts": [], "source": str(Place("记录.xlsx", "三月", "B7")),
    }  # fmt: skip
    assert (place["words"], place["source"], place["counted"]) == ("r（按名次）", "", 300)
    (grade,) = told["grades"]
    assert grade["parts"][0] == {
        "title": "日常", "points": 300, "months": 1, "weight": 8000, "carried_weight": 10000, "worth": 300,
        "missing": False, "full": 10_000,
    }  # fmt: skip
    assert set(grade) == {
        "grade", "span", "total", "band", "parts", "placed", "held", "next_band", "missing", "reachable",
        "last_chance", "options", "unmet",
    }  # fmt: skip
    assert set(grade["placed"]) == {"place", "size", "places"}
    assert json.loads(to_json(plan, found)) == told
    assert "优" in to_json(plan, found)


def written(**more: Any) -> Any:
    """An explanation put together by hand, with everything that one can hold."""
    given: dict[str, Any] = {
        "grade": "评", "span": "2026年1季度", "total": 26550, "band": "四星", "next_band": "五星", "missing": 450,
        "options": (Reach("志愿服务 2 次", (), 27000, "五星"),), "last_chance": MARCH.last,
        "parts": (PartShare("日常", 27000, 3, 8000, 8000, 7200, missing=False),), "placed": Placed(2, 7, 1),
        "held": ("一票否决",), "reachable": True,
    } | more  # fmt: skip
    cuts = (Cut("item.month", 50), Cut("duplicate", 0))
    lines = (line(fact=replace(serve(DAY), source=Place("记录.xlsx", "三月", "B7")), cuts=cuts), line("", counted=-100))
    plan, found = explained()
    return plan, replace(
        found, lines=lines, grades=(NextBand(**given),), standings={"r": Standing(900, 300, True, 5, 2)}
    )


def test_an_explanation_as_rows() -> None:
    plan, found = written()
    source = str(Place("记录.xlsx", "三月", "B7"))
    assert to_table(plan, found) == [
        ("日期", "内容", "条款", "得分", "计入", "说明", "来源"),
        ("2026-03-05", "i", "第一条", "1.00", "1.00", "本项月上限；同一活动只计一次", source),
        ("2026-03-05", "类基础分", "基础分", "1.00", "−1.00", "", ""),
        ("", "合计", "", "", "5.00", "", ""),
        ("", "n", "", "", "", "尚不能确定", ""),
        ("", "r：计数 9.00，第2名，共5个", "", "", "", "", ""),
        ("", "评（2026年1季度）", "", "", "265.50", "四星", ""),
        ("", "日常：270.00 分 ÷ 3 × 80% = 72.00", "", "", "72.00", "", ""),
        ("", "第2名，共7人参评，名额1个", "", "", "", "", ""),
        ("", "一票否决", "", "", "", "按规定", ""),
        ("", "距五星还差", "", "", "4.50", "", ""),
        ("", "志愿服务 2 次", "", "", "270.00", "五星", ""),
    ]


def test_an_explanation_as_text() -> None:
    plan, found = written()
    source = str(Place("记录.xlsx", "三月", "B7"))
    assert to_text(plan, found).splitlines() == [
        f"m（m）· 甲支部 · 2026年3月 · {plan.pack.label}",
        found.sentence,
        "",
        f"2026-03-05     +1.00  i · 第一条 · 本项月上限，0.50 未计；同一活动只计一次 [{source}]",
        "2026-03-05     −1.00  类基础分 · 基础分",
        "          合计 5.00（暂算）",
        "尚不能确定（支部还没有关账）：n",
        "r：计数 9.00，第2名，共5个",
        "",
        "评（2026年1季度）：累计 265.50 分，四星",
        "  日常：270.00 分 ÷ 3 × 80% = 72.00",
        "  第2名，共7人参评，名额1个",
        "  按规定：一票否决",
        "距五星还差 4.50 分（别人的分不变）。",
        "以下任一项可以达到（已逐项加入后重新核算过）：",
        "  · 志愿服务 2 次 → 270.00 分，五星",
    ]


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({"next_band": ""}, "  按规定：一票否决"),
        ({"reachable": False}, "再加多少分也到不了五星。"),
        ({"options": ()}, "在 本月 内再增加任何单独一项（12 次以内）都达不到。"),
        ({"options": (), "placed": None, "held": (), "next_band": ""}, "  日常：270.00 分 ÷ 3 × 80% = 72.00"),
    ],
)
def test_the_end_of_the_text_says_what_is_left_to_do(more: dict[str, Any], last: str) -> None:
    plan, found = written(**more)
    assert to_text(plan, found).splitlines()[-1] == last
    assert len([row for row in to_table(plan, found) if row[1].startswith("距")]) == int(
        bool(found.grades[0].next_band and found.grades[0].reachable)
    )


def test_a_month_without_a_total_has_no_sum() -> None:
    plan, found = written()
    exempt = replace(found, total=None, state=State.EXEMPT, unknown=(), standings={}, grades=())
    assert "合计" not in to_text(plan, exempt)
    assert [row[1] for row in to_table(plan, exempt)] == ["内容", "i", "类基础分"]
