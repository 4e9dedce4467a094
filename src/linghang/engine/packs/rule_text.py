"""The rule text of a scheme, 条文, made from what the calculation uses: text and price cannot part ways.

Every article names its clause; parameters stand with their values and where each number comes from. The same record
is shown on pages and printed to Word and PDF.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linghang.engine.packs.grade_model import Condition
from linghang.engine.packs.mechanism_model import HUNDRED, Counts, Effect, Fold, Missing, Part, Reached
from linghang.engine.packs.model import (
    Band,
    Category,
    Grade,
    GradeCount,
    Item,
    ItemCount,
    Pack,
    Parameter,
    PartPeriod,
    Row,
    Scheme,
    Selection,
    TotalReached,
)
from linghang.engine.packs.wording import EACH, Words, group_size, kinds_of, percent
from linghang.engine.periods import SPAN_WORDS, Month
from linghang.engine.points import format_points, format_quantity

SUBJECT_WORDS = {"member": "党员", "branch": "党支部", "unit": "单位", "party-group": "党小组", "team": "班组"}
COUNTS = {
    Counts.INSIDE: "计入总分",
    Counts.OUTSIDE: "计入总分，不受总分上下限约束",
    Counts.APART: "单列，不计入总分",
}
FOLDS = {Fold.SUM: "各月之和", Fold.MEAN: "各月平均", Fold.QUARTER_MEAN: "各季度平均"}
MISSING = {
    Missing.ZERO: "没有记录的按零",
    Missing.REWEIGHT: "没有记录的由其他部分分担",
    Missing.NOT_GRADED: "没有记录的不评",
}
CONFIDENCE = {
    "text-seen": "已核对原文",
    "secondary": "转引",
    "remembered": "待核对",
    "own-document": "本单位文件",
    "invented": "虚构示例",
}


@dataclass(frozen=True)
class RuleTable:
    """A table of texts."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Article:
    """One rule: its clause ("" = none is named), its title, and what it says.

    `kind` is item, effect, grade or selection; `id` is the pack's for it.
    """

    kind: str
    id: str
    clause: str
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[RuleTable, ...] = ()

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True)
class Chapter:
    """A group of articles under a heading."""

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[RuleTable, ...] = ()
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class RuleText:
    """The whole text of a scheme as it holds in a month."""

    scheme: str
    title: str
    label: str
    content_hash: str
    month: Month
    invented: bool
    document: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...] = field(default_factory=tuple)


def rule_text(pack: Pack, scheme: str, month: Month) -> RuleText:
    """What a scheme says in a month, in words."""
    told = pack.schemes[scheme]
    words = Words(pack, month)
    identity = pack.identity
    return RuleText(
        scheme=scheme,
        title=told.title["zh"],
        label=pack.label,
        content_hash=pack.content_hash,
        month=month,
        invented=identity.invented,
        document=_document(pack),
        chapters=(
            _general(told, pack),
            *(_category(category, told, words) for category in told.categories),
            _together(told, words),
            *_grading(told, words),
            *_parameters(told, pack),
        ),
    )


def _document(pack: Pack) -> tuple[tuple[str, str], ...]:
    names = {"name": "依据文件", "number": "文号", "issued": "印发日期", "reviewed_by": "审议会议"}
    said = pack.identity.document
    return tuple((word, said[name]) for name, word in names.items() if said.get(name))


# --- the scheme as a whole -------------------------------------------------------------------------------------------


def _general(scheme: Scheme, pack: Pack) -> Chapter:
    subject = SUBJECT_WORDS.get(scheme.subject, scheme.subject)
    sentences = [f"本办法适用于{subject}，按月核算。"]
    for name in scheme.exempt_groups:
        group = pack.groups[name]
        source = f"（{group.source}）" if group.source else ""
        sentences.append(f"{group.title['zh']}不作硬性要求，不参加积分：{'、'.join(group.classes)}{source}。")
    if scheme.no_exempt_reason:
        sentences.append(f"没有不作硬性要求的人员，理由：{scheme.no_exempt_reason}。")
    pro_rata = "按当月在评天数折算" if scheme.part_period is PartPeriod.PRO_RATA else "不折算，给全额"
    sentences.append(f"月中转入、转出或部分日期不参加积分的，基础分{pro_rata}。")
    sentences.append(f"补录：记录所属月份距当前月不超过 {scheme.late_months} 个月的，按原月份的办法补计，单列一行。")
    month, day = scheme.year_end_closing.split("-")
    sentences.append(f"年终关账：上年的记录最迟补录到次年 {int(month)} 月 {int(day)} 日。")
    return Chapter("总则", tuple(sentences))


