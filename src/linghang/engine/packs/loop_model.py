"""Kinds of closed loops (事项): states, who takes which step, working-day deadlines. Frozen, ordered as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linghang.engine.packs.model import Title
from linghang.engine.problems import Place
from linghang.engine.workdays import Counting


class Who(StrEnum):
    """Who may take a step. The first four are people of the case, the last two hold a post above or over it."""

    REPORTER = "reporter"
    RESPONSIBLE = "responsible"
    TRACKER = "tracker"
    VERIFIER = "verifier"
    SUPERIOR = "superior"
    OFFICER = "officer"


THREE = (Who.RESPONSIBLE, Who.TRACKER, Who.VERIFIER)  # law 8: three different people


class Ending(StrEnum):
    """How a case ends in a state."""

    SETTLED = "settled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Need(StrEnum):
    """Whether a step asks for a reason, or for evidence."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Tally(StrEnum):
    """What a step adds to."""

    REFUSED = "refused"  # 退回
    REOPENED = "reopened"  # 反复


class Level(StrEnum):
    """What becomes of a case that is overdue: 催办 → 督办 → 挂牌督办."""

    REMIND = "remind"
    SUPERVISE = "supervise"
    LISTED = "listed"


# the posts that a loop may speak of; `apps.access.data.Role` holds the same words
POSTS = (
    *("officer", "leader", "inspector", "secretary", "organiser", "discipline_member", "group_leader"),
    *("member", "staff", "confirmer", "business_leader", "personnel", "outsider"),
)
# who may read a confidential case besides the people of the case
KEEPERS = ("officer", "organiser")
DECLARED = "declared"  # `emits`: the kind of record that the case itself speaks of


@dataclass(frozen=True)
class Term:
    """So many working days until the next step; `counting` says which day is day 1."""

    working_days: int
    counting: Counting = Counting.NEXT_WORKING_DAY
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class LoopState:
    """Where a case stands. `ends` is None while something is still to be done, by the one that it `waits_for`."""

    id: str
    title: Title
    waits_for: Who | None = None
    ends: Ending | None = None
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class LoopStep:
    """One transition. Without `origins` it opens a case. `term` is the deadline of what follows it.

    `names` are people who must be known after it; `emits` is a kind of record written in the same transaction.
    """

    id: str
    title: Title
    to: str
    who: tuple[Who, ...]
    origins: tuple[str, ...] = ()
    term: Term | None = None
    evidence: Need = Need.NONE
    reason: Need = Need.OPTIONAL
    names: tuple[Who, ...] = ()
    counts: Tally | None = None
    emits: str = ""
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class Escalation:
    """From so many working days after the deadline on, the case stands at this level."""

    level: Level
    after: int
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True)
class LoopKind:
    """One kind of case.

    `starters` are the posts that open one, `readers` those that see it besides its own people. `people` says from which
    posts each of the three comes while nobody is named, or `reporter`. `declares` are kinds of records that it may be
    about. `hides_reporter` keeps the reporter's name from the one who is responsible.
    """

    id: str
    title: Title
    starters: tuple[str, ...]
    readers: tuple[str, ...]
    people: Mapping[str, tuple[str, ...]]
    states: Mapping[str, LoopState]
    steps: Mapping[str, LoopStep]
    source: str
    confidence: str
    escalation: tuple[Escalation, ...] = ()
    declares: tuple[str, ...] = ()
    confidential: bool = False
    hides_reporter: bool = False
    place: Place = field(default_factory=Place, compare=False)

    @property
    def opening(self) -> LoopStep:
        """The step that opens a case; `check` sees to it that there is one."""
        return next(step for step in self.steps.values() if not step.origins)

    def steps_from(self, state: str) -> tuple[LoopStep, ...]:
        """What may follow a state, in the order written."""
        return tuple(step for step in self.steps.values() if state in step.origins)
