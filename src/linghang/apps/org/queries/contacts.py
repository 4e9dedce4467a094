"""When somebody was last in touch, and who is due to be asked: every six months (党员教育管理工作条例 Art 24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Value

from linghang.apps.org.data import PARTY_MEMBERS, ContactLine, ContactState
from linghang.apps.org.models import ContactCheck, Mobility, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.spans import spans_in_sight
from linghang.apps.org.queries.trees import nodes_below
from linghang.engine.workdays import add_months
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import Page, page_of

EVERY_MONTHS = 6


def may_be_asked(person: int, *, on: date) -> bool:
    """Whether somebody is a party member of a branch here on that day."""
    spans = RosterSpan.objects.filter(covers(on), person_id=person, branch__isnull=False)
    return spans.filter(standing__in=sorted(PARTY_MEMBERS)).exists()


def failed_since(person: int) -> list[date]:
    """Days of the failed attempts since somebody last was in touch, the first one first."""
    checks = ContactCheck.objects.filter(person_id=person).order_by("-checked_on", "-pk")
    failed: list[date] = []
    for outcome, day in checks.values_list("outcome", "checked_on"):
        if outcome == "confirmed":
            break
        failed.append(day)
    return failed[::-1]


def last_contact(person: int) -> date | None:
    """The last confirmed day."""
    checks = ContactCheck.objects.filter(person_id=person, outcome="confirmed").order_by("-checked_on")
    return checks.values_list("checked_on", flat=True).first()


def state_of(last: date | None, failed: tuple[date, ...], on: date) -> ContactState:
    """Due half a year after the last time; somebody who was never asked has no day yet."""
    due = add_months(last, EVERY_MONTHS) if last else None
    return ContactState(last, due, failed, overdue=due is not None and due < on)


@dataclass(frozen=True)
class ContactFilter:
    """`state`: due (within a month, or over), failed (attempts since the last time), never, or all of them."""

    on: date
    search: str = ""
    below: UUID | None = None
    state: str = ""


def contacts_page(asked: ContactFilter, *, number: int) -> Page[ContactLine]:
    """Party members of the branches inside the open scope with their last contact, those waiting longest first."""
    page = page_of(_asked(asked), number, lambda span: span)
    return Page(_contact_lines(page.rows, asked.on), page.number, page.total, page.per_page)


def contact_rows(asked: ContactFilter) -> list[ContactLine]:
    """All rows that the list shows, for the export."""
    return _contact_lines(list(_asked(asked)), asked.on)


def contact_counts(*, on: date) -> tuple[int, int, int]:
    """How many party members inside the open scope are overdue, were never asked, and were not reached."""
    for due, never, failed in kept_rows(_counts, on):
        return due, never, failed
    return 0, 0, 0


def _counts(on: date) -> QuerySet[RosterSpan, Any]:
    all_of_them = _members(on).annotate(all_of_them=Value(1)).values("all_of_them")
    counts = {"due": Count("pk", filter=_due(on)), "never": Count("pk", filter=NEVER)}
    found = all_of_them.annotate(**counts, failed=Count("pk", filter=FAILED))
    return found.values_list("due", "never", "failed")


def _members(on: date) -> QuerySet[RosterSpan]:
    return spans_in_sight(on).filter(branch__isnull=False, standing__in=sorted(PARTY_MEMBERS))


def _due(on: date) -> Q:
    return Q(person__contacted_on__lt=add_months(on, -EVERY_MONTHS))


NEVER = Q(person__contacted_on__isnull=True)
FAILED = Q(person__unreached__gt=0)


def _asked(asked: ContactFilter) -> QuerySet[RosterSpan]:
    rows = _members(asked.on)
    if asked.search:
        rows = rows.filter(search_text__contains=asked.search.strip().casefold())
    if asked.below:
        rows = rows.filter(node_id__in=nodes_below(asked.below, on=asked.on))
    states = {"due": _due(asked.on), "never": NEVER, "failed": FAILED}
    if asked.state in states:
        rows = rows.filter(states[asked.state])
    return rows.select_related("person", "branch").order_by(
        F("person__contacted_on").asc(nulls_first=True), "person_id"
    )


def _contact_lines(spans: Sequence[RosterSpan], on: date) -> list[ContactLine]:
    people = [span.person_id for span in spans]
    failed = _failed_of([span.person_id for span in spans if span.person.unreached])
    moves = Mobility.objects.filter(covers(on), direction="out", person_id__in=people)
    away = set(moves.values_list("person_id", flat=True))
    return [
        ContactLine(
            span.person.uuid,
            span.person.name,
            span.branch.name if span.branch else "",
            state_of(span.person.contacted_on, tuple(failed.get(span.person_id, ())), on),
            span.person_id in away,
        )
        for span in spans
    ]


def _failed_of(people: Sequence[int]) -> dict[int, list[date]]:
    checks = ContactCheck.objects.filter(person_id__in=people).order_by("checked_on", "pk")
    failed: dict[int, list[date]] = {}
    for person, outcome, day in checks.values_list("person_id", "outcome", "checked_on"):
        failed[person] = [] if outcome == "confirmed" else [*failed.get(person, []), day]
    return failed


def own_contact(user: UUID, *, on: date) -> ContactState | None:
    """When the owner of an account was last in touch; None if he is no party member of a branch here."""
    member = kept_rows(_member_of_user, on, given=(user,), one_plan=True)
    if not member:
        return None
    checks = kept_rows(_checks_of, given=member[0], one_plan=True)
    last = next((day for day, outcome in checks if outcome == "confirmed"), None)
    failed = [day for day, _outcome in takewhile(lambda check: check[1] != "confirmed", checks)]
    return state_of(last, tuple(failed[::-1]), on)


def _member_of_user(on: date, user: Sequence[UUID]) -> QuerySet[RosterSpan, Any]:
    held = RosterSpan.objects.filter(covers(on), person__user__uuid=user[0], branch__isnull=False)
    return held.filter(standing__in=sorted(PARTY_MEMBERS)).order_by("pk").values_list("person_id")[:1]


def _checks_of(person: Sequence[int]) -> QuerySet[ContactCheck, Any]:
    rows = ContactCheck.objects.filter(person_id=person[0]).order_by("-checked_on", "-pk")
    return rows.values_list("checked_on", "outcome")
