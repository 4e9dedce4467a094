"""A branch whose months were settled from records of the ledger; everybody is invented.

Rows are what a settlement of the branch writes: computed by the engine from the records that stood.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import give_post, make_account, viewer
from linghang.apps.appraisal.data.months import FINAL_STATES, BookState
from linghang.apps.appraisal.models import Adjustment, Binding, Book, GradeResult, PackVersion, Run, Statement
from linghang.apps.appraisal.queries.again import member_in, plan_of
from linghang.apps.appraisal.tests.packs_world import SCHEME, shipped
from linghang.apps.ledger.data import NewEvent, NewFact
from linghang.apps.ledger.operations import record, reverse
from linghang.apps.ledger.queries.settlement import Wanted, settlement_facts, watermark
from linghang.apps.org.data import NewPerson
from linghang.apps.org.models import Organisation, Person
from linghang.apps.org.operations import add_people
from linghang.apps.org.tests.world import Place, make_organisation, two_units
from linghang.engine.periods import Month, months_between
from linghang.engine.roster import Roster
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import SCHEMAS, Settlement, table
from linghang.engine.settle.run import Request, settle
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
        world.binding = Binding.objects.create(
            node_id=places["parent"].node.key, version=PackVersion.objects.get(uuid=shipped()), scheme=SCHEME,
            since=JANUARY.index, offered_by=users["officer"], offered_at=NOW, confirmed_by=users["leader"],
            confirmed_at=NOW,
        )  # fmt: skip
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


def volunteer(world: PointsWorld, person: int, day: date, hours: int = 2, now: datetime = NOW) -> UUID:
    fact = NewFact(
        "service.volunteer", world.people[person], day, quantity=hours * 10_000, attributes={"role": "participant"},
        sequence=day.day,
    )  # fmt: skip
    return _record(world, fact, None, now)


def meeting(world: PointsWorld, person: int, day: date, attributes=ABSENT, now: datetime = NOW) -> UUID:
    fact = NewFact("life.attendance", world.people[person], day, attributes=attributes)
    return _record(world, fact, NewEvent("group-meeting", day, node=world.branch.node.uuid), now)


def _record(world: PointsWorld, fact: NewFact, event: NewEvent | None, now: datetime) -> UUID:
    with world.scope("organiser"):
        return record(items=[fact], event=event, actor=world.viewer("organiser"), now=now).facts[0]


def take_back(world: PointsWorld, fact: UUID) -> None:
    with world.scope("organiser"):
        reverse(fact=fact, reason="记错了人", actor=world.viewer("organiser"), now=NOW)


# --- a settlement of the branch, written as rows ---------------------------------------------------------------------


def settle_month(
    world: PointsWorld, month: Month, *, state: str = BookState.FINAL, now: datetime = NOW, public_until: date = TODAY
) -> Book:
    """Settle the branch's month on what is recorded now; final months stay, what came late is booked."""
    with system_scope(reason="test"):
        Book.objects.filter(month=month.index, place__uuid=world.branch.uuid).exclude(state__in=FINAL_STATES).delete()
        basis = [_basis(world, uuid, month) for uuid in world.people]
        marks = watermark()
        found = _settled(world, month, basis, marks)
        run = _run(world, month, found, marks, now)
        book = Book.objects.create(
            binding=world.binding, scheme=SCHEME, month=month.index, run=run, settled_at=now, closed_at=now,
            place_id=Organisation.objects.get(uuid=world.branch.uuid).pk, node_id=world.branch.node.key, state=state,
            public_from=date(2026, 4, 1), public_until=public_until, receiver=world.users["secretary"],
            manner="当面或在系统里提",
        )  # fmt: skip
        _write(world, book, found, dict(zip(world.people, basis, strict=True)))
        return book


def _basis(world: PointsWorld, person: UUID, month: Month) -> dict:
    name = Person.objects.get(uuid=person).name
    return {
        "name": name, "organisation": str(world.branch.uuid), "type": "full_member", "class": "",
        "active": ["2020-01-01", None], "exempt": [],
        "closed": [m.index for m in months_between(Month(month.year, 1), month)],
    }  # fmt: skip


