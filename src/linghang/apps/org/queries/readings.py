"""Reading lists of study groups, on any day; and what one person is to read with his group."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.org.data.organisations import Kind
from linghang.apps.org.models import Membership, Organisation, Reading
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class ReadingLine:
    """One thing on a list, from one day to another."""

    uuid: UUID
    title: str
    chapter: str
    since: date
    until: date | None


@dataclass(frozen=True)
class GroupReading:
    """A study group of a person with what it reads."""

    organisation: UUID
    name: str
    readings: tuple[ReadingLine, ...]


def study_group(uuid: UUID) -> tuple[str, date, date | None]:
    """Name and dates of a study group inside the open scope; 404 for any other organisation."""
    rows = Organisation.objects.filter(uuid=uuid, kind=Kind.STUDY_GROUP.value)
    found = rows.values_list("name", "founded_on", "closed_on").first()
    if found is None:
        raise not_found()
    return found


def is_study_group(uuid: UUID) -> bool:
    return Organisation.objects.filter(uuid=uuid, kind=Kind.STUDY_GROUP.value).exists()


def readings_of(organisation: UUID) -> list[ReadingLine]:
    """The whole list of a group inside the open scope: what is read now on top, the newest first."""
    rows = Reading.objects.filter(organisation__uuid=organisation).order_by("-valid_to", "-valid_from", "-pk")
    return [_line(row) for row in rows]


def readings_of_person(person: UUID, *, on: date) -> list[GroupReading]:
    """The study groups to which a person inside the open scope belongs on a day, with what they read then."""
    member = Membership.objects.filter(covers(on), person__uuid=person, organisation__kind=Kind.STUDY_GROUP.value)
    groups = list(member.values_list("organisation__uuid", "organisation__name"))
    if not groups:
        return []
    with system_scope(reason="a member of a study group reads what it has on its list"):
        rows = Reading.objects.filter(covers(on), organisation__uuid__in=[uuid for uuid, _name in groups])
        lines = [(row.organisation.uuid, _line(row)) for row in rows.select_related("organisation").order_by("pk")]
    return [GroupReading(uuid, name, tuple(line for of, line in lines if of == uuid)) for uuid, name in groups]


def _line(row: Reading) -> ReadingLine:
    return ReadingLine(row.uuid, row.title, row.chapter, row.valid_from, row.valid_to)
