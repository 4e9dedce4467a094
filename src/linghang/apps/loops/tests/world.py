"""A branch with its people below a committee, and another unit that has nothing to do with it. All invented."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import make_account, viewer
from linghang.apps.loops.permissions import PARTICIPANTS
from linghang.apps.org.operations import add_person
from linghang.apps.org.tests.world import Place, two_units
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM

TODAY = date(2026, 3, 5)  # a Thursday
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


NAMES = {
    "member": "王小川",
    "colleague": "刘一鸣",
    "secretary": "张立",
    "organiser": "陈静",
    "officer": "李文",
    "second_officer": "赵敏",
    "leader": "周正",
    "inspector": "吴严",
    "neighbour": "郑东",
    "stranger": "孙南",
}


def at(day: date) -> datetime:
    """Nine in the morning of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Unit:
    """Who is there: accounts by the name of what they do, and the person of the member."""

    places: dict[str, Place]
    users: dict[str, User]
    people: dict[str, UUID]

    def viewer(self, who: str, on: date = TODAY) -> Viewer:
        return viewer(self.users[who], on)

    @contextmanager
    def acting(self, who: str, on: date = TODAY):
        """The scope that the pages of this room open for somebody, and the actor."""
        actor = self.viewer(who, on)
        with use_scope(scope_for(actor, PARTICIPANTS, on=on)):
            yield actor


def make_unit() -> Unit:
    """`branch` below `parent`: two members, secretary, organiser; an officer and a leader above; a stranger."""
    places = two_units()
    branch, parent = places["below"], places["parent"]
    posts = {
        "member": ("member", branch),
        "colleague": ("member", branch),
        "secretary": ("secretary", branch),
        "organiser": ("organiser", branch),
        "officer": ("officer", parent),
        "second_officer": ("officer", parent),
        "leader": ("leader", parent),
        "inspector": ("inspector", parent),
        "neighbour": ("secretary", places["sibling"]),
        "stranger": ("officer", places["other_top"]),
    }
    users = {who: _account(who, role, place) for who, (role, place) in posts.items()}
    people = {who: make_person(NAMES[who], posts[who][1], users[who]) for who in ("member", "colleague", "secretary")}
    return Unit({**places, "branch": branch}, users, people)


def _account(who: str, role: str, place: Place) -> User:
    user = make_account(who, role, place.node)
    user.display_name = NAMES[who]
    user.save(update_fields=["display_name"])
    return user


def make_person(name: str, place: Place, user: User | None = None) -> UUID:
    with system_scope(reason="test"):
        return add_person(name=name, organisation=place.uuid, user=user.uuid if user else None, actor=SYSTEM)
