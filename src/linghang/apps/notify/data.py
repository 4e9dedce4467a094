"""What other rooms may know of messages."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

PUBLIC_FIELDS = frozenset({"uuid"})
UNREAD = "notify.unread"  # under this name a page that has read all unread messages says how many there are


class MailState(enum.StrEnum):
    WAITING = "waiting"  # to be sent, or to be tried again: the server certainly did not take it
    SENDING = "sending"  # one process is talking to the server, which has not been given the text yet
    MAYBE = "maybe"  # 可能已发: being handed over, or interrupted while it was; sent once more with the same key
    SENT = "sent"
    REFUSED = "refused"  # the server said never; the person sees it beside his address
    REPLACED = "replaced"  # never left the house; a newer digest says the same


@dataclass(frozen=True)
class NoticeData:
    """One message in the page. `due` is the day from which it counts as something to do today."""

    uuid: UUID
    kind: str
    text: str
    link: str
    due: date | None
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class MailPreferenceData:
    """Whether and when a person wants the daily e-mail; `trouble` says why the last one did not arrive."""

    on: bool
    address: str
    quiet_from: time
    quiet_to: time
    trouble: str = ""


DEFAULT_PREFERENCE = MailPreferenceData(on=False, address="", quiet_from=time(20), quiet_to=time(8))