def _settled(world: PointsWorld, month: Month, basis: list[dict], marks: dict[int, int]) -> Settlement:
    plan = plan_of(shipped(), SCHEME, month)
    members = [member_in(row, uuid) for row, uuid in zip(basis, world.people, strict=True)]
    codes = {uuid: str(uuid) for uuid in world.people}
    facts = settlement_facts(Wanted(codes, Month(month.year, 1).first, month.last, watermark=marks))
    closed = frozenset((member.organisation, m) for member in members for m in plan.months)
    roster = Roster(members)
    request = Request(plan.pack, SCHEME, roster, month, closed, _frozen(world, roster, month))
    return settle(request, facts, engine="reference")


def _frozen(world: PointsWorld, roster: Roster, month: Month) -> Frozen | None:
    place = {UUID(member.code): roster.position(member.code) for member in roster}
    rows = list(Statement.objects.filter(subject__in=world.people, final=True, month__lt=month.index))
    if not rows:
        return None
    late = Adjustment.objects.filter(subject__in=world.people, final=True)
    grades = GradeResult.objects.filter(subject__in=world.people, final=True)
    key = lambda row: {"subject": place[row.subject], "month": row.month}  # noqa: E731 -- said four times below
    months = [key(r) | {"state": r.state, "priced": r.priced, "counted": r.counted} for r in rows]
    items = [key(r) | dict(zip(("item", "priced", "counted", "facts"), (i, *v), strict=True))
             for r in rows for i, v in r.items.items()]  # fmt: skip
    categories = [key(r) | dict(zip(("category", "base", "priced", "counted"), (c, *v), strict=True))
                  for r in rows for c, v in r.categories.items()]  # fmt: skip
    graded = [key(r) | {"grade": r.grade, "state": r.state, "total": r.total, "band": r.band} for r in grades]
    booked = [key(r) | {"booked": r.booked, "counted": r.counted} for r in late]
    tables = {name: table(name, found) for name, found in (
        ("months", months), ("items", items), ("categories", categories), ("grades", graded), ("adjustments", booked),
        ("unknown", []), ("selections", []))}  # fmt: skip
    assert set(tables) == set(SCHEMAS)
    return Frozen(tables)


def _run(world: PointsWorld, month: Month, found: Settlement, marks: dict[int, int], now: datetime) -> Run:
    assert world.binding is not None
    return Run.objects.create(
        kind="month", node_id=world.branch.node.key, version=world.binding.version, scheme=SCHEME, month=month.index,
        watermark={str(node): seq for node, seq in marks.items()}, engine="reference", versions={},
        result_hash=uuid4().hex * 2, subjects=len(found.roster), at=now,
    )  # fmt: skip


def _write(world: PointsWorld, book: Book, found: Settlement, basis: dict[UUID, dict]) -> None:
    final, keys = book.state in FINAL_STATES, dict(Person.objects.values_list("uuid", "pk"))
    month = Month.from_index(book.month)
    for uuid in world.people:
        position = found.roster.position(str(uuid))
        who = {"subject": uuid, "person_id": keys[uuid], "scheme": SCHEME, "book": book, "node_id": book.node_id,
               "run": book.run, "final": final}  # fmt: skip
        total = found.rows("months", subject=position, month=month.index)[0]
        items = found.rows("items", subject=position, month=month.index)
        categories = found.rows("categories", subject=position, month=month.index)
        Statement.objects.create(
            month=month.index, state=total["state"], priced=total["priced"], counted=total["counted"],
            items={r["item"]: [r["priced"], r["counted"], r["facts"]] for r in items},
            categories={r["category"]: [r["base"], r["priced"], r["counted"]] for r in categories},
            unknown=[r["item"] for r in found.rows("unknown", subject=position, month=month.index)],
            basis=basis[uuid], **who,
        )  # fmt: skip
        for late in found.rows("adjustments", subject=position, booked=month.index):
            Adjustment.objects.create(month=late["month"], booked=late["booked"], counted=late["counted"], **who)
        for grade in found.rows("grades", subject=position, month=month.index):
            values = {name: grade[name] for name in ("grade", "state", "total")}
            GradeResult.objects.create(month=month.index, band=grade["band"] or "", **values, **who)


def join_as(world: PointsWorld, user: User, role: str, place: str) -> None:
    """One more post of an account."""
    give_post(user, role, world.places[place].node)
