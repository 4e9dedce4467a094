"""One member with further facts in the last month, tried many times: the months before are settled once.

What a month leaves behind for the next one is kept aside, and put back before each try.
"""

from collections.abc import Sequence

from linghang.engine.facts import Fact, cancel_reversed
from linghang.engine.periods import Month
from linghang.engine.roster import Member
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.plainly.around import Around
from linghang.engine.settle.plainly.reference import MemberResult, MemberRun


class WhatIf:
    """Equal to `settle_member` with the facts and the added ones; those must lie in the plan's last month."""

    def __init__(
        self,
        plan: Plan,
        member: Member,
        facts: Sequence[Fact],
        closed: frozenset[tuple[str, Month]],
        around: Around,
    ) -> None:
        self.plan = plan
        self.run = MemberRun(plan, member, closed, around)
        last = plan.months[-1]
        known = cancel_reversed(list(facts))
        self.last = [f for f in known if Month.of(f.occurred_on) == last]
        self.run.until([f for f in known if Month.of(f.occurred_on) != last], len(plan.months) - 1)
        self.result, self.aside = self.run.result, _Aside(self.run)

    def with_more(self, added: Sequence[Fact]) -> MemberResult:
        """The member's result with further facts that cancel nothing; ValueError for another month's."""
        if any(Month.of(f.occurred_on) != self.plan.months[-1] or f.reverses for f in added):
            raise ValueError("only facts of the last month can be added")
        self.aside.put_back(self.run)
        self.run.result = _copied(self.result)
        facts = sorted([*self.last, *added], key=lambda f: f.order)
        self.run.month(len(self.plan.months) - 1, facts)
        return self.run.result


def _copied(of: MemberResult) -> MemberResult:
    return MemberResult(
        of.member,
        lines=list(of.lines),
        states=dict(of.states),
        unknown=list(of.unknown),
        items={key: list(sums) for key, sums in of.items.items()},
        categories={key: list(sums) for key, sums in of.categories.items()},
        months={key: list(sums) for key, sums in of.months.items()},
        before=dict(of.before),
    )


class _Aside:
    """What a run knows between two months."""

    def __init__(self, run: MemberRun) -> None:
        limits = (*run.item_limits, *run.joint_limits, *run.category_limits, run.total_limit)
        self.steps = [(step, step.start, step.sum, step.reached) for limit in limits for step in limit.steps]
        self.happened = list(run.happened.counts)
        self.counted, self.worth, self.holds = list(run.counted), list(run.worth), list(run.holds)
        self.worths = list(run.worths)
        self.best, self.seen = dict(run.hits.best), dict(run.hits.seen)
        self.in_force = [(f, list(f.standing), f.state, f.end) for f in run.hits.in_force.values()]

    def put_back(self, run: MemberRun) -> None:
        for step, start, total, reached in self.steps:
            step.start, step.sum, step.reached = start, total, reached
        run.happened.counts = list(self.happened)
        run.counted, run.worth, run.holds = list(self.counted), list(self.worth), list(self.holds)
        run.worths = list(self.worths)
        run.hits.best, run.hits.seen = dict(self.best), dict(self.seen)
        for state, standing, held, end in self.in_force:
            state.standing, state.state, state.end = list(standing), held, end
