"""Checks of validity, places, comparisons, conditions, carried points and goals of several years."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from linghang.engine.packs.mechanism_model import Within
from linghang.engine.packs.model import Amount, Item, ItemCount, Limit, Pack, Scheme
from linghang.engine.packs.schema import near
from linghang.engine.packs.standing_model import Absent, Against, RankStep, Renew
from linghang.engine.periods import SPAN_WORDS, Span
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems

NOT_NEGATIVE = "扣分写在名次或比较里；“低于…每… -”改写成“… 加 超过0每…”"
BY_COUNT = ("norm", "accumulate", "average", "share", "repeat", "rank", "versus")


def check_standing(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Report what these mechanisms cannot mean, alone or together."""
    _Standing(pack, scheme, problems).check()


def standing_amounts(item: Item) -> Iterator[Amount]:
    """Every amount of points that places and comparisons write."""
    if item.rank:
        yield from (step.points for step in (*item.rank.places, *item.rank.last))
    if item.versus:
        found = [item.versus.reached, item.versus.proportion]
        found += [s.points for s in (item.versus.above, item.versus.below) if s]
        yield from (amount for amount in found if amount)


def is_by_fact(item: Item) -> bool:
    """Whether single facts count under the item, each in its own month."""
    return not (item.last_year or item.norm or item.average or item.share or item.rank or item.versus or item.valid)


