"""When a digest may go out, and what becomes of a mail after each outcome of sending."""

import enum
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from linghang.apps.notify.data import MailState


class Outcome(enum.Enum):
    TAKEN = "the server said yes"
    NO_SERVER = "no server to talk to"
    NOT_SENT = "the server certainly does not have it"
    REFUSED = "the server will never take it"
    UNKNOWN = "the talk broke off after the text was handed over"


@dataclass(frozen=True)
class Verdict:
    state: MailState
    retry_at: datetime | None


FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
SENDINGS_IN_DOUBT = 2


def is_quiet(at: time, quiet_from: time, quiet_to: time) -> bool:
    """Whether a local time lies in the quiet hours; they may run over midnight; equal ends mean none."""
    if quiet_from <= quiet_to:
        return quiet_from <= at < quiet_to
    return at >= quiet_from or at < quiet_to


def after_sending(outcome: Outcome, *, attempts: int, doubts: int, now: datetime) -> Verdict:
    """What a mail becomes. `attempts` and `doubts` (times that it may have been taken) count this sending."""
    if outcome is Outcome.TAKEN:
        return Verdict(MailState.SENT, None)
    if outcome is Outcome.REFUSED:
        return Verdict(MailState.REFUSED, None)
    if outcome is Outcome.UNKNOWN:
        again = now + FIRST_WAIT if doubts < SENDINGS_IN_DOUBT else None
        return Verdict(MailState.MAYBE, again)
    # a second try of a mail in doubt that certainly failed is still in doubt, and still owed its second sending
    state = MailState.MAYBE if doubts else MailState.WAITING
    return Verdict(state, now + wait_after(attempts))


def wait_after(attempts: int) -> timedelta:
    """5, 10, 20 … minutes, at most 6 hours: an unreachable server is tried for as long as it takes."""
    doublings = max(0, min(attempts - 1, 10))
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))
