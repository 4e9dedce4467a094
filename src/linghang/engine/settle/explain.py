"""In words: how one member's total came about, why it differs from last month, and what would reach the next band.

Everything is read from the reference's lines. What is said about the next band is proved: the facts it speaks of are
added and the member is settled again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from linghang.engine.facts import Fact
from linghang.engine.periods import Month, Span, months_between, span_end, span_start, span_words
from linghang.engine.points import UNIT, format_points, format_quantity
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan, PlanGrade, PlanItem, TruthRow
from linghang.engine.settle.reference import MemberResult, settle_member
from linghang.engine.settle.results import STATE_WORDS, Cut, Line, State
from linghang.engine.settle.spans import thresholds

MOST_FACTS = 12  # how many further facts of one kind are tried; more is no advice any more
OPTIONS = 3

REASONS = {
    "excuse": "符合不计情形",
    "duplicate": "同一活动只计一次",
    "not_applicable": "当日不在评分范围",
    "accumulate": "按累计次数折算",
    "zeroed": "已按规定清零",
    "apart": "单列，不计入总分",
}
NODES = {"item": "本项", "joint": "合并计算的几项", "category": "本类", "total": "总分"}
SPANS = {"month": "月", "quarter": "季", "year": "年"}


@dataclass(frozen=True)
class Reach:
    """Further facts that, added to the period, lift the span's total to `total` and into `band`."""

    words: str
    facts: tuple[Fact, ...]
    total: int
    band: str

    @property
    def count(self) -> int:
        return len(self.facts)


@dataclass(frozen=True)
class NextBand:
    """Where the member stands in a grade's span: total so far, band, and the next one with what is missing."""

    grade: str
    span: str
    total: int
    band: str
    next_band: str
    missing: int
    options: tuple[Reach, ...]
    last_chance: date


@dataclass(frozen=True)
class Explanation:
    """One member's month, ready to be printed or shown."""

    member: Member
    period: Month
    state: State
    total: int | None
    sentence: str
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    grades: tuple[NextBand, ...]


def explain(
    plan: Plan,
    member: Member,
    facts: Iterable[Fact],
    period: Month,
    closed: frozenset[tuple[str, Month]],
    *,
    prove: bool = True,
) -> Explanation:
    """Explain one member's month; `facts` may hold other members' too.

    `prove=False` leaves out the ways to the next band, which cost many settlements of the member.
    """
    own = [f for f in facts if f.subject == member.code]
    result = settle_member(plan, member, own, closed)
    state = result.states[period]
    total = result.months[period][1] if period in result.months else None
    titles = {i.id: i.title for i in plan.items}
    return Explanation(
        member=member,
        period=period,
        state=state,
        total=total,
        sentence=_sentence(plan, result, period),
        lines=tuple(line for line in result.lines if line.month == period),
        unknown=tuple(titles[i] for m, i in result.unknown if m == period),
        grades=tuple(
            _next_band(plan, g, member, own, period, closed, result, prove=prove) for g in plan.grades if g.is_plain
        )
        if total is not None
        else (),
    )


# --- why different from last month -----------------------------------------------------------------------------------


def _sentence(plan: Plan, result: MemberResult, period: Month) -> str:
    """'3月得 86.00 分,比2月少 5.50: 参加组织生活 −3.50,志愿服务每月至少1次 −2.00'"""
    if period not in result.months:
        return f"{period.month}月{STATE_WORDS[result.states[period]]}：本月没有一天在评分范围内。"
    total = result.months[period][1]
    words = f"{period.month}月得 {format_points(total)} 分"
    before = period + -1
    if before not in result.months:
        return words + "。"
    difference = total - result.months[before][1]
    if not difference:
        return f"{words}，和{before.month}月相同。"
    more = "多" if difference > 0 else "少"
    then, now = ([line for line in result.lines if line.month == month] for month in (before, period))
    parts = [f"{title} {format_points(change, sign=True)}" for title, change in changes(plan, then, now)]
    return f"{words}，比{before.month}月{more} {format_points(abs(difference))}：{'，'.join(parts)}。"


def changes(plan: Plan, before: Iterable[Line], lines: Iterable[Line]) -> list[tuple[str, int]]:
    """(item or full mark, change of what counted), largest first; they add up to the difference of the totals."""
    titles = {i.id: i.title for i in plan.items}
    sums: dict[str, int] = {}
    for sign, line in [*((-1, b) for b in before), *((1, x) for x in lines)]:
        title = titles[line.item] if line.item and not line.effect else line_words(plan, line)
        sums[title] = sums.get(title, 0) + sign * line.counted
    return sorted(((t, c) for t, c in sums.items() if c), key=lambda tc: (-abs(tc[1]), tc[0]))


