"""Reading the read log: by the person concerned, and by the inspector. There is no query that counts per reader."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.audit.data import ReadLine
from linghang.apps.audit.models import AccessLog
from linghang.ui.web.clock import SHANGHAI
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.routes import rule_for, rules
from linghang.ui.web.scope import system_scope


def reads_of_person(person: UUID, *, number: int) -> Page[ReadLine]:
    """Who opened the file, the statement or an export of this person, the newest first."""
    return page_of(AccessLog.objects.filter(person=person).order_by("-at", "-pk"), number, _line)


def reads_page(*, page: str, since: date | None, until: date | None, persons_only: bool, number: int) -> Page[ReadLine]:
    """Readings inside the open scope, by page and by days (both included), the newest first."""
    rows: QuerySet[AccessLog] = AccessLog.objects.all()
    if page:
        rows = rows.filter(page=page)
    if since:
        rows = rows.filter(at__gte=_start_of(since))
    if until:
        rows = rows.filter(at__lt=_start_of(until + timedelta(days=1)))
    if persons_only:
        rows = rows.filter(person__isnull=False)
    return page_of(rows.order_by("-at", "-pk"), number, _line)


def logged_pages() -> list[tuple[str, str]]:
    """Every page whose reading is logged, with its title, for the filter."""
    return [(rule.url_name, str(rule.title)) for rule in rules().values() if rule.reads]


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _line(row: AccessLog) -> ReadLine:
    rule = rule_for(row.page)
    return ReadLine(
        at=row.at,
        reader=row.reader_name,
        page=str(rule.title) if rule else row.page,
        filters="、".join(str(value) for value in row.filters.values()),
        count=row.count,
        of_person=row.person is not None,
        reason=row.reason,
    )


def reason_given(reader: UUID, person: UUID, *, pages: str, on: date) -> str:
    """The reason that somebody gave on a day for opening pages about one person whose names begin so; "" for none.

    It only asks whether the reader himself has said why, before he is shown anything.
    """
    with system_scope(reason="a reader is asked once a day why he looks; only his own rows about one person are read"):
        rows = AccessLog.objects.filter(reader=reader, person=person, page__startswith=pages, at__gte=_start_of(on))
        row = rows.exclude(reason="").order_by("-at").first()
        return row.reason if row else ""
