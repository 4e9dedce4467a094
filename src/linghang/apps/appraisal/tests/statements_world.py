"""A branch whose months go from recording to final by its own operations; everybody is invented."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.test import Client

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import give_post, make_account, viewer
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Binding, Book, Statement
from linghang.apps.appraisal.operations.months import (
    approve_book,
    check_book,
    close_recording,
    open_books,
    publish_book,
    settle_books,
)
from linghang.apps.appraisal.queries.statements import statement_page
from linghang.apps.appraisal.tests.months_world import bound
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.org.data import NewPerson
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_people
from linghang.apps.org.tests.world import Place, make_organisation, two_units
from linghang.engine.periods import Month
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM

TODAY = date(2026, 4, 8)
NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)
NAMES = ("王小川", "刘一鸣", "陈静")
ROLES = {
    "secretary": ("secretary", "branch"),
    "organiser": ("organiser", "branch"),
    "discipline": ("discipline_member", "branch"),
    "group_leader": ("group_leader", "group"),
    "colleague": ("member", "branch"),
    "officer": ("officer", "parent"),
    "leader": ("leader", "parent"),
    "inspector": ("inspector", "parent"),
    "personnel": ("personnel", "parent"),
    "neighbour": ("secretary", "other_branch"),
    "stranger": ("officer", "other_top"),
}
ABSENT = {"meeting": "group-meeting", "presence": "absent", "reason": "none"}
LATE = {"meeting": "group-meeting", "presence": "late", "reason": "none"}
PRESENT = {"meeting": "group-meeting", "presence": "present", "reason": "none"}


@dataclass
class PointsWorld:
    """The branch with three members, the first of whom has an account and is in the party group."""

    places: dict[str, Place]
    users: dict[str, User]
    people: list[UUID] = field(default_factory=list)
    binding: Binding | None = None

    @property
    def branch(self) -> Place:
        return self.places["branch"]

    def viewer(self, who: str, on: date = TODAY) -> Viewer:
        return viewer(self.users[who], on)

    def scope(self, who: str, on: date = TODAY):
        return use_scope(scope_for(self.viewer(who, on), {EVERYONE: Reach.SUBTREE}, on=on))

    def book(self, month: Month) -> Book:
        with system_scope(reason="test"):
            return Book.objects.select_related("run").get(
                scheme=SCHEME, place__uuid=self.branch.uuid, month=month.index
            )

    def row(self, person: int, month: Month) -> Statement:
        with system_scope(reason="test"):
            return Statement.objects.get(subject=self.people[person], scheme=SCHEME, month=month.index)


def points_world() -> PointsWorld:
    places = two_units()
    places["branch"] = places["below"]
    places["group"] = make_organisation("party_team", "第一党小组", places["branch"])
    places["other_branch"] = make_organisation("branch", "碎矿党支部", places["own"])
    users = {who: make_account(f"points-{who}", role, places[at].node) for who, (role, at) in ROLES.items()}
    users["member"] = make_account("points-member", "member", places["branch"].node)
    world = PointsWorld(places, users)
    with system_scope(reason="test"):
        world.people = _people(world)
    world.binding = bound(places["parent"])
    return world


def _people(world: PointsWorld) -> list[UUID]:
    branch, since = world.branch.uuid, date(2020, 1, 1)
    rows = [
        NewPerson(
            name, since, branch=branch, group=world.places["group"].uuid if n == 0 else None, code=f"G{n:02d}",
            standing="full_member", user=world.users["member"].uuid if n == 0 else None,
        )
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    add_people(rows=rows, actor=SYSTEM, now=NOW)
    found = dict(Person.objects.filter(name__in=NAMES).values_list("name", "uuid"))
    return [found[name] for name in NAMES]


def volunteer(world: PointsWorld, person: int, day: date, hours: int = 2, number: int = 0) -> UUID:
    fact = NewFact(
        "service.volunteer", world.people[person], day, quantity=hours * 10_000, attributes={"role": "participant"},
        sequence=day.day + 100 * number,
    )  # fmt: skip
    return _record(world, fact, None)


def meeting(world: PointsWorld, person: int, day: date, attributes=ABSENT) -> UUID:
    fact = NewFact("life.attendance", world.people[person], day, attributes=attributes)
    return _record(world, fact, NewEvent("group-meeting", day, node=world.branch.node.uuid))


def _record(world: PointsWorld, fact: NewFact, event: NewEvent | None) -> UUID:
    with world.scope("organiser"):
        return record(items=[fact], event=event, actor=world.viewer("organiser"), now=NOW).facts[0]


def take_back(world: PointsWorld, fact: UUID) -> None:
    with world.scope("organiser"):
        reverse(fact=fact, reason="记错了人", actor=world.viewer("organiser"), now=NOW)


# --- the month, by the operations of the branch ----------------------------------------------------------------------


def settle_month(world: PointsWorld, month: Month, *, state: str = BookState.FINAL) -> Book:
    """From recording to what is asked for, in the first days of the month after."""
    after = month + 1
    now = datetime(after.year, after.month, 3, 2, tzinfo=UTC)
    day = now.date()
    with world.scope("officer", day):
        open_books(month=month, node=world.places["parent"].node.uuid, now=now)
        book = world.book(month)
        if book.closed_at is None:
            close_recording(book=book.uuid, actor=world.viewer("secretary", day), now=now)
        settle_books(books=[book.uuid], actor=world.viewer("officer", day), now=now)
        if state == BookState.SETTLED:
            return world.book(month)
        check_book(book=book.uuid, actor=world.viewer("secretary", day), now=now)
        shown = publish_book(
            book=book.uuid, receiver=world.users["secretary"].uuid, manner="当面或在系统里提",
            actor=world.viewer("secretary", day), now=now,
        )  # fmt: skip
        if state == BookState.FINAL:
            assert shown.public_until is not None
            approve_after(world, month, shown.public_until)
    return world.book(month)


def approve_after(world: PointsWorld, month: Month, until: date) -> None:
    """Two people, on the day after the month was shown."""
    day = until + timedelta(days=1)
    now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    with world.scope("officer", day):
        for who in ("secretary", "discipline"):
            approve_book(book=world.book(month).uuid, actor=world.viewer(who, day), now=now)


def join_as(world: PointsWorld, user: User, role: str, place: str) -> None:
    """One more post of an account."""
    give_post(user, role, world.places[place].node)


def browser(world, who):
    client = Client()
    client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(world, who, month, person=0):
    with world.scope(who):
        return statement_page(world.viewer(who), world.people[person], SCHEME, month, on=TODAY)
