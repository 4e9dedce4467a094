"""Who changes because of which rule: shares and what rules do only together add up for every subject."""

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.packs.model import Amount, Constant, DatedValue, Limit, Pack, Parameter, Row
from linghang.engine.periods import Month, Span
from linghang.engine.settle.attribute import TOGETHER, Attributed, attribute, rule_changes
from linghang.engine.settle.compare import compare
from linghang.engine.settle.run import settle
from tests.engine.small import item, member, norm, pack_of, request, serve
from tests.laws.effort import trying
from tests.laws.further_worlds import further_worlds
from tests.laws.worlds import POINTS, World, chance, make_limits, title, worlds

MARCH = Month(2026, 3)
DAYS = [date(2026, 3, day) for day in (2, 3, 4)]


def changed(random: Random, pack: Pack) -> Pack:
    """Another version: some prices, limits, full marks, a parameter; an item gone or new."""
    scheme = pack.schemes["s"]
    plain = {i.id for i in scheme.items if not i.accumulate}
    items = [
        replace(i, limits=make_limits(random)) if i.id in plain and chance(random, 0.3) else i for i in scheme.items
    ]
    fixed = (Row((), Constant(Amount(random.choice(POINTS)))),)
    items = [replace(i, rows=fixed) if not (i.norm or i.accumulate) and chance(random, 0.3) else i for i in items]
    if chance(random, 0.3):
        items.append(replace(item("new"), category=scheme.categories[0].id))
    categories = [
        replace(c, base=Amount(random.choice((0, 200)))) if chance(random, 0.3) else c for c in scheme.categories
    ]
    total = make_limits(random, 6) if chance(random, 0.5) else scheme.total_limits
    numbers = {
        key: replace(p, values=tuple(replace(v, value=random.choice(POINTS)) for v in p.values)) if key == "p" else p
        for key, p in pack.parameters.items()
    }
    new = replace(scheme, items=tuple(items), categories=tuple(categories), total_limits=total)
    return replace(pack, schemes={"s": new}, parameters=numbers)


def adds_up(world: World, seed: int) -> None:
    new = changed(Random(seed), world.pack)
    found = {a.member.code: a for a in attribute(world.request, new, world.facts)}
    before, after = settle(world.request, world.facts), settle(replace(world.request, pack=new), world.facts)
    parts = {c.member.code: c for c in compare(before, after).changed}
    for member_ in world.roster:
        totals = [s.month_total(member_.code, world.period) for s in (before, after)]
        if totals[0] == totals[1]:
            assert member_.code not in found
            continue
        told = found[member_.code]
        assert [told.before, told.after] == totals
        assert sum(share.points for share in told.shares) == told.difference
        assert sum(part.difference for part in parts[member_.code].parts) == told.difference


@trying(25)
@given(worlds(), st.integers(0, 2**32))
def test_shares_add_up_to_the_difference(world: World, seed: int) -> None:
    adds_up(world, seed)


@trying(15)
@given(further_worlds(), st.integers(0, 2**32))
def test_they_do_with_every_further_mechanism(world: World, seed: int) -> None:
    adds_up(world, seed)


# --- by hand -----------------------------------------------------------------------------------------------


def attributed(old: Pack, new: Pack) -> dict[str, Attributed]:
    facts = [serve(day, n) for n, day in enumerate(DAYS)]
    return {a.member.code: a for a in attribute(request(old, member("m"), member("n"), period=MARCH), new, facts)}


def said(old: Pack, new: Pack) -> dict[str, int]:
    return {share.title: share.points for share in attributed(old, new)["m"].shares}


def test_one_change_is_the_whole_difference() -> None:
    assert said(pack_of(item(points=100)), pack_of(item(points=150))) == {"i": 150}


def test_two_changes_that_do_not_meet_have_nothing_together() -> None:
    old, new = pack_of(item(points=100), norm()), pack_of(item(points=150), norm(), base=300)
    assert said(old, new) == {"i": 150, "类": 300}
    assert [a.difference for a in attributed(old, new).values()] == [450, 300]


def test_what_two_changes_do_only_together_is_said_as_such() -> None:
    cap = {"total_limits": {Span.MONTH: Limit(cap=Amount(400))}}
    old = pack_of(item("a"), item("b"), **cap)  # 3 + 3, of which 4 count
    new = pack_of(item("a", points=0), item("b", points=0), **cap)
    assert said(old, new) == {"a": -100, "b": -100, TOGETHER: -200}


def test_new_and_gone_items_are_named_as_that() -> None:
    assert said(pack_of(item("a")), pack_of(item("b", points=50))) == {"新增 b": 150, "删去 a": -300}


def test_a_parameter_is_one_change_however_many_items_use_it() -> None:
    def pack(value: int, source: str = "示例") -> Pack:
        priced = (Row((), Constant(Amount(parameter="p"))),)
        dated = (DatedValue(Month(2026, 1), value, source, "invented"),)
        parameter = Parameter("p", title("每次"), "分", dated)
        return pack_of(item("a", rows=priced), item("b", rows=priced), parameters=[parameter])

    assert said(pack(100), pack(120)) == {"每次": 120}
    assert rule_changes(pack(100), pack(100, "另一处"), "s") == []


def test_words_alone_change_nobody() -> None:
    old = pack_of(item())
    new = pack_of(replace(item(), title=title("另一个名字"), clause="第二条"))
    assert rule_changes(old, new, "s") == []
    assert attributed(old, new) == {}
