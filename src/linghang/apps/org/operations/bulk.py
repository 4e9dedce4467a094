"""Many people at once, for imports: the same rules as one by one, a handful of statements."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import keys_of_users
from linghang.apps.org.data import STANDINGS, Effect, MembershipKind, NewPerson, PersonChange
from linghang.apps.org.models import Organisation, Person
from linghang.apps.org.operations.careers import (
    refuse_membership,
    write_class,
    write_membership,
    write_standing,
)
from linghang.apps.org.operations.finding import index_people
from linghang.apps.org.operations.lives import Deeds, people_held, refuse_later
from linghang.apps.org.operations.newcomers import Newcomer, write_newcomers
from linghang.apps.org.operations.people import code_taken, write_person
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.queries.classes import person_classes
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

BATCH = 2000


@dataclass(frozen=True)
class Added:
    """Who was added, in the order of the rows, and what was done for each, so that it can be taken back."""

    people: tuple[UUID, ...]
    effects: tuple[tuple[Effect, ...], ...]


@dataclass(frozen=True)
class _Book:
    """What all rows of one call share."""

    deeds: Deeds
    places: dict[UUID, Organisation]
    accounts: dict[UUID, int]
    classes: frozenset[str]


def add_people(*, rows: Sequence[NewPerson], actor: Viewer, now: datetime) -> Added:
    """Add people with all that is dated about them. The first row that cannot be stops everything and names itself."""
    with writing(actor, "add_people"):
        deeds = Deeds(actor, now)
        book = _Book(deeds, _places(rows), _accounts(rows), frozenset(person_classes(on=deeds.today)))
        some = [_read(row, book) for row in rows]
        _refuse_codes(some)
        write_newcomers(some, deeds)
        return Added(tuple(one.uuid for one in some), tuple(tuple(one.effects) for one in some))


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


def _read(row: NewPerson, book: _Book) -> Newcomer:
    deeds, belongs = book.deeds, [(kind, book.places[uuid]) for kind, uuid in _belongings(row)]
    if not row.name.strip() or not belongs or belongs[0][0] == MembershipKind.GROUP.value:
        raise DomainError("who_and_where", _("每个人都要有姓名，并写明所在支部或单位。"), field="name")
    top = belongs[0][1].top_id
    for kind, place in belongs:
        refuse_membership(top, place, kind, row.since, deeds)
    _refuse_words(row, book)
    return Newcomer(
        row,
        row.name.strip(),
        row.code.strip(),
        book.accounts[row.user] if row.user else None,
        belongs,
        row.standing_from or row.since,
        normal_phone(row.phone),
        normal_id_number(row.id_number, on=deeds.today),
    )


def _refuse_words(row: NewPerson, book: _Book) -> None:
    refuse_later(row.standing_from or row.since, book.deeds, "standing_from")
    if row.standing and row.standing not in STANDINGS:
        raise DomainError("unknown_standing", _("请选择政治面貌。"), field="standing")
    if row.person_class and row.person_class not in book.classes:
        words = _("%(name)s的类别“%(word)s”不在本单位的类别里。") % {"name": row.name, "word": row.person_class}
        raise DomainError("unknown_class", words, field="person_class")


def _refuse_codes(some: Sequence[Newcomer]) -> None:
    codes = [one.code for one in some if one.code]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise code_taken(twice[0])
    tops = {one.home.top_id for one in some}
    taken = Person.objects.filter(top_id__in=tops, code__in=codes).values_list("code", flat=True).first()
    if taken is not None:
        raise code_taken(taken)
