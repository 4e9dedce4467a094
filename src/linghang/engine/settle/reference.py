"""The reference: settlement said plainly in Python, one member after the other, every line with its reason.

It is the meaning of the rules. The set-based engines must equal it to the last hundredth, and statements, explanations
and the questions "why not counted?" and "what is missing for the next star?" are answered by it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.packs.model import Keep
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import clamp, div_round
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import SPANS, Bounds, Match, Plan, PlanItem
from linghang.engine.settle.results import Cut, Line, State


@dataclass
class Limiter:
    """Keeps a running sum within a node's limits: month, then quarter over months, then year over quarters.

    Each amount that comes in leaves as what it moves the limited sum by; so amounts use a cap up in their order, and
    the total does not depend on that order.
    """

    name: str
    bounds: Bounds
    months: Sequence[Month]
    sums: dict[Span, int] = field(default_factory=lambda: dict.fromkeys(SPANS, 0))
    spans: dict[Span, Month] = field(default_factory=dict)

    def take(self, amount: int, month_number: int) -> tuple[int, list[Cut]]:
        """What of the amount passes all three limits, and what each of them cut (negative: a floor gave back)."""
        cuts = []
        for span in SPANS:
            start = span_start(self.months[month_number], span)
            if self.spans.get(span) != start:
                self.spans[span], self.sums[span] = start, 0
            floor, cap = self.bounds.at(month_number, span)
            before = clamp(self.sums[span], floor, cap)
            self.sums[span] += amount
            counted = clamp(self.sums[span], floor, cap) - before
            if counted != amount:
                cuts.append(Cut(f"{self.name}.{span}", amount - counted))
            amount = counted
        return amount, cuts


@dataclass
class MemberResult:
    """Everything that one member gets: lines in canonical order, and per month the nodes' sums."""

    member: Member
    lines: list[Line] = field(default_factory=list)
    states: dict[Month, State] = field(default_factory=dict)
    unknown: list[tuple[Month, str]] = field(default_factory=list)
    items: dict[tuple[Month, str], list[int]] = field(default_factory=dict)  # priced, counted, facts
    categories: dict[tuple[Month, str], list[int]] = field(default_factory=dict)  # base, priced, counted
    months: dict[Month, list[int]] = field(default_factory=dict)  # priced, counted


def settle_member(
    plan: Plan, member: Member, facts: Iterable[Fact], closed: frozenset[tuple[str, Month]]
) -> MemberResult:
    """Settle every month of the plan for one member; `facts` are this member's, reversals included, in any order."""
    return _MemberRun(plan, member, closed).run(facts)


