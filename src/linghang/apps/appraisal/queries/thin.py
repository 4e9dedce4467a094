"""What looks thin before a branch closes its recording: shown once, decided by people."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import Thin
from linghang.apps.appraisal.models import Book
from linghang.apps.ledger.data.norms import DONE, NONE
from linghang.apps.ledger.queries.pages_month import branch_month
from linghang.apps.ledger.queries.recorded import subjects_with_records
from linghang.apps.loops.queries import open_declarations
from linghang.apps.org.queries.year_roster import member_spans
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import current_scope, use_scope

Source = Callable[[UUID, Month], list[Thin]]


@dataclass
class ThinSources:
    """What other applets find thin in a place's month (place's uuid, month): drafts, unsent sheets."""

    _sources: dict[str, Source] = field(default_factory=dict)

    def register(self, name: str, source: Source) -> None:
        self._sources[name] = source

    def of(self, place: UUID, month: Month) -> list[Thin]:
        return [spot for source in self._sources.values() for spot in source(place, month)]


thin_sources = ThinSources()


def thin_spots(book: UUID) -> tuple[Thin, ...]:
    """The thin spots of a book inside the open scope; empty where nothing stands out."""
    row = Book.objects.select_related("place", "node").filter(uuid=book).first()
    if row is None:
        raise not_found()
    month = Month.from_index(row.month)
    found = [
        *_without_records(row, month),
        *_norms_short(row.place.uuid, row.node.path, month.last),
        *_unconfirmed(row),
        *thin_sources.of(row.place.uuid, month),
    ]
    return tuple(found)


def _without_records(row: Book, month: Month) -> list[Thin]:
    spans = member_spans(since=month.first, until=month.last, branches=[row.place_id])
    own = {span.person for span in spans if span.branch == row.place_id}
    silent = own - subjects_with_records(own, since=month.first, until=month.last)
    if not silent:
        return []
    words = _("%(count)d名党员本月没有一条记录") % {"count": len(silent)}
    asked = {"since": month.first.isoformat(), "until": month.last.isoformat()}
    return [Thin("no-records", words, len(silent), f"{reverse('ledger:list')}?{urlencode(asked)}")]


def _norms_short(place: UUID, path: str, day: date) -> list[Thin]:
    narrow = replace(current_scope(), subtrees=(path,), nodes=(), system_reason="")
    with use_scope(narrow):  # the branch alone: an officer closes hundreds of them one after the other
        strip = branch_month(place, on=day)
    if strip is None:
        return []
    return [
        Thin(
            "norm-short",
            _("%(title)s：记录%(recorded)d次，应有%(expected)d次")
            % {"title": item.title, "recorded": item.recorded, "expected": item.expected},
            item.expected - item.recorded,
            item.url,
        )
        for item in strip.items
        if item.state not in (DONE, NONE) and item.recorded < item.expected
    ]


def _unconfirmed(row: Book) -> list[Thin]:
    count = open_declarations(row.node.path)
    if not count:
        return []
    words = _("%(count)d件申报还没有确认，确认之前不计入") % {"count": count}
    return [Thin("unconfirmed", words, count, reverse("loops:confirm"))]
