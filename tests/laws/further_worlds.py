"""Worlds whose schemes use every further mechanism: the generated worlds, with mechanisms put onto their items."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from linghang.engine.packs.check_standing import is_by_fact
from linghang.engine.packs.condition_model import AllOf, AnyOf, Condition, Not
from linghang.engine.packs.grade_model import ClassLine
from linghang.engine.packs.mechanism_model import (
    Accumulation,
    Again,
    Average,
    Beyond,
    Counts,
    Effect,
    Fall,
    Fold,
    Joint,
    LastYear,
    Missing,
    Part,
    Reached,
    Repeat,
    Share,
    Step,
    Take,
    Ties,
    Top,
    Trigger,
    Within,
)
from linghang.engine.packs.model import (
    KIND,
    Amount,
    Comparison,
    Constant,
    Dedup,
    Grade,
    Item,
    Keep,
    Limit,
    Measure,
    Need,
    Norm,
    Row,
    Scheme,
    Test,
)
from linghang.engine.packs.standing_model import Renew
from linghang.engine.periods import Month, Span
from linghang.engine.points import UNIT
from linghang.engine.roster import Balance, ClassChange, Member, Roster
from tests.laws.beyond_worlds import BEYOND, conditioned, earlier_facts, with_carry, with_years
from tests.laws.later_words import with_later_words
from tests.laws.worlds import KINDS as KINDS
from tests.laws.worlds import POINTS, YEAR, World, chance, make_day, make_limits, make_tests, make_world, title

CLASSES = ("骨干", "流动")


def beyond(random: Random, item: Item) -> Item:
    """Rates that begin above or below a pivot, some with a base."""
    price = Beyond(
        Amount(random.choice(POINTS)), random.choice((0, UNIT, 2 * UNIT, 15000)), random.choice((UNIT, UNIT // 2)),
        chance(random, 0.5), chance(random, 0.5), Amount(random.choice(POINTS)) if chance(random, 0.5) else None,
    )  # fmt: skip
    return replace(item, rows=tuple(replace(r, price=price) if r.price else r for r in item.rows))


def factors(random: Random, item: Item) -> Item:
    kind = KINDS[random.choice(item.kinds)]
    rows = tuple(Row(make_tests(random, kind), Constant(Amount(n)), kind=kind.id) for n in (150, 200, 33))
    return replace(item, factors=rows)


def accumulate(random: Random, item: Item) -> Item:
    rows = tuple(
        replace(r, price=Constant(Amount(random.choice((100, 100, 50, 200))))) if r.price else r for r in item.rows
    )
    steps = tuple(Step(at, Amount(random.choice(POINTS))) for at in sorted(random.sample((100, 200, 300, 500), 2)))
    more = Amount(random.choice(POINTS)) if chance(random, 0.5) else None
    made = Accumulation(
        random.choice(list(Span)), steps if chance(random, 0.8) or not more else (), 200 if more else 0, more
    )
    return replace(item, rows=rows, accumulate=made)


def average(random: Random, item: Item) -> Item:
    told = Average(
        random.randint(1, 2), random.choice((UNIT, 3000, 3333)), random.choice((Span.MONTH, *Span)),
        random.choice((0, 0, 1, 2)),
    )  # fmt: skip
    return replace(item, average=told)


def share(random: Random, item: Item) -> Item:
    """The mean of counts between 0 and 1, priced by steps, by what is short of a mark, or both."""
    rows = tuple(replace(r, price=Constant(Amount(random.choice((0, 50, 100))))) if r.price else r for r in item.rows)
    steps = tuple(Step(at, Amount(random.choice(POINTS))) for at in sorted(random.sample((3333, 5000, 6667, 10000), 2)))
    fall = Fall(random.choice((5000, 9000, 10000)), random.choice((100, 1000)), Amount(-10), chance(random, 0.5))
    below = fall if chance(random, 0.7) else None
    told = Share(
        random.choice(list(Span)), steps if chance(random, 0.7) or not below else (), below, random.randint(1, 2)
    )
    return replace(item, rows=rows, share=told)


def repeat(random: Random, item: Item) -> Item:
    since, times, span = random.randint(2, 3), random.choice((200, 150, 50)), random.choice(list(Span))
    known = sorted({a for k in item.kinds for a in KINDS[k].attributes})
    by = (random.choice(known),) if known and chance(random, 0.5) else ()
    later = (Again(since + random.randint(1, 2), random.choice((300, 33))),) if chance(random, 0.5) else ()
    return replace(item, repeat=Repeat(since, times, span, by, later))


def over_span(random: Random, item: Item) -> Item:
    by = random.choice((("item",), ("event",), ("event", "item"), ("day",)))
    keep, span = random.choice((Keep.FIRST, Keep.HIGHEST)), random.choice((Span.QUARTER, Span.YEAR))
    return replace(item, dedup=Dedup(by, keep, span))


def classes(random: Random, item: Item) -> Item:
    return replace(item, classes=(random.choice(CLASSES),))


def nothing(_random: Random, item: Item) -> Item:
    return item


MECHANISMS: tuple[Callable[[Random, Item], Item], ...] = (
    beyond, factors, accumulate, average, share, repeat, over_span, classes, nothing,
)  # fmt: skip


def make_norm(random: Random, item: Item) -> Item:
    """A norm over a longer span, by quantity, or with points for who meets it."""
    assert item.norm
    met = Amount(random.choice((0, 50, 200))) if chance(random, 0.5) else None
    norm = Norm(item.norm.at_least, item.norm.short, random.choice(list(Span)), random.choice(list(Measure)), met)
    return replace(item, norm=norm)


def further(random: Random, item: Item) -> Item:
    if item.norm:
        return make_norm(random, item)
    made = random.choice((*MECHANISMS, *BEYOND))(random, item)
    if chance(random, 0.3) and not made.accumulate:
        made = random.choice((classes, over_span))(random, made)
    made = made if chance(random, 0.8) else replace(made, dedup=Dedup(("event",), Keep.HIGHEST))
    renewed = made.valid and made.valid.renew is not Renew.ADD
    return replace(made, dedup=None) if renewed else made


def make_joints(random: Random, items: Sequence[Item]) -> tuple[Joint, ...]:
    first = items[0]
    together = [i.id for i in items if i.category == first.category]
    if len(together) < 2 or chance(random, 0.4):
        return ()
    limits = make_limits(random, 2) or {Span.MONTH: Limit(None, Amount(100))}
    return (Joint("j", title("合并"), tuple(together[:3]), limits),)


def make_effect(random: Random, number: int, scheme: Scheme) -> Effect:
    triggers = [i.id for i in scheme.items if is_by_fact(i)]
    when = Trigger(random.choice(triggers), random.randint(1, 3))
    span = random.choice(list(Span))
    what = random.choice(("item", "category", "total", "grade", "bars"))
    more: dict[str, Any] = {}
    if what == "grade":
        more = {"grade": "g", random.choice(("at_most", "at_least", "exactly")): random.choice(("b0", "b1", "b2"))}
    elif what == "bars":
        more = {"bars": ("best",)}
    else:
        nodes = {"item": scheme.items, "category": scheme.categories}
        more = {"zeroes": random.choice(nodes[what]).id if what in nodes else "total"}
    return Effect(f"e{number}", title("后果"), "第九条", when, span, **more)


def make_scheme(random: Random, scheme: Scheme) -> Scheme:
    items = tuple(further(random, i) for i in scheme.items)
    counts = (Counts.INSIDE, Counts.INSIDE, Counts.OUTSIDE, Counts.APART)
    categories = tuple(
        replace(
            c,
            counts=random.choice(counts),
            base_span=random.choice((Span.MONTH, *Span)),
            classes=(CLASSES[0],) if chance(random, 0.15) else (),
        )
        for c in scheme.categories
    )
    made = replace(scheme, items=items, categories=categories, joints=make_joints(random, items))
    made = with_years(random, with_carry(random, replace(made, items=conditioned(random, made.items))))
    by_fact = [i for i in made.items if is_by_fact(i)]
    made = with_last_year(random, made)
    effects = tuple(make_effect(random, n, made) for n in range(random.randint(0, 3) if by_fact else 0))
    return replace(made, effects=effects, grades=tuple(make_grade(random, made, g) for g in made.grades))


def make_grade(random: Random, scheme: Scheme, grade):
    if chance(random, 0.5):
        weights = random.choice(((8000, 2000), (7000, 3000), (5000, 5000)))
        of = ((), (scheme.categories[0].id,))
        parts = tuple(
            Part(f"p{n}", title("部分"), of[n], w, random.choice(list(Fold)), random.choice(list(Missing)))
            for n, w in enumerate(weights)
        )
        grade = replace(grade, parts=parts)
    if chance(random, 0.3):
        grade = replace(grade, bands=(replace(grade.bands[0], needs=(make_need(random, scheme),)), *grade.bands[1:]))
    if chance(random, 0.5):
        top = Top(
            random.choice(list(Ties)), *random.choice(((1, None), (2, None), (None, 3000), (None, 5000))),
            random.choice(list(Within)), random.choice(list(Reached)),
        )  # fmt: skip
        grade = replace(grade, bands=(replace(grade.bands[0], top=top), *grade.bands[1:]))
    return grade


def with_classes(random: Random, grade: Grade) -> Grade:
    """Grades that ask for classes: who is graded, thresholds of their own, places among one's own class."""
    first, *rest = grade.bands
    if chance(random, 0.2):
        grade = replace(grade, classes=(random.choice(CLASSES), ""))
    if first.at_least and chance(random, 0.3):
        line = ClassLine((random.choice(CLASSES),), Amount(first.at_least.value + random.choice((0, 50, 300))))
        first = replace(first, by_class=(line,))
    if first.top and chance(random, 0.4):
        first = replace(first, top=replace(first.top, same_class=True))
    return replace(grade, bands=(first, *rest))


