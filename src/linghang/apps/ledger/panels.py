"""What this room shows on pages of others: a person's records, a branch's year, what is still to be recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.ledger.data.norms import YearOfLife
from linghang.apps.ledger.data.pages import FactFilter, FactLine
from linghang.apps.ledger.data.subjects import BRANCH
from linghang.apps.ledger.queries.pages_inspection import VerificationLine, verifications
from linghang.apps.ledger.queries.pages_list import facts_page
from linghang.apps.ledger.queries.pages_norms import (
    counted,
    no_committee,
    occasion_of,
    organisation_norms,
    periods_of,
    within,
    year_of_life,
)
from linghang.apps.ledger.queries.pages_people import hosts_of
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.apps.org.queries.readings import GroupReading, is_study_group, readings_of_person
from linghang.engine.packs.model import CadenceNorm
from linghang.engine.periods import Span
from linghang.ui.panels import Todo
from linghang.ui.web.routes import may_open
from linghang.ui.web.scope import Scope, use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

SHOWN = 8
MOST_BRANCHES = 3  # somebody with more branches is no secretary of theirs: no line of things to do


@dataclass(frozen=True)
class PersonRecords:
    """The latest records of one person and where all of them are."""

    lines: tuple[FactLine, ...]
    total: int
    more: bool
    url: str


def records_of_person(request: HttpRequest, person: UUID, on: date) -> PersonRecords | None:
    """The latest records of a person, on his page; his own page shows them in the same way."""
    if not may_open(_viewer(request).roles, "ledger:list"):
        return None
    page = facts_page(FactFilter(subject=person, until=on))
    return PersonRecords(page.rows[:SHOWN], page.total, page.more, f"{reverse('ledger:list')}?subject={person}")


@dataclass(frozen=True)
class PersonStudy:
    """The study groups of one person with what they read."""

    groups: tuple[GroupReading, ...]


def study_of_person(_request: HttpRequest, person: UUID, on: date) -> PersonStudy | None:
    """Nothing for somebody who belongs to no study group."""
    groups = readings_of_person(person, on=on)
    return PersonStudy(tuple(groups)) if groups else None


def group_page(request: HttpRequest, organisation: UUID) -> str:
    """Where a study group is looked after."""
    if not may_open(_viewer(request).roles, "ledger:study-group") or not is_study_group(organisation):
        return ""
    return reverse("ledger:study-group", args=[organisation])


def year_of_branch(_request: HttpRequest, organisation: UUID, on: date) -> YearOfLife | None:
    """组织生活 of a branch over the year of the day."""
    return year_of_life(organisation, on.year, on=on)


def last_verification(request: HttpRequest) -> VerificationLine | None:
    """The inspector's one line on his front page."""
    scope = _scope(request, "ledger:verify")
    if scope is None:
        return None
    with use_scope(scope):
        return next(iter(verifications()), None)


def todos(request: HttpRequest) -> Iterator[Todo]:
    """Meetings of this month that a keeper of records has not recorded yet, due on its last day."""
    viewer, today, scope = _viewer(request), getattr(request, "today", None), _scope(request, "ledger:record")
    if today is None or scope is None or not viewer.has("secretary", "organiser"):
        return
    with use_scope(scope):
        yield from list(_unrecorded_of_month(today))


def _unrecorded_of_month(today: date) -> Iterator[Todo]:
    for norm in organisation_norms(on=today):
        if norm.per is Span.MONTH and kinds_on(today)[norm.kind].subject == BRANCH and not no_committee(norm):
            yield from _unrecorded(norm, today)


def _unrecorded(norm: CadenceNorm, today: date) -> Iterator[Todo]:
    occasion = occasion_of(norm, kinds_on(today))
    if occasion is None:
        return
    hosts = hosts_of(occasion, on=today)
    if not 0 < len(hosts) <= MOST_BRANCHES:
        return
    month = periods_of(today.year, Span.MONTH)[today.month - 1]
    counts = counted([host.uuid for host in hosts], [norm], month.since, month.until)
    for host in hosts:
        if within(norm, counts.get(host.uuid, []), month)[0] < norm.at_least:
            asked = urlencode({"what": occasion.id, "place": str(host.uuid)})
            yield Todo(
                title=_("录%(month)s“%(what)s”") % {"month": month.label, "what": said(occasion.title)},
                url=f"{reverse('ledger:record')}?{asked}",
                action=_("录会议"),
                due=month.until,
                rule=said(norm.title),
                note=host.name,
            )


def _scope(request: HttpRequest, address: str) -> Scope | None:
    """What the viewer would see on that page: the front page itself reaches nobody's records."""
    today = getattr(request, "today", None)
    return scope_on_address(_viewer(request), address, on=today) if today else None


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    return viewer
