"""Words that came later, put onto generated schemes: at most so many, the heaviest, the best, the last, up and down."""

from dataclasses import replace
from random import Random
from typing import Any

from linghang.engine.packs.mechanism_model import Effect, Fall, Reached, Ties, Top
from linghang.engine.packs.model import Amount, Grade, Item, Keep, Norm, Scheme
from linghang.engine.packs.standing_model import Absent, Against
from linghang.engine.points import UNIT
from tests.laws.worlds import POINTS, chance


def with_later_words(random: Random, scheme: Scheme) -> Scheme:
    """The scheme with some of them, where they fit."""
    items = tuple(_item(random, i) for i in scheme.items)
    grades = tuple(_grade(random, g) for g in scheme.grades)
    return replace(scheme, items=items, grades=grades, effects=tuple(_effect(random, e) for e in scheme.effects))


def _item(random: Random, item: Item) -> Item:
    if not chance(random, 0.4):
        return item
    if item.norm:
        norm = item.norm
        most = Norm(span=norm.span, measure=norm.measure, met=_points(random), years=norm.years, at_most=_few(random))
        return replace(item, norm=most)
    if item.share:
        above = Fall(random.choice((1, 3333, 5000)), random.choice((100, 1000)), _points(random), chance(random, 0.5))
        return replace(item, share=replace(item.share, above=above))
    if item.versus:
        changed: dict[str, Any] = {"proportion": _points(random)}
        if item.versus.against is Against.MEAN and item.versus.missing is not Absent.MEAN and chance(random, 0.6):
            changed |= {"against": Against.BEST, "above": None}
        return replace(item, versus=replace(item.versus, **changed))
    if item.dedup:
        return replace(item, dedup=replace(item.dedup, keep=Keep.LOWEST))
    return item


def _grade(random: Random, grade: Grade) -> Grade:
    """Somebody is in the last band because he is among the last."""
    *higher, last = grade.bands
    if not higher or not chance(random, 0.3):
        return grade
    top = higher[-1].top
    told = {"ties": top.ties, "within": top.within} if top else {"ties": random.choice(list(Ties))}
    but = random.choice(((1, False), (2, False), (1000, True), (3334, True), (9 * UNIT // 10, True)))
    reached = top.with_threshold if top else random.choice(list(Reached))
    changed = replace(higher[-1], top=Top(**told, with_threshold=reached, all_but=but))
    return replace(grade, bands=(*higher[:-1], changed, last))


def _effect(random: Random, effect: Effect) -> Effect:
    if not effect.grade or not chance(random, 0.5):
        return effect
    way = random.choice(("lowers", "raises"))
    return replace(effect, at_most="", at_least="", exactly="", **{way: random.randint(1, 2)})


def _points(random: Random) -> Amount:
    return Amount(random.choice(POINTS))


def _few(random: Random) -> int:
    return random.choice((0, 0, 1, 2, 5))
