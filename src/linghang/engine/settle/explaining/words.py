"""Lines, cuts and whole explanations in Chinese words, as plain text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linghang.engine.packs.mechanism_model import HUNDRED
from linghang.engine.packs.standing_model import Against
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT, format_points, format_quantity
from linghang.engine.rules.plan import Plan, PlanItem, PlanNeed
from linghang.engine.settle.explaining.classes import class_words
from linghang.engine.settle.explaining.next_band import MOST_FACTS, NextBand
from linghang.engine.settle.lines import STATE_WORDS, Cut, Line
from linghang.engine.settle.plainly.around import Standing
from linghang.engine.settle.plainly.grades_plain import PartShare, Placed

if TYPE_CHECKING:
    from linghang.engine.settle.explaining.explain import Explanation

REASONS = {
    "excuse": "符合不计情形",
    "duplicate": "同一活动只计一次",
    "not_applicable": "当日不在评分范围",
    "accumulate": "按累计次数折算",
    "zeroed": "已按规定清零",
    "apart": "单列，不计入总分",
    "condition": "当月不符合计入的条件",
    "renewed": "有效期内续记，不重复计",
}
AGAINST = {Against.MEAN: "平均数", Against.BEST: "最高的", Against.LAST_YEAR: "上年"}
BASIS = {Against.MEAN: "平均", Against.BEST: "最高", Against.LAST_YEAR: "上年同期"}
NODES = {"item": "本项", "joint": "合并计算的几项", "category": "本类", "total": "总分"}
SPANS = {"month": "月", "quarter": "季", "half_year": "半年", "year": "年"}


def cut_words(cut: Cut) -> str:
    """Why points do not count: 'item.month' → '本项月上限' (or 下限 when a deduction stops)."""
    if cut.reason in REASONS:
        return REASONS[cut.reason]
    node, span = cut.reason.split(".")
    return f"{NODES[node]}{SPANS[span]}{'上限' if cut.points > 0 else '下限'}"


def line_words(plan: Plan, line: Line) -> str:
    """What a line is for: the item's title and the fact's attributes, the category's full mark, or an effect."""
    if line.effect:
        return next(e.title for e in plan.effects if e.id == line.effect)
    if line.carried:
        return _carried_words(plan, line)
    if not line.item:
        category = next(c for c in plan.categories if c.id == line.category)
        return f"{category.title}基础分"
    item = next(i for i in plan.items if i.id == line.item)
    if line.fact is None:
        return _summary_words(item, line)
    kind = plan.pack.kinds[line.fact.kind]
    details = [kind.attributes[a].said(v) for a, v in line.fact.attributes.items() if a in kind.attributes]
    if line.fact.quantity != UNIT and kind.unit != "分":
        details.append(f"{format_quantity(line.fact.quantity)}{kind.unit}")
    if Month.of(line.fact.occurred_on) < line.month:
        details.append("仍在有效期内")
    return f"{item.title}：{'、'.join(details)}" if details else item.title


def _carried_words(plan: Plan, line: Line) -> str:
    """Of which node points of the span before go over."""
    titles = {"total": "总分", "joint": "合并计算的几项"}
    if line.carried == "item":
        titles["item"] = next(i.title for i in plan.items if i.id == line.item)
    elif line.carried == "category":
        titles["category"] = next(c.title for c in plan.categories if c.id == line.category)
    return f"{titles[line.carried]}上期结转"


def _summary_words(item: PlanItem, line: Line) -> str:
    """What a line without a fact says of a whole month or span: a mean, a norm that is met, or one that is not."""
    if item.brings:
        return f"{item.title}（{line.note}）"
    if item.item.average:
        judge = f"，{item.item.assessor}评定" if item.item.assessor else ""
        return f"{item.title}（平均{judge}）"
    if item.share:
        return f"{item.title}（按占比）"
    if item.comparison:
        return f"{item.title}（与{AGAINST[item.comparison.versus.against]}比）"
    if item.places:
        return f"{item.title}（按名次）"
    if item.at_most is not None:
        return f"{item.title}（没有超过）"
    met = bool(item.met) and line.priced == item.met[line.month.month - 1]
    return f"{item.title}（{'达到' if met else '不足'}）"


def clause(plan: Plan, line: Line) -> str:
    """On which clause of the measures a line stands."""
    if line.effect:
        return next(e.effect.clause for e in plan.effects if e.id == line.effect)
    if line.carried and not line.item:
        return "结转"
    found = next((i.item.clause for i in plan.items if i.id == line.item), "")
    return found or "基础分"


