"""A month made again from what its settlement read: the same pack, the same row of the roster, the same records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linghang.apps.appraisal.models import Run, Statement
from linghang.apps.appraisal.months.roster import member_of
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.apps.appraisal.queries.results import live_inputs
from linghang.apps.ledger.queries.settlement import Wanted, settlement_facts
from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.settle.explaining.classes import ClassSpan, classes_in

if TYPE_CHECKING:
    from linghang.engine.rules.plan import Plan
    from linghang.engine.settle.plainly.reference import MemberResult
    from linghang.engine.settle.results import Line


@dataclass(frozen=True)
class Again:
    """A month made again: the plan and everything that the engine says of the person's year so far."""

    plan: "Plan"
    month: Month
    result: "MemberResult"

    @property
    def lines(self) -> "list[Line]":
        return self.lines_of(self.month)

    def lines_of(self, month: Month) -> "list[Line]":
        return [line for line in self.result.lines if line.month == month]

    @property
    def classes(self) -> tuple[ClassSpan, ...]:
        """By which classes the month was settled, where that matters."""
        return classes_in(self.plan, self.result.member, self.month)

    def total_of(self, month: Month) -> int | None:
        return self.result.months[month][1] if month in self.result.months else None


def month_again(row: Statement) -> Again:
    """What the settlement said of the month, line by line; the caller has read the row inside his scope."""
    return made_again(row, row.run, row.basis)


def made_again(row: Statement, run: Run, basis: Mapping[str, Any]) -> Again:
    """The month of a statement on the records and the roster's row that a run read: its own run, or a later one.

    A month is made again by the rules it was settled by, whatever holds later.
    """
    from linghang.engine.settle.plainly.reference import settle_member  # loads more than a web process needs otherwise

    month = Month.from_index(row.month)
    plan = plan_of(row.run.version.uuid, row.scheme, month)
    marks = {int(node): seq for node, seq in run.watermark.items()}
    if plan.through or plan.looks_around:
        given = live_inputs(row.book.binding_id, row.subject, month, marks=marks)
        facts = in_order(plan, given.facts)
        return Again(plan, month, settle_member(given.plan, given.member, facts, given.closed, given.around))
    member = member_of(str(row.subject), basis)
    closed = frozenset((member.organisation, Month.from_index(index)) for index in basis["closed"])
    wanted = Wanted({row.subject: member.code}, plan.reads_from.first, month.last, watermark=marks)
    return Again(plan, month, settle_member(plan, member, in_order(plan, settlement_facts(wanted)), closed))


def in_order(plan: "Plan", facts: Iterable[Fact]) -> list[Fact]:
    """The records with their attributes as their kinds list them: the database keeps no order, and people read one."""
    return [replace(fact, attributes=_attributes(plan, fact)) for fact in facts]


def _attributes(plan: "Plan", fact: Fact) -> dict[str, str]:
    kind = plan.pack.kinds.get(fact.kind)
    order = {name: number for number, name in enumerate(kind.attributes)} if kind else {}
    return dict(sorted(fact.attributes.items(), key=lambda pair: order.get(pair[0], len(order))))
