"""Many people at once, for imports: the same rules as one by one, a handful of statements."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.access.queries import keys_of_users
from linghang.apps.org.data import STANDINGS, Effect, MembershipKind, NewPerson, PersonChange
from linghang.apps.org.models import Membership, Organisation, Person, PersonClass, Standing
from linghang.apps.org.operations.careers import (
    OPENS,
    refuse_membership,
    write_class,
    write_membership,
    write_standing,
)
from linghang.apps.org.operations.finding import index_people, words_of
from linghang.apps.org.operations.lives import Deeds, people_held, refuse_later
from linghang.apps.org.operations.people import code_taken, write_person
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.queries.classes import person_classes
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.sealed import lookup_hash
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

BATCH = 2000


@dataclass(frozen=True)
class Added:
    """Who was added, in the order of the rows, and what was done, so that it can be taken back."""

    people: tuple[UUID, ...]
    effects: tuple[Effect, ...]


@dataclass
class _Book:
    """What all rows of one call share."""

    deeds: Deeds
    places: dict[UUID, Organisation]
    accounts: dict[UUID, int]
    classes: frozenset[str]
    people: list[Person] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    person_classes: list[PersonClass] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)


def add_people(*, rows: Sequence[NewPerson], actor: Viewer, now: datetime) -> Added:
    """Add people with all that is dated about them. The first row that cannot be stops everything and names itself."""
    with writing(actor, "add_people"):
        deeds = Deeds(actor, now)
        book = _Book(deeds, _places(rows), _accounts(rows), frozenset(person_classes(on=deeds.today)))
        for row in rows:
            _read(row, book)
        _refuse_codes(book.people)
        _save(book)
        keys = [row.pk for row in book.people]
        keep_in_step(keys, actor=actor)
        index_people(keys)
        return Added(tuple(row.uuid for row in book.people), tuple(deeds.effects()))


def change_people(*, rows: Sequence[PersonChange], actor: Viewer, now: datetime) -> tuple[Effect, ...]:
    """Write what is other from a day on. 组织关系 moves as the roster says; what it was before ends the day before."""
    with writing(actor, "change_people"):
        deeds = Deeds(actor, now)
        places = _places(rows)
        found = {person.uuid: person for person in people_held().filter(uuid__in={row.person for row in rows})}
        touched = [_change(found.get(row.person), row, places, deeds) for row in rows]
        keep_in_step(deeds.people, actor=actor)
        index_people({*touched, *deeds.people})
        return tuple(deeds.effects())


def _change(person: Person | None, row: PersonChange, places: dict[UUID, Organisation], deeds: Deeds) -> int:
    if person is None:
        raise not_found()
    _correct(person, row, deeds)
    for kind, uuid in _belongings(row):
        write_membership(person, places[uuid], kind, row.since, deeds)
    if row.standing is not None:
        write_standing(person, row.standing, row.since, deeds)
    if row.person_class is not None:
        write_class(person, row.person_class, row.since, deeds)
    return person.pk


def _correct(person: Person, row: PersonChange, deeds: Deeds) -> None:
    before = {"name": person.name, "code": person.code, "aliases": list(person.aliases), "born_year": person.born_year}
    wanted = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in (
            ("name", row.name), ("code", row.code), ("aliases", row.aliases), ("born_year", row.born_year),
        )
        if value is not None
    }  # fmt: skip
    if all(before[name] == value for name, value in wanted.items()):
        return
    deeds.changed(person, **before)
    deeds.people.add(person.pk)
    write_person(person, **(before | wanted))  # type: ignore[arg-type]  # the names are those of the columns


def _belongings(row: NewPerson | PersonChange) -> list[tuple[str, UUID]]:
    kinds = ((MembershipKind.PARTY, row.branch), (MembershipKind.WORK, row.unit), (MembershipKind.GROUP, row.group))
    return [(kind.value, uuid) for kind, uuid in kinds if uuid is not None]


def _places(rows: Iterable[NewPerson | PersonChange]) -> dict[UUID, Organisation]:
    """The organisations that the rows name, all of them inside the open scope."""
    wanted = {uuid for row in rows for _kind, uuid in _belongings(row)}
    found = {place.uuid: place for place in Organisation.objects.filter(uuid__in=wanted).select_related("node", "top")}
    if wanted - found.keys():
        raise not_found()
    return found


def _accounts(rows: Iterable[NewPerson]) -> dict[UUID, int]:
    wanted = {row.user for row in rows if row.user is not None}
    found = keys_of_users(wanted)
    if wanted - found.keys():
        raise not_found()
    return found


def _read(row: NewPerson, book: _Book) -> None:
    deeds, belongings = book.deeds, _belongings(row)
    homes = [book.places[uuid] for kind, uuid in belongings if kind != MembershipKind.GROUP.value]
    if not row.name.strip() or not homes:
        raise DomainError("who_and_where", _("每个人都要有姓名，并写明所在支部或单位。"), field="name")
    person = Person(
        name=row.name.strip(),
        code=row.code.strip(),
        aliases=list(row.aliases),
        born_year=row.born_year,
        node=homes[0].node,
        top=homes[0].top,
        user_id=book.accounts[row.user] if row.user else None,
    )
    person.search_text = words_of(person)
    _seal(person, row, deeds)
    book.people.append(person)
    for kind, uuid in belongings:
        refuse_membership(person, book.places[uuid], kind, row.since, deeds)
        book.memberships.append(_membership(person, book.places[uuid], kind, row))
    _read_words(person, row, book)


def _membership(person: Person, place: Organisation, kind: str, row: NewPerson) -> Membership:
    came_from = row.came_from if kind == MembershipKind.PARTY.value else ""
    return Membership(person=person, organisation=place, kind=kind, valid_from=row.since, came_from=came_from)


def _read_words(person: Person, row: NewPerson, book: _Book) -> None:
    since = row.standing_from or row.since
    refuse_later(since, book.deeds, "standing_from")
    if row.standing and row.standing not in STANDINGS:
        raise DomainError("unknown_standing", _("请选择政治面貌。"), field="standing")
    if row.person_class and row.person_class not in book.classes:
        words = _("%(name)s的类别“%(word)s”不在本单位的类别里。") % {"name": row.name, "word": row.person_class}
        raise DomainError("unknown_class", words, field="person_class")
    if row.standing:
        book.standings.append(Standing(person=person, status=row.standing, valid_from=since))
    if row.person_class:
        book.person_classes.append(PersonClass(person=person, code=row.person_class, valid_from=row.since))


def _seal(person: Person, row: NewPerson, deeds: Deeds) -> None:
    if not row.phone and not row.id_number:
        return
    phone, id_number = normal_phone(row.phone), normal_id_number(row.id_number, on=deeds.today)
    person.phone, person.phone_lookup = phone, lookup_hash("phone", phone)
    person.id_number, person.id_number_lookup = id_number, lookup_hash("id_number", id_number)
    person.numbers_set_at = deeds.now


def _refuse_codes(people: Sequence[Person]) -> None:
    codes = [person.code for person in people if person.code]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise code_taken(twice[0])
    tops = {person.top_id for person in people}
    taken = Person.objects.filter(top_id__in=tops, code__in=codes).values_list("code", flat=True).first()
    if taken is not None:
        raise code_taken(taken)


def _save(book: _Book) -> None:
    try:
        with transaction.atomic():
            Person.objects.bulk_create(book.people, batch_size=BATCH)
    except IntegrityError as error:
        words = _("有人的工号或身份证号已登记在本单位另一个人名下，请核对。")
        raise DomainError("person_taken", words, field="code") from error
    _open_roles(book)
    Standing.objects.bulk_create(book.standings, batch_size=BATCH)
    PersonClass.objects.bulk_create(book.person_classes, batch_size=BATCH)
    Membership.objects.bulk_create(book.memberships, batch_size=BATCH)
    for row in (*book.people, *book.standings, *book.person_classes, *book.memberships):
        book.deeds.created(row)


def _open_roles(book: _Book) -> None:
    rows = [row for row in book.memberships if row.person.user_id is not None and row.kind in OPENS]
    posts = [
        access.NewPost(row.person.user_id, OPENS[row.kind], row.organisation.node_id, row.valid_from)
        for row in rows
        if row.person.user_id is not None
    ]
    for row, grant in zip(
        rows, access.open_posts(posts=posts, actor=book.deeds.actor, now=book.deeds.now), strict=True
    ):
        row.grant_id = grant
