"""When somebody was last in touch, and who is due to be asked: every six months (党员教育管理工作条例 Art 24)."""

from datetime import date

from linghang.apps.org.data import PARTY_MEMBERS, ContactState
from linghang.apps.org.models import ContactCheck, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.engine.workdays import add_months

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


def state_of(last: date | None, since: date | None, failed: tuple[date, ...], on: date) -> ContactState:
    """Due half a year after the last time, or after somebody came here."""
    begin = last or since
    due = add_months(begin, EVERY_MONTHS) if begin else None
    return ContactState(last, due, failed, overdue=due is not None and due < on)
