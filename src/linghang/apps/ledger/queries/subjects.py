"""Subjects inside the open scope."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.ledger.data.subjects import SUBJECT_TYPES, SubjectLine
from linghang.apps.ledger.models import Subject
from linghang.ui.web.errors import not_found

ROWS = ("person", "person__node", "organisation", "organisation__node", "area", "area__node", "node")


def subject_rows(uuids: Iterable[UUID]) -> QuerySet[Subject]:
    """The rows themselves with what they stand for, for operations of this room."""
    return Subject.objects.select_related(*ROWS, "person__user").filter(uuid__in=set(uuids))


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
