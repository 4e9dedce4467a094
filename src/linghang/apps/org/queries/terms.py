"""届次: which committees serve until when, and who must be reminded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linghang.apps.org.data import Status, TermLine
from linghang.apps.org.data.posts import BRANCHES
from linghang.apps.org.models import Organisation, RosterSpan, Term
from linghang.apps.org.policies import SMALLEST_COMMITTEE, TERM_REMINDERS
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import system_scope

COMMITTEES = ("working_committee", "party_committee", "organ_committee", "general_branch", *sorted(BRANCHES))


@dataclass(frozen=True)
class TermFilter:
    """`state`: overdue, soon (within the longest reminder), serving, none (no term recorded); empty means all."""

    on: date
    search: str = ""
    state: str = ""


def terms_page(asked: TermFilter, *, number: int) -> Page[TermLine]:
    """Every organisation inside the open scope that is elected, with the term that counts on the day."""
    page = page_of(_elected(asked), number, lambda row: row)
    return Page(_term_lines(page.rows, asked.on), page.number, page.total, page.per_page)


def term_rows(asked: TermFilter) -> list[TermLine]:
    """All rows that the list shows, for the export."""
    return _term_lines(list(_elected(asked)), asked.on)


def terms_of(organisation: UUID, *, on: date) -> list[TermLine]:
    """All terms of one organisation inside the open scope, the latest first."""
    rows = list(Term.objects.filter(organisation__uuid=organisation).select_related("organisation__node"))
    rows.sort(key=lambda row: row.elected_on, reverse=True)
    now = next((row.uuid for row in rows if row.elected_on <= on), None)
    return [_line(row, on, current=row.uuid == now) for row in rows]


def term_of(organisation: UUID, *, on: date) -> TermLine | None:
    """The term that counts on a day."""
    return next((line for line in terms_of(organisation, on=on) if line.current), None)


def terms_ending(*, on: date) -> list[TermLine]:
    """Terms inside the open scope that end within the longest reminder or are over, for branch and superior."""
    keys = list(dict.fromkeys(key for (key,) in kept_rows(_ending, on, one_plan=True)))
    rows = Organisation._base_manager.select_related("node").in_bulk(keys) if keys else {}
    return _term_lines([rows[key] for key in keys], on) if keys else []


def _ending(on: date) -> QuerySet[Term, Any]:
    """The organisations of these terms, asked from the terms: most end later, and are not looked at again."""
    with system_scope(reason="whether a visible term was followed by another one"):
        later = Term.objects.filter(
            organisation_id=OuterRef("organisation_id"), elected_on__gt=OuterRef("elected_on"), elected_on__lte=on
        )
    rows = Term.objects.filter(elected_on__lte=on, organisation__in=_electing(on))
    rows = rows.annotate(end=Coalesce("extended_to", "ends_on")).filter(~Exists(later), end__lte=_soon(on))
    return rows.order_by("end", "organisation__node__path").values_list("organisation_id")


def reminder_of(left: int) -> int | None:
    """Which reminder has been reached: 180, 90 or 30 days before the end; None before the first."""
    reached = [days for days in TERM_REMINDERS if left <= days]
    return min(reached) if reached else None


def _electing(on: date) -> QuerySet[Organisation]:
    """Organisations inside the open scope that have terms."""
    there = Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    return Organisation.objects.filter(there, kind__in=COMMITTEES, founded_on__lte=on)


def _soon(on: date) -> date:
    return on + timedelta(days=max(TERM_REMINDERS))


def _elected(asked: TermFilter) -> QuerySet[Organisation]:
    rows = _electing(asked.on).select_related("node")
    with system_scope(reason="the terms of a visible organisation hang where it does: each need not be asked again"):
        terms = Term.objects.filter(organisation_id=OuterRef("pk"), elected_on__lte=asked.on)
    last = terms.order_by("-elected_on")
    ends = last.annotate(end=Coalesce("extended_to", "ends_on")).values("end")[:1]
    rows = rows.annotate(term_ends=Subquery(ends))
    if asked.search:
        rows = rows.filter(Q(name__icontains=asked.search) | Q(short_name__icontains=asked.search))
    soon = _soon(asked.on)
    states = {
        "overdue": Q(term_ends__lt=asked.on),
        "soon": Q(term_ends__gte=asked.on, term_ends__lte=soon),
        "serving": Q(term_ends__gt=soon),
        "none": Q(term_ends__isnull=True),
    }
    rows = rows.filter(states[asked.state]) if asked.state in states else rows
    return rows.order_by("term_ends", "node__path")


def _term_lines(places: Sequence[Organisation], on: date) -> list[TermLine]:
    keys = [place.pk for place in places]
    terms: dict[int, Term] = {}
    for row in Term.objects.filter(organisation_id__in=keys, elected_on__lte=on).order_by("elected_on"):
        terms[row.organisation_id] = row
    members = _full_members(keys, on)
    lines = []
    for place in places:
        term = terms.get(place.pk)
        if term is None:
            lines.append(_missing(place, members.get(place.pk, 0)))
            continue
        term.organisation = place
        lines.append(_line(term, on, current=True, full_members=members.get(place.pk, 0)))
    return lines


def _full_members(keys: Sequence[int], on: date) -> Counter[int]:
    with system_scope(reason="how many full members a visible branch has does not depend on who asks"):
        spans = RosterSpan.objects.filter(covers(on), branch_id__in=keys, standing=Status.FULL_MEMBER.value)
        return Counter(branch for branch in spans.values_list("branch_id", flat=True) if branch is not None)


def _line(row: Term, on: date, *, current: bool, full_members: int | None = None) -> TermLine:
    place = row.organisation
    ends = row.extended_to or row.ends_on
    left = (ends - on).days
    return TermLine(
        uuid=row.uuid,
        organisation=place.uuid,
        name=place.name,
        number=row.number,
        elected_on=row.elected_on,
        approved_on=row.approved_on,
        ends_on=ends,
        extended=row.extended_to is not None,
        extension_document=row.extension_document,
        left=left,
        state=_state(left),
        current=current,
        full_members=full_members if place.kind in BRANCHES else None,
        path=place.node.path,
    )


def _state(left: int) -> str:
    if left < 0:
        return "overdue"
    return "soon" if left <= max(TERM_REMINDERS) else "serving"


def _missing(place: Organisation, members: int) -> TermLine:
    """An organisation whose term nobody has recorded."""
    return TermLine(
        uuid=place.uuid,
        organisation=place.uuid,
        name=place.name,
        number=0,
        elected_on=place.founded_on,
        approved_on=None,
        ends_on=place.founded_on,
        extended=False,
        extension_document="",
        left=0,
        state="none",
        current=False,
        full_members=members if place.kind in BRANCHES else None,
        path=place.node.path,
    )


def elects_no_committee(full_members: int | None) -> bool:
    """A branch with fewer than seven full members elects a secretary and no committee."""
    return full_members is not None and full_members < SMALLEST_COMMITTEE


def term_line(uuid: UUID, *, on: date) -> TermLine:
    """One term inside the open scope."""
    row = Term.objects.select_related("organisation__node").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return _line(row, on, current=row.elected_on <= on)