def duration_words(span: Span) -> str:
    return {Span.MONTH: "本月", Span.QUARTER: "本季度", Span.HALF: "本半年", Span.YEAR: "本年"}[span]


def standing_words(plan: Plan, item: str, standing: Standing) -> str:
    """'帮扶：计数 9.00，第1名，共5个' or '…，平均 5.00'."""
    of = next(i for i in plan.items if i.id == item)
    head = f"{of.title}：计数 {format_points(standing.value)}"
    if of.places:
        return f"{head}，第{standing.place}名，共{standing.size}个"
    against = BASIS[of.comparison.versus.against] if of.comparison else BASIS[Against.MEAN]
    return f"{head}，{against} {format_points(standing.basis)}"


def part_words(part: PartShare) -> str:
    """'日常：270.00 分 ÷ 3 × 80% = 72.00' with the weight that missing parts hand on."""
    if part.missing and not part.worth:
        return f"{part.title}：没有记录"
    mean = f" ÷ {part.months}" if part.months > 1 else ""
    if part.full != HUNDRED:
        mean += f" ÷ 满分 {format_points(part.full)} × 100"
    weight = f"{format_quantity(part.weight * 100)}%"
    if part.carried != part.weight:
        weight += f"（缺的部分分担后 {format_quantity(part.carried * 100)}%）"
    return f"{part.title}：{format_points(part.points)} 分{mean} × {weight} = {format_points(part.worth)}"


def placed_words(placed: Placed) -> str:
    return f"第{placed.place}名，共{placed.size}人参评，名额{placed.places}个"


def to_text(plan: Plan, found: "Explanation") -> str:
    """The explanation as plain text for a terminal."""
    member = found.member
    head = f"{member.name}（{member.code}）· {member.organisation} · {found.period.words} · {plan.pack.label}"
    rows = [head, found.sentence, *([f"类别：{class_words(found.classes)}"] if found.classes else []), ""]
    rows += [_line_text(plan, line) for line in found.lines]
    if found.total is not None:
        rows.append(f"{'':10}合计 {format_points(found.total)}（{STATE_WORDS[found.state]}）")
    if found.unknown:
        rows.append(f"尚不能确定（支部还没有关账）：{'、'.join(found.unknown)}")
    rows += [standing_words(plan, item, standing) for item, standing in found.standings.items()]
    rows += [text for grade in found.grades for text in ("", *_grade_text(plan, grade))]
    return "\n".join(rows)


def _line_text(plan: Plan, line: Line) -> str:
    why = "；".join(f"{cut_words(c)}，{format_points(c.points)} 未计" if c.points else cut_words(c) for c in line.cuts)
    where = f" [{line.fact.source}]" if line.fact and str(line.fact.source) else ""
    counted = format_points(line.counted, sign=True)
    return (
        f"{line.day}  {counted:>8}  {line_words(plan, line)} · {clause(plan, line)}{f' · {why}' if why else ''}{where}"
    )


def need_words(plan: Plan, need: PlanNeed, month_number: int) -> str:
    """'“义务劳动”至少 3 条' or '组织生活至少 18.00 分'."""
    if need.category:
        title = next(c.title for c in plan.categories if c.id == need.category)
        return f"{title}至少 {format_points(need.at_least[month_number])} 分"
    return f"“{next(i.title for i in plan.items if i.id == need.item)}”至少 {need.facts} 条"


def _grade_text(plan: Plan, grade: NextBand) -> Iterator[str]:
    yield f"{grade.grade}（{grade.span}）：累计 {format_points(grade.total)} 分，{grade.band}"
    yield from (f"  {part_words(part)}" for part in grade.parts)
    if grade.placed:
        yield f"  {placed_words(grade.placed)}"
    if grade.held:
        yield f"  按规定：{'、'.join(grade.held)}"
    if not grade.next_band:
        return
    if not grade.reachable:
        yield f"再加多少分也到不了{grade.next_band}。"
        return
    others = "（别人的分不变）" if grade.placed else ""
    if grade.missing or not grade.unmet:
        yield f"距{grade.next_band}还差 {format_points(grade.missing)} 分{others}。"
    for need in grade.unmet:
        yield f"{grade.next_band}还要求：{need_words(plan, need, grade.month_number)}。"
    if grade.options:
        yield "以下任一项可以达到（已逐项加入后重新核算过）："
        yield from (f"  · {o.words} → {format_points(o.total)} 分，{o.band}" for o in grade.options)
    else:
        yield f"在 {duration_words(Span.MONTH)} 内再增加任何单独一项（{MOST_FACTS} 次以内）都达不到。"
