"""The fingerprint of a plan: over what decides a number, written so that what a scheme does not use changes nothing."""

import hashlib
from typing import TYPE_CHECKING

from linghang.engine.packs.content import canonical
from linghang.engine.packs.mechanism_model import Counts
from linghang.engine.packs.model import Measure
from linghang.engine.periods import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linghang.engine.rules.plan import Plan, PlanItem
    from linghang.engine.rules.prices import Bounds


def fingerprint(plan: "Plan") -> str:
    """SHA-256 in hex over the plan's months; equal for plans that settle alike."""
    nodes = [(c.id, c.base, c.bounds) for c in plan.categories]
    items = [(i.id, i.category, i.bounds, i.dedup, i.at_least, i.short) for i in plan.items]
    grades = [(g.id, g.span, g.needs_months, [(b.id, b.at_least) for b in g.bands]) for g in plan.grades]
    who = (sorted(plan.exempt_classes()), plan.pro_rata, plan.needs_closing)
    decided = (plan.attributes, sorted(plan.buckets.items()), plan.epochs, plan.truth)
    parts = [plan.scheme.id, plan.months, nodes, items, plan.total, grades, who, decided, *_mechanisms(plan)]
    content = repr(tuple(parts))
    return hashlib.sha256(content.encode()).hexdigest()


def _mechanisms(plan: "Plan") -> list[object]:
    """What only some schemes have; nothing of the others, so their hashes stay."""
    items = [_further(i) for i in plan.items]
    categories = [(c.counts, c.classes) for c in plan.categories if c.counts is not Counts.INSIDE or c.classes]
    grades = [(g.id, g.parts, [b.top for b in g.bands]) for g in plan.grades if not g.is_plain]
    pivots = [(n, r.match.price.pivot, r.match.price.below) for n, r in enumerate(plan.truth)]
    pivots = [found for found in pivots if any(found[1:])]
    joints = [(j.id, j.items, j.bounds) for j in plan.joints]
    effects = [(e.item, e.node, e.span, e.count, e.effect.grade, e.effect.band, e.effect.bars) for e in plan.effects]
    held = [(e.effect.at_most, e.effect.at_least, e.effect.exactly) for e in plan.effects]
    found: list[object] = [[i for i in items if i], categories, grades, pivots, joints, effects, held]
    moves = [(e.effect.id, e.effect.moves) for e in plan.effects if e.effect.moves]
    found += [["moves", moves]] if moves else []
    carried = [(c.id, c.bounds.carry) for c in plan.categories if c.bounds.carry]
    carried += [(j.id, j.bounds.carry) for j in plan.joints if j.bounds.carry]
    carried += [("", plan.total.carry)] if plan.total.carry else []
    found += [carried] if carried else []
    needs = [(g.id, n, b.needs) for g in plan.grades for n, b in enumerate(g.bands) if b.needs]
    found += [["needs", needs]] if needs else []
    classes = [(g.id, g.classes, [b.by_class for b in g.bands]) for g in plan.grades if g.asks_classes]
    found += [["classes", classes]] if classes else []
    halves = [(name, bounds.half) for name, bounds in _bounds(plan) if bounds.half]
    found += [["half", halves]] if halves else []
    return [canonical(found)] if any(found) else []


def _bounds(plan: "Plan") -> "Iterator[tuple[str, Bounds]]":
    """Every node's limits."""
    yield from ((f"item {i.id}", i.bounds) for i in plan.items)
    yield from ((f"joint {j.id}", j.bounds) for j in plan.joints)
    yield from ((f"category {c.id}", c.bounds) for c in plan.categories)
    yield "total", plan.total


def _beyond(item: "PlanItem") -> tuple[object, ...]:
    """What an item has that looks beyond the fact at hand."""
    of = item.item
    years = of.norm.years if of.norm and of.norm.years > 1 else 0
    most = [("at_most", item.at_most)] if item.at_most is not None else []
    parts: tuple[object, ...] = (of.valid, item.places, item.comparison, of.group_size, of.given, of.unless, years)
    parts += (item.bounds.carry, *(of for of in (item.share, item.brings) if of), *most)
    return parts if any(parts) else ()


def _further(item: "PlanItem") -> tuple[object, ...]:
    """What an item has beyond a table, limits and a monthly norm of facts."""
    of = item.item
    norm = (
        (of.norm.span, of.norm.measure, item.met)
        if of.norm and (of.norm.span, of.norm.measure, of.norm.met) != (Span.MONTH, Measure.COUNT, None)
        else ()
    )
    span = of.dedup.span if of.dedup else Span.MONTH
    longer = "" if span is Span.MONTH else span
    parts = (norm, item.stairs, of.average, of.repeat, of.classes, of.through, longer, *_beyond(item))
    return (item.id, *parts) if any(parts) else ()
