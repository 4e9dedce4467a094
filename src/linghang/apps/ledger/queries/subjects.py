"""Subjects inside the open scope."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.ledger.data.subjects import SUBJECT_TYPES, SubjectLine
from linghang.apps.ledger.models import Subject
from linghang.ui.web.errors import not_found
from linghang.ui.web.planned import array, planned
from linghang.ui.web.scope import current_scope

ROWS = ("person", "person__node", "organisation", "organisation__node", "area", "area__node", "node")


def subject_rows(uuids: Iterable[UUID]) -> QuerySet[Subject]:
    """The rows themselves with what they stand for, for operations of this room."""
    return Subject.objects.select_related(*ROWS, "person__user").filter(uuid__in=set(uuids))


# what recording asks for with every record: written out, since putting it together took longer than answering it, and
# planned once, so each table is asked by its key, whatever its size was when the plan was made
_KNOWN = """
    SELECT s.id, s.uuid, s.type, coalesce(p.name, o.name, a.name, s.label), s.top_id, n.id, n.path, n.label,
        (SELECT u.uuid FROM access_user u WHERE u.id = p.user_id),
        coalesce(o.founded_on, a.valid_from, s.valid_from), coalesce(o.closed_on, a.valid_to, s.valid_to),
        (SELECT array_agg(ARRAY[h.node_id::text, h.valid_from::text, h.valid_to::text] ORDER BY h.valid_from)
         FROM org_rosterspan h WHERE h.person_id = s.person_id)
    FROM ledger_subject s
    LEFT JOIN LATERAL (SELECT name, node_id, user_id FROM org_person WHERE id = s.person_id LIMIT 1) p ON TRUE
    LEFT JOIN LATERAL (
        SELECT name, node_id, founded_on, closed_on FROM org_organisation WHERE id = s.organisation_id LIMIT 1
    ) o ON TRUE
    LEFT JOIN LATERAL (
        SELECT name, node_id, valid_from, valid_to FROM org_area WHERE id = s.area_id LIMIT 1
    ) a ON TRUE
    JOIN LATERAL (
        SELECT id, path, label FROM access_scopenode
        WHERE id = coalesce(p.node_id, o.node_id, a.node_id, s.node_id) LIMIT 1
    ) n ON TRUE
    WHERE s.uuid = ANY(%s::uuid[])
"""


@dataclass(frozen=True)
class Known:
    """A subject as recording needs it; `user` is the account of the person, `node` where it belongs today, with its
    path and what the place is called.

    `homes` are the places that a person belonged to, with first and last day; those that he left lie outside the
    scope, and yet a record of a past day belongs to the home of that day.
    """

    key: int
    uuid: UUID
    type: str
    label: str
    top: int
    node: int
    user: UUID | None
    valid_from: date | None
    valid_to: date | None
    homes: tuple[tuple[int, date, date | None], ...] = ()
    path: str = ""
    place: str = ""

    def node_on(self, day: date) -> int:
        """Where it belonged on a day, as far as that is known."""
        for node, since, until in self.homes:
            if since <= day and (until is None or day <= until):
                return node
        return self.node


def known_subjects(uuids: Collection[UUID]) -> dict[UUID, Known]:
    """Subjects inside the open scope, with what recording needs."""
    if not uuids:
        return {}
    scope = current_scope()
    found: dict[UUID, Known] = {}
    for key, uuid, kind, label, top, node, path, place, user, first, last, homes in planned(_KNOWN, [array(uuids)]):
        if scope.reaches(path) or (user is not None and user == scope.reader):
            spans = tuple(_home(*home) for home in homes or ())
            found[uuid] = Known(key, uuid, kind, label, top, node, user, first, last, spans, path, place)
    return found


def _home(node: str, since: str, until: str | None) -> tuple[int, date, date | None]:
    return int(node), date.fromisoformat(since), date.fromisoformat(until) if until else None


def subject_line(uuid: UUID) -> SubjectLine:
    """One subject inside the open scope."""
    row = subject_rows([uuid]).first()
    if row is None:
        raise not_found()
    return line_of(row)


def subject_lines(uuids: Iterable[UUID]) -> dict[UUID, SubjectLine]:
    """Those of the subjects that lie inside the open scope."""
    return {row.uuid: line_of(row) for row in subject_rows(uuids)}


def line_of(row: Subject) -> SubjectLine:
    """Needs `ROWS` selected along."""
    first, last = days_of(row)
    return SubjectLine(
        uuid=row.uuid,
        type=row.type,
        type_label=str(SUBJECT_TYPES[row.type]),
        code=code_of(row),
        label=label_of(row),
        place=node_of(row)[1],
        valid_from=first,
        valid_to=last,
    )


def days_of(row: Subject) -> tuple[date | None, date | None]:
    """From when until when things can be recorded of it; None leaves a side open."""
    if row.organisation:
        return row.organisation.founded_on, row.organisation.closed_on
    own = row.area or row
    return own.valid_from, own.valid_to


def label_of(row: Subject) -> str:
    """People, organisations and areas by their name of today."""
    stands_for = row.person or row.organisation or row.area
    return stands_for.name if stands_for else row.label


def code_of(row: Subject) -> str:
    stands_for = row.person or row.organisation or row.area
    return stands_for.code if stands_for else row.code


def node_of(row: Subject) -> tuple[int, str]:
    """Key and label of the place where it belongs today."""
    stands_for = row.person or row.organisation or row.area
    node = stands_for.node if stands_for else row.node
    assert node is not None
    return node.pk, node.label