class _Standing:
    def __init__(self, pack: Pack, scheme: Scheme, problems: Problems) -> None:
        self.pack, self.scheme, self.problems = pack, scheme, problems
        self.items = {i.id: i for i in scheme.items}

    def check(self) -> None:
        for item in self.scheme.items:
            self._validity(item)
            self._ranking(item)
            self._versus(item)
            self._conditions(item)
            self._years(item)
            self._carry(f"项目“{item.id}”", item.limits, item.place)
            if item.accumulate and any(limit.carry for limit in item.limits.values()):
                self._mixed(item.place, f"项目“{item.id}”按累计得分，超出的不能结转", "把 carry 写在类别的限额里")
        for category in self.scheme.categories:
            self._carry(f"类别“{category.id}”", category.limits, category.place)
        for joint in self.scheme.joints:
            self._carry(f"合并限额“{joint.id}”", joint.limits, joint.place)
        self._carry("总分", self.scheme.total_limits, self.scheme.place)
        self._lists()

    def _add(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.add(place, code, message, hint)

    def _mixed(self, place: Place, message: str, hint: str) -> None:
        self._add(place, "mixed-mechanisms", message, hint)

    # --- items ---------------------------------------------------------------------------------------------------

    def _validity(self, item: Item) -> None:
        if item.valid is None:
            return
        others = [name for name in BY_COUNT if getattr(item, name)]
        if others:
            words = f"项目“{item.id}”写了 valid，又写了 {'、'.join(others)}"
            self._mixed(item.place, words, "只留一种，其余的另写一个项目")
        if item.dedup and item.valid.renew is not Renew.ADD:
            self._mixed(item.place, f"项目“{item.id}”的状态只有一个，不用去重", "删掉 dedup，或写 renew: add")

    def _ranking(self, item: Item) -> None:
        ranking = item.rank
        if ranking is None:
            return
        if not (ranking.places or ranking.last):
            self._add(item.place, "empty-ranking", f"项目“{item.id}”的名次没有写怎么得分", "写 places 或 last")
        for steps in (ranking.places, ranking.last):
            self._step_order(steps)
        self._among(item, ranking.within)
        self._no_negative_counts(item)

    def _step_order(self, steps: tuple[RankStep, ...]) -> None:
        """A later step of the same sort reaches further, or it is never reached."""
        for is_share in (False, True):
            for earlier, later in pairwise([s for s in steps if s.is_share is is_share]):
                if later.to <= earlier.to:
                    self._add(later.place, "step-order", "名次档要从前到后排列", "改正 to 的次序")

    def _versus(self, item: Item) -> None:
        versus = item.versus
        if versus is None:
            return
        if not (versus.above or versus.below or versus.reached or versus.own or versus.proportion):
            words = f"项目“{item.id}”的比较没有写怎么得分"
            self._add(item.place, "empty-comparison-rule", words, "写 above、below、reached、proportion 或 own")
        if versus.against is Against.BEST and (versus.missing is Absent.MEAN or versus.above):
            words = "与最高的比较的，没有人高于它，也没有平均数可用"
            self._mixed(item.place, words, "missing 写 out 或 zero，删掉 above")
        if versus.against is Against.LAST_YEAR and (versus.missing is Absent.MEAN or versus.least > 1):
            words = "与上年比较的，没有平均数可用，也不看人数"
            self._mixed(item.place, words, "missing 写 out 或 zero，删掉 least")
        if versus.against is not Against.LAST_YEAR:
            self._among(item, versus.within)
        self._no_negative_counts(item)

    def _among(self, item: Item, within: Within) -> None:
        if within is Within.ALL and self.scheme.subject == "member":
            words = f"项目“{item.id}”跨支部比较，就是在支部以外排党员名次"
            self._add(item.place, "ranking-beyond-branch", words, "写 within: organisation")

    def _no_negative_counts(self, item: Item) -> None:
        for row in item.rows:
            amount = getattr(row.price, "amount", None)
            if isinstance(amount, Amount) and amount.value < 0:
                self._add(row.place, "negative-count", "计数不能小于 0", NOT_NEGATIVE)
        if item.conditioned:
            words = f"项目“{item.id}”与别人比较，不能再有 group_size、given、unless"
            self._mixed(item.place, words, "人数太少不比的，在 rank、versus 里写 least")

    def _conditions(self, item: Item) -> None:
        for name, other in (("given", item.given), ("unless", item.unless)):
            if not other:
                continue
            told = self.items.get(other)
            if told is None:
                self._add(item.place, "unknown-item", f"没有项目“{other}”", near(other, self.items))
            elif told is item or told.given or told.unless:
                words = f"项目“{item.id}”的 {name} 指的“{other}”，自己也要看别的项目"
                self._add(item.place, "cyclic-condition", words, "所指的项目不写 given、unless，条件不绕圈")
            elif told.last_year or told.norm or told.average or told.share or told.rank or told.versus:
                words = f"项目“{other}”不按条计入，不能作条件"
                self._add(item.place, "bad-condition-item", words, "另写一个按条计分的项目，得分写 0")
            elif told.valid and told.valid.each is not Span.MONTH:
                words = f"项目“{other}”不是每月计入，不能说明某个月在不在有效期内"
                self._add(item.place, "bad-condition-item", words, "在它的 valid 里写 each: month")

    def _years(self, item: Item) -> None:
        if item.norm and item.norm.years > 1 and item.norm.span is not Span.YEAR:
            words = f"项目“{item.id}”看几年，又不是按年"
            self._add(item.place, "bad-years", words, "写 span: year")

    # --- limits and lists ----------------------------------------------------------------------------------------

    def _carry(self, what: str, limits: Mapping[Span, Limit], place: Place) -> None:
        shorter = None
        for span in Span:
            limit = limits.get(span)
            if limit is None:
                continue
            if limit.carry and (limit.cap is None or limit.carry > UNIT):
                words = f"{what}的结转要有 cap，比例不超过 100%"
                self._add(place, "bad-carry", words, "例如 {cap: 10.00, carry: 100%}")
            if limit.carry and span is Span.YEAR:
                words = f"{what}写了结转到下一年"
                hint = "另写一个项目，写 last_year: {of: 类别的编号, take: cut}"
                self._add(place, "bad-carry", words, hint)
            elif limit.carry and shorter:
                words = f"{what}每{SPAN_WORDS[span]}的结转，前面还有每{SPAN_WORDS[shorter]}的限额"
                self._add(place, "bad-carry", words, "结转写在最短的限额里")
            shorter = shorter or span

    def _lists(self) -> None:
        told: dict[str, int] = {}
        for selection in self.scheme.selections:
            for condition in selection.all_conditions:
                if not isinstance(condition, ItemCount) or condition.item not in self.items:
                    continue
                if not is_by_fact(self.items[condition.item]):
                    words = f"项目“{condition.item}”不按条计入，数不出几条"
                    self._add(condition.place, "bad-condition-item", words, "另写一个按条计分的项目，得分写 0")
                if condition.years > 1 and told.setdefault(condition.item, condition.years) != condition.years:
                    words = f"项目“{condition.item}”在两处看的年数不同"
                    self._add(condition.place, "bad-years", words, "两处写成一样，或另写一个项目")
