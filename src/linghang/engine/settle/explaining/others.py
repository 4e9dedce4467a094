"""The members beside whom somebody is explained: read once, settled when a question needs it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from linghang.engine.facts import Fact
from linghang.engine.periods import Month
from linghang.engine.roster import Member, Roster
from linghang.engine.rules.plan import Plan, PlanGrade
from linghang.engine.settle.explaining.what_if import WhatIf
from linghang.engine.settle.plainly.around import Around, look_around
from linghang.engine.settle.plainly.grades_plain import Graded, summed_up
from linghang.engine.settle.plainly.liability import Tie, count_for_responsible
from linghang.engine.settle.plainly.reference import MemberResult, by_member, settle_member


class Others:
    """Everybody of a roster with their facts, as the scheme's subjects get them."""

    def __init__(
        self,
        plan: Plan,
        roster: Roster,
        facts: Iterable[Fact],
        closed: frozenset[tuple[str, Month]],
        ties: Iterable[Tie] = (),
    ) -> None:
        self.plan, self.roster, self.closed = plan, roster, closed
        known = count_for_responsible(plan, facts, ties) if plan.through else facts
        self.facts: Mapping[str, Sequence[Fact]] = by_member(known)
        self._summed: dict[tuple[str, Month], dict[str, Graded]] = {}
        self._tried: WhatIf | None = None
        self._asked: MemberResult | None = None  # of the member asked for last: his months and grades are asked in turn

    @cached_property
    def around(self) -> Around:
        return look_around(self.plan, self.roster, self.facts, self.closed)

    @cached_property
    def results(self) -> dict[str, MemberResult]:
        """Everybody's result by code."""
        return {m.code: self._settled(m, self.facts.get(m.code, ()), self.around) for m in self.roster}

    def summed(self, grade: PlanGrade, last: Month) -> dict[str, Graded]:
        """Everybody's total in a grade's span up to a month, without bands; who is not scored in it is left out."""
        key = (grade.id, last)
        if key not in self._summed:
            told = {c: summed_up(self.plan, grade, last, r) for c, r in self.results.items()}
            self._summed[key] = {c: g for c, g in told.items() if g}
        return self._summed[key]

    def result(self, member: Member, added: Sequence[Fact] = ()) -> MemberResult:
        """One member's result, perhaps with further facts of his own."""
        own = [*self.facts.get(member.code, ()), *added]
        if added and not self.plan.stands and all(Month.of(f.occurred_on) == self.plan.months[-1] for f in added):
            if self._tried is None or self._tried.run.member != member:
                own = [*self.facts.get(member.code, ())]
                self._tried = WhatIf(self.plan, member, own, self.closed, self.around)
            return self._tried.with_more(added)
        if added:
            return self._settled(member, own, self._around_with(member, own))
        if self._asked is None or self._asked.member != member:
            self._asked = self._settled(member, own, self.around)
        return self._asked

    def results_with(self, member: Member, added: Sequence[Fact]) -> Mapping[str, MemberResult]:
        """Everybody's results when one member has further facts: the others move only where they are compared."""
        if not added:
            return self.results
        own = [*self.facts.get(member.code, ()), *added]
        around = self._around_with(member, own)
        if not self.plan.stands:
            return self.results | {member.code: self._settled(member, own, around)}
        facts = {**self.facts, member.code: own}
        return {m.code: self._settled(m, facts.get(m.code, ()), around) for m in self.roster}

    def _around_with(self, member: Member, own: Sequence[Fact]) -> Around:
        if not self.plan.stands:
            return self.around
        return look_around(self.plan, self.roster, {**self.facts, member.code: own}, self.closed)

    def _settled(self, member: Member, facts: Iterable[Fact], around: Around) -> MemberResult:
        return settle_member(self.plan, member, facts, self.closed, around)