# --- what would reach the next band ----------------------------------------------------------------------------------


def _next_band(
    plan: Plan,
    grade: PlanGrade,
    member: Member,
    facts: list[Fact],
    period: Month,
    closed: frozenset[tuple[str, Month]],
    result: MemberResult,
    *,
    prove: bool,
) -> NextBand:
    total = _span_total(result, grade, period)
    place = place_of(plan, grade, period, total)
    low = total + place.missing
    options = _options(plan, grade, member, facts, period, closed, low) if prove and low > total else []
    return NextBand(
        grade=grade.title,
        span=span_words(period, grade.span),
        total=total,
        band=place.band,
        next_band=place.next_band,
        missing=place.missing,
        options=tuple(replace(o, band=place.next_band) for o in options),
        last_chance=span_end(period, grade.span).last,
    )


@dataclass(frozen=True)
class BandPlace:
    """In which band a total lies, and what is missing for the next one ("" and 0 at the top)."""

    band: str
    next_band: str
    missing: int


def place_of(plan: Plan, grade: PlanGrade, period: Month, total: int) -> BandPlace:
    """Where a span's total stands in a grade that is decided by thresholds alone."""
    bands = thresholds(plan, grade, span_end(period, grade.span))
    place = next(n for n, (_, low) in enumerate(bands) if low is None or total >= low)
    title = {b.id: b.title for b in grade.bands}
    above, low = bands[place - 1] if place else ("", None)
    return BandPlace(title[bands[place][0]], title.get(above, ""), 0 if low is None else low - total)


def _span_total(result: MemberResult, grade: PlanGrade, period: Month) -> int:
    months = months_between(span_start(period, grade.span), period)
    return sum(result.months[m][1] for m in months if m in result.months)


def _options(
    plan: Plan,
    grade: PlanGrade,
    member: Member,
    facts: list[Fact],
    period: Month,
    closed: frozenset[tuple[str, Month]],
    goal: int,
) -> list[Reach]:
    """The shortest ways to the goal by one kind of fact each, proved by settling again with them."""
    day = _last_scored_day(member, period)
    found: list[Reach] = []

    def total_with(added: list[Fact]) -> int:
        return _span_total(settle_member(plan, member, [*facts, *added], closed), grade, period)

    for words, make in _earning(plan, member, period, day):
        added = [make(n) for n in range(MOST_FACTS)]
        if total_with(added) < goal:  # fewer of the same never give more
            continue
        for count in range(1, MOST_FACTS + 1):
            total = total_with(added[:count])
            if total >= goal:
                found.append(Reach(f"{words} {count} 次", tuple(added[:count]), total, ""))
                break
    return sorted(found, key=lambda r: (r.count, -r.total, r.words))[:OPTIONS]


def _last_scored_day(member: Member, period: Month) -> date:
    days = (period.last - timedelta(days=n) for n in range(period.days))
    return next(day for day in days if member.scored_on(day))


def _earning(plan: Plan, member: Member, period: Month, day: date) -> Iterator[tuple[str, "_Maker"]]:
    """One example fact for each row of an item that gives points: (words, maker of further such facts)."""
    seen: set[tuple[int, int]] = set()
    epoch = plan.epochs[plan.month_number(period)]
    for row in plan.truth:
        item, match = plan.items[row.match.item], row.match
        if row.epoch != epoch or match.excuse or item.is_norm or (item.number, match.row) in seen:
            continue
        maker = _Maker(plan, member.code, day, row)
        if match.price.points(maker.quantity) <= 0:
            continue
        seen.add((item.number, match.row))
        yield maker.words(item), maker


