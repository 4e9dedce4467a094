"""People who are new, as rows of the tables: with a roster of two thousand, models would take most of the time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.org.data import Effect, MembershipKind, NewPerson
from linghang.apps.org.data.spans import Held, spans_of
from linghang.apps.org.models import Membership, Organisation, Person, PersonClass, Standing
from linghang.apps.org.operations.careers import OPENS
from linghang.apps.org.operations.finding import findable_person, words_for
from linghang.apps.org.operations.lives import Deeds
from linghang.apps.org.operations.spans import TRACKS, write_spans
from linghang.apps.org.search.operations import put_findables
from linghang.ui.web.copied import copy_rows, new_keys
from linghang.ui.web.errors import DomainError
from linghang.ui.web.keyfile import DataKeys
from linghang.ui.web.sealed import Sealed, data_keys, lookup_hash

PEOPLE = (
    "id", "uuid", "node_id", "top_id", "user_id", "name", "code", "aliases", "born_year", "search_text", "unreached",
    "phone", "phone_lookup", "id_number", "id_number_lookup", "numbers_set_at",
)  # fmt: skip
MEMBERSHIPS = (
    "uuid", "person_id", "organisation_id", "kind", "valid_from", "came_from", "went_to", "receipt_number", "reason",
    "grant_id",
)  # fmt: skip
SINCE = ("uuid", "person_id", "valid_from")  # of what holds from a day on


@dataclass(slots=True)
class Newcomer:
    """Somebody before he is written. `belongs` are (kind, organisation), his home first; numbers are normal."""

    said: NewPerson
    name: str
    code: str
    user: int | None
    belongs: list[tuple[str, Organisation]]
    standing_from: date
    phone: str = field(repr=False)
    id_number: str = field(repr=False)
    uuid: UUID = field(default_factory=uuid4)
    key: int = 0
    words: str = ""
    effects: list[Effect] = field(default_factory=list)

    @property
    def home(self) -> Organisation:
        return self.belongs[0][1]

    def created(self, table: str, since: date | None = None) -> UUID:
        """A new row of his that begins on a day; its uuid, by which it can be taken back."""
        uuid = uuid4()
        self.effects.append(Effect(table, uuid, "created", {}, _left(since)))
        return uuid


def _left(since: date | None) -> dict[str, Any]:
    return {"valid_from": since.isoformat(), "valid_to": None} if since else {}


def write_newcomers(some: Sequence[Newcomer], deeds: Deeds) -> None:
    """Everything about them, the roster and the index included, each with what takes it back."""
    for one, key in zip(some, new_keys("org_person", len(some)), strict=True):
        one.key, one.words = key, words_for(one.name, one.code, one.said.aliases)
        one.effects.append(Effect(_table(Person), one.uuid, "created"))
    _write_people(some, deeds)
    _write_words(some)
    _write_memberships(some, _opened(some, deeds))
    _write_spans(some)
    _index(some)


def _table(model: type[Any]) -> str:
    name: str = model._meta.model_name
    return name


def _write_people(some: Sequence[Newcomer], deeds: Deeds) -> None:
    keys = data_keys() if any(one.phone or one.id_number for one in some) else None
    try:
        with transaction.atomic():
            copy_rows("org_person", PEOPLE, (_person_row(one, keys, deeds) for one in some))
    except IntegrityError as error:
        words = _("有人的工号或身份证号已登记在本单位另一个人名下，请核对。")
        raise DomainError("person_taken", words, field="code") from error


def _person_row(one: Newcomer, keys: DataKeys | None, deeds: Deeds) -> tuple[Any, ...]:
    said, home = one.said, one.home
    phone, id_number = (
        _sealed(name, value, keys) for name, value in (("phone", one.phone), ("id_number", one.id_number))
    )
    set_at = deeds.now if said.phone or said.id_number else None
    return (
        one.key, one.uuid, home.node_id, home.top_id, one.user, one.name, one.code, list(said.aliases), said.born_year,
        one.words, 0, *phone, *id_number, set_at,
    )  # fmt: skip


def _sealed(name: str, value: str, keys: DataKeys | None) -> tuple[bytes | None, str]:
    """A number as its column keeps it, and by what it is found."""
    if not value:
        return None, ""
    return Sealed.of(value, f"org_person.{name}", keys).content, lookup_hash(name, value, keys)


def _write_words(some: Sequence[Newcomer]) -> None:
    standings = [one for one in some if one.said.standing]
    classes = [one for one in some if one.said.person_class]
    copy_rows(
        "org_standing",
        (*SINCE, "status"),
        (
            (one.created(_table(Standing), one.standing_from), one.key, one.standing_from, one.said.standing)
            for one in standings
        ),
    )
    copy_rows(
        "org_personclass",
        (*SINCE, "code"),
        (
            (one.created(_table(PersonClass), one.said.since), one.key, one.said.since, one.said.person_class)
            for one in classes
        ),
    )


def _opened(some: Sequence[Newcomer], deeds: Deeds) -> Mapping[tuple[int, str], int]:
    """The posts that memberships open for those who have an account, by (person, kind of membership)."""
    wanted = [
        ((one.key, kind), access.NewPost(one.user, OPENS[kind], place.node_id, one.said.since))
        for one in some
        if one.user is not None
        for kind, place in one.belongs
        if kind in OPENS
    ]
    keys = access.open_posts(posts=[post for _whose, post in wanted], actor=deeds.actor, now=deeds.now)
    return {whose: key for (whose, _post), key in zip(wanted, keys, strict=True)}


def _write_memberships(some: Iterable[Newcomer], grants: Mapping[tuple[int, str], int]) -> None:
    table = _table(Membership)
    rows = (
        (
            one.created(table, one.said.since), one.key, place.pk, kind, one.said.since,
            one.said.came_from if kind == MembershipKind.PARTY.value else "", "", "", "", grants.get((one.key, kind)),
        )
        for one in some
        for kind, place in one.belongs
    )  # fmt: skip
    copy_rows("org_membership", MEMBERSHIPS, rows)


def _write_spans(some: Sequence[Newcomer]) -> None:
    nodes = {place.pk: place.node_id for one in some for _kind, place in one.belongs}
    write_spans(((one.key, one.name, one.words, span) for one in some for span in spans_of(_held(one))), nodes)


def _held(one: Newcomer) -> list[Held]:
    said = one.said
    held = [Held(TRACKS[kind], place.pk, said.since, None) for kind, place in one.belongs]
    if said.standing:
        held.append(Held("standing", said.standing, one.standing_from, None))
    if said.person_class:
        held.append(Held("person_class", said.person_class, said.since, None))
    return held


def _index(some: Sequence[Newcomer]) -> None:
    rows = (
        findable_person(
            one.uuid, one.home.node_id, one.home.node.label, one.name, one.code, one.said.aliases, one.said.user
        )
        for one in some
    )
    put_findables(rows, paths={one.home.node_id: one.home.node.path for one in some})
