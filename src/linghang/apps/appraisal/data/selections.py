"""评先评优: a round from the proposal list to the decision, and the records that pages show of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data.pages import FactLine
from linghang.engine.periods import Month


class RoundState(StrEnum):
    """提名 → 推荐 → 公示 → 审定（两人） → 已定. People decide; a proposal list only says who meets conditions."""

    NOMINATING = "nominating"
    VOTED = "voted"
    PUBLIC = "public"
    PROPOSED = "proposed"  # one person has proposed the decision, another one must confirm it
    DECIDED = "decided"


ROUND_WORDS: dict[str, Promise] = {
    RoundState.NOMINATING: _("提名中"),
    RoundState.VOTED: _("已推荐"),
    RoundState.PUBLIC: _("公示中"),
    RoundState.PROPOSED: _("待第二人审定"),
    RoundState.DECIDED: _("已定"),
}
ROUND_ORDER = tuple(RoundState)


@dataclass(frozen=True)
class NomineeLine:
    """One nominee. `points` are hundredths of the year, `votes` of `ballots`; `score` weighs the two, in hundredths of
    a hundred; None while votes are not recorded. `tied`: an equal score stands on the other side of the line."""

    uuid: UUID
    person: UUID
    name: str
    branch: str
    listed: bool
    reason: str
    points: int | None
    votes: int | None
    score: int | None
    chosen: bool | None
    override: str
    deeds: str
    tied: bool
    withdrawn_on: date | None
    withdrawn_reason: str


@dataclass(frozen=True)
class RoundLine:
    """One row of the list of rounds."""

    uuid: UUID
    title: str
    place: str
    selection: str
    month: Month
    state: str
    state_words: str
    quota: int
    nominees: int
    chosen: int


@dataclass(frozen=True)
class RoundCard:
    """One round with everything that was done in it."""

    line: RoundLine
    scheme: str
    pack_label: str
    rule: str
    points_weight: int
    ballots: int | None
    voted_on: date | None
    public_from: date | None
    public_until: date | None
    receiver: str
    manner: str
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    title_from: date | None
    title_until: date | None
    document: str
    nominees: tuple[NomineeLine, ...]


@dataclass(frozen=True)
class TitleLine:
    """A title that a person holds or held, for his file."""

    round: UUID
    title: str
    since: date
    until: date | None
    withdrawn_on: date | None
    withdrawn_reason: str


@dataclass(frozen=True)
class Choice:
    """Who is chosen, with the reason where the decision departs from the order that points and votes give."""

    nominee: UUID
    reason: str = ""


@dataclass(frozen=True)
class DeedsSheet:
    """One nominee with the year's records that his own branch or committee wrote down, each leading to its evidence."""

    round: UUID
    title: str
    since: date
    until: date
    nominee: NomineeLine
    records: tuple[FactLine, ...]
    total: int
    more: bool


@dataclass(frozen=True)
class ShownRound:
    """A round as everybody of the place may read it."""

    title: str
    place: str
    state: str
    state_words: str
    rule: str
    public_from: date | None
    public_until: date | None
    receiver: str
    manner: str
    nominees: tuple[NomineeLine, ...]


@dataclass(frozen=True)
class Step:
    """One step of a round on its strip."""

    words: str
    done: bool
    now: bool
