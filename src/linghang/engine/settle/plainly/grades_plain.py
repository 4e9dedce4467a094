"""Grades said plainly: parts weighed, places counted and effects applied, one member after the other.

It is the meaning of the rules and the ground of explanations; the set-based grades must equal it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linghang.engine.packs.mechanism_model import HUNDRED, Fold, Missing, Part, Reached, Ties, Top, Within
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.points import UNIT, div_round
from linghang.engine.rules.mechanisms import PlanEffect
from linghang.engine.rules.plan import Plan, PlanGrade, PlanNeed
from linghang.engine.settle.lines import State
from linghang.engine.settle.plainly.reference import MemberResult
from linghang.engine.settle.spans import graded_class, thresholds


@dataclass(frozen=True)
class PartShare:
    """What a part gave: its points in the span, its weight as written and with what missing parts hand on, its worth.

    `months` divides the points of a mean, by months or quarters (1 otherwise); `full` is what counts as a hundred.
    """

    title: str
    points: int
    months: int
    weight: int
    carried: int
    worth: int
    missing: bool
    full: int = HUNDRED


@dataclass(frozen=True)
class Placed:
    """A place in the group as a quota counts it, of so many graded, and how many places the band has."""

    place: int
    size: int
    places: int


@dataclass(frozen=True)
class Graded:
    """A member in a grade's span; `band` is the number of the band (0 = the highest), None when not graded.

    `held` are effects that speak of the grade; none of them lets it be better than band `ceiling`, and some of them
    moved it by so many bands (`moved`, down is positive). `unmet`: for each
    band what it asks for beside the total and is not there. `word` is the class by which he is graded.
    """

    total: int
    parts: tuple[PartShare, ...]
    provisional: bool
    band: int | None
    places: tuple[Placed | None, ...] = ()
    held: tuple[str, ...] = ()
    ceiling: int = 0
    unmet: tuple[tuple[PlanNeed, ...], ...] = ()
    word: str = ""
    moved: int = 0


Results = Mapping[str, MemberResult]
Group = Mapping[str, str]  # code → organisation


def grade_plainly(plan: Plan, grade: PlanGrade, last: Month, results: Results) -> dict[str, Graded]:
    """Everybody who is scored in the span up to `last`; a span that is not over is graded as it stands."""
    summed = {c: summed_up(plan, grade, last, r) for c, r in results.items()}
    found = {c: g for c, g in summed.items() if g is not None}
    groups = {c: results[c].member.organisation for c in found}
    banded = with_bands(plan, grade, last, found, groups)
    return {c: held(plan, grade, last, results[c], g) for c, g in banded.items()}


def summed_up(plan: Plan, grade: PlanGrade, last: Month, result: MemberResult) -> Graded | None:
    """A member's total and parts, before any band; None for who is not scored in the span."""
    months = months_between(span_start(last, grade.span), last)
    scored = [m for m in months if m in result.months]
    if not scored:
        return None
    total = sum(result.months[m][1] for m in scored)
    provisional = any(result.states[m] is State.PROVISIONAL for m in months)
    word = graded_class(plan, grade, last, result.member) if grade.asks_classes else ""
    graded = 0 if len(scored) >= grade.needs_months and plan.concerns(grade.classes, word) else None
    found = Graded(total, (), provisional, graded, unmet=_unmet(plan, grade, months, result), word=word)
    return _weighed(plan, grade, scored, result, found) if grade.parts else found


def _unmet(
    plan: Plan, grade: PlanGrade, months: Sequence[Month], result: MemberResult
) -> tuple[tuple[PlanNeed, ...], ...]:
    """For each band what it asks for beside the total and is not there; () where no band asks for anything."""
    if not any(band.needs for band in grade.bands):
        return ()
    number = plan.month_number(months[0])

    def met(need: PlanNeed) -> bool:
        if need.category:
            sums = (result.categories.get((m, need.category), (0, 0, 0))[2] for m in months)
            return sum(sums) >= need.at_least[number] and any((m, need.category) in result.categories for m in months)
        return sum(result.items.get((m, need.item), (0, 0, 0))[2] for m in months) >= need.facts

    return tuple(tuple(need for need in band.needs if not met(need)) for band in grade.bands)


# --- parts -----------------------------------------------------------------------------------------------------------


def _weighed(plan: Plan, grade: PlanGrade, scored: Sequence[Month], result: MemberResult, plain: Graded) -> Graded:
    """Each part is weighed and rounded once; what hands its weight on makes the others heavier in proportion."""
    told = [_of_part(plan, part, scored, result, plain.total) for part in grade.parts]
    there = [recorded for _, recorded in told]
    gone = [not r and p.missing is Missing.REWEIGHT for p, r in zip(grade.parts, there, strict=True)]
    whole = sum(p.share for p in grade.parts)
    carried = sum(p.share for p, g in zip(grade.parts, gone, strict=True) if not g)
    shares = []
    over = {Fold.SUM: 1, Fold.MEAN: len(scored), Fold.QUARTER_MEAN: len({span_start(m, Span.QUARTER) for m in scored})}
    for part, (points, recorded) in zip(grade.parts, told, strict=True):
        months = over[part.fold]
        weight, upper, lower = part.weight, whole, carried
        if part.added:
            weight, upper, lower = UNIT, 1, 1
        worth = div_round(points * weight * upper, lower * part.full * months) if lower else 0
        heavier = div_round(weight * upper, lower) if lower else 0
        shares.append(PartShare(part.title["zh"], points, months, weight, heavier, worth, not recorded, part.full))
    lacking = any(not r and p.missing is Missing.NOT_GRADED for p, r in zip(grade.parts, there, strict=True))
    band = None if lacking or not carried else plain.band
    return replace(plain, total=sum(s.worth for s in shares), parts=tuple(shares), band=band)


