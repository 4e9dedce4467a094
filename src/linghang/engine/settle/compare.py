"""Two settlements of the same people and month held against each other: who changes, by how much, because of what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.results import Settlement

Sums = dict[str, int]
Key = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """What of a difference comes from where: `item`, `base` (a full mark), `limit` of a category or of the total."""

    what: str
    id: str
    title: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Changed:
    """One subject whose month, or grade, is another one; totals in hundredths, None where there is none.

    The parts' differences add up to the difference of the totals. `bands`: (grade, band before, band after).
    """

    member: Member
    before: int | None
    after: int | None
    parts: tuple[Part, ...]
    bands: tuple[tuple[str, str, str], ...] = ()

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Comparison:
    """Everybody who changes, the largest change first, and how many stay as they are."""

    period: Month
    old: str
    new: str
    changed: tuple[Changed, ...]
    unchanged: int


def compare(old: Settlement, new: Settlement) -> Comparison:
    """Hold two settlements of one roster and month against each other; ValueError when they are not of the same."""
    if old.period != new.period or [m.code for m in old.roster] != [m.code for m in new.roster]:
        raise ValueError("两次核算的月份或人员不同，不能比较")
    before, after = _Side(old), _Side(new)
    found = [
        change
        for subject, member in enumerate(new.roster)
        if (change := _changed(subject, member, before, after)) is not None
    ]
    ordered = sorted(found, key=lambda each: (-abs(each.difference), each.member.organisation, each.member.code))
    return Comparison(
        period=new.period,
        old=old.plan.pack.label,
        new=new.plan.pack.label,
        changed=tuple(ordered),
        unchanged=len(new.roster) - len(ordered),
    )


class _Side:
    """One settlement's month by subject."""

    def __init__(self, settlement: Settlement) -> None:
        month = settlement.period.index
        self.plan: Plan = settlement.plan
        self.totals = {r["subject"]: r["counted"] for r in settlement.rows("months", month=month)}
        self.items = _by_subject(settlement.rows("items", month=month), "item", "counted")
        rows = settlement.rows("categories", month=month)
        self.bases = _by_subject(rows, "category", "base")
        self.categories = _by_subject(rows, "category", "counted")
        self.bands: dict[int, dict[str, str]] = {}
        titles = {(g.id, b.id): b.title for g in self.plan.grades for b in g.bands}
        for row in settlement.rows("grades", month=month):
            band = titles.get((row["grade"], row["band"] or ""), "不评")
            self.bands.setdefault(row["subject"], {})[row["grade"]] = band

    def sums(self, subject: int) -> dict[Key, int]:
        """(what, id) → points; limits are what is left between a sum's parts and the sum itself."""
        items, bases = self.items.get(subject, {}), self.bases.get(subject, {})
        categories = self.categories.get(subject, {})
        found = {("item", id): points for id, points in items.items()}
        found |= {("base", id): points for id, points in bases.items()}
        inside = dict.fromkeys(categories, 0)
        for item in self.plan.items:
            category = self.plan.categories[item.category].id
            inside[category] = inside.get(category, 0) + items.get(item.id, 0)
        for id, counted in categories.items():
            found["limit", id] = counted - bases.get(id, 0) - inside.get(id, 0)
        found["limit", "total"] = (self.totals.get(subject) or 0) - sum(categories.values())
        return found

    def titles(self) -> dict[Key, str]:
        return {
            **{("item", item.id): item.title for item in self.plan.items},
            **{("base", category.id): f"{category.title}基础分" for category in self.plan.categories},
            **{("limit", category.id): f"{category.title}的上下限" for category in self.plan.categories},
            ("limit", "total"): "总分的上下限",
        }


def _by_subject(rows: list[dict[str, Any]], key: str, value: str) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for row in rows:
        found.setdefault(row["subject"], {})[row[key]] = row[value]
    return found


def _changed(subject: int, member: Member, old: _Side, new: _Side) -> Changed | None:
    before, after = old.totals.get(subject), new.totals.get(subject)
    bands = tuple(_bands(old.bands.get(subject, {}), new.bands.get(subject, {}), new.plan))
    if before == after and not bands:
        return None
    parts = tuple(_parts(old.sums(subject), new.sums(subject), old.titles() | new.titles()))
    return Changed(member, before, after, parts, bands)


def _parts(old: Mapping[Key, int], new: Mapping[Key, int], titles: Mapping[Key, str]) -> list[Part]:
    found = [
        Part(key[0], key[1], titles[key], old.get(key, 0), new.get(key, 0))
        for key in dict.fromkeys([*new, *old])
        if old.get(key, 0) != new.get(key, 0)
    ]
    return sorted(found, key=lambda part: -abs(part.difference))


def _bands(old: Mapping[str, str], new: Mapping[str, str], plan: Plan) -> Iterator[tuple[str, str, str]]:
    titles = {grade.id: grade.title for grade in plan.grades}
    for grade in dict.fromkeys([*new, *old]):
        if old.get(grade, "") != new.get(grade, ""):
            yield titles.get(grade, grade), old.get(grade, ""), new.get(grade, "")


def because(changed: Changed) -> str:
    """'金点子采纳 +2.00，X 特色的上下限 −0.50': the parts in words."""
    said = [f"{part.title} {format_points(part.difference, sign=True)}" for part in changed.parts]
    said += [f"{grade}：{before or '无'} → {after or '无'}" for grade, before, after in changed.bands]
    return "，".join(said)
