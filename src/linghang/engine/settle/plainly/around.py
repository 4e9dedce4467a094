"""What a member's points may depend on beside his own facts, said plainly: the size of his group, and where he stands.

Built once for a roster; the set-based engine finds the same with `standings`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.model import Completeness, Item
from linghang.engine.packs.standing_model import Absent, Against, Order
from linghang.engine.periods import Month, months_between, span_end, span_start
from linghang.engine.points import div_round
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.plainly.hits import Hits

Counted = Mapping[tuple[int, int], int]  # (item, month index) → hundredths; a key only where something counted


@dataclass(frozen=True)
class Standing:
    """Where a member stands in a span: his count, the place among so many or the basis, and what that is worth."""

    value: int
    points: int
    known: bool
    size: int
    place: int = 0
    basis: int = 0


@dataclass(frozen=True)
class Around:
    """Sizes of groups by organisation and month number, standings by member, item and month number."""

    sizes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    standings: Mapping[tuple[str, int, int], Standing] = field(default_factory=dict)

    def fits(self, item: Item, organisation: str, number: int) -> bool:
        """Whether the group has the size that an item asks for."""
        if item.group_size is None:
            return True
        return item.group_size.holds(self.sizes.get((organisation, number), 0))


def look_around(
    plan: Plan, roster: Roster, facts: Mapping[str, Sequence[Fact]], closed: frozenset[tuple[str, Month]]
) -> Around:
    """What the plan needs to know of everybody; `facts` by subject, reversals included."""
    if not plan.looks_around:
        return Around()
    return Around(group_sizes(plan, roster), _Standings(plan, roster, facts, closed).found() if plan.stands else {})


def standings_among(
    plan: Plan,
    roster: Roster,
    facts: Mapping[str, Sequence[Fact]],
    closed: frozenset[tuple[str, Month]],
    among: Mapping[int, Collection[str]],
) -> dict[tuple[str, int, int], Standing]:
    """Where some members stand: by number of the item whose standings are asked for, whole groups of them.

    `facts` are needed of these only; the roster is everybody, since absence means nothing before all have closed.
    """
    return _Standings(plan, roster, facts, closed, among).found()


def group_sizes(plan: Plan, roster: Roster) -> dict[tuple[str, int], int]:
    """How many of each organisation are scored, by month number."""
    found: dict[tuple[str, int], int] = {}
    for member in map(plan.as_scored, roster):
        for number, month in enumerate(plan.months):
            if member.scored_days(month):
                key = (member.organisation, number)
                found[key] = found.get(key, 0) + 1
    return found


def counted_by_month(plan: Plan, member: Member, facts: Iterable[Fact]) -> dict[tuple[int, int], int]:
    """What a member's facts count under the items that hold them against others', month by month."""
    found: dict[tuple[int, int], int] = {}
    member = plan.as_scored(member)
    by_month: dict[Month, list[Fact]] = {}
    for fact in cancel_reversed(list(facts)):
        if member.scored_on(fact.occurred_on):
            by_month.setdefault(Month.of(fact.occurred_on), []).append(fact)
    hits = Hits(plan, member)
    for month in months_between(plan.reads_from, plan.months[-1]):
        for hit in hits.of(month, by_month.get(month, [])):
            if hit.item.stands and hit.counts:
                key = (hit.item.number, month.index)
                found[key] = found.get(key, 0) + hit.worth
    return found


class _Standings:
    def __init__(
        self,
        plan: Plan,
        roster: Roster,
        facts: Mapping[str, Sequence[Fact]],
        closed: frozenset[tuple[str, Month]],
        among: Mapping[int, Collection[str]] | None = None,
    ) -> None:
        self.plan, self.roster, self.closed, self.among = plan, roster, closed, among
        self.members = {m.code: plan.as_scored(m) for m in roster}
        codes = [m.code for m in roster] if among is None else sorted({c for found in among.values() for c in found})
        self.counted = {code: counted_by_month(plan, self.members[code], facts.get(code, ())) for code in codes}

    def found(self) -> dict[tuple[str, int, int], Standing]:
        found = {}
        for item in self.plan.items:
            if not item.stands:
                continue
            for number, month in enumerate(self.plan.months):
                if span_end(month, item.standing_span) == month:
                    for code, standing in self._of(item, number, month):
                        found[code, item.number, number] = standing
        return found

    def _of(self, item: PlanItem, number: int, month: Month) -> Iterator[tuple[str, Standing]]:
        groups: dict[str, list[Member]] = {}
        for member in map(self.members.__getitem__, self.members if self.among is None else self.among[item.number]):
            if self._asked(item, member, month):
                groups.setdefault(member.organisation if self._inside(item) else "", []).append(member)
        for members in groups.values():
            values = {m.code: self._value(item, m, month, 0) for m in members}
            known = self._known(item, members[0], month)
            if item.places:
                yield from _placed(item, number, values, known)
            elif item.comparison and item.comparison.versus.against is not Against.LAST_YEAR:
                yield from _against_others(item, number, values, known)
            else:
                before = {m.code: self._value(item, m, month, 12) for m in members}
                yield from _against_last_year(item, number, values, before, known)

    def _asked(self, item: PlanItem, member: Member, month: Month) -> bool:
        """Who is scored on the span's last day, and in a class that the item is for."""
        concerned = self.plan.concerns(item.item.classes, member.class_on(month.last))
        return concerned and member.scored_on(month.last)

    @staticmethod
    def _inside(item: PlanItem) -> bool:
        told = item.places.ranking if item.places else item.comparison.versus if item.comparison else None
        return told is None or told.within is Within.ORGANISATION

    def _value(self, item: PlanItem, member: Member, month: Month, back: int) -> int | None:
        """The count of the span that ends with the month, or so many months earlier; None without any record."""
        first, counted = span_start(month, item.standing_span).index, self.counted[member.code]
        keys = [(item.number, n - back) for n in range(first, month.index + 1)]
        found = [counted[key] for key in keys if key in counted]
        return sum(found) if found else None

    def _known(self, item: PlanItem, member: Member, month: Month) -> bool:
        """Absence means nothing until everybody concerned has closed the span's months."""
        if all(self.plan.pack.kinds[k].complete is not Completeness.BY_CLOSING for k in item.item.kinds):
            return True
        where = {member.organisation} if self._inside(item) else {m.organisation for m in self.roster}
        months = months_between(span_start(month, item.standing_span), month)
        return all((organisation, m) in self.closed for organisation in where for m in months)


