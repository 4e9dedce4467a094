"""Checks of a scheme: references, limits, thresholds, norms, and that no number can grow past 64 bits."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from linghang.engine.packs.check_mechanisms import check_mechanisms, mechanism_amounts
from linghang.engine.packs.check_parts import forbidden
from linghang.engine.packs.check_slack import check_slack
from linghang.engine.packs.mechanism_model import Beyond, Reached
from linghang.engine.packs.model import (
    Amount,
    Band,
    Completeness,
    Constant,
    FactKind,
    Grade,
    GradeCount,
    Item,
    Judged,
    Limit,
    Pack,
    Rate,
    Row,
    Scheme,
    Selection,
    TotalReached,
)
from linghang.engine.packs.schema import near
from linghang.engine.periods import SPAN_MONTHS, SPAN_WORDS, Month, Span
from linghang.engine.points import LIMIT, format_points
from linghang.engine.problems import Place, Problems

_LARGEST = 2**63 - 1


def check_scheme(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Report everything about the scheme but the rows of its tables."""
    _Scheme(pack, scheme, problems).check()


BY_CLOSING = "在 facts.yaml 里给它写 complete: by_closing；是所用方案包里的，换一种每月关账的记录"


class _Scheme:
    def __init__(self, pack: Pack, scheme: Scheme, problems: Problems) -> None:
        self.pack, self.scheme, self.problems = pack, scheme, problems

    def check(self) -> None:
        self._unique("类别", [(c.id, c.place) for c in self.scheme.categories])
        self._unique("项目", [(i.id, i.place) for i in self.scheme.items])
        self._unique("评定", [(g.id, g.place) for g in self.scheme.grades])
        self._unique("候选名单", [(s.id, s.place) for s in self.scheme.selections])
        self._amounts()
        self._exempt()
        for category in self.scheme.categories:
            self._limits(f"类别“{category.id}”", category.limits, category.place)
            if category.base and any(v < 0 for v in self._values(category.base)):
                words = f"类别“{category.id}”的基础分低于 0"
                self._add(category.place, "base-sign", words, "基础分写 0 或正数；扣分写成项目")
            if category.base is None and all(i.category != category.id for i in self.scheme.items):
                words = f"类别“{category.id}”没有项目，也没有基础分"
                self._warn(category.place, "empty-category", words, "删掉它，或补上项目")
        self._limits("总分", self.scheme.total_limits, self.scheme.place)
        for joint in self.scheme.joints:
            self._limits(f"合并限额“{joint.id}”", joint.limits, joint.place)
        for item in self.scheme.items:
            self._item(item)
        for grade in self.scheme.grades:
            self._grade(grade)
        for selection in self.scheme.selections:
            self._selection(selection)
        check_mechanisms(self.pack, self.scheme, self.problems)
        check_slack(self.pack, self.scheme, self.problems)

    def _add(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.add(place, code, message, hint)

    def _warn(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.add(place, code, message, hint, severity="warning")

    def _unique(self, what: str, ids: Sequence[tuple[str, Place]]) -> None:
        seen: dict[str, Place] = {}
        for identifier, place in ids:
            if identifier in seen:
                words = f"{what}编号“{identifier}”重复了，{seen[identifier].here} 已经用过"
                self._add(place, "duplicate-id", words, "换一个编号")
            seen.setdefault(identifier, place)

    # --- amounts -------------------------------------------------------------------------------------------------

    def _amounts(self) -> None:
        for amount in scheme_amounts(self.scheme):
            parameter = self.pack.parameters.get(amount.parameter)
            if amount.parameter and parameter is None:
                words = f"没有参数“{amount.parameter}”"
                self._add(amount.place, "unknown-parameter", words, near(amount.parameter, self.pack.parameters))
            elif parameter and parameter.unit != "分":
                words = f"参数“{parameter.id}”的单位是{parameter.unit}，不能当分数用"
                self._add(amount.place, "parameter-unit", words, "换一个单位为分的参数")

    def _value(self, amount: Amount | None, month: Month | None) -> int | None:
        """The amount in the month; None where it is open, unknown or not yet given."""
        if amount is None or not amount.parameter:
            return amount.value if amount else None
        parameter = self.pack.parameters.get(amount.parameter)
        held = parameter.on(month) if parameter and month else None
        return held.value if held else None

    def _moments(self, *amounts: Amount | None) -> list[Month | None]:
        """Every month in which one of the amounts changes; [None] when none ever does."""
        names = {a.parameter for a in amounts if a and a.parameter} & set(self.pack.parameters)
        return [*sorted({v.since for n in names for v in self.pack.parameters[n].values})] or [None]

    def _values(self, amount: Amount) -> list[int]:
        found = (self._value(amount, month) for month in self._moments(amount))
        return [value for value in found if value is not None]

    # --- parts ---------------------------------------------------------------------------------------------------

    def _exempt(self) -> None:
        scheme = self.scheme
        for group in scheme.exempt_groups:
            if group not in self.pack.groups:
                self._add(scheme.place, "unknown-group", f"没有人员组“{group}”", near(group, self.pack.groups))
        if scheme.subject == "member" and not scheme.exempt_groups and not scheme.no_exempt_reason:
            words = "没有写哪些党员不作硬性要求（《中国共产党党员教育管理工作条例》第二十三条）"
            hint = "写 exempt_groups: [frail-or-ill]；确实没有的，在 no_exempt_reason 里说明原因"
            self._add(scheme.place, "no-exempt-group", words, hint)

    def _limits(self, what: str, limits: Mapping[Span, Limit], place: Place) -> None:
        for span, limit in limits.items():
            for month in self._moments(limit.floor, limit.cap):
                words = self._limit_words(self._value(limit.floor, month), self._value(limit.cap, month))
                if words:
                    where = next((a.place for a in (limit.floor, limit.cap) if a and a.place.here), place)
                    since = f"（自{month.words}起）" if month else ""
                    self._add(where, "bad-limit", f"{what}每{SPAN_WORDS[span]}的{words}{since}", "改正 floor 和 cap")

    @staticmethod
    def _limit_words(floor: int | None, cap: int | None) -> str:
        if floor is not None and cap is not None and floor > cap:
            return f"下限 {format_points(floor)} 高于上限 {format_points(cap)}"
        if floor is not None and floor > 0:
            return f"下限 {format_points(floor)} 高于 0：没有记录也不会得到它，保底分请写成基础分"
        if cap is not None and cap < 0:
            return f"上限 {format_points(cap)} 低于 0"
        return ""

    def _item(self, item: Item) -> None:
        categories = [c.id for c in self.scheme.categories]
        if item.category not in categories:
            self._add(item.place, "unknown-category", f"没有类别“{item.category}”", near(item.category, categories))
        self._limits(f"项目“{item.id}”", item.limits, item.place)
        if len(set(item.kinds)) < len(item.kinds):
            self._add(item.place, "duplicate-kind", "同一种记录写了两次", "只留一个")
        for identifier in item.kinds:
            self._kind_of_item(item, self.pack.kinds[identifier])
        if item.norm and item.norm.short and any(v > 0 for v in self._values(item.norm.short)):
            self._add(item.place, "norm-sign", "次数不足的扣分写成了正数", "short 写成负数，例如 -2.00")
        for row in item.rows:
            self._row(item, row)

    def _kind_of_item(self, item: Item, kind: FactKind) -> None:
        why = forbidden(self.pack, kind)
        if why:
            words = f"“{kind.title['zh']}”不得用于积分：{why}"
            self._add(item.place, "forbidden-facts", words, "删掉这个项目")
        if kind.subject != self.scheme.subject and not item.through:
            words = f"“{kind.title['zh']}”记的是 {kind.subject}，办法评的是 {self.scheme.subject}"
            self._add(item.place, "wrong-subject", words, "换一种记录，或另写一个办法")
        if item.norm and kind.complete is not Completeness.BY_CLOSING:
            words = f"按次数要求的项目用了“{kind.title['zh']}”，而这种记录没有关账，没有记录不等于没有发生"
            self._add(item.place, "norm-not-closing", words, BY_CLOSING)

    def _row(self, item: Item, row: Row) -> None:
        kinds = [self.pack.kinds[k] for k in item.kinds if row.concerns(k)]
        match row.price:
            case Judged(low, high):
                self._judged(row, kinds, low, high)
            case Rate(amount, per, _) | Beyond(amount=amount, per=per):
                quantity = max(LIMIT if k.quantity_max is None else k.quantity_max for k in kinds)
                largest = max((abs(v) for v in self._values(amount)), default=0)
                if 2 * quantity * largest + per > _LARGEST or quantity * largest // per > LIMIT:
                    words = "数量的上限乘以单价太大，超出计算范围"
                    self._add(row.place, "too-large", words, "给记录种类写上 quantity 的 max，或降低单价")
            case Constant() | None:
                pass

    def _judged(self, row: Row, kinds: Sequence[FactKind], low: Amount, high: Amount) -> None:
        for kind in kinds:
            if kind.unit != "分":
                words = f"评定的分数由记录写明，而“{kind.title['zh']}”的单位是{kind.unit}"
                self._add(row.place, "judged-unit", words, "换用单位为分的记录种类")
        for month in self._moments(low, high):
            lowest, highest = self._value(low, month), self._value(high, month)
            if lowest is not None and highest is not None and not (0 <= lowest <= highest or lowest <= highest <= 0):
                words = "评定范围要从小到大，同为加分或同为扣分"
                self._add(row.place, "judged-range", words, "写成 1.00 至 5.00，或 -5.00 至 -1.00")

    def _grade(self, grade: Grade) -> None:
        self._unique("档次", [(b.id, b.place) for b in grade.bands])
        if grade.needs_months > SPAN_MONTHS[grade.span]:
            words = f"每{SPAN_WORDS[grade.span]}没有 {grade.needs_months} 个月"
            self._add(grade.place, "needs-months", words, f"写 1 至 {SPAN_MONTHS[grade.span]}")
        last = grade.bands[-1] if grade.bands else None  # none was readable
        open_bands = [b for b in grade.bands if b.at_least is None and b.top is None and (b is last or not b.needs)]
        if len(open_bands) != 1 or last not in open_bands:
            words = "要有且只有一个最低档，排在最后，不写 at_least、top、needs"
            self._add(grade.place, "lowest-band", words, "例如最后一行 {id: none, title: 未评星级}")
        bands = [b for b in grade.bands if b.at_least]
        named = {word for b in bands for line in b.by_class for word in line.classes}
        for higher, lower in pairwise(bands):
            for word in ("", *sorted(named)):
                if self._out_of_order(higher, lower, word):
                    break

    def _out_of_order(self, higher: Band, lower: Band, word: str) -> bool:
        """Whether a band asks no more than the next one of members of a class; if so it is reported.

        A band that a place alone reaches may have any line.
        """
        if lower.top and lower.top.with_threshold is Reached.EITHER:
            return False
        first, second = _line(higher, word), _line(lower, word)
        for month in self._moments(first, second):
            above, below = self._value(first, month), self._value(second, month)
            asks_more = bool(higher.top or higher.needs)  # the same threshold will do where a place decides as well
            if above is not None and below is not None and (above < below or (above == below and not asks_more)):
                name = higher.title["zh"] + (f"（{word}）" if word else "")
                words = f"“{name}”的分数线 {format_points(above)} 不高于下一档 {format_points(below)}"
                self._add(lower.place, "band-order", words, "分数线从高到低排列")
                return True
        return False

    def _selection(self, selection: Selection) -> None:
        grades = {g.id: g for g in self.scheme.grades}
        for condition in selection.all_conditions:
            if not isinstance(condition, GradeCount):
                continue
            grade = grades.get(condition.grade)
            if grade is None:
                self._add(
                    condition.place, "unknown-grade", f"没有评定“{condition.grade}”", near(condition.grade, grades)
                )
                continue
            bands = [b.id for b in grade.bands]
            if condition.band not in bands:
                words = f"“{grade.id}”没有档次“{condition.band}”"
                self._add(condition.place, "unknown-band", words, near(condition.band, bands))
            if condition.count > 12 // SPAN_MONTHS[grade.span]:
                words = f"一年里没有 {condition.count} 个{SPAN_WORDS[grade.span]}"
                self._add(condition.place, "never-reached", words, f"至多写 {12 // SPAN_MONTHS[grade.span]}")


def _line(band: Band, word: str) -> Amount | None:
    """The threshold that a band has for a class."""
    return next((line.at_least for line in band.by_class if word in line.classes), band.at_least)


def scheme_amounts(scheme: Scheme) -> Iterator[Amount]:
    """Every amount of points that the scheme writes."""
    owners = [*(c.limits for c in scheme.categories), *(i.limits for i in scheme.items), scheme.total_limits]
    owners += [j.limits for j in scheme.joints]
    found: list[Amount | None] = [c.base for c in scheme.categories]
    found += [a for limits in owners for limit in limits.values() for a in (limit.floor, limit.cap)]
    for item in scheme.items:
        found.append(item.norm.short if item.norm else None)
        found += [a for row in item.rows for a in _price_amounts(row)]
    found += [a for g in scheme.grades for b in g.bands for a in (b.at_least, *(c.at_least for c in b.by_class))]
    found += [c.amount for s in scheme.selections for c in s.all_conditions if isinstance(c, TotalReached)]
    found += [n.at_least for g in scheme.grades for b in g.bands for n in b.needs]
    found += mechanism_amounts(scheme)
    return (amount for amount in found if amount is not None)


def _price_amounts(row: Row) -> list[Amount]:
    match row.price:
        case Constant(amount) | Rate(amount, _, _):
            return [amount]
        case Judged(low, high):
            return [low, high]
        case Beyond(amount, base=base):
            return [amount, *([base] if base else [])]
        case None:
            return []
