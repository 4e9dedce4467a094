"""By whose table a month was settled: the class of the member, and since when he has it."""

from collections.abc import Iterable
from dataclasses import dataclass

from linghang.engine.periods import Month
from linghang.engine.roster import DateRange, Member
from linghang.engine.rules.plan import Plan


@dataclass(frozen=True)
class ClassSpan:
    """A class with its days, also those beyond the month that was asked for; some classes are not scored."""

    word: str
    days: DateRange
    scored: bool

    @property
    def name(self) -> str:
        return self.word or "未分类"


def classes_in(plan: Plan, member: Member, month: Month) -> tuple[ClassSpan, ...]:
    """The classes that the member has in the month, where tables or grades differ by class or one is left out."""
    exempt = plan.exempt_classes()
    left_out = member.class_changes and exempt.intersection(word for word, _ in member.classes)
    if not (plan.has_classes or left_out or any(g.asks_classes for g in plan.grades)):
        return ()
    return tuple(ClassSpan(word, days, word not in exempt) for word, days in member.classes if days.days_within(month))


def class_words(found: Iterable[ClassSpan]) -> str:
    """'“生产”（至2026年3月14日）、“机关”（2026年3月15日起）'."""
    return "、".join(map(_words, found))


def _words(found: ClassSpan) -> str:
    said = [_days(found.days), "" if found.scored else "不评分"]
    more = "，".join(words for words in said if words)
    return f"“{found.name}”（{more}）" if more else f"“{found.name}”"


def _days(days: DateRange) -> str:
    first, last = (f"{d.year}年{d.month}月{d.day}日" if d else "" for d in (days.first, days.last))
    if first and last:
        return f"{first}至{last}"
    return f"{first}起" if first else f"至{last}" if last else ""
