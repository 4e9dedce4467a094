"""What one member's facts hit, said plainly: duplicates, excuses and repetitions decided, month after month."""

from collections.abc import Iterator, Sequence

from linghang.engine.facts import Fact
from linghang.engine.packs.model import Dedup, Keep
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import POINT, div_round
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Match, Plan, PlanItem
from linghang.engine.rules.prices import LAPSE
from linghang.engine.settle.hit import Hit
from linghang.engine.settle.lines import Cut
from linghang.engine.settle.plainly.in_force import InForce


class Hits:
    """The hits of one member; what a quarter or year has already seen is kept from month to month."""

    def __init__(self, plan: Plan, member: Member) -> None:
        self.plan, self.member = plan, member
        self.best: dict[tuple[object, ...], int] = {}
        self.seen: dict[tuple[object, ...], int] = {}
        self.in_force = {i.number: InForce(i.item.valid) for i in plan.items if i.item.valid}

    def matches(self, month: Month, facts: Sequence[Fact]) -> list[tuple[Fact, Match]]:
        """Every fact with every item that it fits, that is for the class of its day and still looks at the month."""
        back = self.plan.months[0].index - month.index
        return [
            (fact, match)
            for fact in facts
            for match in self.plan.matches(fact.kind, fact.attributes, fact.quantity, month)
            if self.plan.concerns(self.plan.items[match.item].item.classes, self.member.class_on(fact.occurred_on))
            and back <= self.plan.items[match.item].looks_back
        ]

    def of(self, month: Month, facts: Sequence[Fact]) -> list[Hit]:
        """The month's hits in canonical order; months are asked for in order."""
        found = self.matches(month, facts)
        left_out = _duplicates(self.plan, found)
        hits = [self._hit(month, place, fact, match, left_out) for place, (fact, match) in enumerate(found)]
        return self._with_those_in_force(month, hits) if self.in_force else hits

    def _with_those_in_force(self, month: Month, hits: list[Hit]) -> list[Hit]:
        """Earlier facts that count again come first; what only ended a state is no hit."""
        found = [h for h in hits if h.item.number not in self.in_force]
        for number, state in self.in_force.items():
            counting = state.month(month, [h for h in hits if h.item.number == number])
            found += counting if self.member.days_in(month, self.plan.items[number].item.classes) else ()
        return sorted((h for h in found if h.row != LAPSE), key=lambda h: h.fact.order)

    def _hit(self, month: Month, place: int, fact: Fact, match: Match, left_out: set[int]) -> Hit:
        item = self.plan.items[match.item]
        points = 0 if item.is_norm and not item.measured else match.price.points(fact.quantity)
        if match.excuse or place in left_out:
            why = "excuse" if match.excuse else "duplicate"
            return Hit(fact, item, match.row, points, (Cut(why, points),), counts=False)
        before = self._before(month, place, fact, item, points)
        if before is None:
            return Hit(fact, item, match.row, points, (Cut("duplicate", points),), counts=False)
        times = self._times(month, item, fact)
        worth = points if times == POINT else div_round((points - before) * times, POINT) + before
        return Hit(fact, item, match.row, worth, (Cut("duplicate", before),) if before else ())

    def _before(self, month: Month, place: int, fact: Fact, item: PlanItem, points: int) -> int | None:
        """What the fact's key has already given in its span; None when the fact adds nothing to it."""
        dedup = item.dedup
        if dedup is None or dedup.span is Span.MONTH:
            return 0
        key = (item.number, span_start(month, dedup.span), *_key_parts(dedup.by, fact, (month, place)))
        best = self.best.get(key)
        if best is not None and not _outdoes(dedup, points, best):
            return None
        self.best[key] = points
        return best or 0

    def _times(self, month: Month, item: PlanItem, fact: Fact) -> int:
        repeat = item.item.repeat
        if repeat is None:
            return POINT
        key = (item.number, span_start(month, repeat.span), *(fact.attributes.get(part) for part in repeat.by))
        self.seen[key] = self.seen.get(key, 0) + 1
        return next((s.times for s in reversed(repeat.steps) if self.seen[key] >= s.since), POINT)


def _duplicates(plan: Plan, hits: Sequence[tuple[Fact, Match]]) -> set[int]:
    """Places of the hits that a monthly dedup rule leaves out: of each key one stays (the first, or the highest)."""
    kept: dict[tuple[object, ...], int] = {}
    left_out: set[int] = set()
    for place, (fact, match) in enumerate(hits):
        dedup = plan.items[match.item].dedup
        if dedup is None or dedup.span is not Span.MONTH or match.excuse:
            continue
        key = (match.item, *_key_parts(dedup.by, fact, place))
        rival = kept.setdefault(key, place)
        if rival == place:
            continue
        better = _is_better(dedup, match.price.points(fact.quantity), hits[rival])
        left_out.add(rival if better else place)
        if better:
            kept[key] = place
    return left_out


def _is_better(dedup: Dedup, points: int, rival: tuple[Fact, Match]) -> bool:
    fact, match = rival
    return _outdoes(dedup, points, match.price.points(fact.quantity))


def _outdoes(dedup: Dedup, points: int, rival: int) -> bool:
    """Whether points take the place of a rival's."""
    return points > rival if dedup.keep is Keep.HIGHEST else dedup.keep is Keep.LOWEST and points < rival


def _key_parts(by: Sequence[str], fact: Fact, place: object) -> Iterator[object]:
    for part in by:
        if part == "event":
            yield fact.event or place  # a fact without an event is its own event, even beside an equal one
        elif part == "day":
            yield fact.occurred_on
        elif part != "item":
            yield fact.attributes.get(part)
