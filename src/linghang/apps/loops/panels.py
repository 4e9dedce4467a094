"""What this room shows on pages of others: things to do, and the cases of a person or an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linghang.apps.access.queries import scope_on_address
from linghang.apps.exchange.data import ImportData
from linghang.apps.ledger.data.pages import LinkLine
from linghang.apps.loops.data import CONTACT_LOST, CaseLine
from linghang.apps.loops.operations import open_contact_lost
from linghang.apps.loops.permissions import BROAD, IMPORTERS, PARTICIPANTS
from linghang.apps.loops.queries import (
    Waiting,
    is_open,
    lines_about,
    lines_at,
    lines_of_record,
    open_counts,
    place_of,
    waiting,
)
from linghang.apps.org.data import LostContact
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.links import is_contact
from linghang.ui.panels import Todo
from linghang.ui.web.clock import today
from linghang.ui.web.once import once
from linghang.ui.web.routes import may_open
from linghang.ui.web.scope import scope_of, use_scope
from linghang.ui.web.viewer import NOBODY, Viewer
from linghang.ui.web.writing import SYSTEM

BATCH = 3  # from so many declarations on they are one line


@dataclass(frozen=True)
class Cases:
    """Some cases and where all of them are."""

    lines: tuple[CaseLine, ...]
    url: str
    total: int = 0
    overdue: int = 0


def todos(request: HttpRequest) -> Iterator[Todo]:
    """Cases whose next step is the viewer's; many declarations are one line."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if viewer.uuid is None or not viewer.has(*PARTICIPANTS):
        return
    lines = waiting_of(request).mine
    declared = [line for line in lines if line.kind == "declaration" and line.waits != ""]
    many = len(declared) >= BATCH
    for line in lines:
        if not (many and line in declared):
            yield _todo(line)
    if many:
        first = declared[0].standing
        title = ngettext("确认 %(n)d 条申报", "确认 %(n)d 条申报", len(declared)) % {"n": len(declared)}
        yield Todo(title, reverse("loops:confirm"), _("去确认"), due=first.due, left=first.left, rule=first.words)


def waiting_of(request: HttpRequest) -> Waiting:
    """What waits for the viewer and what he waits for, asked once for a page."""
    viewer, day = _viewer(request), today()
    scope = scope_on_address(viewer, "loops:list", on=day)
    if scope is None:
        return Waiting((), ())

    def ask() -> Waiting:
        with use_scope(scope):
            return waiting(viewer, today=day)

    return once(request, "loops.waiting", ask)


def of_branch(request: HttpRequest, organisation: UUID, on: date) -> Cases | None:
    """未销号 of an organisation and below, as far as the viewer may read cases there."""
    day = today()
    if on != day or not _viewer(request).has(*BROAD):
        return None  # what is open is a matter of today; a past day has its steps, not its list
    found = place_of(organisation)
    if found is None:
        return None
    path, label = found
    total, overdue = open_counts([path], today=day)
    lines = tuple(lines_at(path, today=day))
    return Cases(lines, f"{reverse('loops:list')}?{urlencode({'place': label})}", total, overdue)


def of_person(request: HttpRequest, person: UUID, on: date) -> Cases | None:
    """Declarations and corrections of a person, as far as the viewer may read them."""
    if on != today() or not may_open(_viewer(request).roles, "loops:list"):
        return None
    lines = tuple(lines_about(person, today=on))
    return Cases(lines, f"{reverse('loops:list')}?show=all") if lines else None


def own_correction(request: HttpRequest, _person: UUID) -> str:
    """Where somebody asks that something in his own file be put right."""
    return reverse("loops:correct") if may_open(_viewer(request).roles, "loops:correct") else ""


def correction(request: HttpRequest, person: UUID) -> str:
    """Where his organisation asks that something in a file be put right."""
    if not _viewer(request).has(*IMPORTERS):
        return ""
    return f"{reverse('loops:correct')}?person={person}"


def correct_import(viewer: Viewer, found: ImportData) -> tuple[Promise, str] | None:
    """Where somebody asks that a few lines of an import be put right, instead of taking all of it back."""
    if not viewer.has(*IMPORTERS):
        return None
    return gettext_lazy("申请更正"), f"{reverse('loops:correct')}?{urlencode({'entry': 'import', 'what': found.title})}"


def case_of_record(fact: UUID, viewer: Viewer) -> list[LinkLine]:
    """The declaration from which a record came, for those who may read it."""
    if viewer.uuid is None or not viewer.has(*PARTICIPANTS):
        return []
    with use_scope(scope_of(viewer.uuid, roles=PARTICIPANTS, on=today())):
        return [
            LinkLine(f"{line.kind_label} {line.number}（{line.state_label}）", reverse("loops:case", args=[line.uuid]))
            for line in lines_of_record(fact, viewer=viewer, today=today())
        ]


def visits_recorded(on: date) -> dict[str, str]:
    """Kinds of records that a visit to a contact point is: its page knows the place, which the quota asks for."""
    kinds = pack_in_force(on=on).links.values()
    return {kind.quota.counts: reverse("loops:visit") for kind in kinds if kind.quota and is_contact(kind)}


def open_lost(lost: LostContact, _actor: Viewer, now: datetime) -> None:
    """The second failed attempt opens a confidential case, by rule and not by whoever wrote the attempt down.

    While one is open, nothing more happens.
    """
    if not is_open(CONTACT_LOST, lost.person):
        open_contact_lost(person=lost.person, attempts=lost.failed_on, actor=SYSTEM, now=now)


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    return viewer


def _todo(line: CaseLine) -> Todo:
    late = line.standing.level_label
    return Todo(
        f"{line.title}（{line.state_label}）",
        reverse("loops:case", args=[line.uuid]),
        _("去办"),
        due=line.standing.due,
        left=line.standing.left,
        rule=line.standing.words,
        note=" · ".join(part for part in (line.kind_label, line.number, late) if part),
    )
