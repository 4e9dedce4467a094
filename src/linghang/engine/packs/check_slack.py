"""Warnings about limits that can never matter or that contradict each other, and what no points may decide.

A limit is only called slack where no facts at all could make it bind, whatever a parameter's value is at the time.
"""

from collections.abc import Iterable, Mapping

from linghang.engine.packs.forbidden_words import RULING, plain
from linghang.engine.packs.mechanism_model import Beyond
from linghang.engine.packs.model import Amount, Category, Constant, Item, Judged, Limit, Pack, Rate, Scheme
from linghang.engine.periods import SPAN_MONTHS, SPAN_WORDS, Span
from linghang.engine.points import format_points
from linghang.engine.problems import Place, Problems

# What is decided by people and procedure; a grade or list of that name would pretend that points do.
DECIDED = (
    (
        ("民主评议", "党员评议", "评议等次", "评议结果", "评议档次"),
        "民主评议党员的等次由支部按程序评定，不得由积分自动得出（《中国共产党支部工作条例（试行）》第十八条）",
    ),
    (
        ("转正", "转为正式", "入党", "发展对象", "拟发展", "积极分子", "预备党员"),
        "发展党员的每一步由党组织按程序决定，不得由积分决定（《中国共产党发展党员工作细则》）",
    ),
    (
        ("除名", "劝退", "限期改正", "不合格党员", "处分"),
        "组织处理由党组织按程序决定，不得由积分决定（《中国共产党党员教育管理工作条例》）",
    ),
    (
        (
            *("末位淘汰", "待岗", "下岗", "调岗", "调整岗位", "降薪", "辞退", "解除劳动合同"),
            *("提拔", "任用", "竞聘资格", "职务晋升"),
        ),
        "人事处理由单位按程序决定，不得由积分决定",
    ),
    (
        ("奖金", "绩效工资", "绩效系数", "绩效奖", "加发", "兑换", "积分兑现"),
        f"积分只作记录和参考，不得自动兑付（{RULING}）",
    ),
)


REVIEW = frozenset(("优秀", "合格", "基本合格", "不合格"))  # the four of 民主评议
SHORT = {"优": "优秀", "合": "合格", "基合": "基本合格", "基本合": "基本合格", "不合": "不合格"}
# what an effect may not pretend to do; what it looks at (受处分的) may well be called so
ENDS = ("予以除名", "取消预备", "延长预备期", "按期转正", "直接入党", "扣发", "扣奖金", "扣绩效", "待岗", "降薪")


