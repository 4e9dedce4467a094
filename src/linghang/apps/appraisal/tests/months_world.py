"""A unit with branches, members and posts, the example scheme bound to it, and the steps of a month in few words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import make_account, viewer
from linghang.apps.appraisal.data.months import BookLine
from linghang.apps.appraisal.models import Binding, PackVersion
from linghang.apps.appraisal.operations.months import (
    announce_book,
    approve_book,
    check_book,
    close_recording,
    close_year,
    open_books,
    publish_book,
    settle_books,
)
from linghang.apps.appraisal.queries.months import BookFilter, books_rows
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.org import operations as org
from linghang.apps.org.data import NewPerson
from linghang.apps.org.tests.world import Place, make_organisation
from linghang.engine.packs.texts import load_texts
from linghang.engine.periods import Month
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM

SCHEME = "member-points"
PLACES = """
  - id: hours-place
    title: {zh: 志愿服务时长名次, en: Place by hours of service}
    clause: 第十四条
    category: x
    facts: service.volunteer
    rank: {span: month, ties: all, places: [{to: 1, points: 3.00}, {to: 2, points: 1.00}]}
    table:
      columns: [计数]
      rows:
        - [每小时 1.00]

grades:
"""
SINCE = date(2025, 1, 1)


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, 2, 0, tzinfo=UTC)


@dataclass
class MonthUnit:
    """Branches by name with their people; `officer` above, in each branch a secretary and a second approver."""

    places: dict[str, Place]
    users: dict[str, User]
    people: dict[str, list[UUID]]
    binding: Binding
    sequence: int = 0
    clock: datetime = field(default_factory=lambda: at(2026, 1, 5))

    def viewer(self, who: str) -> Viewer:
        return viewer(self.users[who], self.clock.date())

    def scope(self, who: str = "officer"):
        return use_scope(scope_for(self.viewer(who), {EVERYONE: Reach.SUBTREE}, on=self.clock.date()))

    # --- books ---

    def open(self, month: Month) -> int:
        with self.scope():
            return open_books(month=month, node=self.places["unit"].node.uuid, now=self.clock)

    def book(self, branch: str, month: Month) -> BookLine:
        with self.scope():
            rows = books_rows(BookFilter(month=month, scheme=SCHEME, path=self.places[branch].node.path))
        return rows[0]

    def close(self, branch: str, month: Month) -> None:
        with self.scope():
            close_recording(
                book=self.book(branch, month).uuid, actor=self.viewer(f"{branch}-secretary"), now=self.clock
            )

    def settle(self, month: Month, *branches: str):
        books = [self.book(branch, month).uuid for branch in branches or self.people]
        with self.scope():
            return settle_books(books=books, actor=self.viewer("officer"), now=self.clock)

    def check(self, branch: str, month: Month) -> None:
        with self.scope():
            check_book(book=self.book(branch, month).uuid, actor=self.viewer(f"{branch}-secretary"), now=self.clock)

    def publish(self, branch: str, month: Month) -> BookLine:
        with self.scope():
            return publish_book(
                book=self.book(branch, month).uuid, receiver=self.users[f"{branch}-secretary"].uuid, manner="当面提出",
                actor=self.viewer(f"{branch}-secretary"), now=self.clock,
            )  # fmt: skip

    def approve(self, branch: str, month: Month, who: str, reason: str = "") -> BookLine:
        with self.scope():
            return approve_book(
                book=self.book(branch, month).uuid, actor=self.viewer(who), now=self.clock, reason=reason
            )

    def finalise(self, branch: str, month: Month, *, reason: str = "") -> BookLine:
        """From settled to final: checked, shown for its days, approved by two."""
        self.check(branch, month)
        until = self.publish(branch, month).public_until
        assert until is not None
        before, self.clock = self.clock, datetime(until.year, until.month, until.day, 20, tzinfo=UTC)
        self.approve(branch, month, f"{branch}-secretary", reason)
        line = self.approve(branch, month, f"{branch}-discipline", reason)
        self.clock = max(before, self.clock)
        return line

    def whole_month(self, month: Month, *branches: str) -> None:
        """Close, settle and finalise the month of some branches (all of them)."""
        self.clock = max(self.clock, at((month + 1).year, (month + 1).month, 3))
        self.open(month)
        for branch in branches or self.people:
            self.close(branch, month)
        self.settle(month, *branches)
        for branch in branches or self.people:
            self.finalise(branch, month)

    def announce(self, branch: str, month: Month) -> BookLine:
        with self.scope():
            return announce_book(
                book=self.book(branch, month).uuid, actor=self.viewer(f"{branch}-secretary"), now=self.clock
            )

    def close_year(self, year: int, who: str = "officer"):
        return close_year(
            node=self.places["unit"].node.uuid, scheme=SCHEME, year=year, actor=self.viewer(who), now=self.clock
        )

    # --- records ---

    def volunteered(self, person: UUID, day: date, role: str = "participant", quantity: int = 20_000) -> UUID:
        """A record of volunteering, 2.00 points for two hours as a participant, 3.00 as an organiser."""
        self.sequence += 1
        fact = NewFact(
            "service.volunteer", person, day, quantity=quantity, attributes={"role": role}, sequence=self.sequence
        )
        return self.record(fact)[0]

    def record(self, *facts: NewFact) -> tuple[UUID, ...]:
        now = max(self.clock, datetime(*max(f.occurred_on for f in facts).timetuple()[:3], 3, tzinfo=UTC))
        with self.scope():
            return record(items=facts, actor=self.viewer("officer"), now=now).facts

    def reverse(self, fact: UUID) -> None:
        with self.scope():
            reverse(fact=fact, reason="记错了人，撤销", actor=self.viewer("officer"), now=self.clock)


def month_unit(*, branches: int = 2, people: int = 3, pack: str = "example-4x-points") -> MonthUnit:
    """A committee with branches 'a', 'b' … of so many members each; the scheme holds since January 2026."""
    unit = make_organisation("party_committee", "东岭电厂党委", code="DL")
    places = {"unit": unit}
    users = {
        "officer": make_account("officer", "officer", unit.node),
        "leader": make_account("leader", "leader", unit.node),
    }
    members: dict[str, list[UUID]] = {}
    for number in range(branches):
        name = chr(ord("a") + number)
        places[name] = make_organisation("branch", f"第{number + 1}党支部", unit, code=f"DL{number + 1:02}")
        users[f"{name}-secretary"] = make_account(f"{name}-secretary", "secretary", places[name].node)
        users[f"{name}-discipline"] = make_account(f"{name}-discipline", "discipline_member", places[name].node)
        rows = [
            NewPerson(f"党员{name}{n}", SINCE, branch=places[name].uuid, code=f"{name}{n}", standing="full_member")
            for n in range(people)
        ]
        with system_scope(reason="test"):
            members[name] = list(org.add_people(rows=rows, actor=SYSTEM, now=at(2025, 1)).people)
    return MonthUnit(places, users, members, bound(unit, pack))


def changed_pack(pack: str, change: Callable[[str], str]) -> str:
    """The example's scheme, changed, is another pack of the product; gives its id."""
    with system_scope(reason="test"):
        row = PackVersion.objects.get(owner=None, pack="example-4x-points")
        used = {one.pack: one.files for one in PackVersion.objects.filter(owner=None, pack__in=row.locked)}
        files = {name: text.replace("example-4x-points", pack) for name, text in row.files.items()}
        files = {name: text for name, text in files.items() if not name.startswith("cases/")}
        files["schemes/member.yaml"] = change(files["schemes/member.yaml"])
        made, problems = load_texts(files, library=used)
        assert made is not None, problems.errors
        PackVersion.objects.create(
            pack=pack, version=row.version, title="示例", content_hash=made.content_hash, files=files,
            locked=row.locked, schemes=row.schemes, state="published", owner=None, made_at=at(2025, 12),
            published_at=at(2025, 12),
        )  # fmt: skip
    return pack


def with_places(scheme: str) -> str:
    """The first two of a branch by their hours of service get 3.00 and 1.00."""
    return scheme.replace("\ngrades:\n", PLACES)


def bound(unit: Place, pack: str = "example-4x-points", scheme: str = SCHEME) -> Binding:
    """The scheme of the shipped pack holds at the place since January 2026."""
    with system_scope(reason="test"):
        return Binding.objects.create(
            node_id=unit.node.key,
            version=PackVersion.objects.get(owner=None, pack=pack),
            scheme=scheme,
            since=Month(2026, 1).index,
            offered_at=at(2025, 12),
            confirmed_at=at(2025, 12),
        )