@dataclass(frozen=True)
class _Maker:
    """Makes invented facts of one truth row, each an event of its own, after everything recorded."""

    plan: Plan
    subject: str
    day: date
    row: TruthRow

    @property
    def quantity(self) -> int:
        if self.row.match.price.high is not None:
            return self.row.match.price.high * (UNIT // 100)
        bounds = self.plan.buckets.get(self.row.kind, ())
        lowest = bounds[self.row.bucket - 1] if self.row.bucket else 0
        highest = bounds[self.row.bucket] - 1 if self.row.bucket < len(bounds) else None
        wanted = max(UNIT, lowest)
        return wanted if highest is None else min(wanted, highest)

    def words(self, item: PlanItem) -> str:
        kind = self.plan.pack.kinds[self.row.kind]
        named = self._attributes()
        details = [kind.attributes[a].values[v]["zh"] for a, v in named.items()]
        if self.row.match.price.rate:
            details.append(f"{format_quantity(self.quantity)}{kind.unit}")
        return item.title + (f"（{'、'.join(details)}）" if details else "")

    def _attributes(self) -> dict[str, str]:
        """The row's values, and the first value of every further required attribute."""
        kind = self.plan.pack.kinds[self.row.kind]
        named = {a: v for a, v in zip(self.plan.attributes, self.row.values, strict=True) if v is not None}
        for name, attribute in kind.attributes.items():
            if attribute.required and name not in named:
                named[name] = next(iter(attribute.values))
        return named

    def __call__(self, number: int) -> Fact:
        return Fact(
            kind=self.row.kind,
            subject=self.subject,
            occurred_on=self.day,
            quantity=self.quantity,
            attributes=self._attributes(),
            event=f"\x00what-if-{number}",
            sequence=2**40 + number,
        )


# --- words for lines -------------------------------------------------------------------------------------------------


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
    if not line.item:
        category = next(c for c in plan.categories if c.id == line.category)
        return f"{category.title}基础分"
    item = next(i for i in plan.items if i.id == line.item)
    if line.fact is None:
        return _summary_words(item, line)
    kind = plan.pack.kinds[line.fact.kind]
    details = [kind.attributes[a].values[v]["zh"] for a, v in line.fact.attributes.items() if a in kind.attributes]
    if line.fact.quantity != UNIT and kind.unit != "分":
        details.append(f"{format_quantity(line.fact.quantity)}{kind.unit}")
    return f"{item.title}：{'、'.join(details)}" if details else item.title


def _summary_words(item: PlanItem, line: Line) -> str:
    """What a line without a fact says of a whole month or span: a mean, a norm that is met, or one that is not."""
    if item.item.average:
        judge = f"，{item.item.assessor}评定" if item.item.assessor else ""
        return f"{item.title}（平均{judge}）"
    met = bool(item.met) and line.priced == item.met[line.month.month - 1]
    return f"{item.title}（{'达到' if met else '不足'}）"


def clause(plan: Plan, line: Line) -> str:
    """On which clause of the measures a line stands."""
    if line.effect:
        return next(e.effect.clause for e in plan.effects if e.id == line.effect)
    found = next((i.item.clause for i in plan.items if i.id == line.item), "")
    return found or "基础分"


def duration_words(span: Span) -> str:
    return {Span.MONTH: "本月", Span.QUARTER: "本季度", Span.YEAR: "本年"}[span]


def to_text(plan: Plan, found: Explanation) -> str:
    """The explanation as plain text for a terminal."""
    member = found.member
    head = f"{member.name}（{member.code}）· {member.organisation} · {found.period.words} · {plan.pack.label}"
    rows = [head, found.sentence, ""]
    rows += [_line_text(plan, line) for line in found.lines]
    if found.total is not None:
        rows.append(f"{'':10}合计 {format_points(found.total)}（{STATE_WORDS[found.state]}）")
    if found.unknown:
        rows.append(f"尚不能确定（支部还没有关账）：{'、'.join(found.unknown)}")
    rows += [text for grade in found.grades for text in ("", *_grade_text(grade))]
    return "\n".join(rows)


def _line_text(plan: Plan, line: Line) -> str:
    why = "；".join(f"{cut_words(c)}，{format_points(c.points)} 未计" if c.points else cut_words(c) for c in line.cuts)
    where = f" [{line.fact.source}]" if line.fact and str(line.fact.source) else ""
    counted = format_points(line.counted, sign=True)
    return (
        f"{line.day}  {counted:>8}  {line_words(plan, line)} · {clause(plan, line)}{f' · {why}' if why else ''}{where}"
    )


def _grade_text(grade: NextBand) -> Iterator[str]:
    yield f"{grade.grade}（{grade.span}）：累计 {format_points(grade.total)} 分，{grade.band}"
    if not grade.next_band:
        return
    yield f"距{grade.next_band}还差 {format_points(grade.missing)} 分。"
    if grade.options:
        yield "以下任一项可以达到（已逐项加入后重新核算过）："
        yield from (f"  · {o.words} → {format_points(o.total)} 分，{o.band}" for o in grade.options)
    else:
        yield f"在 {duration_words(Span.MONTH)} 内再增加任何单独一项（{MOST_FACTS} 次以内）都达不到。"
