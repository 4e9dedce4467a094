"""Checks of accumulation, means, repetition, joint limits, effects, parts of grades and quotas."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from linghang.engine.packs.check_standing import BY_COUNT, check_standing, is_by_fact, standing_amounts
from linghang.engine.packs.mechanism_model import TOTAL, Effect, Missing, Reached, Within
from linghang.engine.packs.model import Amount, Grade, Item, ItemCount, Keep, Measure, Pack, Rate, Scheme, Selection
from linghang.engine.packs.schema import near
from linghang.engine.points import POINT, UNIT
from linghang.engine.problems import Place, Problems


def check_mechanisms(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Report what the further mechanisms of a scheme cannot mean together."""
    _Mechanisms(pack, scheme, problems).check()
    check_standing(pack, scheme, problems)


def mechanism_amounts(scheme: Scheme) -> Iterator[Amount]:
    """Every amount of points that the further mechanisms write."""
    for item in scheme.items:
        yield from standing_amounts(item)
        if item.norm and item.norm.met:
            yield item.norm.met
        if item.accumulate:
            yield from (step.points for step in item.accumulate.steps)
            yield from [item.accumulate.more] if item.accumulate.more else []
        if item.last_year:
            yield from (a for a in (item.last_year.above, item.last_year.at_most) if a)
        if item.share:
            yield from (step.points for step in item.share.steps)
            yield from (side.points for side in (item.share.below, item.share.above) if side)


