"""Whom facts that came or went concern: one fact moves its own subject, and further only where members are compared.

A place or a mean moves the whole group that is compared, a quota moves the grades of its group, and nothing but those.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from linghang.engine.facts import Fact
from linghang.engine.packs.mechanism_model import Within
from linghang.engine.packs.standing_model import Against
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan, PlanItem
from linghang.engine.settle.plainly.liability import Tie, count_for_responsible


class Reach(StrEnum):
    """How far a fact can reach beyond its own subject."""

    ALONE = "alone"
    ORGANISATION = "organisation"
    ALL = "all"


@dataclass(frozen=True)
class Affected:
    """Whom some facts concern, by code.

    touched   whose own facts they are
    compared  item number → everybody of the groups in which a place or a mean may move
    graded    whose grades may move: the subjects, and everybody of their groups where a quota counts
    """

    touched: frozenset[str]
    compared: Mapping[int, frozenset[str]] = field(default_factory=dict)
    graded: frozenset[str] = frozenset()

    @property
    def subjects(self) -> frozenset[str]:
        """Whose points may change."""
        return self.touched.union(*self.compared.values())


def circle(item: PlanItem) -> Within | None:
    """Among whom an item compares members; None where nobody else's facts matter (last year's are one's own)."""
    if item.places:
        return item.places.ranking.within
    if item.comparison and item.comparison.versus.against is not Against.LAST_YEAR:
        return item.comparison.versus.within
    return None


def reach(plan: Plan, *, grades: bool = True) -> Reach:
    """Who has to be settled together, at most, so that one member's points, and his grades, are right."""
    circles = {circle(i) for i in plan.items} | (_quotas(plan) if grades else set())
    if Within.ALL in circles:
        return Reach.ALL
    sized = any(i.item.group_size for i in plan.items)
    return Reach.ORGANISATION if sized or Within.ORGANISATION in circles else Reach.ALONE


def affected(
    plan: Plan, roster: Roster, changed: Iterable[Fact], ties: Iterable[Tie] = (), *, before: Roster | None = None
) -> Affected:
    """Whom facts that came or went concern; a reversal stands for a fact of its kind.

    Facts that the plan does not look at, and those of other people, concern nobody. With the roster as it was `before`,
    also whom a row concerns that says something else now: another class, other days; of the same people and places.
    """
    seen = [f for f in changed if f.kind in plan.kinds and _in_time(plan, f)]
    known = count_for_responsible(plan, _without_reversals(seen), ties) if plan.through else seen
    facts = [f for f in known if f.subject in roster]
    moved = {m.code for m in roster if before is not None and before[m.code] != m}
    touched = frozenset(f.subject for f in facts) | moved
    if moved and any(i.item.group_size for i in plan.items):
        touched |= _groups(roster, moved, Within.ORGANISATION)
    compared: dict[int, frozenset[str]] = {}
    for item in plan.items:
        within = circle(item)
        who = {f.subject for f in facts if f.kind in item.item.kinds} if within else set()
        who |= moved if within else set()
        who = {c for c in who if _ever(item, roster[c]) or (before is not None and _ever(item, before[c]))}
        if within and who:
            group = _groups(roster, who, within)
            compared[item.number] = frozenset(c for c in group if _ever(item, roster[c]))
    subjects = touched.union(*compared.values())
    graded = (_groups(roster, subjects, within) for within in _quotas(plan))
    return Affected(touched, compared, subjects.union(*graded))


def _ever(item: PlanItem, member: Member) -> bool:
    """Whether the item is for the member on some day."""
    return not item.item.classes or any(word in item.item.classes for word, _ in member.classes)


def _quotas(plan: Plan) -> set[Within | None]:
    """Among whom places of grades are counted."""
    return {band.top.within for grade in plan.grades for band in grade.bands if band.top}


def _in_time(plan: Plan, fact: Fact) -> bool:
    return plan.reads_from.first <= fact.occurred_on <= plan.months[-1].last


def _without_reversals(facts: Iterable[Fact]) -> list[Fact]:
    """A reversal as a fact of its own: it moves whomever the cancelled one had moved."""
    return [replace(f, reverses="") for f in facts]


def _groups(roster: Roster, codes: Collection[str], within: Within | None) -> frozenset[str]:
    """Everybody of the groups of these members."""
    if within is Within.ALL:
        return frozenset(m.code for m in roster) if codes else frozenset()
    places = {roster[c].organisation for c in codes}
    return frozenset(m.code for m in roster if m.organisation in places)


def settled_together(plan: Plan, roster: Roster, codes: Collection[str], *, grades: bool = True) -> frozenset[str]:
    """Who has to be settled with these members, themselves included, so that theirs comes out as in the full run.

    Without `grades` their points are enough.
    """
    how_far = read_together(plan, grades=grades)
    if how_far is Reach.ALL:
        return frozenset(m.code for m in roster)
    return frozenset(codes) if how_far is Reach.ALONE else _groups(roster, codes, Within.ORGANISATION)


def read_together(*plans: Plan, grades: bool = True) -> Reach:
    """Who has to be read with a member whose months go by these plans: the widest `reach` of theirs.

    Everybody where an item waits until all have closed, though it may compare nobody with others.
    """
    if any(i.comparison and i.comparison.versus.within is Within.ALL for plan in plans for i in plan.items):
        return Reach.ALL
    return max((reach(plan, grades=grades) for plan in plans), key=list(Reach).index)