def check_slack(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Point out slack and contradictory limits, and refuse grades and lists of what people decide."""
    _Slack(pack, scheme, problems).check()


class _Slack:
    def __init__(self, pack: Pack, scheme: Scheme, problems: Problems) -> None:
        self.pack, self.scheme, self.problems = pack, scheme, problems

    def check(self) -> None:
        for item in self.scheme.items:
            self._own(f"项目“{item.id}”", item.limits, item.place)
        for category in self.scheme.categories:
            self._own(f"类别“{category.id}”", category.limits, category.place)
            self._within(category)
        self._joints()
        self._own("总分", self.scheme.total_limits, self.scheme.place)
        self._decided()

    def _warn(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.add(place, code, message, hint, severity="warning")

    def _ends(self, amount: Amount | None) -> tuple[int, int] | None:
        """The lowest and the highest value that an amount ever has; None for an open side."""
        if amount is None:
            return None
        parameter = self.pack.parameters.get(amount.parameter)
        values = [v.value for v in parameter.values] if parameter else [amount.value]
        return (min(values), max(values)) if values else None

    # --- one node ------------------------------------------------------------------------------------------------

    def _own(self, what: str, limits: Mapping[Span, Limit], place: Place) -> None:
        """A longer span against a shorter one of the same node."""
        spans = [s for s in Span if s in limits]
        for number, shorter in enumerate(spans):
            for longer in spans[number + 1 :]:
                self._caps(what, limits, shorter, longer, place)
                self._floors(what, limits, shorter, longer, place)

    def _caps(self, what: str, limits: Mapping[Span, Limit], shorter: Span, longer: Span, place: Place) -> None:
        small, large = self._ends(limits[shorter].cap), self._ends(limits[longer].cap)
        if small is None or large is None:
            return
        times = SPAN_MONTHS[longer] // SPAN_MONTHS[shorter]
        if large[0] > times * small[1]:
            words = (
                f"{what}每{SPAN_WORDS[longer]}的上限永远到不了：每{SPAN_WORDS[shorter]}至多 {format_points(small[1])}"
            )
            self._warn(_place(limits[longer].cap, place), "slack-limit", words, "删掉它，或改正其中一个数")
        elif small[0] > large[1]:
            words = f"{what}每{SPAN_WORDS[shorter]}的上限 {format_points(small[0])} 高于每{SPAN_WORDS[longer]}的"
            hint = "短的限额不应高于长的，改正其中一个数"
            self._warn(_place(limits[shorter].cap, place), "contradictory-limits", words, hint)

    def _floors(self, what: str, limits: Mapping[Span, Limit], shorter: Span, longer: Span, place: Place) -> None:
        small, large = self._ends(limits[shorter].floor), self._ends(limits[longer].floor)
        if small is None or large is None:
            return
        if large[1] < SPAN_MONTHS[longer] // SPAN_MONTHS[shorter] * small[0]:
            words = (
                f"{what}每{SPAN_WORDS[longer]}的下限永远到不了：每{SPAN_WORDS[shorter]}至低 {format_points(small[0])}"
            )
            self._warn(_place(limits[longer].floor, place), "slack-limit", words, "删掉它，或改正其中一个数")

    # --- a node and what is in it --------------------------------------------------------------------------------

    def _within(self, category: Category) -> None:
        """A category's cap against those of its items; beside a full mark, a cap may leave room on purpose."""
        items = [i for i in self.scheme.items if i.category == category.id]
        for span, limit in category.limits.items():
            cap = self._ends(limit.cap)
            if cap is None or not items:
                continue
            parts = [self._ends(i.limits[span].cap) if span in i.limits else None for i in items]
            if category.base is None and all(parts) and cap[0] > sum(p[1] for p in parts if p):
                words = f"类别“{category.id}”每{SPAN_WORDS[span]}的上限永远到不了：各项上限加起来没有这么多"
                self._warn(_place(limit.cap, category.place), "slack-limit", words, "改正其中一个数")
            if all(self._only_adds(i) for i in items):
                for item, part in zip(items, parts, strict=True):
                    if part and part[0] > cap[1]:
                        words = f"项目“{item.id}”每{SPAN_WORDS[span]}的上限高于所在类别的 {format_points(cap[1])}"
                        place = _place(item.limits[span].cap, item.place)
                        self._warn(place, "contradictory-limits", words, "改正其中一个数")

    def _only_adds(self, item: Item) -> bool:
        """Whether no fact could take anything away under the item."""
        if item.norm or item.accumulate or item.rank or item.versus:
            return False
        found: list[Amount | None] = []
        for row in item.rows:
            match row.price:
                case Constant(amount) | Rate(amount, _, _):
                    found.append(amount)
                case Judged(low, _):
                    found.append(low)
                case Beyond(amount, base=base):
                    found += [amount, base]
        return all(ends[0] >= 0 for ends in map(self._ends, found) if ends)

    def _joints(self) -> None:
        items = {i.id: i for i in self.scheme.items}
        for joint in self.scheme.joints:
            for span, limit in joint.limits.items():
                cap = self._ends(limit.cap)
                known = [items[i] for i in joint.items if i in items]
                parts = [self._ends(i.limits[span].cap) if span in i.limits else None for i in known]
                if cap and parts and all(parts) and cap[0] > sum(p[1] for p in parts if p):
                    words = f"合并限额“{joint.id}”每{SPAN_WORDS[span]}的上限永远到不了：各项上限加起来没有这么多"
                    self._warn(_place(limit.cap, joint.place), "slack-limit", words, "改正其中一个数")

    # --- what people decide --------------------------------------------------------------------------------------

    def _decided(self) -> None:
        named = [(g.title["zh"], g.place) for g in self.scheme.grades]
        named += [(b.title["zh"], b.place) for g in self.scheme.grades for b in g.bands]
        named += [(s.title["zh"], s.place) for s in self.scheme.selections]
        for title, place in named:
            for word, why in _told(title):
                self._refuse(place, f"“{title}”里有“{word}”：{why}")
        for effect in self.scheme.effects:
            word = next((w for w in ENDS if w in plain(effect.title["zh"])), "")
            if word:
                self._refuse(
                    effect.place, f"后果“{effect.title['zh']}”里有“{word}”：这由党组织按程序决定，不由积分决定"
                )
        for grade in self.scheme.grades if self.scheme.subject == "member" else ():
            called = [plain(b.title["zh"]).removesuffix("党员") for b in grade.bands]
            called = [SHORT.get(name, name) for name in called]
            if len(REVIEW.intersection(called)) >= 3 or {"合格", "不合格"} <= set(called):
                words = f"“{grade.title['zh']}”分成{'、'.join(called)}，就是民主评议党员的等次：{DECIDED[0][1]}"
                self._refuse(grade.place, words)

    def _refuse(self, place: Place, words: str) -> None:
        hint = "改成积分等次、候选名单之类的名称，只供参考，由人决定"
        self.problems.add(place, "decided-by-people", words, hint)


def _told(title: str) -> Iterable[tuple[str, str]]:
    """The first word of each sort that a title has, with why points may not decide it."""
    for words, why in DECIDED:
        word = next((w for w in words if w in plain(title)), "")
        if word:
            yield word, why


def _place(amount: Amount | None, otherwise: Place) -> Place:
    return amount.place if amount and amount.place.here else otherwise
