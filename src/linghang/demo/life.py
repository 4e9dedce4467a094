"""What happens in a branch in two years: meetings, study, service; late, missing and mistaken entries included.

Everything follows from the unit, its people and a seed. `Happening` is one event with what it means for whom;
`known_on` is the day on which somebody wrote it down (a late one is 补录).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from linghang.demo.content import Branch, Unit
from linghang.demo.people import Person
from linghang.demo.topics import VOLUNTEER, topic

TEN_THOUSANDTHS = 10_000
REASONS = {"duty": 55, "sick": 15, "leave": 20, "other": 10}


@dataclass(frozen=True)
class Entry:
    """One record of a happening: whose, of which kind, how much, with which attributes."""

    kind: str
    subject: str
    quantity: int = TEN_THOUSANDTHS
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Happening:
    """One event in a branch."""

    kind: str
    branch: str
    day: date
    known_on: date
    title: str
    entries: tuple[Entry, ...]
    reversed_later: bool = False


def happenings(unit: Unit, people: Sequence[Person], *, seed: int, since: date, until: date) -> Iterator[Happening]:
    """All happenings of a unit in the order of their days, branch by branch."""
    for branch in unit.branches:
        random = Random(f"{seed}/{branch.code}/life")  # noqa: S311  the same seed gives the same two years
        members = [person for person in people if person.branch == branch.code and person.member]
        year = _Year(unit, branch, members, random)
        for month in _months(since, until):
            yield from (one for one in year.month(month) if since <= one.day <= until)


@dataclass
class _Year:
    unit: Unit
    branch: Branch
    members: list[Person]
    random: Random

    def month(self, first: date) -> Iterator[Happening]:
        """The happenings of one month."""
        missing = self.unit.irregular.get("missing_group_meeting", {})
        group_missing = missing.get("branch") == self.branch.code and missing.get("month") == f"{first:%Y-%m}"
        if self.random.random() > 0.04:
            yield self._meeting("theme-day", first, self.members, "theme-day.held")
        board = [person for person in self.members if person.title]
        if self.branch.full >= 7:
            yield self._meeting("committee-meeting", first, board, "meeting.held")
        for group in range(1, self.branch.groups + 1):
            if not group_missing or group > 1:
                yield self._group_meeting(group, first)
        if first.month % 3 == 0:
            yield self._meeting("general-meeting", first, self.members, "meeting.held")
            yield self._meeting("lecture", first, self.members, "meeting.held")
        yield from self._deeds(first)

    def _meeting(self, meeting: str, first: date, called: Sequence[Person], held: str) -> Happening:
        day = self._workday(first)
        title = topic(meeting, self.branch.category, self.random)
        entries = [self._attendance(person, meeting) for person in called]
        if held == "theme-day.held":
            content = self.random.choice(("study", "life", "discussion", "service"))
            entries.insert(0, Entry(held, self.branch.code, attributes={"content": content}))
        elif held:
            entries.insert(0, Entry(held, self.branch.code, attributes={"meeting": meeting}))
        return Happening("meeting", self.branch.code, day, self._written(day), title, tuple(entries))

    def _group_meeting(self, group: int, first: date) -> Happening:
        meeting = self._meeting("group-meeting", first, [p for p in self.members if p.group == group], "")
        held = Entry("group-meeting.held", f"{self.branch.code}-G{group}")
        return replace(meeting, entries=(held, *meeting.entries))

    def _attendance(self, person: Person, meeting: str) -> Entry:
        drawn = self.random.random()
        presence = "absent" if drawn < 0.05 else "late" if drawn < 0.065 else "present"
        reason = self.random.choices(list(REASONS), list(REASONS.values()))[0] if presence == "absent" else "none"
        return Entry(
            "life.attendance", person.code, attributes={"meeting": meeting, "presence": presence, "reason": reason}
        )

    def _deeds(self, first: date) -> Iterator[Happening]:
        """Study, service, tasks: some do much, most do some, a few do nothing."""
        if not self.members:
            return
        day = self._workday(first)
        studied = tuple(
            Entry("study.hours", person.code, self.random.choice((2, 3, 4, 6)) * TEN_THOUSANDTHS, {"form": "branch"})
            for person in self.members
            if self.random.random() < 0.7
        )
        yield Happening("study", self.branch.code, day, self._written(day), "月度集中学习", studied)
        if self.random.random() < 0.5:
            yield self._service(first)
        for person in self.random.sample(self.members, min(2, len(self.members))):
            completion = self.random.choices(("in-time", "late", "undone"), (85, 11, 4))[0]
            entry = Entry("duty.task", person.code, attributes={"completion": completion})
            when = self._workday(first)
            yield Happening("task", self.branch.code, when, self._written(when), "月度重点任务", (entry,))

    def _service(self, first: date) -> Happening:
        day = self._workday(first)
        went = self.random.sample(self.members, max(2, len(self.members) // 3)) if len(self.members) > 2 else []
        entries = tuple(
            Entry(
                "service.volunteer",
                person.code,
                self.random.choice((2, 3, 4)) * TEN_THOUSANDTHS,
                {"role": "organiser" if number == 0 else "participant"},
            )
            for number, person in enumerate(went)
        )
        title = self.random.choice(VOLUNTEER)
        mistaken = self.random.random() < 0.03
        return Happening("service", self.branch.code, day, self._written(day), title, entries, mistaken)

    def _workday(self, first: date) -> date:
        """Some day from Monday to Friday; what the unit's calendar says beyond that does not matter here."""
        day = first + timedelta(days=self.random.randint(1, 26))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _written(self, day: date) -> date:
        late = self.random.random() * 100 < self.unit.irregular.get("late_share", 6)
        return day + timedelta(days=self.random.randint(9, 40) if late else self.random.choice((0, 0, 0, 1, 1, 2)))


def _months(since: date, until: date) -> Iterator[date]:
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
