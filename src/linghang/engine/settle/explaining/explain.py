"""In words: how one member's total came about, why it differs from last month, and what would reach the next band.

Everything is read from the reference's lines and plain grades. What is said about the next band is proved: the facts it
speaks of are added and the member is settled again, with everybody whom that moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.explaining.classes import ClassSpan, classes_in
from linghang.engine.settle.explaining.next_band import NextBand as NextBand
from linghang.engine.settle.explaining.next_band import needs_others, next_band
from linghang.engine.settle.explaining.others import Others
from linghang.engine.settle.explaining.words import clause as clause
from linghang.engine.settle.explaining.words import cut_words as cut_words
from linghang.engine.settle.explaining.words import line_words as line_words
from linghang.engine.settle.explaining.words import to_text as to_text
from linghang.engine.settle.lines import STATE_WORDS, Line, State
from linghang.engine.settle.plainly.around import Standing
from linghang.engine.settle.plainly.liability import Tie
from linghang.engine.settle.plainly.reference import MemberResult


@dataclass(frozen=True)
class Explanation:
    """One member's month, ready to be printed or shown.

    `standings` says of items that hold members against each other where this one stands, `classes` by which classes the
    month was settled, where that matters.
    """

    member: Member
    period: Month
    state: State
    total: int | None
    sentence: str
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    grades: tuple[NextBand, ...]
    standings: Mapping[str, Standing] = field(default_factory=dict)
    classes: tuple[ClassSpan, ...] = ()


def explain(
    plan: Plan,
    member: Member,
    facts: Iterable[Fact],
    period: Month,
    closed: frozenset[tuple[str, Month]],
    *,
    prove: bool = True,
    ties: Iterable[Tie] | None = None,
    others: Others | None = None,
) -> Explanation:
    """Explain one member's month; `facts` may hold other members' too, as they were recorded.

    `others` (then `facts` and `ties` are read from there) are needed where members are held against each other, and for
    grades with places: without them those grades are left out. Where facts count for whoever is responsible, `ties`
    says who that is. ValueError when a plan needs what is not given. `prove=False` leaves out the ways to the next
    band, which cost many settlements.
    """
    alone = others is None
    if others is None:
        others = _alone(plan, member, facts, closed, ties)
    result = others.result(member)
    total = result.months[period][1] if period in result.months else None
    titles = {i.id: i.title for i in plan.items}
    grades = [g for g in plan.grades if total is not None and not (alone and needs_others(g))]
    found = [next_band(others, grade, member, period, prove=prove) for grade in grades]
    return Explanation(
        member=member,
        period=period,
        state=result.states[period],
        total=total,
        sentence=_sentence(plan, result, period),
        lines=tuple(line for line in result.lines if line.month == period),
        unknown=tuple(titles[i] for m, i in result.unknown if m == period),
        grades=tuple(grade for grade in found if grade),
        standings=_standings(others, member, period),
        classes=classes_in(plan, member, period),
    )


def _alone(
    plan: Plan,
    member: Member,
    facts: Iterable[Fact],
    closed: frozenset[tuple[str, Month]],
    ties: Iterable[Tie] | None,
) -> Others:
    """Only the member himself, where that is enough."""
    if plan.looks_around:
        raise ValueError("this scheme holds members against each other: give the others")
    if plan.through and ties is None:
        raise ValueError("facts count for whoever is responsible: give the ties, none as an empty list")
    known = facts if plan.through else [f for f in facts if f.subject == member.code]
    return Others(plan, Roster([member]), known, closed, ties or ())


def _standings(others: Others, member: Member, period: Month) -> dict[str, Standing]:
    plan, number = others.plan, others.plan.month_number(period)
    told = {i.id: others.around.standings.get((member.code, i.number, number)) for i in plan.items if i.stands}
    return {item: standing for item, standing in told.items() if standing}


# --- why different from last month -----------------------------------------------------------------------------------


def _sentence(plan: Plan, result: MemberResult, period: Month) -> str:
    """'3月得 86.00 分,比2月少 5.50: 参加组织生活 −3.50,志愿服务每月至少1次 −2.00'"""
    if period not in result.months:
        return f"{period.month}月{STATE_WORDS[result.states[period]]}：本月没有一天在评分范围内。"
    total = result.months[period][1]
    words = f"{period.month}月得 {format_points(total)} 分"
    before = period + -1
    if before not in result.months:
        return words + "。"
    difference = total - result.months[before][1]
    if not difference:
        return f"{words}，和{before.month}月相同。"
    more = "多" if difference > 0 else "少"
    then, now = ([line for line in result.lines if line.month == month] for month in (before, period))
    parts = [f"{title} {format_points(change, sign=True)}" for title, change in changes(plan, then, now)]
    return f"{words}，比{before.month}月{more} {format_points(abs(difference))}：{'，'.join(parts)}。"


def changes(plan: Plan, before: Iterable[Line], lines: Iterable[Line]) -> list[tuple[str, int]]:
    """(item or full mark, change of what counted), largest first; they add up to the difference of the totals."""
    titles = {i.id: i.title for i in plan.items}
    sums: dict[str, int] = {}
    for sign, line in [*((-1, b) for b in before), *((1, x) for x in lines)]:
        title = titles[line.item] if line.item and not (line.effect or line.carried) else line_words(plan, line)
        sums[title] = sums.get(title, 0) + sign * line.counted
    return sorted(((t, c) for t, c in sums.items() if c), key=lambda tc: (-abs(tc[1]), tc[0]))
