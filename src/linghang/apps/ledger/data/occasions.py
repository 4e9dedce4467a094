"""What can be recorded in one go, derived from the kinds of a pack: an occasion with many people, or a single record.

A kind of members that has a `presence` is attendance: each value of its `meeting` is an occasion of its own, at which
everybody is either there or not. The organisation that held it gets its own record, where the pack has a kind for that:
`<meeting>.held`, or one whose `meeting` knows the value. Other kinds of members are occasions that some took part in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from linghang.apps.ledger.data.subjects import MEMBER
from linghang.engine.packs.model import FactKind, Title

PRESENCE, MEETING, REASON = "presence", "meeting", "reason"
THERE, AWAY, NO_REASON = "present", "absent", "none"
HELD, SESSION, ATTENDANCE = ".held", ".session", ".attendance"
PEOPLE_UNIT = "人次"
OTHER_OCCASIONS: dict[str, Title] = {
    "meeting": {"zh": "会议", "en": "Meeting"},
    "study": {"zh": "学习", "en": "Study"},
    "task": {"zh": "任务", "en": "Task"},
    "service": {"zh": "志愿服务", "en": "Service"},
}

# rooms above say which occasions (ids) are recorded on a page of theirs, on a day: that page knows the place
recorded_elsewhere: dict[str, Callable[[date], Mapping[str, str]]] = {}


def elsewhere(on: date) -> dict[str, str]:
    """Addresses of the pages of other rooms by the id of the occasion that they record."""
    found: dict[str, str] = {}
    for pages in recorded_elsewhere.values():
        found |= pages(on)
    return found


@dataclass(frozen=True)
class Occasion:
    """One line of what can be recorded.

    `member` is the kind that people get, `fixed` its attributes that the occasion itself decides; `host` the kind that
    the organisation gets. `absentees`: everybody is expected, and who was away is written down, too.
    """

    id: str
    title: Title
    member: FactKind | None
    host: FactKind | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    host_fixed: Mapping[str, str] = field(default_factory=dict)
    absentees: bool = False
    words: tuple[str, ...] = ()

    @property
    def main(self) -> FactKind:
        """The kind that the occasion is mostly about."""
        kind = self.member or self.host
        assert kind is not None
        return kind

    @property
    def counts_people(self) -> bool:
        """Whether the organisation's record says how many came."""
        return self.host is not None and self.host.unit == PEOPLE_UNIT

    def means(self, search: str) -> bool:
        """Whether a search may mean it: by title, alias or id."""
        sought = search.strip().lower()
        return any(sought in word.lower() for word in (*self.title.values(), *self.words, self.id))


def occasions(kinds: Mapping[str, FactKind]) -> dict[str, Occasion]:
    """Everything that the kinds of a pack let one record, meetings first."""
    found = [*_meetings(kinds), *_with_people(kinds), *_of_organisations(kinds)]
    return {one.id: one for one in found}


def _meetings(kinds: Mapping[str, FactKind]) -> Iterator[Occasion]:
    for kind in kinds.values():
        if kind.subject != MEMBER or PRESENCE not in kind.attributes or MEETING not in kind.attributes:
            continue
        for value, title in kind.attributes[MEETING].values.items():
            host = _host_of(value, kinds)
            fixed = {MEETING: value} if host and MEETING in host.attributes else {}
            words = (*kind.aliases, title["zh"])
            yield Occasion(value, title, kind, host, {MEETING: value}, fixed, absentees=True, words=words)


def _host_of(value: str, kinds: Mapping[str, FactKind]) -> FactKind | None:
    if own := kinds.get(value + HELD):
        return own
    held = (kind for kind in kinds.values() if kind.subject != MEMBER and MEETING in kind.attributes)
    return next((kind for kind in held if value in kind.attributes[MEETING].values), None)


def _with_people(kinds: Mapping[str, FactKind]) -> Iterator[Occasion]:
    for kind in kinds.values():
        if kind.subject == MEMBER and PRESENCE not in kind.attributes:
            host = kinds.get(kind.id.removesuffix(ATTENDANCE) + SESSION) if kind.id.endswith(ATTENDANCE) else None
            yield Occasion(kind.id, kind.title, kind, host, words=kind.aliases)


def _of_organisations(kinds: Mapping[str, FactKind]) -> Iterator[Occasion]:
    for kind in kinds.values():
        if kind.subject != MEMBER:
            yield Occasion(kind.id, kind.title, None, kind, words=kind.aliases)


def occasion_title(event_kind: str, kinds: Mapping[str, FactKind]) -> Title | None:
    """What an event of this kind is called; None when neither the pack nor this file knows it."""
    found = occasions(kinds).get(event_kind)
    return found.title if found else OTHER_OCCASIONS.get(event_kind)
