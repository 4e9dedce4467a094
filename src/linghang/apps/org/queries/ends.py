"""Finding what stands at either end of a link, whatever it is, and telling how lists show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import AREA_ENDS, AREA_KINDS, KINDS_OF_END, End, EndLine
from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.models import Area, Link, Organisation, Person, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.engine.packs.link_model import PEOPLE
from linghang.ui.web.errors import not_found

Row = Person | Organisation | Area


@dataclass(frozen=True)
class FoundEnd:
    """A row with the words of packs that describe it on the day asked for, and whether it was there on that day.

    `node_id` is the place that sees this end; of a person, where he was at home on that day.
    """

    end: End
    row: Row
    words: frozenset[str]
    there: bool
    node_id: int

    @property
    def top_id(self) -> int:
        return int(self.row.top_id)


def find_end(uuid: UUID, words: tuple[str, ...], *, on: date) -> FoundEnd:
    """The person, organisation or area inside the open scope; 404 when none of the sorts that `words` mean is there."""
    if any(word in KINDS_OF_END for word in words) and (place := Organisation.objects.filter(uuid=uuid).first()):
        return _organisation(place, on)
    if any(word in AREA_ENDS for word in words) and (area := Area.objects.filter(uuid=uuid).first()):
        there = area.valid_from <= on and (area.valid_to is None or area.valid_to >= on)
        return FoundEnd(End.AREA, area, frozenset({area.kind}), there, area.node_id)
    if any(word in PEOPLE for word in words) and (person := Person.objects.filter(uuid=uuid).first()):
        return _person(person, on)
    raise not_found()


def area_row(uuid: UUID) -> Area:
    """The row itself, inside the open scope, for operations of this room."""
    row = Area.objects.select_related("organisation").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def line_of_organisation(row: Organisation) -> EndLine:
    return EndLine(End.ORGANISATION, row.uuid, row.name, row.kind, str(KINDS[row.kind].label), row.code)


def line_of_person(row: Person) -> EndLine:
    return EndLine(End.PERSON, row.uuid, row.name, code=row.code)


def line_of_area(row: Area) -> EndLine:
    return EndLine(End.AREA, row.uuid, row.name, row.kind, str(AREA_KINDS[row.kind]), row.code)


def left_line(link: Link) -> EndLine:
    """The left end; the link was read with its ends."""
    if link.left_person is not None:
        return line_of_person(link.left_person)
    assert link.left_organisation is not None, "the table holds exactly one left end"
    return line_of_organisation(link.left_organisation)


def right_line(link: Link) -> EndLine:
    """The right end; the link was read with its ends."""
    if link.right_person is not None:
        return line_of_person(link.right_person)
    if link.right_organisation is not None:
        return line_of_organisation(link.right_organisation)
    assert link.right_area is not None, "the table holds exactly one right end"
    return line_of_area(link.right_area)


def _organisation(row: Organisation, on: date) -> FoundEnd:
    words = frozenset(word for word, kinds in KINDS_OF_END.items() if row.kind in kinds)
    there = row.founded_on <= on and (row.closed_on is None or row.closed_on >= on)
    return FoundEnd(End.ORGANISATION, row, words, there, row.node_id)


def _person(row: Person, on: date) -> FoundEnd:
    span = RosterSpan.objects.filter(covers(on), person=row).first()
    words = {"person"} | ({"member"} if span and span.standing in PARTY_MEMBERS else set())
    return FoundEnd(End.PERSON, row, frozenset(words), span is not None, span.node_id if span else row.node_id)


def line_of_end(found: FoundEnd) -> EndLine:
    """How lists show an end, whatever it is."""
    if isinstance(found.row, Organisation):
        return line_of_organisation(found.row)
    return line_of_area(found.row) if isinstance(found.row, Area) else line_of_person(found.row)


def candidates(words: tuple[str, ...], *, search: str, on: date, most: int = 20) -> list[EndLine]:
    """What may stand at an end of these sorts on a day, inside the open scope: the first ones, by name."""
    found: list[EndLine] = []
    kinds = [kind.value for word in words for kind in KINDS_OF_END.get(word, ())]
    if kinds:
        there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
        places = Organisation.objects.filter(there, _named(search), kind__in=kinds, founded_on__lte=on)
        found += [line_of_organisation(row) for row in places.order_by("name")[:most]]
    areas = [word for word in words if word in AREA_ENDS]
    if areas:
        rows = Area.objects.filter(covers(on), _named(search), kind__in=areas)
        found += [line_of_area(row) for row in rows.order_by("name")[:most]]
    if any(word in PEOPLE for word in words):
        found += _people(search, on, most, members="person" not in words)
    return found[:most]


def _people(search: str, on: date, most: int, *, members: bool) -> list[EndLine]:
    spans = RosterSpan.objects.filter(covers(on), _named(search, "person__"))
    if members:
        spans = spans.filter(standing__in=sorted(PARTY_MEMBERS))
    rows = spans.select_related("person", "home").order_by("person__name", "person_id")[:most]
    return [EndLine(End.PERSON, row.person.uuid, row.person.name, "", row.home.name, row.person.code) for row in rows]


def _named(search: str, prefix: str = "") -> Q:
    if not search:
        return Q()
    return Q(**{f"{prefix}name__icontains": search}) | Q(**{f"{prefix}code__iexact": search})
