"""People of a demo unit with their memberships, posts and accounts, through the operations of `org` and `access`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from linghang.apps.access.operations import DemoAccount, add_demo_accounts
from linghang.apps.access.queries import viewer_with_posts
from linghang.apps.org import operations as org
from linghang.apps.org.data import NewPerson
from linghang.demo.content import Branch, Unit
from linghang.demo.people import Person
from linghang.demo.places import Places
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM


@dataclass
class Crowd:
    """People by code, accounts by user name, the account that records in each branch, and who leads."""

    people: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[str, Viewer] = field(default_factory=dict)
    recorders: dict[str, Viewer] = field(default_factory=dict)
    leaders: list[str] = field(default_factory=list)
    viewers: dict[tuple[str, date], Viewer] = field(default_factory=dict)

    def viewer(self, username: str, on: date) -> Viewer:
        """An account with the posts that it holds on a day; all posts are given before the first month begins."""
        if (username, on) not in self.viewers:
            account = self.accounts[username]
            assert account.uuid is not None
            self.viewers[username, on] = viewer_with_posts(account.uuid, on=on)
        return self.viewers[username, on]


@dataclass(frozen=True)
class Account:
    """An account that a unit gets, whose it is and which role it holds where; "" = what his posts open."""

    name: str
    person: Person
    at: str = ""
    role: str = ""


def enrol(unit: Unit, people: Sequence[Person], places: Places, *, password: str, now: datetime) -> Crowd:
    """Everybody of the unit: on the roster, in posts; some with accounts that all have the same password."""
    crowd = Crowd()
    added = org.add_people(rows=[_new(person, places) for person in people], actor=SYSTEM, now=now)
    crowd.people = dict(zip((person.code for person in people), added.people, strict=True))
    _give_accounts(unit, people, places, crowd, password, now)
    _appoint(unit, people, places, crowd, now)
    for joint in unit.joint:
        for branch in joint.from_branches:
            for person in [one for one in people if one.branch == branch and one.member][3 : 3 + joint.each]:
                _join(crowd, person, places.uuids[joint.code], "functional", joint.since, joint.until, now)
    for group in unit.study_groups:
        young = [one for one in people if one.branch == group["branch"] and one.born_year >= 1990][:6]
        for person in young:
            _join(crowd, person, places.uuids[group["code"]], "study", places.since, None, now)
    return crowd


def _new(person: Person, places: Places) -> NewPerson:
    group = f"{person.branch}-G{person.group}" if person.group else ""
    return NewPerson(
        name=person.name,
        code=person.code,
        since=person.since,
        branch=places.uuids[person.branch] if person.member else None,
        unit=places.uuids[person.place] if person.place else None,
        group=places.uuids[group] if group else None,
        born_year=person.born_year,
        standing=person.standing,
        person_class=person.person_class,
    )


def _join(crowd: Crowd, person: Person, place: UUID, kind: str, since: date, until: date | None, now: datetime) -> None:
    org.join(
        person=crowd.people[person.code],
        organisation=place,
        kind=kind,
        valid_from=since,
        valid_to=until,
        actor=SYSTEM,
        now=now,
    )


def _give_accounts(
    unit: Unit, people: Sequence[Person], places: Places, crowd: Crowd, password: str, now: datetime
) -> None:
    wanted = list(_accounts(unit, people))
    made, _ = add_demo_accounts(
        accounts=[
            DemoAccount(
                one.name,
                one.person.name,
                places.nodes[one.at or one.person.branch],
                one.role,
                max(places.since, one.person.since),
            )
            for one in wanted
        ],
        password=password,
        actor=SYSTEM,
        now=now,
    )
    for one, user in zip(wanted, made, strict=True):
        crowd.accounts[one.name] = Viewer(uuid=user, name=one.person.name)
        org.link_account(person=crowd.people[one.person.code], user=user, actor=SYSTEM, now=now)
        if one.person.title == "secretary":
            crowd.recorders[one.person.branch] = crowd.accounts[one.name]


def _accounts(unit: Unit, people: Sequence[Person]) -> list[Account]:
    """A secretary for each branch, and one account for every other role."""
    code, top = unit.code.lower(), unit.top.code
    found = [
        Account(f"{code}-shuji{one.branch.removeprefix(unit.code)}", one) for one in people if one.title == "secretary"
    ]
    working = workers_of(unit).code
    found += [Account(f"{code}-zuzhi", one) for one in people if one.branch == working and one.title == "organiser"]
    office = next(branch for branch in unit.branches if branch.category == "机关")
    plain = [one for one in people if one.branch == office.code and one.member and not one.title]
    roles = ("officer", "leader", "inspector", "personnel", "confirmer", "business_leader")
    found += [
        Account(f"{code}-{role.replace('_', '-')}", one, top, role) for role, one in zip(roles, plain, strict=False)
    ]
    taken = {one.person.code for one in found}
    free = [one for one in people if one.branch == working and not one.title and one.code not in taken]
    found += [Account(f"{code}-member", one) for one in free if one.member][:1]
    return found + [Account(f"{code}-staff", one, one.branch, "staff") for one in free if not one.member][:1]


def workers_of(unit: Unit) -> Branch:
    """The largest branch that also looks after people who are no members."""
    working = [branch for branch in unit.branches if branch.category != "机关" and branch.staff]
    return max(working, key=lambda branch: branch.full)


def _appoint(unit: Unit, people: Sequence[Person], places: Places, crowd: Crowd, now: datetime) -> None:
    for person in people:
        if person.title:
            _post(crowd, person, places.uuids[person.branch], person.title, max(places.since, person.since), now)
    for group, leader in _group_leaders(people).items():
        _post(crowd, leader, places.uuids[group], "group_leader", max(places.since, leader.since), now)
    offices = {branch.code for branch in unit.branches if branch.category == "机关"}
    free = [one for one in people if one.member and not one.title]
    chosen = iter(
        [one for one in free if one.branch in offices][6:] + [one for one in free if one.branch not in offices]
    )
    for leaders in unit.leaders:
        for _ in range(leaders.count):
            person = next(chosen)
            _post(crowd, person, places.uuids[leaders.at], leaders.title, max(places.since, person.since), now)
            crowd.leaders.append(person.code)


def _group_leaders(people: Sequence[Person]) -> dict[str, Person]:
    """The last of each group: he has no other post."""
    return {f"{one.branch}-G{one.group}": one for one in people if one.group and not one.title}


def _post(crowd: Crowd, person: Person, place: UUID, title: str, since: date, now: datetime) -> None:
    org.appoint(
        person=crowd.people[person.code],
        organisation=place,
        title=title,
        valid_from=since,
        actor=SYSTEM,
        now=now,
    )
