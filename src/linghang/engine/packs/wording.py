"""Amounts, prices, limits and conditions of a pack in Chinese, as of a month: what is said is what is calculated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linghang.engine.packs.condition_words import condition_line
from linghang.engine.packs.conditions import KIND_NAME
from linghang.engine.packs.mechanism_model import (
    Accumulation,
    Average,
    Beyond,
    LastYear,
    Repeat,
    Share,
    Take,
    Ties,
    Top,
    Within,
)
from linghang.engine.packs.model import (
    QUANTITY,
    Amount,
    Comparison,
    Constant,
    Dedup,
    FactKind,
    Item,
    Judged,
    Keep,
    Limit,
    Measure,
    Need,
    Norm,
    Pack,
    Price,
    Rate,
    Row,
    Test,
)
from linghang.engine.packs.standing_model import (
    Absent,
    Against,
    Gap,
    GroupSize,
    Order,
    Ranking,
    RankStep,
    Renew,
    Slope,
    Validity,
    Versus,
)
from linghang.engine.packs.tables import CONDITION_COLUMN
from linghang.engine.periods import SPAN_WORDS, Month, Span
from linghang.engine.points import POINT, UNIT, format_points, format_quantity

EACH = {Span.MONTH: "每月", Span.QUARTER: "每季度", Span.HALF: "每半年", Span.YEAR: "每年"}
DEDUP_PARTS = {"event": "同一活动", "day": "同一天", "item": "本项"}
KEPT = {
    Keep.FIRST: "只计第一条",
    Keep.HIGHEST: "只计得分最高的一条",
    Keep.LOWEST: "只计得分最低的一条（扣分的，扣得最重的一条）",
}
AGAINST = {Against.MEAN: "同组平均数", Against.BEST: "同组最高的", Against.LAST_YEAR: "上年同期"}
ABSENT = {
    Absent.OUT: "没有记录的不参加比较",
    Absent.ZERO: "没有记录的按零参加",
    Absent.MEAN: "没有记录的按其他人的平均数",
}
RENEWED = {
    Renew.ADD: "又有新记录的，各算各的时间",
    Renew.RESTART: "又有新记录的，从新记录的当月起重新计算，新记录不合任何一行的即告终止",
    Renew.EXTEND: "又有新记录的，剩余月份累加",
}


@dataclass(frozen=True)
class Words:
    """Says things of one pack as they hold in a month."""

    pack: Pack
    month: Month

    def points(self, amount: Amount, *, sign: bool = False) -> str:
        """'2.00 分', with the name of the parameter that it is taken from."""
        if not amount.parameter:
            return f"{format_points(amount.value, sign=sign)} 分"
        parameter = self.pack.parameters[amount.parameter]
        held = parameter.on(self.month) or parameter.values[0]
        return f"{format_points(held.value, sign=sign)} 分（{parameter.title['zh']}）"

    def price(self, price: Price | None, *, unit: str) -> str:
        """What one record is worth."""
        match price:
            case None:
                return ""
            case Constant(amount):
                return self.points(amount, sign=True)
            case Rate(amount, per, whole_steps):
                return f"每{'满' if whole_steps else ''}{_per(per, unit)} {self.points(amount, sign=True)}"
            case Judged(low, high):
                return f"{self.points(low)}至 {self.points(high)}，在此范围内评定"
            case Beyond():
                return self._beyond(price, unit)

    def _beyond(self, price: Beyond, unit: str) -> str:
        side = "低于" if price.below else "超过"
        full = "满" if price.whole_steps else ""
        base = f"{self.points(price.base, sign=True)}，另" if price.base else ""
        step = f"{side} {format_quantity(price.pivot)}{unit}的部分，每{full}{_per(price.per, unit)}"
        return f"{base}{step} {self.points(price.amount, sign=True)}"

    def count(self, price: Price | None, *, unit: str) -> str:
        """What one record counts where records are accumulated: hundredths as a plain number."""
        match price:
            case Constant(amount):
                return _number(self._value(amount))
            case Rate(amount, per, whole_steps):
                return f"每{'满' if whole_steps else ''}{_per(per, unit)}计 {_number(self._value(amount))}"
            case _:
                return self.price(price, unit=unit).replace(" 分", "")

    def _value(self, amount: Amount) -> int:
        if not amount.parameter:
            return amount.value
        parameter = self.pack.parameters[amount.parameter]
        return (parameter.on(self.month) or parameter.values[0]).value

    def limits(self, limits: Mapping[Span, Limit]) -> list[str]:
        """'每月最多 4.00 分', '每月不低于 0.00 分'; what is beyond is said to be cut, or to go over."""
        found = []
        for span, limit in limits.items():
            each = EACH[span]
            if limit.cap is not None:
                found.append(f"{each}最多计 {self.points(limit.cap)}{_carried(limit, span)}")
            if limit.floor is not None:
                found.append(f"{each}最低计 {self.points(limit.floor)}")
        return found

    # --- conditions ----------------------------------------------------------------------------------------------

    def columns(self, rows: Iterable[Row]) -> list[str]:
        """The attributes that rows test, in the order of first use; `QUANTITY` for bounds, 条件 for whole lines."""
        found: dict[str, None] = {}
        for row in rows:
            if row.kind:
                found.setdefault("")
            if row.condition:
                found.setdefault(CONDITION_COLUMN)
            found.update(dict.fromkeys(test.attribute for test in row.tests))
        return list(found)

    def column_title(self, column: str, kinds: Iterable[FactKind]) -> str:
        if column == "":
            return KIND_NAME
        if column == CONDITION_COLUMN:
            return CONDITION_COLUMN
        if column == QUANTITY:
            return "数量"
        return next((k.attributes[column].title["zh"] for k in kinds if column in k.attributes), column)

    def cell(self, row: Row, column: str, kinds: Iterable[FactKind]) -> str:
        """What a row asks of one column."""
        known = list(kinds)
        if column == "":
            return self.pack.kinds[row.kind].title["zh"] if row.kind else "不限"
        if column == CONDITION_COLUMN:
            return condition_line(row.condition, known) if row.condition else "不限"
        units = {k.unit for k in known if row.concerns(k.id)}
        tests = [test for test in row.tests if test.attribute == column]
        unit = units.pop() if len(units) == 1 else ""
        return "，".join(_test(test, known, unit) for test in tests) or "不限"

    # --- what else an item says ----------------------------------------------------------------------------------

    def norm(self, norm: Norm, unit: str) -> str:
        much = f"{norm.at_least} {unit if norm.measure is Measure.QUANTITY else '次'}"
        each = f"每{norm.years}年" if norm.years > 1 else EACH[norm.span]
        if norm.at_most is not None and norm.met:
            most = f"{norm.at_most} {unit if norm.measure is Measure.QUANTITY else '次'}"
            return f"{each}至多 {most}的，计 {self.points(norm.met, sign=True)}。支部当月关账以后才判定。"
        one = f"每少 1 {unit}" if norm.measure is Measure.QUANTITY else "每少 1 次"
        met = f"；达到的计 {self.points(norm.met, sign=True)}" if norm.met else ""
        short = f"，{one} {self.points(norm.short, sign=True)}" if norm.short else ""
        return f"{each}至少 {much}{short}{met}。支部当月关账以后才判定。"

    def dedup(self, dedup: Dedup, kinds: Iterable[FactKind]) -> str:
        known = list(kinds)
        parts = [DEDUP_PARTS.get(part) or f"同一{self.column_title(part, known)}" for part in dedup.by]
        kept = KEPT[dedup.keep]
        within = "" if dedup.span is Span.MONTH else f"，在一个{SPAN_WORDS[dedup.span]}内比较"
        return f"{'、'.join(parts)}有几条记录的，{kept}{within}。"

    def accumulation(self, told: Accumulation) -> str:
        steps = "；".join(f"累计到 {_number(s.at)} 共计 {self.points(s.points, sign=True)}" for s in told.steps)
        more = f"；以后每满 {_number(told.every)} 再计 {self.points(told.more, sign=True)}" if told.more else ""
        return f"按{SPAN_WORDS[told.span]}累计：{steps}{more}。"

    def average(self, told: Average) -> str:
        least = f"，不足 {told.least} 条的暂不计" if told.least > 1 else ""
        weight = f"，乘 {percent(told.weight)}" if told.weight != UNIT else ""
        when = "当月" if told.span is Span.MONTH else f"{EACH[told.span]}"
        drop = f"，去掉最高的 {told.drop} 条、最低的 {told.drop} 条（多于 {2 * told.drop} 条时）" if told.drop else ""
        return f"取{when}各条的平均数{drop}{weight}{least}。"

    def share(self, told: Share) -> str:
        """'每季度各条计数的平均数按百分比计：…'."""
        steps = [f"达到 {percent(s.at)} 计 {self.points(s.points, sign=True)}" for s in told.steps]
        if told.below:
            each = f"每{'满' if told.below.whole else ''} {_number(told.below.every)}%"
            steps.append(f"低于 {percent(told.below.at)} 的，{each} {self.points(told.below.points, sign=True)}")
        if told.above:
            each = f"每{'满' if told.above.whole else ''} {_number(told.above.every)}%"
            steps.append(f"超过 {percent(told.above.at)} 的，{each} {self.points(told.above.points, sign=True)}")
        least = f"；不足 {told.least} 条的暂不计" if told.least > 1 else ""
        return f"{EACH[told.span]}各条计数的平均数按百分比计：{'；'.join(steps)}{least}。"

    def last_year(self, told: LastYear, titles: Mapping[str, str]) -> str:
        """'上年总分超过 100.00 分的部分，50% 结转到本年，至多 20.00 分'; `titles` of categories."""
        what = titles.get(told.of, "总分") + ("被限额截掉的分" if told.take is Take.CUT else "")
        above = f"超过 {self.points(told.above)} 的部分" if told.above else ""
        share = "全部" if told.share == UNIT else f"的 {percent(told.share)} "
        most = f"，至多 {self.points(told.at_most)}" if told.at_most else ""
        return f"上年{what}{above}{share}结转到本年{most}，记在本年第一个评分的月份。"

    def repeat(self, told: Repeat, kinds: Iterable[FactKind]) -> str:
        """'每年同一违章类别第 2 次起，得分乘 1.5；第 3 次起，得分乘 2'."""
        known = list(kinds)
        alike = "、".join(self.column_title(part, known) for part in told.by)
        whose = f"同一{alike}" if alike else ""
        steps = "；".join(f"第 {step.since} 次起，得分乘 {_number(step.times)}" for step in told.steps)
        return f"{EACH[told.span]}{whose}{steps}。"

    def validity(self, told: Validity) -> str:
        each = EACH[told.each]
        return f"一条记录从当月起 {told.months} 个月内有效，{each}计一次；{RENEWED[told.renew]}。"

    def ranking(self, told: Ranking) -> str:
        order = "从高到低" if told.order is Order.HIGH else "从低到高"
        where = "在本支部内" if told.within is Within.ORGANISATION else "在全部参加者中"
        first = "；".join(f"{_place(step, '前')} {self.points(step.points, sign=True)}" for step in told.places)
        last = "；".join(f"{_place(step, '末')} {self.points(step.points, sign=True)}" for step in told.last)
        ties = "并列的都计" if told.ties is Ties.ALL else "并列的都不计"
        least = f"，不足 {told.least} 人的不排" if told.least > 1 else ""
        steps = "；".join(part for part in (first, last) if part)
        return f"{EACH[told.span]}{where}按数{order}取位次{least}：{steps}；{ties}，{ABSENT[told.missing]}。"

    def versus(self, told: Versus) -> str:
        against = AGAINST[told.against]
        others = told.against is not Against.LAST_YEAR
        where = "（本支部）" if told.within is Within.ORGANISATION and others else ""
        sides = [self._slope(told.above, "高于", told.by), self._slope(told.below, "低于", told.by)]
        if told.reached:
            sides.append(f"不低于的计 {self.points(told.reached, sign=True)}")
        if told.proportion:
            sides.append(f"与它相等的计 {self.points(told.proportion, sign=True)}，其余按比例")
        own = "本身的数也计分；" if told.own else ""
        least = f"不足 {told.least} 人的不比；" if told.least > 1 else ""
        said = "；".join(side for side in sides if side)
        return f"{EACH[told.span]}与{against}{where}相比：{said}；{own}{least}{ABSENT[told.missing]}。"

    def _slope(self, slope: Slope | None, side: str, by: Gap) -> str:
        if slope is None:
            return ""
        unit = "%" if by is Gap.PERCENT else ""
        every = f"每{'满' if slope.whole else ''} {_number(slope.every)}{unit}"
        return f"{side}的，{every} {self.points(slope.points, sign=True)}"

    def need(self, need: Need, titles: Mapping[str, str]) -> str:
        """What a band asks for beside the total: '“义务劳动”至少 3 条'; `titles` of items and categories."""
        if need.category and need.at_least is not None:
            return f"{titles[need.category]}至少 {self.points(need.at_least)}"
        return f"“{titles[need.item]}”至少 {need.facts} 条"

    def top(self, top: Top) -> str:
        """Who the first ones are: '本支部前 20%'."""
        where = "本支部" if top.within is Within.ORGANISATION else "全部"
        where += "同一类别的" if top.same_class else ""
        ties = "都算" if top.ties is Ties.ALL else "都不算"
        if top.all_but:
            last, is_share = top.all_but
            return f"{where}除最后 {percent(last) if is_share else f'{last} 名'}以外（并列的{ties}在外）"
        most = f"前 {top.places} 名" if top.places is not None else f"前 {percent(top.share or 0)}"
        return f"{where}{most}（含更高档次的名额；并列超出的{ties}）"


def group_size(told: GroupSize) -> str:
    """In which months an item counts, by the size of the branch."""
    least = f"不少于 {told.at_least} 人" if told.at_least else ""
    below = f"少于 {told.below} 人" if told.below is not None else ""
    return f"只在支部参加积分的党员{'且'.join(part for part in (least, below) if part)}的月份计。"


def percent(share: int) -> str:
    """2500 ten-thousandths → '25%'."""
    return f"{format_quantity(share * 100)}%"


def kinds_of(item: Item, pack: Pack) -> list[FactKind]:
    """The kinds of records that an item looks at."""
    return [pack.kinds[kind] for kind in item.kinds]


def _carried(limit: Limit, span: Span) -> str:
    if not limit.carry:
        return "，超出的不计"
    share = "" if limit.carry == UNIT else f"的 {percent(limit.carry)}"
    return f"，超出部分{share}结转到下一个{SPAN_WORDS[span]}（当年有效）"


def _per(per: int, unit: str) -> str:
    return unit if per == UNIT else f" {format_quantity(per)} {unit}"


def _number(hundredths: int) -> str:
    return format_quantity(hundredths * (UNIT // POINT))


def _test(test: Test, kinds: Iterable[FactKind], unit: str) -> str:
    if test.attribute == QUANTITY:
        sign = "不少于" if test.comparison is Comparison.AT_LEAST else "少于"
        return f"{sign} {format_quantity(test.bound)} {unit}".rstrip()
    titles = {
        value: title["zh"] for kind in kinds if test.attribute in kind.attributes
        for value, title in kind.attributes[test.attribute].values.items()
    }  # fmt: skip
    named = "、".join(titles.get(value, value) for value in test.values)
    return {
        Comparison.ONE_OF: named,
        Comparison.NONE_OF: f"除{named}以外",
        Comparison.AT_LEAST: f"{named}及以上",
        Comparison.BELOW: f"低于{named}",
    }[test.comparison]


def _place(step: RankStep, side: str) -> str:
    return f"{side} {percent(step.to)}" if step.is_share else f"{side} {step.to} 名"
