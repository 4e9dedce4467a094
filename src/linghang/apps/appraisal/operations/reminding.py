"""What a month asks of those who keep it, told in good time: once each thing, and taken back when it is done.

Told inside the product; the daily e-mail only says how many things are due (see `notify`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.access.queries import holders
from linghang.apps.appraisal.data.duty import SheetState
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Book, DutySheet
from linghang.apps.appraisal.policies.duty import SENDERS, days_left, due_of, state_of
from linghang.apps.ledger.queries.pages_month import unrecorded
from linghang.apps.notify.operations import notify, settle_all
from linghang.apps.org.queries.year_roster import PlaceRow, places_of_members
from linghang.engine.periods import Month
from linghang.ui.web.clock import day_of
from linghang.ui.web.scope import system_scope
from linghang.ui.web.workdays import CALENDAR

KIND = "appraisal.month"
LAST_DAYS = 5  # working days before the end of the month from which meetings without a record are told


@dataclass(frozen=True)
class Asked:
    """One thing of the month at one place: `open` until it is done; another `stage` of the same thing is told anew."""

    path: str
    text: str
    link: str
    open: bool
    stage: str = ""


def remind_month(*, now: datetime) -> int:
    """Tell secretaries and organisers what their branch's month asks, as of today; returns how many messages are new.

    Call it once a day: the same thing is told to a person once, and what is done is nobody's to do any more.
    """
    today, told = day_of(now), 0
    with translation.override(settings.LANGUAGE_CODE), system_scope(reason="every branch is told of its own month"):
        keepers = _keepers(today)
        branches = [p for p in places_of_members(below="", since=today, until=today) if p.path in keepers]
        things = [*_sheets(branches, today), *_books(branches, today), *_meetings(branches, today)]
        settle_all(kind=KIND, links=[asked.link for asked in things if not asked.open])
        for asked in things:
            if not asked.open:
                continue
            told += notify(
                users=keepers[asked.path],
                kind=KIND,
                text=asked.text,
                link=asked.link,
                due=today,
                now=now,
                key=f"{KIND}:{asked.stage}:{asked.link}",
            )
    return told


def _keepers(today: date) -> dict[str, set[UUID]]:
    """Path of a branch → who keeps its month."""
    found: dict[str, set[UUID]] = {}
    for one in holders(roles=SENDERS, on=today):
        found.setdefault(one.path, set()).add(one.uuid)
    return found


def _sheets(branches: Iterable[PlaceRow], today: date) -> Iterator[Asked]:
    """The sheet of last month, with its last day."""
    month = Month.of(today) + -1
    due = due_of(month)
    rows = DutySheet.objects.filter(month=month.index).order_by("version")
    latest = dict(rows.values_list("place", "audit__verdict"))
    for place in branches:
        state = state_of(latest.get(place.key), sent=place.key in latest, due=due.day, today=today)
        words = _("%(month)s月工作单请在%(due)s前报送：%(left)s（%(name)s）") % {
            "month": month.month,
            "due": _day(due.day),
            "left": _left(days_left(due.day, today)),
            "name": place.name,
        }
        link = reverse("appraisal:duty", args=[place.uuid, str(month)])
        yield Asked(place.path, words, link, state in (SheetState.OPEN, SheetState.LATE, SheetState.RETURNED))


def _books(branches: Iterable[PlaceRow], today: date) -> Iterator[Asked]:
    """Books that wait for the branch: settled ones to look through, 公示 that is over to approve."""
    at = {place.key: place for place in branches}
    rows = Book.objects.filter(place__in=at, month__gte=Month.of(today).index - 3)
    for uuid, place, month, state, until in rows.values_list("uuid", "place", "month", "state", "public_until"):
        over = state == BookState.PUBLIC and until is not None and until < today
        waits = state == BookState.SETTLED or over
        words = (
            _("%(month)s月积分公示期满，请审定（%(name)s）") if over else _("%(month)s月积分已核算，请核对（%(name)s）")
        )
        text = words % {"month": Month.from_index(month).month, "name": at[place].name}
        yield Asked(at[place].path, text, reverse("appraisal:book", args=[uuid]), waits, state)


def _meetings(branches: list[PlaceRow], today: date) -> Iterator[Asked]:
    """In the last working days of a month: what every branch holds monthly and has not recorded."""
    month = Month.of(today)
    left = CALENDAR.workdays_between(today, month.last).days
    if left > LAST_DAYS:
        return
    missing = unrecorded([place.uuid for place in branches], on=today)
    for place in branches:
        for line in missing.get(place.uuid, ()):
            words = _("%(month)s月“%(what)s”还没有记录：%(left)s（%(name)s）") % {
                "month": month.month,
                "what": line.title,
                "left": _left(left),
                "name": place.name,
            }
            yield Asked(place.path, words, line.act, line.open)


def _left(days: int) -> str:
    return _("已逾期") if days < 0 else _("还有%(n)s个工作日") % {"n": days}


def _day(day: date) -> str:
    return _("%(m)s月%(d)s日") % {"m": day.month, "d": day.day}
