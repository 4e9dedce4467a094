"""A month made again from what its settlement read: the same pack, the same row of the roster, the same records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linghang.apps.appraisal.models import Run, Statement
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.ledger.queries.settlement import Wanted, settlement_facts
from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.roster import DateRange, Member

if TYPE_CHECKING:
    from linghang.engine.rules.plan import Plan
    from linghang.engine.settle.reference import MemberResult
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

    def total_of(self, month: Month) -> int | None:
        return self.result.months[month][1] if month in self.result.months else None


def month_again(row: Statement) -> Again:
    """What the settlement said of the month, line by line; the caller has read the row inside his scope."""
    return settled_again(row.run, row.basis, row.subject, row.scheme, Month.from_index(row.month))


def settled_again(run: Run, basis: Mapping[str, Any], subject: UUID, scheme: str, month: Month) -> Again:
    """The person's year up to the month, on the records that the run read."""
    from linghang.engine.settle.reference import settle_member  # loads more than a web process needs otherwise

    plan = plan_of(run.version.uuid, scheme, month)
    member = member_in(basis, subject)
    facts = records_of(plan, subject, {int(node): seq for node, seq in run.watermark.items()})
    return Again(plan, month, settle_member(plan, member, facts, closed_in(basis, member)))


def records_of(plan: "Plan", subject: UUID, watermark: Mapping[int, int] | None) -> Sequence[Fact]:
    """The subject's records of the plan's months; with a watermark, those that stood then."""
    until = plan.months[-1].last
    return settlement_facts(Wanted({subject: str(subject)}, plan.months[0].first, until, watermark=watermark))


@lru_cache(maxsize=64)
def plan_of(version: UUID, scheme: str, month: Month) -> "Plan":
    """The plan of a published version; it never changes."""
    from linghang.engine.rules.plan import compile_plan

    return compile_plan(pack_of(version), scheme, month)


def member_in(basis: Mapping[str, Any], subject: UUID) -> Member:
    """The row of the roster as the settlement read it."""
    return Member(
        code=str(subject),
        name=basis.get("name", ""),
        organisation=basis.get("organisation", ""),
        type=basis.get("type", ""),
        member_class=basis.get("class", ""),
        active=_range(basis.get("active") or [None, None]),
        exempt=tuple(_range(pair) for pair in basis.get("exempt") or ()),
    )


def closed_in(basis: Mapping[str, Any], member: Member) -> frozenset[tuple[str, Month]]:
    """Which months of his branch were closed when the settlement was made."""
    return frozenset((member.organisation, Month.from_index(index)) for index in basis.get("closed") or ())


def _range(pair: Sequence[str | None]) -> DateRange:
    first, last = (date.fromisoformat(day) if day else None for day in pair)
    return DateRange(first, last)
