"""What looks thin before a branch closes its recording: shown once, decided by people."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import Thin
from linghang.apps.appraisal.models import Book
from linghang.apps.ledger.data.norms import DONE, NONE
from linghang.apps.ledger.queries.pages_month import strips
from linghang.apps.ledger.queries.recorded import subjects_with_records
from linghang.apps.loops.queries import open_declarations
from linghang.apps.org.queries.year_roster import member_spans
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found

Spots = Iterator[tuple[UUID, Thin]]


def thin_spots(book: UUID) -> tuple[Thin, ...]:
    """The thin spots of a book inside the open scope; empty where nothing stands out."""
    row = Book.objects.select_related("place", "node").filter(uuid=book).first()
    if row is None:
        raise not_found()
    return tuple(thin_of([row])[row.uuid])


def thin_of(rows: Collection[Book]) -> dict[UUID, list[Thin]]:
    """The same for many books that were read inside the open scope, in so many statements for each month."""
    found: dict[UUID, list[Thin]] = {row.uuid: [] for row in rows}
    for index, books in groupby(sorted(rows, key=_month), key=_month):
        month, same = Month.from_index(index), list(books)
        for spots in (_without_records(same, month), _norms_short(same, month.last), _unconfirmed(same)):
            for book, spot in spots:
                found[book].append(spot)
    return found


def _month(row: Book) -> int:
    return row.month


def _without_records(rows: Sequence[Book], month: Month) -> Spots:
    spans = member_spans(since=month.first, until=month.last, branches=[row.place_id for row in rows])
    own: dict[int, set[UUID]] = defaultdict(set)
    for span in spans:
        own[span.branch].add(span.person)
    people = {person for row in rows for person in own[row.place_id]}
    recorded = subjects_with_records(people, since=month.first, until=month.last)
    url = f"{reverse('ledger:list')}?{urlencode({'since': month.first.isoformat(), 'until': month.last.isoformat()})}"
    for row in rows:
        silent = len(own[row.place_id] - recorded)
        if silent:
            yield row.uuid, Thin("no-records", _("%(count)d名党员本月没有一条记录") % {"count": silent}, silent, url)


def _norms_short(rows: Sequence[Book], day: date) -> Spots:
    found = strips({row.place.uuid for row in rows}, on=day)
    for row in rows:
        for item in found.get(row.place.uuid, ()):
            if item.state not in (DONE, NONE) and item.recorded < item.expected:
                words = _("%(title)s：记录%(recorded)d次，应有%(expected)d次")
                words %= {"title": item.title, "recorded": item.recorded, "expected": item.expected}
                yield row.uuid, Thin("norm-short", words, item.expected - item.recorded, item.url)


def _unconfirmed(rows: Sequence[Book]) -> Spots:
    waiting = open_declarations({row.node.path for row in rows})
    for row in rows:
        count = waiting[row.node.path]
        if count:
            words = _("%(count)d件申报还没有确认，确认之前不计入") % {"count": count}
            yield row.uuid, Thin("unconfirmed", words, count, reverse("loops:confirm"))
