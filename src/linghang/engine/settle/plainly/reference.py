"""The reference: settlement said plainly in Python, one member after the other, every line with its reason.

It is the meaning of the rules. The set-based engines must equal it to the last hundredth, and statements, explanations
and the questions "why not counted?" and "what is missing for the next star?" are answered by it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.packs.mechanism_model import Counts
from linghang.engine.periods import Month, Span, months_between, span_end, span_start
from linghang.engine.points import UNIT, div_round
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.mechanisms import PERCENT, PlanBrought
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.hit import Hit
from linghang.engine.settle.lines import Cut, Line, State
from linghang.engine.settle.plainly.around import Around, look_around
from linghang.engine.settle.plainly.brought import brought_words
from linghang.engine.settle.plainly.hits import Hits
from linghang.engine.settle.plainly.limiter import Happened, Limiter, Zeroing


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
    before: dict[str, int] = field(default_factory=dict)  # facts of earlier years, where goals of several years ask


def settle_member(
    plan: Plan,
    member: Member,
    facts: Iterable[Fact],
    closed: frozenset[tuple[str, Month]],
    around: Around | None = None,
) -> MemberResult:
    """Settle every month of the plan for one member; `facts` are this member's, reversals included, in any order.

    A plan that looks around needs to be told what it sees there (`look_around`): ValueError without it.
    """
    if around is None and plan.looks_around:
        raise ValueError("this scheme holds members against each other: nobody can be settled alone")
    return MemberRun(plan, member, closed, around or Around()).run(facts)


class MemberRun:
    """One pass over a member's months in order; the limiters carry what earlier months have used up."""

    def __init__(self, plan: Plan, member: Member, closed: frozenset[tuple[str, Month]], around: Around) -> None:
        self.plan, self.member, self.closed, self.around = plan, member, closed, around
        self.who = plan.as_scored(member)
        self.result = MemberResult(member)
        self.happened = Happened(plan)
        self.item_limits = [
            Limiter("item", plan, i.bounds, self._zeroing("item", i.number), i.stairs) for i in plan.items
        ]
        self.joint_limits = [Limiter("joint", plan, j.bounds) for j in plan.joints]
        self.category_limits = [
            Limiter("category", plan, c.bounds, self._zeroing("category", c.number)) for c in plan.categories
        ]
        self.total_limit = Limiter("total", plan, plan.total, self._zeroing("total", 0))
        self.hits = Hits(plan, self.who)
        none = [0] * len(plan.items)
        self.counted, self.worth = [none] * len(plan.months), [none] * len(plan.months)
        self.worths: list[Mapping[int, Sequence[int]]] = [{}] * len(plan.months)  # fact by fact, where some are dropped
        self.before = list(none)
        self.conditioned, self.carries = any(i.conditioned for i in plan.items), plan.carries
        self.holds = [True] * len(plan.items)
        self.worth_before = list(none)

    def _zeroing(self, what: str, number: int) -> list[Zeroing]:
        """The effects that may zero a node."""
        return [(n, self.happened) for n, e in enumerate(self.plan.effects) if e.node == (what, number)]

    def run(self, facts: Iterable[Fact]) -> MemberResult:
        self.until(cancel_reversed(list(facts)), len(self.plan.months))
        return self.result

    def until(self, facts: Iterable[Fact], number: int) -> None:
        """Settle so many months of the plan, the earlier years before them, from facts that stand, in their order."""
        by_month: dict[Month, list[Fact]] = {}
        for fact in facts:
            by_month.setdefault(Month.of(fact.occurred_on), []).append(fact)
        for month in months_between(self.plan.reads_from, self.plan.months[0] + -1) if self.plan.looks_back else ():
            self._earlier(month, by_month.get(month, []))
        for n in range(number):
            self.month(n, by_month.get(self.plan.months[n], []))

    def _earlier(self, month: Month, facts: list[Fact]) -> None:
        """A month before the plan's first one: nothing is booked, what still matters is remembered."""
        if not self.who.scored_days(month):
            return
        back = self.plan.months[0].index - month.index
        for hit in self.hits.of(month, [f for f in facts if self.who.scored_on(f.occurred_on)]):
            if hit.counts and back <= hit.item.counts_back:
                self.before[hit.item.number] += 1
                self.worth_before[hit.item.number] += hit.worth
        self.result.before = {i.id: self.before[i.number] for i in self.plan.items if self.before[i.number]}

    def month(self, number: int, facts: Sequence[Fact]) -> None:
        """Settle one month; they are settled in their order."""
        who, result, month = self.who, self.result, self.plan.months[number]
        if not who.scored_days(month):
            result.states[month] = State.EXEMPT
            self.happened.month(number, [0] * len(self.plan.items))
            return
        provisional = self.plan.needs_closing and not self._is_closed(month)
        result.states[month] = State.PROVISIONAL if provisional else State.COMPLETE
        result.months[month] = [0, 0]
        hits = self.hits.of(month, [f for f in facts if who.scored_on(f.occurred_on)])
        if self.conditioned:
            self.holds = self._conditions(number, hits)
            hits = [h if self.holds[h.item.number] or not h.counts else _unconditioned(h) for h in hits]
        self._count(number, hits)
        if self.carries:
            self._carried(number)
        self._full_marks(number, month)
        self._undo(number)
        for hit in hits:
            if not hit.item.by_month:
                self._book(
                    number, Booking(hit.item.category, hit.item, hit.fact, hit.row, hit.points, hit.cuts, hit.counts)
                )
        self._not_applicable(month, facts)
        self._by_month(number, month)

    def _is_closed(self, month: Month) -> bool:
        return (self.member.organisation, month) in self.closed

    def _conditions(self, number: int, hits: Sequence[Hit]) -> list[bool]:
        """Whether each item counts this month: the size of the group, and what else has counted."""
        plan, where = self.plan, self.member.organisation
        there = {h.item.id for h in hits if h.counts}
        return [
            self.around.fits(of, where, number)
            and (not of.given or of.given in there)
            and (not of.unless or of.unless not in there)
            for of in (i.item for i in plan.items)
        ]

    def _carried(self, number: int) -> None:
        """What the span before had too much goes over: it comes first, and uses the new span's limits up.

        All nodes are asked before any of it is booked: what one lets go over already enters the ones above.
        """
        for amount, booking in [(a, b) for a, b in self._over(number) if a]:
            self._book(number, replace(booking, points=amount))

    def _over(self, number: int) -> Iterator[tuple[int, "Booking"]]:
        for item, limit in zip(self.plan.items, self.item_limits, strict=True):
            yield limit.carried(number), Booking(item.category, item, carried="item")
        for joint, limit in zip(self.plan.joints, self.joint_limits, strict=True):
            yield limit.carried(number), Booking(joint.category, None, carried="joint", joint=joint.number)
        for category, limit in zip(self.plan.categories, self.category_limits, strict=True):
            yield limit.carried(number), Booking(category.number, None, carried="category")
        yield self.total_limit.carried(number), Booking(0, None, carried="total", only_total=True)

    def _count(self, number: int, hits: Sequence[Hit]) -> None:
        """How many facts each item has counted this month, and what they are worth."""
        counted, worth = [0] * len(self.plan.items), [0] * len(self.plan.items)
        for hit in hits:
            if hit.counts:
                counted[hit.item.number] += 1
                worth[hit.item.number] += hit.worth
        self.counted[number], self.worth[number] = counted, worth
        dropping = [i.number for i in self.plan.items if i.item.average and i.item.average.drop]
        if dropping:
            self.worths[number] = {i: [h.worth for h in hits if h.counts and h.item.number == i] for i in dropping}
        self.happened.month(number, counted)

    def _full_marks(self, number: int, month: Month) -> None:
        for category in self.plan.categories:
            base = category.base[number]
            if self.plan.pro_rata:
                base = div_round(base * self.who.days_in(month, category.classes), month.days)
            elif not self.plan.concerns(category.classes, self.who.class_in(month)):
                base = 0
            self.result.categories.setdefault((month, category.id), [0, 0, 0])[0] = base
            if base:
                self._book(number, Booking(category.number, None, None, None, base))

    def _undo(self, number: int) -> None:
        """What effects that hold take back: nothing new is booked, the node's rules give the difference."""
        for n, effect in enumerate(self.plan.effects):
            if effect.node and self.happened.holds(n):
                what, place = effect.node
                item = self.plan.items[place] if what == "item" else None
                category = item.category if item else place
                self._book(number, Booking(category, item, effect=effect.id, only_total=what == "total"))

    def _not_applicable(self, month: Month, facts: Sequence[Fact]) -> None:
        """Facts on days on which the scheme does not apply: shown, never counted."""
        outside = [f for f in facts if not self.who.scored_on(f.occurred_on)]
        for fact, match in self.hits.matches(month, outside):
            item = self.plan.items[match.item]
            if not item.by_month:
                category = self.plan.categories[item.category].id
                cut = (Cut("not_applicable", 0),)
                line = Line(self.member.code, month, fact.occurred_on, category, item.id, fact, match.row, 0, 0, cut)
                self.result.lines.append(line)

    def _by_month(self, number: int, month: Month) -> None:
        """Norms and means: booked once at the end, or unknown."""
        for item in self.plan.items:
            if item.item.average or item.share:  # its records counted in their own months
                self._mean(number, month, item)
            elif not self.holds[item.number]:
                continue
            elif item.is_norm:
                self._norm(number, month, item)
            elif item.stands:
                self._stand(number, month, item)
            elif item.brings and len(self.result.months) == 1:
                self._bring(number, month, item, item.brings)

    def _bring(self, number: int, month: Month, item: PlanItem, brings: PlanBrought) -> None:
        """What last year gives, in the member's first scored month; unknown while it is not final."""
        balance = self.member.brought
        if balance is None:
            self._unknown(month, item)
        elif points := brings.points(balance):
            note = brought_words(self.plan, brings, balance)
            self._book(number, Booking(item.category, item, points=points, note=note))

    def _stand(self, number: int, month: Month, item: PlanItem) -> None:
        """What the member's place, or the distance from the mean or from last year, is worth."""
        standing = self.around.standings.get((self.member.code, item.number, number))
        if standing and not standing.known:
            self._unknown(month, item)
        elif standing:
            self._book(number, Booking(item.category, item, points=standing.points))

    def _norm(self, number: int, month: Month, item: PlanItem) -> None:
        """What is short of a norm costs its points once the branch closed its recording; before, it is unknown."""
        norm = item.item.norm
        assert norm is not None
        if span_end(month, norm.span) != month:
            return
        months = range(self.plan.month_number(span_start(month, norm.span)), number + 1)
        back = months_between(self.plan.months[0] + -12 * (norm.years - 1), self.plan.months[0] + -1)
        if not all(self._wholly(item, m) for m in (*back, *(self.plan.months[n] for n in months))):
            return
        sums, before = (self.worth, self.worth_before) if item.measured else (self.counted, self.before)
        earlier = before[item.number] if norm.span is Span.YEAR and norm.years > 1 else 0
        found = earlier + sum(sums[n][item.number] for n in months)
        missing = 0 if norm.at_most is not None else max(0, item.wanted - found)
        if norm.at_most is not None and found > item.wanted:
            return
        if (missing or norm.at_most is not None) and not all(self._is_closed(self.plan.months[n]) for n in months):
            self._unknown(month, item)
        elif missing or item.met:
            points = item.shortfall(number, missing) if missing else item.met[number]
            if missing or points:
                self._book(number, Booking(item.category, item, points=points))

    def _wholly(self, item: PlanItem, month: Month) -> bool:
        """Whether the item is for the member on every day of the month."""
        return self.who.days_in(month, item.item.classes) == month.days

    def _mean(self, number: int, month: Month, item: PlanItem) -> None:
        """The weighted mean of a span's records, or what it is worth as a share; too few are not enough to know."""
        if span_end(month, item.mean_span) != month:
            return
        months = range(self.plan.month_number(span_start(month, item.mean_span)), number + 1)
        count, worth = (sum(of[n][item.number] for n in months) for of in (self.counted, self.worth))
        average = item.item.average
        if average and average.drop:
            left = _without_ends(average.drop, [w for n in months for w in self.worths[n].get(item.number, ())])
            count, worth = len(left), sum(left)
        least = item.share.share.least if item.share else average.least if average else 1
        if 0 < count < least:
            self._unknown(month, item)
        elif count:
            weight = average.weight if average else UNIT
            points = div_round(worth * weight, count * UNIT)
            if item.share:
                points = item.share.points(number, div_round(worth * PERCENT, count))
            self._book(number, Booking(item.category, item, points=points))
            self.result.items[month, item.id][2] = count

    def _unknown(self, month: Month, item: PlanItem) -> None:
        self.result.unknown.append((month, item.id))
        self.result.states[month] = State.PROVISIONAL

    def _book(self, number: int, booking: "Booking") -> None:
        """Let the points pass the item's, the joint, the category's and the total's rules, and write the line."""
        month, category = self.plan.months[number], self.plan.categories[booking.category]
        item, found, carried = booking.item, list(booking.cuts), booking.carried
        amount = booking.points - sum(c.points for c in booking.cuts)
        joint = item.joint if item else booking.joint
        if item:
            entering = 0 if carried else amount
            amount = _pass(self.item_limits[item.number], amount, number, found)
            if booking.counts and not ((booking.effect or carried) and not amount):
                self._sum_item(month, item, entering, amount, is_fact=booking.fact is not None)
        if joint is not None:
            amount = _pass(self.joint_limits[joint], amount, number, found)
        if not booking.only_total:
            sums = self.result.categories.setdefault((month, category.id), [0, 0, 0])
            sums[1] += 0 if carried == "category" else amount
            amount = _pass(self.category_limits[category.number], amount, number, found)
            sums[2] += amount
        where_to = Counts.INSIDE if booking.only_total else category.counts
        amount = self._total(number, amount, where_to, found, is_new=carried != "total")
        if booking.effect and not amount and not found:
            return
        day = booking.fact.occurred_on if booking.fact else (month.last if item else month.first)
        where = "" if booking.only_total else category.id
        line = Line(
            self.member.code, month, day, where, item.id if item else "", booking.fact, booking.row, booking.points,
            amount, tuple(found), booking.effect, carried, booking.note,
        )  # fmt: skip
        self.result.lines.append(line)

    def _total(self, number: int, amount: int, counts: Counts, found: list[Cut], *, is_new: bool) -> int:
        """What reaches the month's total: within its limits, beside them, or nothing."""
        months = self.result.months[self.plan.months[number]]
        if counts is Counts.APART:
            if amount:
                found.append(Cut("apart", amount))
            return 0
        months[0] += amount if is_new else 0
        if counts is Counts.INSIDE:
            amount = _pass(self.total_limit, amount, number, found)
        months[1] += amount
        return amount

    def _sum_item(self, month: Month, item: PlanItem, priced: int, counted: int, *, is_fact: bool) -> None:
        sums = self.result.items.setdefault((month, item.id), [0, 0, 0])
        for place, more in enumerate((priced, counted, int(is_fact))):
            sums[place] += more


