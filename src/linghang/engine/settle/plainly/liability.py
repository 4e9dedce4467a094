"""Facts of a zone, team or person that count for whoever is responsible on their day (责任区的事算到责任人).

A scheme's items say by which kind of link; the caller gives the dated links. Both engines settle what comes out here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.roster import DateRange
from linghang.engine.rules.plan import Plan


@dataclass(frozen=True)
class Tie:
    """One dated link: `left` is responsible for `right`; both are codes of subjects."""

    kind: str
    left: str
    right: str
    days: DateRange = field(default_factory=DateRange)


def count_for_responsible(plan: Plan, facts: Iterable[Fact], ties: Iterable[Tie]) -> list[Fact]:
    """The facts as the scheme's subjects get them: those of linked kinds go to everybody responsible on their day.

    Who is responsible by two links gets a fact once; a fact for which nobody is responsible goes to nobody. Reversals
    among the facts that are passed on are already applied.
    """
    by_right: dict[tuple[str, str], list[Tie]] = {}
    for tie in ties:
        by_right.setdefault((tie.kind, tie.right), []).append(tie)
    kept: list[Fact] = []
    passed: list[Fact] = []
    for fact in facts:
        (passed if fact.kind in plan.through else kept).append(fact)
    for fact in cancel_reversed(passed):
        kept += _passed_on(fact, by_right.get((plan.through[fact.kind], fact.subject), []))
    return kept


def _passed_on(fact: Fact, ties: Iterable[Tie]) -> Iterator[Fact]:
    for left in dict.fromkeys(t.left for t in ties if t.days.contains(fact.occurred_on)):
        yield replace(fact, subject=left)