def with_marks(random: Random, grade: Grade) -> Grade:
    """Parts of another full mark, and one beside the weights."""
    if not grade.parts:
        return grade
    parts = [replace(p, full=random.choice((10_000, 12_000, 3000, 3333))) for p in grade.parts]
    if chance(random, 0.5):
        parts.append(replace(parts[-1], id="beside", added=True, weight=UNIT, missing=Missing.ZERO))
    return replace(grade, parts=tuple(parts))


def make_need(random: Random, scheme: Scheme) -> Need:
    by_fact = [i.id for i in scheme.items if is_by_fact(i)]
    if by_fact and chance(random, 0.5):
        return Need(item=random.choice(by_fact), facts=random.randint(1, 3))
    return Need(category=random.choice(scheme.categories).id, at_least=Amount(random.choice(POINTS)))


def with_last_year(random: Random, scheme: Scheme) -> Scheme:
    """Now and then an item that last year gives."""
    if chance(random, 0.7):
        return scheme
    nodes = ("total", *(c.id for c in scheme.categories))
    told = LastYear(
        random.choice(nodes), random.choice(list(Take)), Amount(random.choice((0, 300))),
        random.choice((UNIT, 5000, 3333)), Amount(200) if chance(random, 0.5) else None,
    )  # fmt: skip
    made = Item(
        "before", title("上年"), "第十条", random.choice(scheme.categories).id, (), (), make_limits(random, 2),
        last_year=told,
    )  # fmt: skip
    return replace(scheme, items=(*scheme.items, made))