class _Mechanisms:
    def __init__(self, pack: Pack, scheme: Scheme, problems: Problems) -> None:
        self.pack, self.scheme, self.problems = pack, scheme, problems
        self.items = {i.id: i for i in scheme.items}

    def check(self) -> None:
        for item in self.scheme.items:
            self._one_way(item)
            self._accumulation(item)
            self._repeat(item)
            self._drop(item)
            self._share(item)
            self._last_year(item)
            self._factors(item)
            self._through(item)
        self._joints()
        for effect in self.scheme.effects:
            self._effect(effect)
        for grade in self.scheme.grades:
            self._parts(grade)
            self._quotas(grade)
            self._class_lines(grade)
            self._needs(grade)
        for selection in self.scheme.selections:
            self._counts(selection)

    def _add(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.add(place, code, message, hint)

    # --- items ---------------------------------------------------------------------------------------------------

    def _one_way(self, item: Item) -> None:
        found = [name for name in BY_COUNT if getattr(item, name)]
        if item.norm and item.factors:
            found.append("multiplier")
        if len(found) > 1:
            words = f"项目“{item.id}”同时写了 {'、'.join(found)}"
            self._add(item.place, "mixed-mechanisms", words, "只留一种，其余的另写一个项目")
        dedup = item.dedup
        if dedup and item.norm and dedup.keep is not Keep.FIRST:
            self._add(item.place, "mixed-mechanisms", "次数要求不能按得分去重", "去重写 keep: first")
        if (
            item.norm
            and item.norm.measure is Measure.QUANTITY
            and any((self.pack.kinds[k].quantity_max or 0) > UNIT * UNIT for k in item.kinds)
        ):
            self._add(item.place, "too-large", "数量的上限太大，超出计算范围", "给记录种类写上较小的 max")

    def _accumulation(self, item: Item) -> None:
        found = item.accumulate
        if found is None:
            return
        if not found.steps and not found.every:
            self._add(
                item.place, "empty-accumulation", f"项目“{item.id}”的累计没有写怎么得分", "写 steps，或 every 和 more"
            )
        if bool(found.every) != (found.more is not None):
            self._add(item.place, "empty-accumulation", "every 和 more 要一起写", "例如 {every: 3, more: -2.00}")
        for earlier, later in pairwise(found.steps):
            if later.at <= earlier.at:
                self._add(later.place, "step-order", "累计的档要从少到多排列", "改正 at 的次序")
        for row in item.rows:
            worth = [a.value for a in _amounts(row.price)]
            if any(v < 0 for v in worth):
                self._add(row.place, "negative-count", "计数不能小于 0", "扣分写在 steps 里")

    def _repeat(self, item: Item) -> None:
        for earlier, later in pairwise(item.repeat.steps if item.repeat else ()):
            if later.since <= earlier.since:
                words = f"项目“{item.id}”的重复：第 {later.since} 次写在第 {earlier.since} 次后面"
                self._add(item.place, "step-order", words, "since 从少到多排列")

    def _drop(self, item: Item) -> None:
        """What is left out of a mean is decided among all records of its span: no month may fall out later."""
        if item.average and item.average.drop and item.conditioned:
            words = f"项目“{item.id}”去掉最高、最低的再平均，不能再有 group_size、given、unless"
            self._add(item.place, "mixed-mechanisms", words, "删掉这些条件，或去掉以后再录入")

    def _share(self, item: Item) -> None:
        found = item.share
        if found is None:
            return
        if not (found.steps or found.below or found.above):
            self._add(item.place, "empty-share", f"项目“{item.id}”的占比没有写怎么得分", "写 steps、below 或 above")
        if found.above and found.above.at >= UNIT:
            words = f"项目“{item.id}”的占比不会超过 100%，above 永远用不上"
            self._add(item.place, "never-reached", words, "at 写小于 100%")
        for earlier, later in pairwise(found.steps):
            if later.at <= earlier.at:
                self._add(later.place, "step-order", "占比的档要从低到高排列", "改正 at 的次序")
        for row in item.rows:
            if not all(0 <= a.value <= POINT for a in _amounts(row.price)) or isinstance(row.price, Rate):
                words = f"项目“{item.id}”的计数不在 0 至 1 之间，算不出占比"
                self._add(row.place, "bad-share-count", words, "算的写 1，不算的写 0；折半的写 0.5")

    def _last_year(self, item: Item) -> None:
        found = item.last_year
        if found is None:
            return
        others = [*BY_COUNT, "valid", "group_size", "given", "unless", "classes", "dedup", "through", "factors", "rows"]
        if item.kinds or any(getattr(item, name) for name in others):
            words = f"项目“{item.id}”写了 last_year，又写了记录或别的算法"
            self._add(item.place, "mixed-mechanisms", words, "结转单独写一个项目，只有 last_year 和限额")
        nodes = [TOTAL, *(c.id for c in self.scheme.categories)]
        if found.of not in nodes:
            words = f"没有类别“{found.of}”，总分写 total"
            self._add(item.place, "unknown-category", words, near(found.of, nodes))
        if found.share > UNIT:
            self._add(item.place, "bad-carry", f"项目“{item.id}”结转的比例超过 100%", "写 1% 至 100%")
        for amount in (found.above, found.at_most):
            if amount and not amount.parameter and amount.value < 0:
                self._add(item.place, "bad-carry", "结转的 above、at_most 不能小于 0", "改成 0 或正数")

    def _factors(self, item: Item) -> None:
        for row in item.factors:
            worth = [a.value for a in _amounts(row.price)]
            if any(not 0 <= v <= 100 * POINT for v in worth):
                self._add(row.place, "bad-factor", "倍数要在 0 至 100 之间", "例如 1.5")
        for row in item.rows if item.factors else ():
            if isinstance(row.price, Rate) and row.price.whole_steps:
                words = "按“每满”计分的行不能再乘倍数"
                self._add(row.place, "mixed-mechanisms", words, "把倍数写进各行的得分")

    def _through(self, item: Item) -> None:
        others = {i.through for i in self.scheme.items for k in i.kinds if k in item.kinds}
        if len(others) > 1:
            words = f"项目“{item.id}”的记录，有的项目按责任人算，有的不按"
            self._add(item.place, "mixed-mechanisms", words, "用到同一种记录的项目，through 写成一样")
        if not item.through:
            return
        link = self.pack.links.get(item.through)
        if link is None:
            words = f"没有联系种类“{item.through}”"
            self._add(item.place, "unknown-link", words, near(item.through, self.pack.links))
            return
        rights = {self.pack.kinds[k].subject for k in item.kinds}
        if self.scheme.subject not in link.left or not rights <= set(link.right):
            words = f"“{link.title['zh']}”不是 {self.scheme.subject} 对 {'、'.join(sorted(rights))} 的联系"
            self._add(item.place, "link-ends", words, "换一种联系，左边是评的对象，右边是记录记在名下的对象")

    # --- joints and effects --------------------------------------------------------------------------------------

    def _joints(self) -> None:
        taken: dict[str, str] = {}
        for joint in self.scheme.joints:
            known = [self.items[i] for i in joint.items if i in self.items]
            for unknown in (i for i in joint.items if i not in self.items):
                self._add(joint.place, "unknown-item", f"没有项目“{unknown}”", near(unknown, self.items))
            if len({i.category for i in known}) > 1:
                words = f"合并限额“{joint.id}”的项目不在同一个类别"
                self._add(joint.place, "joint-category", words, "放进同一个类别，或把限额写在总分上")
            for item in known:
                if item.id in taken:
                    words = f"项目“{item.id}”已在合并限额“{taken[item.id]}”里"
                    self._add(joint.place, "joint-twice", words, "一个项目只放进一处")
                taken.setdefault(item.id, joint.id)

    def _effect(self, effect: Effect) -> None:
        scheme = self.scheme
        if effect.when.item not in self.items:
            words = f"没有项目“{effect.when.item}”"
            self._add(effect.place, "unknown-item", words, near(effect.when.item, self.items))
        trigger = self.items.get(effect.when.item)
        if trigger and not is_by_fact(trigger):
            words = f"项目“{trigger.id}”不按条计入，不能触发后果"
            self._add(effect.place, "bad-effect", words, "另写一个按条计分的项目，得分写 0")
        nodes = [*self.items, *(c.id for c in scheme.categories), TOTAL]
        if effect.zeroes and effect.zeroes not in nodes:
            words = f"没有项目或类别“{effect.zeroes}”"
            self._add(effect.place, "unknown-item", words, near(effect.zeroes, nodes))
        for barred in effect.bars:
            lists = [s.id for s in scheme.selections]
            if barred not in lists:
                self._add(effect.place, "unknown-id", f"没有候选名单“{barred}”", near(barred, lists))
        self._held_grade(effect)
        if not (effect.zeroes or effect.grade or effect.bars):
            words = f"“{effect.id}”没有写后果"
            self._add(effect.place, "empty-effect", words, "写 zeroes、grade 或 bars")

    def _held_grade(self, effect: Effect) -> None:
        held = [b for b in (effect.at_most, effect.at_least, effect.exactly) if b]
        ways = len(held) + bool(effect.lowers) + bool(effect.raises)
        if ways > 1 or bool(ways) != bool(effect.grade):
            words = "写了 grade 的，要写 at_most、at_least、exactly、lowers、raises 中的一项"
            self._add(effect.place, "bad-effect", words, "例如 {grade: quarter-star, at_most: star3}")
        grades = {g.id: g for g in self.scheme.grades}
        if effect.grade and effect.grade not in grades:
            words = f"没有评定“{effect.grade}”"
            self._add(effect.place, "unknown-grade", words, near(effect.grade, grades))
        elif effect.grade and ways:
            bands = [b.id for b in grades[effect.grade].bands]
            if abs(effect.moves) >= len(bands):
                words = f"“{effect.id}”升降 {abs(effect.moves)} 档，而一共只有 {len(bands)} 档"
                self._add(effect.place, "never-reached", words, f"至多写 {len(bands) - 1}")
            for band in (b for b in held if b not in bands):
                self._add(effect.place, "unknown-band", f"没有档次“{band}”", near(band, bands))

    # --- grades --------------------------------------------------------------------------------------------------

    def _parts(self, grade: Grade) -> None:
        if not grade.parts:
            return
        known = [c.id for c in self.scheme.categories]
        for part in grade.parts:
            for unknown in (c for c in part.categories if c not in known):
                self._add(part.place, "unknown-category", f"没有类别“{unknown}”", near(unknown, known))
            if part.added and (part.weight != UNIT or part.missing is Missing.REWEIGHT):
                words = f"“{part.id}”写了 added，加在加权的分以外，没有权重"
                self._add(part.place, "bad-weights", words, "删掉 weight 和 missing: reweight")
        weighted = [p for p in grade.parts if not p.added]
        for part in weighted:
            if part.missing is Missing.REWEIGHT and len(weighted) == 1:
                self._add(part.place, "bad-weights", "只有一个部分，没有可以分担权重的", "去掉 missing: reweight")
        if not weighted:
            self._add(grade.place, "bad-weights", "各部分都写了 added，没有占权重的", "至少一个部分不写 added")
        total = sum(p.weight for p in weighted)
        if len(weighted) > 1 and total != UNIT and any(p.weight != UNIT for p in weighted):
            words = f"各部分的权重加起来是 {total / POINT:g}%"
            self._add(grade.place, "bad-weights", words, "改成 100%；加减分写 added: true，不占权重")
        if self.scheme.late_months and any(p.categories for p in grade.parts):
            words = "分类别加权的评定，补录的分不知道算在哪一类"
            self._add(grade.place, "parts-late", words, "办法里写 late_months: 0")

    def _quotas(self, grade: Grade) -> None:
        tops = [b.top for b in grade.bands if b.top]
        if any(t.within is Within.ALL for t in tops) and self.scheme.subject == "member":
            words = "名额跨支部，就是在支部以外排党员名次"
            self._add(grade.place, "ranking-beyond-branch", words, "写 within: organisation")
        shares = sum(t.share or 0 for t in tops)
        if shares > UNIT:
            self._add(grade.place, "bad-quota", f"各档名额加起来是 {shares / POINT:g}%", "不超过 100%")
        for band in grade.bands:
            if band.top and band.top.all_but == (UNIT, True):
                self._add(band.place, "never-reached", "除最后 100% 以外，就没有人了", "all_but 写小于 100%")
            if band.top and band.top.with_threshold is Reached.EITHER and band.at_least is None:
                words = "with_threshold: either 要同时写分数线"
                self._add(band.place, "bad-quota", words, "补上 at_least，或删掉 with_threshold")

    def _class_lines(self, grade: Grade) -> None:
        """Thresholds by class stand beside the usual one, each class once."""
        for band in grade.bands:
            told = [word for line in band.by_class for word in line.classes]
            for word in sorted({w for w in told if told.count(w) > 1}):
                words = f"档次“{band.id}”给“{word}”写了两条分数线"
                self._add(band.place, "class-lines", words, "一个类别只写一条")
            if band.by_class and band.at_least is None:
                words = f"档次“{band.id}”只写了几个类别的分数线，别的类别没有"
                self._add(band.place, "class-lines", words, "补上 at_least：没有列出的类别用它")
            for line in band.by_class if grade.classes else ():
                for word in (w for w in line.classes if w not in grade.classes):
                    words = f"“{grade.id}”只评{'、'.join(grade.classes)}，“{word}”的分数线用不上"
                    self._add(line.place, "class-lines", words, "删掉这一条，或把类别写进 for_classes")

    def _needs(self, grade: Grade) -> None:
        """What bands ask for beside the total exists, and can be counted."""
        known = [c.id for c in self.scheme.categories]
        for band in grade.bands:
            for need in band.needs:
                if need.category and need.category not in known:
                    self._add(need.place, "unknown-category", f"没有类别“{need.category}”", near(need.category, known))
                elif need.category and self.scheme.late_months:
                    words = f"档次“{band.id}”看类别的分，补录的分不知道算在哪一类"
                    self._add(need.place, "parts-late", words, "办法里写 late_months: 0")
                elif need.item and need.item not in self.items:
                    self._add(need.place, "unknown-item", f"没有项目“{need.item}”", near(need.item, self.items))
                elif need.item and not is_by_fact(self.items[need.item]):
                    words = f"项目“{need.item}”不按条计入，数不出几条"
                    self._add(need.place, "bad-condition-item", words, "另写一个按条计分的项目，得分写 0")
        if grade.bands and grade.bands[-1].needs:
            words = f"“{grade.id}”的最低档不能再有条件"
            self._add(grade.bands[-1].place, "lowest-band", words, "删掉 needs：够不上别的档的都评这一档")

    def _counts(self, selection: Selection) -> None:
        for condition in selection.all_conditions:
            if isinstance(condition, ItemCount) and condition.item not in self.items:
                words = f"没有项目“{condition.item}”"
                self._add(condition.place, "unknown-item", words, near(condition.item, self.items))


def _amounts(price: object) -> Sequence[Amount]:
    found = [getattr(price, name, None) for name in ("amount", "low", "high", "base")]
    return [a for a in found if isinstance(a, Amount)]