def _together(scheme: Scheme, words: Words) -> Chapter:
    """The total, items with common limits, and what events do beyond their points."""
    titles = {item.id: item.title["zh"] for item in scheme.items}
    sentences = ["总分是计入总分的各类之和。", *(f"总分{limit}。" for limit in words.limits(scheme.total_limits))]
    for joint in scheme.joints:
        items = "、".join(titles[item] for item in joint.items)
        for limit in words.limits(joint.limits):
            sentences.append(f"{joint.title['zh']}：{items}合并计算，{limit}。")
    return Chapter("合计", tuple(sentences), articles=tuple(_effect(e, scheme, titles) for e in scheme.effects))


def _effect(effect: Effect, scheme: Scheme, titles: dict[str, str]) -> Article:
    bands = {band.id: band.title["zh"] for grade in scheme.grades for band in grade.bands}
    grades = {grade.id: grade.title["zh"] for grade in scheme.grades}
    lists = {selection.id: selection.title["zh"] for selection in scheme.selections}
    nodes = titles | {category.id: category.title["zh"] for category in scheme.categories} | {"total": "总分"}
    done = []
    if effect.zeroes:
        done.append(f"{nodes[effect.zeroes]}清零")
    for held, how in ((effect.at_most, "最高评"), (effect.at_least, "最低评"), (effect.exactly, "定为")):
        if held:
            done.append(f"{grades[effect.grade]}{how}{bands[held]}")
    for bands_moved, how in ((effect.lowers, "降"), (effect.raises, "升")):
        if bands_moved:
            done.append(f"{grades[effect.grade]}{how} {bands_moved} 档")
    done += [f"不进入{lists[bar]}" for bar in effect.bars]
    when = f"{EACH[effect.span]}“{titles[effect.when.item]}”计到 {effect.when.count} 次的"
    sentence = f"{when}，从当月起到{SPAN_WORDS[effect.span]}末：{'，'.join(done)}。系统只提出，由人决定。"
    return Article("effect", effect.id, effect.clause, effect.title["zh"], (sentence,))


# --- categories and items --------------------------------------------------------------------------------------------


def _category(category: Category, scheme: Scheme, words: Words) -> Chapter:
    sentences = [f"{COUNTS[category.counts]}。"]
    if category.base is not None:
        whom = f"（{'、'.join(category.classes)}）" if category.classes else ""
        sentences.append(f"{EACH[category.base_span]}基础分 {words.points(category.base)}{whom}。")
    sentences += [f"本类{limit}。" for limit in words.limits(category.limits)]
    items = tuple(_item(item, scheme, words) for item in scheme.items if item.category == category.id)
    return Chapter(category.title["zh"], tuple(sentences), articles=items)


def _item(item: Item, scheme: Scheme, words: Words) -> Article:
    return Article(
        kind="item",
        id=item.id,
        clause=item.clause,
        title=item.title["zh"],
        sentences=tuple(_item_sentences(item, scheme, words)),
        tables=tuple(_item_tables(item, words)),
    )


def _item_sentences(item: Item, scheme: Scheme, words: Words) -> Iterator[str]:
    kinds = kinds_of(item, words.pack)
    if item.last_year:
        yield words.last_year(item.last_year, {c.id: c.title["zh"] for c in scheme.categories})
    else:
        yield f"依据的记录：{'、'.join(kind.title['zh'] + f'（{kind.unit}）' for kind in kinds)}。"
    yield from _whom(item, scheme, words)
    if (only := _unconditional(item)) is not None:
        yield f"每条记录的得分：{_worth(item, only, words, '得分')}。"
    if item.norm:
        yield words.norm(item.norm, kinds[0].unit)
    yield from _counting(item, words)
    yield from _standing(item, words)
    if item.dedup:
        yield words.dedup(item.dedup, kinds)
    if sum(not row.excuse for row in item.rows) > 1 and item.norm is None:
        yield "一条记录只按表中自上而下第一个符合的一行计。"
    if limits := words.limits(item.limits):
        yield f"本项{'；'.join(limits)}。"