def _placed(
    item: PlanItem, number: int, values: Mapping[str, int | None], known: bool
) -> Iterator[tuple[str, Standing]]:
    assert item.places is not None
    ranking = item.places.ranking
    sign = 1 if ranking.order is Order.HIGH else -1
    taking = {c: v or 0 for c, v in values.items() if v is not None or ranking.missing is Absent.ZERO}
    size = len(taking)
    if size < ranking.least:
        return
    for code, value in taking.items():
        better = sum(sign * v > sign * value for v in taking.values())
        worse = sum(sign * v < sign * value for v in taking.values())
        if ranking.ties is Ties.ALL:  # equals share the best place, counted from either end
            place, from_end = better + 1, worse + 1
        else:
            place, from_end = size - worse, size - better
        yield code, Standing(value, item.places.points(number, place, from_end, size), known, size, place=place)


def _against_others(
    item: PlanItem, number: int, values: Mapping[str, int | None], known: bool
) -> Iterator[tuple[str, Standing]]:
    assert item.comparison is not None
    versus = item.comparison.versus
    taking = {c: v or 0 for c, v in values.items() if v is not None or versus.missing is Absent.ZERO}
    if len(taking) < max(versus.least, 1):
        return
    mean = div_round(sum(taking.values()), len(taking))
    basis = max(taking.values()) if versus.against is Against.BEST else mean
    for code, value in values.items():
        if code in taking or versus.missing is Absent.MEAN:
            own = mean if value is None and versus.missing is Absent.MEAN else value or 0
            points = item.comparison.points(number, own, basis)
            yield code, Standing(own, points, known, len(taking), basis=basis)


def _against_last_year(
    item: PlanItem, number: int, values: Mapping[str, int | None], before: Mapping[str, int | None], known: bool
) -> Iterator[tuple[str, Standing]]:
    assert item.comparison is not None
    versus = item.comparison.versus
    for code, value in values.items():
        basis = before[code]
        if basis is not None or versus.missing is Absent.ZERO:
            points = item.comparison.points(number, value or 0, basis or 0)
            yield code, Standing(value or 0, points, known, 1, basis=basis or 0)
