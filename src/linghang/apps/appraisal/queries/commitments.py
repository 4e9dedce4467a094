"""Reads of commitments: the wall of a branch, one's own, and how many were kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.commitments import COMMITMENT_WORDS, CommitmentLine, CommitmentState, Kept
from linghang.apps.appraisal.models import Commitment
from linghang.apps.ledger.queries.behind import behind
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import Viewer


@dataclass(frozen=True)
class CommitmentFilter:
    """What of the wall is shown; empty means everything of the year."""

    year: int
    search: str = ""
    state: str = ""
    mine: bool = False


def commitments_page(asked: CommitmentFilter, viewer: Viewer, *, on: date, number: int) -> Page[CommitmentLine]:
    return page_of(_rows(asked, viewer), number, lambda row: _line(row, viewer, on))


def all_commitments(asked: CommitmentFilter, viewer: Viewer, *, on: date) -> list[CommitmentLine]:
    return [_line(row, viewer, on) for row in _rows(asked, viewer)]


def kept_of(asked: CommitmentFilter, viewer: Viewer) -> Kept:
    """The rate over exactly the rows that the list shows, without its filter of states."""
    rows = _rows(CommitmentFilter(asked.year, asked.search, "", asked.mine), viewer)
    judged = Q(state__in=(CommitmentState.KEPT, CommitmentState.NOT_KEPT))
    counts = rows.order_by().aggregate(
        kept=Count("pk", filter=Q(state=CommitmentState.KEPT)), judged=Count("pk", filter=judged), made=Count("pk")
    )
    return Kept(**counts)


def commitments_of(person: UUID, viewer: Viewer, *, on: date) -> tuple[CommitmentLine, ...]:
    """One person's commitments of the year."""
    rows = Commitment.objects.filter(person__uuid=person, year=on.year).order_by("number")
    return tuple(_line(row, viewer, on) for row in rows.select_related("person__user", "node", "judged_by"))


def open_records(lines: Iterable[CommitmentLine], viewer: Viewer, *, on: date) -> frozenset[UUID]:
    """The records of kept commitments that the viewer may open."""
    facts, scope = {line.fact for line in lines if line.fact}, scope_on_address(viewer, "ledger:fact", on=on)
    if not facts or scope is None:
        return frozenset()
    with use_scope(scope):
        return frozenset(behind(facts))


def get_commitment(uuid: UUID, viewer: Viewer, *, on: date) -> CommitmentLine | None:
    row = Commitment.objects.select_related("person__user", "node", "judged_by").filter(uuid=uuid).first()
    return _line(row, viewer, on) if row else None


def _rows(asked: CommitmentFilter, viewer: Viewer) -> "QuerySet[Commitment]":
    rows = Commitment.objects.filter(year=asked.year).select_related("person__user", "node", "judged_by")
    if asked.mine:
        rows = rows.filter(person__user__uuid=viewer.uuid) if viewer.uuid else rows.none()
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.search:
        rows = rows.filter(Q(person__name__icontains=asked.search) | Q(text__icontains=asked.search))
    return rows.order_by("node__path", "person__name", "number")


def _line(row: Commitment, viewer: Viewer, on: date) -> CommitmentLine:
    mine = row.person.user is not None and row.person.user.uuid == viewer.uuid
    open_ = row.state in (CommitmentState.OPEN, CommitmentState.REPORTED)
    ripe = row.state == CommitmentState.REPORTED or (open_ and on > row.due)
    return CommitmentLine(
        uuid=row.uuid,
        person=row.person.uuid,
        name=row.person.name,
        branch=row.node.label,
        year=row.year,
        number=row.number,
        text=row.text,
        measure=row.measure,
        beneficiary=row.beneficiary,
        due=row.due,
        overdue=row.state == CommitmentState.OPEN and on > row.due,
        midway_on=row.midway_on,
        midway_note=row.midway_note,
        state=row.state,
        state_words=str(COMMITMENT_WORDS[row.state]),
        proof=row.proof,
        judged_by=row.judged_by.display_name if row.judged_by else "",
        judged_reason=row.judged_reason,
        fact=row.fact,
        mine=mine,
        may_judge=ripe and not mine and viewer.has("officer", "secretary", "organiser", "discipline_member"),
    )