def _of_part(plan: Plan, part: Part, scored: Sequence[Month], result: MemberResult, total: int) -> tuple[int, bool]:
    """What the part's categories gave in the span, and whether anything is recorded for them."""
    if not part.categories:
        return total, True
    items = [i.id for i in plan.items if plan.categories[i.category].id in part.categories]
    sums = [result.categories[m, c] for m in scored for c in part.categories]
    recorded = sum(s[0] for s in sums) + sum((m, i) in result.items for m in scored for i in items)
    return sum(s[2] for s in sums), recorded != 0


# --- bands -----------------------------------------------------------------------------------------------------------


def with_bands(
    plan: Plan, grade: PlanGrade, last: Month, found: Mapping[str, Graded], groups: Group
) -> dict[str, Graded]:
    """Everybody with the first band that is reached: by its threshold, its places, or as it asks for both."""
    lows = {word: [low for _, low in thresholds(plan, grade, last, word)] for word in {g.word for g in found.values()}}
    quotas = [_places(quota, found, groups) for quota in _cumulative(grade)]
    return {code: _with_band(grade, lows[of.word], quotas, code, of) for code, of in found.items()}


def _with_band(
    grade: PlanGrade,
    lows: Sequence[int | None],
    quotas: Sequence[Mapping[str, Placed]],
    code: str,
    of: Graded,
) -> Graded:
    places = tuple(quota.get(code) for quota in quotas)
    if of.band is None:
        return of
    unmet = of.unmet or ((),) * len(grade.bands)
    told = zip(grade.bands, lows, places, unmet, strict=True)
    reached = [not lacking and _reaches(b.top, low, of.total, p) for b, low, p, lacking in told]
    number = reached.index(True) if True in reached else len(reached) - 1
    return replace(of, band=number, places=places)


def _reaches(top: Top | None, low: int | None, total: int, placed: Placed | None) -> bool:
    enough = low is None or total >= low
    if top is None:
        return enough
    first = placed is not None and placed.place <= placed.places
    return enough or first if top.with_threshold is Reached.EITHER else enough and first


@dataclass(frozen=True)
class _Quota:
    top: Top | None
    places: int = 0
    share: int = 0


def _cumulative(grade: PlanGrade) -> list[_Quota]:
    """Each quota adds to those of the higher bands that count among the same members."""
    taken: dict[tuple[Within, bool], tuple[int, int]] = {}
    found = []
    for band in grade.bands:
        if band.top is None:
            found.append(_Quota(None))
            continue
        places, share = taken.get(band.top.circle, (0, 0))
        taken[band.top.circle] = places + (band.top.places or 0), share + (band.top.share or 0)
        found.append(_Quota(band.top, *taken[band.top.circle]))
    return found


def _places(quota: _Quota, found: Mapping[str, Graded], groups: Group) -> dict[str, Placed]:
    """Everybody graded in the order of the totals, in his group; equals share the best place, or the worst."""
    if quota.top is None:
        return {}
    inside, same_class = quota.top.within is Within.ORGANISATION, quota.top.same_class
    members: dict[tuple[str, str], list[str]] = {}
    for code, of in found.items():
        if of.band is not None:
            group = (groups[code] if inside else "", of.word if same_class else "")
            members.setdefault(group, []).append(code)
    placed = {}
    for codes in members.values():
        totals = sorted(-found[c].total for c in codes)
        for code in codes:
            better, as_good = (cut(totals, -found[code].total) for cut in (bisect_left, bisect_right))
            place = better + 1 if quota.top.ties is Ties.ALL else as_good
            placed[code] = Placed(place, len(codes), quota.top.room(len(codes), quota.places, quota.share))
    return placed


# --- effects ---------------------------------------------------------------------------------------------------------


def held(plan: Plan, grade: PlanGrade, last: Month, result: MemberResult, of: Graded) -> Graded:
    """What effects make of the band; a veto is looked at last, so it outweighs a direct grade."""
    if of.band is None:
        return of
    ids, months = [b.id for b in grade.bands], months_between(span_start(last, grade.span), last)
    band, told, ceiling, moved = of.band, [], 0, 0
    for effect in sorted(plan.effects, key=lambda e: e.effect.turn):
        if effect.effect.grade != grade.id or not _holds(plan, effect, months, result):
            continue
        moves = effect.effect.moves
        number = ids.index(effect.effect.band) if effect.effect.band else 0
        told.append(effect.title)
        if moves:
            band, ceiling, moved = band + moves, ceiling + moves, moved + moves
        elif effect.effect.at_most:
            band, ceiling = max(band, number), max(ceiling, number)
        elif effect.effect.at_least:
            band = min(band, number)
        else:
            band = ceiling = number
    band, ceiling = max(0, min(band, len(ids) - 1)), max(0, ceiling)
    return replace(of, band=band, held=tuple(told), ceiling=ceiling, moved=moved)


def _holds(plan: Plan, effect: PlanEffect, months: Sequence[Month], result: MemberResult) -> bool:
    """Whether the effect's item has counted enough, since its span began, in some of the months."""
    item = plan.items[effect.item].id
    for month in months:
        since = months_between(span_start(month, effect.span), month)
        if sum(result.items.get((m, item), (0, 0, 0))[2] for m in since) >= effect.count:
            return True
    return False
