"""What looks beyond the fact at hand, put onto generated items: validity, places, comparisons, conditions, years."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Ties, Within
from linghang.engine.packs.model import Amount, Constant, Item, ItemCount, Limit, Rate, Scheme, Selection
from linghang.engine.packs.standing_model import (
    Absent,
    Against,
    Gap,
    GroupSize,
    Order,
    Ranking,
    RankStep,
    Renew,
    Slope,
    Validity,
    Versus,
)
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from tests.laws.worlds import POINTS, chance, title


def counting(random: Random, item: Item) -> Item:
    """The item with rows that count: constants and rates that are not negative."""
    counts = (Constant(Amount(100)), Constant(Amount(250)), Rate(Amount(100), UNIT), Rate(Amount(33), UNIT // 2))
    rows = tuple(replace(r, price=random.choice(counts)) if r.price else r for r in item.rows)
    return replace(item, rows=rows)


def ranked(random: Random, item: Item) -> Item:
    def steps() -> tuple[RankStep, ...]:
        ends = ((1, False), (2, False), (3000, True), (5000, True), (10_000, True))
        chosen = random.sample(ends, random.randint(0, 2))
        return tuple(RankStep(to, is_share, Amount(random.choice(POINTS))) for to, is_share in chosen)

    made = Ranking(
        random.choice(list(Span)), random.choice(list(Ties)), steps(), steps(), random.choice(list(Within)),
        random.choice(list(Order)), random.choice((Absent.OUT, Absent.ZERO)), random.randint(1, 3),
    )  # fmt: skip
    return replace(counting(random, item), rank=made)


def compared(random: Random, item: Item) -> Item:
    def slope() -> Slope | None:
        made = Slope(random.choice((1, 33, 100, 1000)), Amount(random.choice(POINTS)), chance(random, 0.5))
        return made if chance(random, 0.7) else None

    against = random.choice((Against.MEAN, Against.LAST_YEAR))
    missing = (Absent.OUT, Absent.ZERO) if against is Against.LAST_YEAR else tuple(Absent)
    made = Versus(
        random.choice(list(Span)), against, slope(), slope(),
        Amount(random.choice(POINTS)) if chance(random, 0.3) else None, random.choice(list(Gap)),
        random.choice(list(Within)), random.choice(missing), random.randint(1, 2), chance(random, 0.3),
    )  # fmt: skip
    return replace(counting(random, item), versus=made)


def standing(random: Random, item: Item) -> Item:
    """In force for a while; only facts that add up may be duplicates."""
    renew = random.choice(list(Renew))
    made = Validity(random.choice((1, 2, 3, 5, 12, 14)), random.choice(list(Span)), renew)
    return replace(item, valid=made, dedup=item.dedup if renew is Renew.ADD else None)


BEYOND: tuple[Callable[[Random, Item], Item], ...] = (ranked, compared, standing, standing)


def conditioned(random: Random, items: Sequence[Item]) -> tuple[Item, ...]:
    """Some items count only in some months: by the size of the group, or by what another item counted."""
    told = [i.id for i in items if not (i.norm or i.average or i.rank or i.versus)]
    found = []
    for item in items:
        if not (item.rank or item.versus or (item.average and item.average.drop)) and chance(random, 0.2):
            low = random.randint(0, 2)
            below = low + random.randint(1, 3) if chance(random, 0.5) else None
            item = replace(item, group_size=GroupSize(low, below))
        others = [i for i in told if i != item.id and not any(o.id == i and (o.given or o.unless) for o in found)]
        if others and not (item.rank or item.versus) and chance(random, 0.2):
            item = replace(item, **{random.choice(("given", "unless")): random.choice(others)})
            told = [i for i in told if i != item.id]
        found.append(item)
    named = {i.given or i.unless for i in found}
    return tuple(replace(i, given="", unless="") if i.id in named else i for i in found)


def carrying(random: Random, limits: Mapping[Span, Limit]) -> dict[Span, Limit]:
    """The shortest limit of a node lets something over, now and then."""
    found = dict(limits)
    for span in (Span.MONTH, Span.QUARTER):
        if span in found:
            if found[span].cap and chance(random, 0.4):
                found[span] = replace(found[span], carry=random.choice((10_000, 5000, 3333)))
            break
    return found


def with_carry(random: Random, scheme: Scheme) -> Scheme:
    items = tuple(i if i.accumulate else replace(i, limits=carrying(random, i.limits)) for i in scheme.items)
    categories = tuple(replace(c, limits=carrying(random, c.limits)) for c in scheme.categories)
    joints = tuple(replace(j, limits=carrying(random, j.limits)) for j in scheme.joints)
    total = carrying(random, scheme.total_limits)
    return replace(scheme, items=items, categories=categories, joints=joints, total_limits=total)


def with_years(random: Random, scheme: Scheme) -> Scheme:
    """Norms and lists that look at several years."""
    items = tuple(
        replace(i, norm=replace(i.norm, span=Span.YEAR, years=random.randint(2, 3)))
        if i.norm and chance(random, 0.3)
        else i
        for i in scheme.items
    )
    plain = [i.id for i in items if not (i.norm or i.average or i.rank or i.versus or i.valid)]
    lists = scheme.selections
    if plain and chance(random, 0.5):
        wanted = ItemCount(random.choice(plain), random.randint(1, 6), random.randint(2, 3))
        lists = (*lists, Selection("years", title("几年"), (wanted,)))
    return replace(scheme, items=items, selections=lists)


def earlier_facts(random: Random, facts: Sequence[Fact]) -> list[Fact]:
    """Some of the facts once more, up to two and a half years before."""
    found = []
    for fact in facts:
        if not fact.reverses and chance(random, 0.5):
            month = Month.of(fact.occurred_on) + -random.randint(1, 30)
            if month.year < fact.occurred_on.year:
                day = min(fact.occurred_on.day, month.days)
                found.append(replace(fact, occurred_on=month.first.replace(day=day)))
    return found
