"""People inside the open scope as they stand today, found by code, by ID number (its hash) and by name and branch."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from linghang.apps.exchange.words import name_key, plain
from linghang.apps.org.models import Person, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class KnownPerson:
    """One person with where he belongs; organisations by uuid as text, '' for none."""

    uuid: UUID
    name: str
    code: str
    aliases: tuple[str, ...]
    born_year: int | None
    id_lookup: str
    phone_lookup: str
    top: int
    branch: str = ""
    unit: str = ""
    group: str = ""
    standing: str = ""
    person_class: str = ""
    since: date | None = None

    @property
    def home(self) -> str:
        return self.branch or self.unit


@dataclass
class People:
    """Finds people; never decides between two."""

    everybody: list[KnownPerson] = field(default_factory=list)
    by_uuid: dict[UUID, KnownPerson] = field(default_factory=dict)
    _codes: dict[str, KnownPerson] = field(default_factory=dict)
    _ids: dict[str, KnownPerson] = field(default_factory=dict)
    _names: dict[str, list[KnownPerson]] = field(default_factory=dict)

    def add(self, one: KnownPerson) -> None:
        self.everybody.append(one)
        self.by_uuid[one.uuid] = one
        if one.code:
            self._codes[plain(one.code)] = one
        if one.id_lookup:
            self._ids[one.id_lookup] = one
        for name in {name_key(n) for n in (one.name, *one.aliases)}:
            self._names.setdefault(name, []).append(one)

    def of_code(self, code: str) -> KnownPerson | None:
        return self._codes.get(plain(code)) if code else None

    def of_id(self, lookup: str) -> KnownPerson | None:
        return self._ids.get(lookup) if lookup else None

    def named(self, name: str, home: str = "") -> list[KnownPerson]:
        """Everybody of that name, or only those who belong to that branch or unit."""
        found = self._names.get(name_key(name), [])
        return [one for one in found if not home or home in (one.branch, one.unit)]


def people_in_scope(on: date) -> People:
    """Everybody inside the open scope; those who left are there without a branch."""
    rows = RosterSpan.objects.filter(covers(on)).values_list(
        "person_id", "branch__uuid", "unit__uuid", "group__uuid", "standing", "person_class", "valid_from"
    )
    spans = {row[0]: row for row in rows}
    people = People()
    columns = ("pk", "uuid", "name", "code", "aliases", "born_year", "id_number_lookup", "phone_lookup", "top_id")
    for pk, uuid, name, code, aliases, born, id_lookup, phone_lookup, top in Person.objects.values_list(*columns):
        one = KnownPerson(uuid, name, code, tuple(aliases), born, id_lookup, phone_lookup, top)
        if pk in spans:
            _pk, branch, unit, group, standing, word, since = spans[pk]
            one = replace(
                one, branch=_text(branch), unit=_text(unit), group=_text(group), standing=standing, person_class=word,
                since=since,
            )  # fmt: skip
        people.add(one)
    return people


def _text(uuid: UUID | None) -> str:
    return str(uuid) if uuid else ""


def taken_elsewhere(tops: Iterable[int], codes: Iterable[str], lookups: Iterable[str]) -> tuple[set[str], set[str]]:
    """Codes and hashes of ID numbers that somebody of these tops has, whether the importer may see him or not."""
    with system_scope(reason="a code is given once in a unit, also where the importer does not look"):
        people = Person.objects.filter(top_id__in=set(tops))
        codes_taken = set(people.filter(code__in=set(codes)).values_list("code", flat=True))
        ids_taken = people.filter(id_number_lookup__in=set(lookups) - {""})
        return codes_taken, set(ids_taken.values_list("id_number_lookup", flat=True))