@dataclass(frozen=True)
class Booking:
    """Points on their way: for a category, perhaps of an item and a fact, less what is already cut."""

    category: int
    item: PlanItem | None
    fact: Fact | None = None
    row: int | None = None
    points: int = 0
    cuts: tuple[Cut, ...] = ()
    counts: bool = True
    effect: str = ""
    only_total: bool = False
    carried: str = ""  # at which kind of node points of the span before go over
    joint: int | None = None
    note: str = ""


def _without_ends(drop: int, worths: Iterable[int]) -> Sequence[int]:
    """All but the highest and the lowest ones, where more than those are there."""
    found = sorted(worths)
    return found[drop : len(found) - drop] if len(found) > 2 * drop else found


def _unconditioned(hit: Hit) -> Hit:
    """A hit in a month in which its item does not count."""
    return replace(hit, cuts=(Cut("condition", hit.points),), counts=False)


def _pass(limiter: Limiter, amount: int, number: int, found: list[Cut]) -> int:
    amount, more = limiter.take(amount, number)
    found += more
    return amount


def settle_all(
    plan: Plan,
    roster: Roster,
    facts: Iterable[Fact],
    closed: frozenset[tuple[str, Month]],
) -> Iterator[MemberResult]:
    """Every member of the roster in its order, members without facts included."""
    by_subject: Mapping[str, list[Fact]] = by_member(facts)
    around = look_around(plan, roster, by_subject, closed)
    for member in roster:
        yield settle_member(plan, member, by_subject.get(member.code, []), closed, around)


def by_member(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """The facts of each subject, in the order given."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.subject, []).append(fact)
    return groups