def _counting(item: Item, words: Words) -> Iterator[str]:
    """What records are worth together."""
    if item.accumulate:
        yield words.accumulation(item.accumulate)
    if item.average:
        yield words.average(item.average)
    if item.share:
        yield words.share(item.share)
    if item.repeat:
        yield words.repeat(item.repeat, kinds_of(item, words.pack))


def _standing(item: Item, words: Words) -> Iterator[str]:
    """What looks beyond the record at hand."""
    if item.valid:
        yield words.validity(item.valid)
    if item.rank:
        yield words.ranking(item.rank)
    if item.versus:
        yield words.versus(item.versus)


def _whom(item: Item, scheme: Scheme, words: Words) -> Iterator[str]:
    """To whom the item applies, and in which months."""
    titles = {other.id: other.title["zh"] for other in scheme.items}
    if item.classes:
        yield f"适用于：{'、'.join(item.classes)}。"
    if item.through:
        link = words.pack.links.get(item.through)
        yield f"按联系关系“{link.title['zh'] if link else item.through}”计给负责的人。"
    if item.assessor:
        yield f"由{item.assessor}评定。"
    if item.group_size:
        yield group_size(item.group_size)
    if item.given:
        yield f"只在“{titles[item.given]}”有得分的月份计。"
    if item.unless:
        yield f"只在“{titles[item.unless]}”没有得分的月份计。"


def _unconditional(item: Item) -> Row | None:
    """The only row of an item that prices every record alike."""
    counting = item.norm or item.accumulate or item.share or item.rank or item.versus
    only = item.rows[0] if len(item.rows) == 1 and not counting else None
    return only if only and not (only.tests or only.condition or only.kind or only.excuse) else None


def _item_tables(item: Item, words: Words) -> Iterator[RuleTable]:
    counting = item.accumulate or item.share or item.rank or item.versus
    excused = [row for row in item.rows if row.excuse]
    counted = [row for row in item.rows if not row.excuse]
    if excused:
        yield _table(item, excused, words, "处理", "不计，并在明细里写明")
    if counted and item.norm is None and _unconditional(item) is None:
        yield _table(item, counted, words, "计数" if counting else "得分")
    elif counted and any(row.tests or row.condition or row.kind for row in counted):
        yield _table(item, counted, words, "处理", "算一次")
    if item.factors:
        yield _table(item, item.factors, words, "倍数")


def _table(item: Item, rows: Sequence[Row], words: Words, last: str, said: str = "") -> RuleTable:
    """One line per row of the decision table; the first one that fits decides."""
    kinds = kinds_of(item, words.pack)
    columns = words.columns(rows)
    header = (*(words.column_title(column, kinds) for column in columns), last)
    body = [
        (*(words.cell(row, column, kinds) for column in columns), said or _worth(item, row, words, last))
        for row in rows
    ]
    return RuleTable(header, tuple(body))


def _worth(item: Item, row: Row, words: Words, last: str) -> str:
    units = {kind.unit for kind in kinds_of(item, words.pack) if row.concerns(kind.id)}
    unit = units.pop() if len(units) == 1 else ""
    if last == "倍数":
        return f"{words.count(row.price, unit=unit)} 倍"
    return words.count(row.price, unit=unit) if last == "计数" else words.price(row.price, unit=unit)


# --- grades, lists, parameters ---------------------------------------------------------------------------------------


def _grading(scheme: Scheme, words: Words) -> Iterator[Chapter]:
    if scheme.grades:
        yield Chapter("评定", articles=tuple(_grade(grade, scheme, words) for grade in scheme.grades))
    if scheme.selections:
        note = "名单只是候选：由支委会或党委按程序决定，系统不作决定。"
        lists = tuple(_selection(selection, scheme, words) for selection in scheme.selections)
        yield Chapter("候选名单", (note,), articles=lists)