def with_balance(random: Random, member: Member, scheme: Scheme) -> Member:
    """What last year left, or that it is not known yet."""
    if not any(i.last_year for i in scheme.items) or chance(random, 0.2):
        return member
    nodes = ("total", *(c.id for c in scheme.categories))
    left = tuple((node, random.choice((0, 299, 301, 1000)), random.choice((0, 150, 500))) for node in nodes)
    return replace(member, brought=Balance(left if chance(random, 0.8) else ()))


def with_changes(random: Random, member: Member, period: Month) -> Member:
    """Another class from some days on, now and then one that is not scored, or on a day on which he is no member."""
    if not chance(random, 0.35):
        return member
    words, count = ("", *CLASSES, CLASSES[0], "免评类"), random.randint(1, 3)
    changes = tuple(ClassChange(make_day(random, period), random.choice(words)) for _ in range(count))
    if chance(random, 0.2):
        changes = (ClassChange(date(YEAR - 1, random.randint(1, 12), 17), random.choice(words)), *changes)
    return replace(member, class_changes=changes)


def norm_of_class(random: Random, item: Item) -> Item:
    """Some norms are for one class only."""
    return classes(random, item) if item.norm and chance(random, 0.5) else item


def make_condition(random: Random, item: Item, depth: int = 2) -> Condition:
    """A condition in one line: tests of the item's kinds, joined by 且, 或 and 非."""
    shape = random.choice(("test", "all", "any", "not")) if depth else "test"
    if shape == "not":
        return Not(make_condition(random, item, depth - 1))
    if shape != "test":
        join = AllOf if shape == "all" else AnyOf
        return join(tuple(make_condition(random, item, depth - 1) for _ in range(2)))
    kind = random.choice(item.kinds)
    tests = make_tests(random, KINDS[kind]) if chance(random, 0.7) else ()
    return random.choice(tests or (Test(KIND, Comparison.ONE_OF, (kind,)),))


def with_lines(random: Random, item: Item) -> Item:
    """Some rows ask something in one line beside their cells."""
    if not chance(random, 0.4):
        return item
    told = (replace(r, condition=make_condition(random, item)) if chance(random, 0.6) else r for r in item.rows)
    return replace(item, rows=tuple(told))


def make_further_world(seed: int, count: int) -> World:
    world = make_world(seed, count)
    random = Random(seed + 1)
    scheme = make_scheme(random, world.pack.schemes["s"])
    members = [m if m.member_class else replace(m, member_class=random.choice(("", *CLASSES))) for m in world.roster]
    changing = Random(seed + 2)
    items = tuple(with_lines(changing, norm_of_class(changing, i)) for i in scheme.items)
    graded = Random(seed + 4)
    grades = tuple(with_classes(graded, with_marks(graded, g)) for g in scheme.grades)
    scheme = with_later_words(Random(seed + 5), replace(scheme, items=items, grades=grades))
    members = [with_changes(changing, m, world.period) for m in members]
    left = Random(seed + 3)
    members = [with_balance(left, m, scheme) for m in members]
    pack, facts = replace(world.pack, schemes={"s": scheme}), (*world.facts, *earlier_facts(random, world.facts))
    return replace(world, pack=pack, roster=Roster(members), facts=facts)


def further_worlds() -> st.SearchStrategy[World]:
    return st.builds(make_further_world, st.integers(0, 2**32), st.integers(0, 60))