class _MemberRun:
    """One pass over a member's months in order; the limiters carry what earlier months have used up."""

    def __init__(self, plan: Plan, member: Member, closed: frozenset[tuple[str, Month]]) -> None:
        self.plan, self.member, self.closed = plan, member, closed
        self.result = MemberResult(member)
        months = plan.months
        self.item_limits = [Limiter("item", i.bounds, months) for i in plan.items]
        self.category_limits = [Limiter("category", c.bounds, months) for c in plan.categories]
        self.total_limit = Limiter("total", plan.total, months)

    def run(self, facts: Iterable[Fact]) -> MemberResult:
        by_month: dict[Month, list[Fact]] = {}
        for fact in cancel_reversed(list(facts)):
            by_month.setdefault(Month.of(fact.occurred_on), []).append(fact)
        for number, month in enumerate(self.plan.months):
            self._month(number, month, by_month.get(month, []))
        return self.result

    def _month(self, number: int, month: Month, facts: list[Fact]) -> None:
        member, result = self.member, self.result
        if self.plan.exempt_classes() & {member.member_class} or not member.scored_days(month):
            result.states[month] = State.EXEMPT
            return
        is_closed = (member.organisation, month) in self.closed
        provisional = self.plan.needs_closing and not is_closed
        result.states[month] = State.PROVISIONAL if provisional else State.COMPLETE
        result.months[month] = [0, 0]
        self._full_marks(number, month)
        counted = self._facts(number, month, [f for f in facts if member.scored_on(f.occurred_on)])
        self._not_applicable(month, [f for f in facts if not member.scored_on(f.occurred_on)])
        if member.scored_days(month) == month.days:
            self._norms(number, month, counted, is_closed)

    def _full_marks(self, number: int, month: Month) -> None:
        for category in self.plan.categories:
            base = category.base[number]
            if self.plan.pro_rata:
                base = div_round(base * self.member.scored_days(month), month.days)
            self.result.categories[month, category.id] = [base, 0, 0]
            if base:
                self._book(number, category.number, None, None, None, base, ())

    def _facts(self, number: int, month: Month, facts: list[Fact]) -> list[int]:
        """Book the month's facts in canonical order; gives for each item how many facts counted."""
        hits = [
            (fact, match)
            for fact in facts
            for match in self.plan.matches(fact.kind, fact.attributes, fact.quantity, month)
        ]
        duplicates = _duplicates(self.plan, hits)
        counted = [0] * len(self.plan.items)
        for place, (fact, match) in enumerate(hits):
            item = self.plan.items[match.item]
            points = 0 if item.is_norm else match.price.points(fact.quantity)
            why = "excuse" if match.excuse else "duplicate" if place in duplicates else ""
            if not why:
                counted[match.item] += 1
            if item.is_norm:
                continue
            cuts = (Cut(why, points),) if why else ()
            self._book(number, item.category, item, fact, match.row, points, cuts)
        return counted

    def _not_applicable(self, month: Month, facts: list[Fact]) -> None:
        """Facts on days on which the scheme does not apply: shown, never counted."""
        for fact in facts:
            for match in self.plan.matches(fact.kind, fact.attributes, fact.quantity, month):
                item = self.plan.items[match.item]
                if not item.is_norm:
                    category = self.plan.categories[item.category].id
                    cut = (Cut("not_applicable", 0),)
                    line = Line(
                        self.member.code, month, fact.occurred_on, category, item.id, fact, match.row, 0, 0, cut
                    )
                    self.result.lines.append(line)

    def _norms(self, number: int, month: Month, counted: list[int], is_closed: bool) -> None:
        """Each fact short of a norm costs its points once the branch closed its recording; before, it is unknown."""
        for item in self.plan.items:
            if not item.is_norm:
                continue
            missing = max(0, item.at_least - counted[item.number])
            if missing and not is_closed:
                self.result.unknown.append((month, item.id))
            elif missing:
                self._book(number, item.category, item, None, None, missing * item.short[number], ())

    def _book(
        self,
        number: int,
        category_number: int,
        item: PlanItem | None,
        fact: Fact | None,
        row: int | None,
        points: int,
        cuts: tuple[Cut, ...],
    ) -> None:
        """Let the points pass the item's, the category's and the total's limits, and write the line."""
        month, category = self.plan.months[number], self.plan.categories[category_number]
        found, amount = list(cuts), points - sum(c.points for c in cuts)
        if item:
            entering = amount
            amount, more = self.item_limits[item.number].take(amount, number)
            found += more
            if not cuts:
                self._sum_item(month, item, entering, amount, is_fact=fact is not None)
        self.result.categories[month, category.id][1] += amount
        amount, more = self.category_limits[category_number].take(amount, number)
        found += more
        self.result.categories[month, category.id][2] += amount
        self.result.months[month][0] += amount
        amount, more = self.total_limit.take(amount, number)
        found += more
        self.result.months[month][1] += amount
        day = fact.occurred_on if fact else (month.last if item else month.first)
        item_id = item.id if item else ""
        line = Line(self.member.code, month, day, category.id, item_id, fact, row, points, amount, tuple(found))
        self.result.lines.append(line)

    def _sum_item(self, month: Month, item: PlanItem, priced: int, counted: int, *, is_fact: bool) -> None:
        sums = self.result.items.setdefault((month, item.id), [0, 0, 0])
        for place, more in enumerate((priced, counted, int(is_fact))):
            sums[place] += more


def _duplicates(plan: Plan, hits: Sequence[tuple[Fact, Match]]) -> set[int]:
    """Places of the hits that an item's dedup rule leaves out: of each key one stays (the first, or the highest)."""
    kept: dict[tuple[object, ...], int] = {}
    left_out: set[int] = set()
    for place, (fact, match) in enumerate(hits):
        dedup = plan.items[match.item].dedup
        if dedup is None or match.excuse:
            continue
        key = (match.item, *_key_parts(dedup.by, fact, place))
        rival = kept.get(key)
        if rival is None:
            kept[key] = place
            continue
        old_fact, old_match = hits[rival]
        better = dedup.keep is Keep.HIGHEST and match.price.points(fact.quantity) > old_match.price.points(
            old_fact.quantity
        )
        left_out.add(rival if better else place)
        if better:
            kept[key] = place
    return left_out


def _key_parts(by: Sequence[str], fact: Fact, place: int) -> Iterator[object]:
    for part in by:
        if part == "event":
            yield fact.event or place  # a fact without an event is its own event, even beside an equal one
        elif part == "day":
            yield fact.occurred_on
        else:
            yield fact.attributes.get(part)


def settle_all(
    plan: Plan,
    roster: Roster,
    facts: Iterable[Fact],
    closed: frozenset[tuple[str, Month]],
) -> Iterator[MemberResult]:
    """Every member of the roster in its order, members without facts included."""
    by_subject: Mapping[str, list[Fact]] = _group(facts)
    for member in roster:
        yield settle_member(plan, member, by_subject.get(member.code, []), closed)


def _group(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.subject, []).append(fact)
    return groups