def _grade(grade: Grade, scheme: Scheme, words: Words) -> Article:
    sentences = [f"{EACH[grade.span]}评定一次。"]
    if grade.needs_months > 1:
        sentences.append(f"参加积分不满 {grade.needs_months} 个月的不评。")
    if grade.classes:
        sentences.append(f"只评：{'、'.join(grade.classes)}。")
    titles = {category.id: category.title["zh"] for category in scheme.categories}
    sentences += [_part(part, titles) for part in grade.parts]
    named = titles | {item.id: item.title["zh"] for item in scheme.items}
    rows = tuple((band.title["zh"], _band(band, words, named)) for band in grade.bands)
    return Article("grade", grade.id, "", grade.title["zh"], tuple(sentences), (RuleTable(("档次", "条件"), rows),))


def _part(part: Part, titles: dict[str, str]) -> str:
    what = "、".join(titles[category] for category in part.categories) or "月度总分"
    full = "" if part.full == HUNDRED else f"按满分 {format_points(part.full)} 折成百分，"
    share = "加在加权的分以外，不占权重" if part.added else f"占 {percent(part.weight)}；{MISSING[part.missing]}"
    return f"{part.title['zh']}：{what}，取{FOLDS[part.fold]}，{full}{share}。"


def _band(band: Band, words: Words, titles: Mapping[str, str]) -> str:
    reached = f"合计达到 {words.points(band.at_least)}" if band.at_least is not None else ""
    if band.by_class:
        own = "；".join(f"{'、'.join(line.classes)} {words.points(line.at_least)}" for line in band.by_class)
        reached += f"（{own}）"
    first = words.top(band.top) if band.top else ""
    joined = "，或者" if band.top and band.top.with_threshold is Reached.EITHER else "，并且在"
    said = joined.join(part for part in (reached, first) if part)
    return "；还要".join(part for part in (said, *(words.need(n, titles) for n in band.needs)) if part) or "其余"


def _selection(selection: Selection, scheme: Scheme, words: Words) -> Article:
    sentences = ["同时符合以下条件的列入候选："] if selection.conditions else []
    sentences += [f"{_condition(condition, scheme, words)}；" for condition in selection.conditions]
    if selection.alternatives:
        sentences.append("并且符合以下条件之一：" if selection.conditions else "符合以下条件之一的列入候选：")
        sentences += [f"{_condition(condition, scheme, words)}；" for condition in selection.alternatives]
    return Article("selection", selection.id, "", selection.title["zh"], tuple(sentences))


def _condition(condition: Condition, scheme: Scheme, words: Words) -> str:
    match condition:
        case GradeCount():
            grade = next(g for g in scheme.grades if g.id == condition.grade)
            band = next(b.title["zh"] for b in grade.bands if b.id == condition.band)
            times = f"连续 {condition.count} 次" if condition.in_a_row else f"至少 {condition.count} 次"
            reached = f"为{band}或以下" if condition.or_worse else f"达到{band}或以上"
            return f"当年{grade.title['zh']}{times}{reached}"
        case TotalReached():
            return f"全年合计{'低于' if condition.below else '达到'} {words.points(condition.amount)}"
        case ItemCount():
            title = next(i.title["zh"] for i in scheme.items if i.id == condition.item)
            within = "当年" if condition.years == 1 else f"{condition.years}年内"
            return f"{within}“{title}”至少 {condition.facts} 次"


def _parameters(_scheme: Scheme, pack: Pack) -> Iterator[Chapter]:
    """Every number that changes over time, with where it comes from."""
    if not pack.parameters:
        return
    rows = [
        (p.title["zh"], f"{value.since.words}起", _value(p, value.value), value.source, CONFIDENCE[value.confidence])
        for p in pack.parameters.values()
        for value in p.values
    ]
    header = ("名称", "从哪个月起", "数值", "出处", "把握程度")
    yield Chapter("附表：会调整的数", (), (RuleTable(header, tuple(rows)),))


def _value(parameter: Parameter, value: int) -> str:
    return f"{format_points(value)} 分" if parameter.unit == "分" else f"{format_quantity(value)} {parameter.unit}"


def newest_month(pack: Pack) -> Month:
    """The month from which all the pack's numbers are known: what is shown where nobody names a month."""
    months = [value.since for p in pack.parameters.values() for value in p.values]
    return max(months, default=Month(2026, 1))
