"""What a settlement says about one member in plain objects: how far a month is known, lines and their cuts.

Nothing here needs columns: whoever explains one member does not load the libraries that settle millions of facts.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linghang.engine.facts import Fact
from linghang.engine.periods import Month


class State(StrEnum):
    """How much a month's total can be relied on."""

    COMPLETE = "complete"  # everything that counts is known: may be finalised
    PROVISIONAL = "provisional"  # 暂算: the branch has not closed its recording
    EXEMPT = "exempt"  # 免评: the scheme applied on no day of the month; there is no total


STATE_WORDS = {State.COMPLETE: "可定稿", State.PROVISIONAL: "暂算", State.EXEMPT: "免评"}


class GradeState(StrEnum):
    GRADED = "graded"
    EXPECTED = "expected"  # 预计: a month of the span is provisional, or the span is not over
    NOT_GRADED = "not_graded"  # too few scored months


@dataclass(frozen=True)
class Cut:
    """Why part of a line does not count: reason (`excuse`, `duplicate`, `item.month`, `category.year` …) and points."""

    reason: str
    points: int


@dataclass(frozen=True)
class Line:
    """One line of a statement: a full mark (item ""), a fact, a norm or a mean (fact None), or what an effect undoes.

    `carried` names the node ("item", "joint", "category", "total") at which points of the span before go over.
    `note`: how a line without a fact comes about, where its item does not say it.

    counted + Σ cuts = priced; Σ counted of a member's month = the month's total (law 4).
    """

    subject: str
    month: Month
    day: date
    category: str
    item: str
    fact: Fact | None
    row: int | None
    priced: int
    counted: int
    cuts: tuple[Cut, ...]
    effect: str = ""
    carried: str = ""
    note: str = ""
