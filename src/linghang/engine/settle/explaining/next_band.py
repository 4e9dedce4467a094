"""Where a member stands in a grade, and what would reach the next band: proved by adding it and settling again."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Within
from linghang.engine.periods import Month, span_end, span_words
from linghang.engine.points import UNIT, format_quantity
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan, PlanGrade, PlanItem, PlanNeed, TruthRow
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.plainly.grades_plain import (
    Graded,
    PartShare,
    Placed,
    grade_plainly,
    held,
    summed_up,
    with_bands,
)
from linghang.engine.settle.spans import thresholds

MOST_FACTS = 12  # how many further facts of one kind are tried; more is no advice any more
OPTIONS = 3
NOT_GRADED = "不评"


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
    """Where the member stands in a grade's span: total so far, band, and the next one with what is missing.

    `missing` points of the total lift it to the next band as things stand; `reachable` is false where no total would.
    `parts` add up to the total; `placed` is the place that the next band asks for (of the own band, when it is the
    highest); `held` are effects that decided the band; `unmet` is what the next band asks for beside the total.
    """

    grade: str
    span: str
    total: int
    band: str
    next_band: str
    missing: int
    options: tuple[Reach, ...]
    last_chance: date
    parts: tuple[PartShare, ...] = ()
    placed: Placed | None = None
    held: tuple[str, ...] = ()
    reachable: bool = True
    unmet: tuple[PlanNeed, ...] = ()
    month_number: int = 0


def needs_others(grade: PlanGrade) -> bool:
    """Whether places decide, so that the grade cannot be explained from one member's facts."""
    return any(band.top for band in grade.bands)


def next_band(others: Others, grade: PlanGrade, member: Member, period: Month, *, prove: bool) -> NextBand | None:
    """The member in the span that the period lies in; None when he is not scored in it."""
    return _Question(others, grade, member, period).answer(prove=prove)


class _Question:
    """One grade of one member as it stands with the period; a span that is not over is graded on what there is."""

    def __init__(self, others: Others, grade: PlanGrade, member: Member, period: Month) -> None:
        self.others, self.plan, self.member, self.period = others, others.plan, member, period
        over = span_end(period, grade.span) == period
        self.grade = grade if over else replace(grade, needs_months=1)
        self.rivals = self._rivals() if needs_others(grade) else {}
        self.now = self._graded(())

    def _rivals(self) -> dict[str, Graded]:
        """Totals of those among whom places count, the member aside."""
        among_all = any(b.top and b.top.within is Within.ALL for b in self.grade.bands)
        roster, own = self.others.roster, self.member
        summed = self.others.summed(self.grade, self.period)
        inside = {c for c in summed if among_all or roster[c].organisation == own.organisation}
        return {c: g for c, g in summed.items() if c in inside and c != own.code}

    def _graded(self, added: Sequence[Fact]) -> Graded | None:
        """The member with further facts; the others are settled again only where they are compared with him."""
        if added and self.rivals and self.plan.stands:
            results = self.others.results_with(self.member, added)
            return grade_plainly(self.plan, self.grade, self.period, results).get(self.member.code)
        result = self.others.result(self.member, added)
        own = summed_up(self.plan, self.grade, self.period, result)
        return held(self.plan, self.grade, self.period, result, self._banded(own)) if own else None

    def _banded(self, own: Graded) -> Graded:
        found = {**self.rivals, self.member.code: own}
        groups = {c: self.others.roster[c].organisation for c in found}
        return with_bands(self.plan, self.grade, self.period, found, groups)[self.member.code]

    def answer(self, *, prove: bool) -> NextBand | None:
        now, bands = self.now, self.grade.bands
        if now is None:
            return None
        above = now.band - 1 if now.band else None
        goal = None if above is None else self._goal(now, above)
        unmet = now.unmet[above] if now.unmet and above is not None else ()
        options = self._options(above) if prove and above is not None and (goal is not None or unmet) else []
        asked = above if above is not None else now.band
        return NextBand(
            grade=self.grade.title,
            span=span_words(self.period, self.grade.span),
            total=now.total,
            band=NOT_GRADED if now.band is None else bands[now.band].title,
            next_band="" if above is None else bands[above].title,
            missing=self._short(now, above) if goal is None else goal - now.total,
            options=tuple(options),
            last_chance=span_end(self.period, self.grade.span).last,
            parts=now.parts,
            placed=now.places[asked] if asked is not None and now.places else None,
            held=now.held,
            reachable=above is None or goal is not None or bool(unmet),
            unmet=unmet,
            month_number=self.plan.month_number(self.period),
        )

    def _short(self, now: Graded, above: int | None) -> int:
        """What is short of the band's threshold where something else is missing as well."""
        low = None if above is None else thresholds(self.plan, self.grade, self.period, now.word)[above][1]
        return 0 if low is None or not now.unmet else max(0, low - now.total)

    def _goal(self, now: Graded, above: int) -> int | None:
        """The smallest total that reaches the band while the others stay; None when none does (an effect holds it)."""
        if above < now.ceiling:
            return None
        lows = [low for _, low in thresholds(self.plan, self.grade, self.period, now.word) if low is not None]
        beside = [g.total for g in self.rivals.values()]
        totals = sorted({t for t in (*lows, *beside, *(b + 1 for b in beside)) if t > now.total})
        first = bisect_left(totals, True, key=lambda total: self._reaches(now, total, above))
        return totals[first] if first < len(totals) else None

    def _reaches(self, now: Graded, total: int, above: int) -> bool:
        """Whether a total would have the band or a higher one, with what effects move; more never gives less."""
        band = self._banded(replace(now, total=total)).band
        return band is not None and band + now.moved <= above

    # --- ways to get there ---------------------------------------------------------------------------------------

    def _options(self, above: int) -> list[Reach]:
        """The shortest ways by one kind of fact each, proved by settling again with them."""
        day = _last_scored_day(self.member, self.period)
        found: list[Reach] = []
        for words, make in _earning(self.plan, self.member, self.period, day):
            added = [make(n) for n in range(MOST_FACTS)]
            if not self._reached(added, above):  # fewer of the same never give more
                continue
            for count in range(1, MOST_FACTS + 1):
                reached = self._reached(added[:count], above)
                if reached:
                    total, band = reached
                    found.append(Reach(f"{words} {count} 次", tuple(added[:count]), total, band))
                    break
        return sorted(found, key=lambda r: (r.count, -r.total, r.words))[:OPTIONS]

    def _reached(self, added: Sequence[Fact], above: int) -> tuple[int, str] | None:
        """Total and band with further facts, settled and graded anew, when they reach the band or a higher one."""
        graded = self._graded(added)
        if graded is None or graded.band is None or graded.band > above:
            return None
        return graded.total, self.grade.bands[graded.band].title


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
        details = [kind.attributes[a].said(v) for a, v in named.items()]
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
