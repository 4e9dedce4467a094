"""Entries that may be one person, and merges that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from linghang.apps.org.data import STANDINGS
from linghang.apps.org.models import Person, PersonMerge, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.people import get_person
from linghang.ui.web.paging import Page, page_of

MOST = 20


@dataclass(frozen=True)
class DoubleLine:
    """Another entry that may be the same person, with what tells the two apart."""

    uuid: UUID
    name: str
    code: str
    home: str
    standing: str
    account: bool

    @property
    def label(self) -> str:
        return " · ".join(part for part in (self.name, self.code, self.home, self.standing) if part)


@dataclass(frozen=True)
class MergeLine:
    """One merge: which entry went into which, by whom, why, and whether it was undone."""

    uuid: UUID
    kept: UUID
    kept_name: str
    gone_name: str
    gone_code: str
    reason: str
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str


def doubles_of(person: UUID, *, search: str, on: date) -> list[DoubleLine]:
    """Entries inside the open scope of the same name, or whose words hold what is sought; never the person himself."""
    row = get_person(person)
    names = [row.name, *row.aliases]
    alike = Q(name__in=names) | Q(aliases__overlap=names)
    words = Q(search_text__contains=search.strip().casefold()) if search.strip() else alike
    found = Person.objects.filter(words, top_id=row.top_id).exclude(pk=row.pk).order_by("name", "pk")[:MOST]
    return _lines(list(found), on)


def _lines(rows: Sequence[Person], on: date) -> list[DoubleLine]:
    spans = RosterSpan.objects.filter(covers(on), person__in=[row.pk for row in rows])
    homes = {
        person: (home, standing) for person, home, standing in spans.values_list("person_id", "home__name", "standing")
    }
    return [
        DoubleLine(
            row.uuid,
            row.name,
            row.code,
            homes.get(row.pk, ("", ""))[0],
            str(STANDINGS.get(homes.get(row.pk, ("", ""))[1], "")),
            row.user_id is not None,
        )
        for row in rows
    ]


def merges_page(*, number: int) -> Page[MergeLine]:
    """Merges inside the open scope, the latest first."""
    rows = PersonMerge.objects.select_related("kept", "gone", "merged_by", "undone_by").order_by("-merged_at", "-pk")
    return page_of(rows, number, _merge)


def _merge(row: PersonMerge) -> MergeLine:
    return MergeLine(
        row.uuid,
        row.kept.uuid,
        row.kept.name,
        row.gone.name,
        row.gone.code,
        row.reason,
        row.merged_at,
        row.merged_by.display_name if row.merged_by else "",
        row.undone_at,
        row.undone_by.display_name if row.undone_by else "",
    )
