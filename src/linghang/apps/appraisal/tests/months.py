"""A branch with a settled month, laid row by row, for what does not settle anything itself. Everybody is invented."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Binding, Book, PackVersion, Run, Statement
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.queries.settlement import watermark
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_person
from linghang.apps.org.tests.world import Place, two_units
from linghang.engine.periods import Month
from linghang.ui.web.routes import EVERYONE, Reach
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM

FEBRUARY = Month(2026, 2)
SCHEME = "member-points"
POSTS = {
    "member": "member",
    "colleague": "member",
    "secretary": "secretary",
    "organiser": "organiser",
    "discipline": "discipline_member",
}
NAMES = {
    "member": "王小川",
    "colleague": "刘一鸣",
    "secretary": "张立",
    "organiser": "陈静",
    "discipline": "吴严",
    "officer": "李文",
    "neighbour": "郑东",
    "stranger": "孙南",
}


@dataclass
class Branch:
    """A branch below its general branch, with accounts and the people behind them."""

    places: dict[str, Place]
    users: dict[str, User]
    people: dict[str, UUID] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.places["below"]

    def viewer(self, who: str, on: date = TODAY) -> Viewer:
        return viewer(self.users[who], on)

    @contextmanager
    def acting(self, who: str, on: date = TODAY):
        """As somebody whose posts reach all below."""
        actor = self.viewer(who, on)
        with use_scope(scope_for(actor, {EVERYONE: Reach.SUBTREE}, on=on)):
            yield actor

    @contextmanager
    def alone(self, who: str, on: date = TODAY):
        """As somebody on a page that shows only what is his own."""
        actor = self.viewer(who, on)
        with use_scope(scope_for(actor, {EVERYONE: Reach.SELF}, on=on)):
            yield actor


def make_branch(*more: str) -> Branch:
    """Member, colleague, secretary, organiser, discipline member; officer above; a neighbour and a stranger."""
    places = two_units()
    where = {who: (role, places["below"]) for who, role in POSTS.items()}
    where["officer"] = ("officer", places["parent"])
    where["neighbour"] = ("member", places["sibling"])
    where["stranger"] = ("officer", places["other_top"])
    users = {who: _account(who, role, place) for who, (role, place) in where.items()}
    branch = Branch(places, users)
    with system_scope(reason="test"):
        for who in POSTS:
            branch.people[who] = add_person(
                name=NAMES[who], organisation=places["below"].uuid, user=users[who].uuid, actor=SYSTEM
            )
        for name in more:
            branch.people[name] = add_person(name=name, organisation=places["below"].uuid, actor=SYSTEM)
    return branch


def _account(who: str, role: str, place: Place) -> User:
    user = make_account(who, role, place.node)
    user.display_name = NAMES[who]
    user.save(update_fields=["display_name"])
    return user


def make_book(branch: Branch, *, state: str = BookState.PUBLIC, month: Month = FEBRUARY, **more: object) -> Book:
    """A book of the branch in a state, with the settlement that it shows, public until three days from today."""
    with system_scope(reason="test"):
        node = branch.place.node.key
        binding = _binding(branch)
        run = _run(branch, binding, month, NOW) if state != BookState.RECORDING else None
        given = {
            "run": run,
            "settled_at": NOW if run else None,
            "public_from": date(2026, 3, 2),
            "public_until": date(2026, 3, 6),
            "receiver": branch.users["secretary"],
            "manner": "当面或在系统里提",
        } | more
        return Book.objects.create(
            binding=binding,
            scheme=SCHEME,
            month=month.index,
            place_id=_organisation_key(branch.place.uuid),
            node_id=node,
            state=state,
            **given,
        )


def _organisation_key(uuid: UUID) -> int:
    from linghang.apps.org.models import Organisation

    return Organisation.objects.get(uuid=uuid).pk


def _binding(branch: Branch) -> Binding:
    parent = branch.places["parent"].node
    version = PackVersion.objects.get(owner=None, pack="example-4x-points")
    found, _made = Binding.objects.get_or_create(
        node_id=parent.key, version=version, scheme=SCHEME, since=Month(2026, 1).index, offered_at=NOW
    )
    return found


def _run(branch: Branch, binding: Binding, month: Month, at: datetime) -> Run:
    """As of everything that is recorded so far."""
    return Run.objects.create(
        kind="month",
        node_id=branch.place.node.key,
        version=binding.version,
        scheme=SCHEME,
        month=month.index,
        watermark={str(node): seq for node, seq in watermark().items()},
        engine="reference",
        versions={},
        result_hash=uuid4().hex * 2,
        subjects=5,
        at=at,
    )


def settle_again(book: Book, branch: Branch, at: datetime) -> None:
    """Another settlement of all that is recorded by now, which the book shows from now on."""
    with system_scope(reason="test"):
        book.refresh_from_db()
        book.run, book.settled_at = _run(branch, book.binding, Month.from_index(book.month), at), at
        book.save()


def give_statement(book: Book, branch: Branch, who: str, counted: int = 8600, **more: object) -> Statement:
    """A row of the book."""
    with system_scope(reason="test"):
        person = Person.objects.get(uuid=branch.people[who])
        given = {
            "items": {"theme-day": [counted, counted, 1]},
            "categories": {"life": [0, counted, counted]},
            "state": "complete",
            "priced": counted,
            "counted": counted,
            "final": book.state in (BookState.FINAL, BookState.ANNOUNCED),
        } | more
        return Statement.objects.create(
            subject=person.uuid,
            person=person,
            scheme=book.scheme,
            month=book.month,
            book=book,
            node_id=branch.place.node.key,
            run=book.run,
            **given,
        )


def absent(branch: Branch, who: str, day: date = date(2026, 2, 10)) -> UUID:
    """A theme day that somebody missed without a reason, as the organiser recorded it."""
    missed = {"meeting": "theme-day", "presence": "absent", "reason": "none"}
    with branch.acting("organiser") as actor:
        fact = NewFact("life.attendance", branch.people[who], day, attributes=missed)
        return record(items=[fact], actor=actor, now=NOW).facts[0]
