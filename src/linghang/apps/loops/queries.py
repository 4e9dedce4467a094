"""Reads of cases inside the open scope: lists, one case as a viewer may act on it, what waits for somebody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from os.path import commonpath
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Q, QuerySet

from linghang.apps.ledger.data.files import path_of
from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.loops.cards import card_of, hides_reporter
from linghang.apps.loops.data import DECLARATION, BatchLine, CaseCard, CaseFilter, CaseLine
from linghang.apps.loops.lines import line_of
from linghang.apps.loops.models import Case, CaseFile, CaseText
from linghang.apps.loops.policies import hats
from linghang.apps.loops.reading import matter_of
from linghang.apps.loops.versions import kinds_in_force
from linghang.apps.loops.words import about_words
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.loop_model import THREE, Who
from linghang.engine.packs.model import Pack
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.paging import Page, all_rows, page_of
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

MOST_TODOS = 20
MOST_TOGETHER = 50  # declarations on the page that confirms many; the next ones follow when these are done
MOST_PLACES = 50
MOST_OF_RECORD = 10
SHOWS = ("open", "mine", "overdue", "closed", "all")
SHOWN = ("node", "version")
_Part = tuple[Who, tuple[str, ...], tuple[str, ...]]  # one of the three, kinds it is first for, kinds it is another for
PEOPLE = ("reporter", "responsible", "tracker", "verifier", "doer", "subject__user")


def cases_page(asked: CaseFilter, *, viewer: Viewer, today: date, number: int) -> Page[CaseLine]:
    """One page of the list: what is due first on top, what ended last on top of the closed ones."""
    rows = _ordered(_filtered(asked, viewer, today), asked.show)
    return page_of(_light(rows), number, lambda row: line_of(row, today, CALENDAR))


def cases_for_export(asked: CaseFilter, *, viewer: Viewer, today: date) -> list[CaseLine]:
    """All rows of the list as filtered, in its order."""
    rows = all_rows(_light(_ordered(_filtered(asked, viewer, today), asked.show)))
    return [line_of(row, today, CALENDAR) for row in rows]


def _light(rows: QuerySet[Case], *more: str) -> QuerySet[Case]:
    """With what a line needs; the table of states is read once per process, not once per row."""
    return rows.select_related(*SHOWN, *more).defer("version__content")


def _filtered(asked: CaseFilter, viewer: Viewer, today: date) -> QuerySet[Case]:
    rows = _shown(Case.objects.all(), asked.show, viewer, today)
    if asked.search:
        rows = rows.filter(Q(number__startswith=asked.search) | Q(title__contains=asked.search))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return rows.filter(_at(asked.place)) if asked.place else rows


def _at(words: str) -> Q:
    """At organisations with these words in their name, and below them."""
    places = apps.get_model("access", "ScopeNode")._default_manager.filter(label__contains=words)
    within = Q(pk__in=[])
    for path in places.order_by("path").values_list("path", flat=True)[:MOST_PLACES]:
        within |= Q(node__path__startswith=path)
    return within


def _shown(rows: QuerySet[Case], show: str, viewer: Viewer, today: date) -> QuerySet[Case]:
    if show == "open":
        return rows.filter(ends="")
    if show == "overdue":
        return rows.filter(ends="", due_on__lt=today)
    if show == "closed":
        return rows.exclude(ends="")
    if show == "mine" and viewer.uuid:
        return rows.filter(parties__contains=[viewer.uuid])
    return rows


def _ordered(rows: QuerySet[Case], show: str) -> QuerySet[Case]:
    if show in ("open", "overdue"):
        return rows.order_by("due_on", "id")  # what nothing runs for comes last: PostgreSQL sorts nulls there
    return rows.order_by("-opened_on", "-id")


def get_case(uuid: UUID) -> Case:
    """The row itself, inside the open scope, for operations and pages of this room."""
    row = Case.objects.select_related("node", "subject", "version").defer("version__content").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def case_card(uuid: UUID, *, viewer: Viewer, today: date) -> CaseCard:
    """One case with its people, deadline, history, and what the viewer may do."""
    return card_of(get_case(uuid), viewer, today, CALENDAR)


@dataclass(frozen=True)
class KeptFile:
    """A file of a case: where it lies, how it is called, and whom the case is about (account or person), if anybody."""

    path: Path
    name: str
    about: UUID | None


def case_file(case: UUID, file: UUID) -> KeptFile:
    """A file of a case inside the open scope; the right to read it is that to read its case."""
    rows = CaseFile.objects.filter(uuid=file, case__uuid=case, erased_at__isnull=True)
    row = rows.select_related("case__subject__user").first()
    if row is None:
        raise not_found()
    subject = row.case.subject
    about = (subject.user.uuid if subject.user else subject.uuid) if subject and not row.case.confidential else None
    return KeptFile(path_of(Path(settings.MEDIA_ROOT), row.uuid), row.name, about)


def files_named(uuids: Sequence[str]) -> set[str]:
    """Which of these files a case still names."""
    with system_scope(reason="a file belongs to its case; only whether a row names it is asked"):
        rows = CaseFile.objects.filter(uuid__in=uuids, erased_at__isnull=True)
        return {str(uuid) for uuid in rows.values_list("uuid", flat=True)}


def waiting_for(viewer: Viewer, *, today: date, most: int = MOST_TODOS, kind: str = "") -> list[CaseLine]:
    """Open cases whose next step is the viewer's, the most urgent first.

    Named for it, or holding the first post that the kind asks, or one at the very place; who stands further up steps in
    once the deadline has passed. The database finds candidates, and law 8 decides row by row.
    """
    if viewer.uuid is None:
        return []
    rows = _candidate_rows(viewer, today, kind, most * 3)
    mine = (row for row in rows if row.waits_for in hats(matter_of(row), viewer))
    return [line_of(row, today, CALENDAR) for row in islice(mine, most)]


@dataclass(frozen=True)
class Waiting:
    """Open cases in which somebody has a part: those whose next step is his, and those that wait for somebody else."""

    mine: tuple[CaseLine, ...]
    others: tuple[CaseLine, ...]


def waiting(viewer: Viewer, *, today: date, most: int = MOST_TODOS) -> Waiting:
    """Both at once, the most urgent first; what waits for others are only cases that name him."""
    if viewer.uuid is None:
        return Waiting((), ())
    mine: list[CaseLine] = []
    others: list[CaseLine] = []
    for row in _candidate_rows(viewer, today, "", most * 3):
        if row.waits_for in hats(matter_of(row), viewer):
            mine.append(line_of(row, today, CALENDAR))
        elif viewer.uuid in row.parties:
            others.append(line_of(row, today, CALENDAR))
    return Waiting(tuple(mine[:most]), tuple(others))


def _candidate_rows(viewer: Viewer, today: date, kind: str, most: int) -> list[Case]:
    """With the people that law 8 asks for, the most urgent first."""
    found = _candidates(viewer, today, kind, most)
    if not found:
        return []
    people = (*(who.value for who in THREE), "reporter", "doer", "subject__user")
    return list(_light(Case.objects.filter(pk__in=found), *people).order_by("due_on", "id"))


def _candidates(viewer: Viewer, today: date, kind: str, most: int) -> set[int]:
    """Cases of which the viewer is part, and those that wait for a post of his while nobody is named.

    His own cases have an index of their own; the rest is one question.
    """
    assert viewer.uuid is not None
    nodes = tuple(int(grant.path.split("/")[-2]) for grant in viewer.grants if grant.path)
    own = kept_rows(_of_party, kind, most, given=(viewer.uuid,), one_plan=True)
    parts = tuple((who, *_kinds_for(viewer.roles, who, today)) for who in THREE)
    others = (
        kept_rows(_unnamed, parts, today, kind, most, given=nodes, one_plan=True)
        if any(first or more for _, first, more in parts)
        else []
    )
    return {key for (key,) in (*own, *others)}


def _of_party(kind: str, most: int, person: tuple[UUID]) -> QuerySet[Case, Any]:
    return _cut(Q(parties__contains=[*person]), kind, most)


def _unnamed(parts: Sequence[_Part], today: date, kind: str, most: int, nodes: Sequence[int]) -> QuerySet[Case, Any]:
    """Cases that wait for a post while nobody is named; of a second post those at its very place, or late."""
    searched = Q(pk__in=[])
    for who, first, others in parts:
        unnamed = Q(waits_for=who.value, **{f"{who.value}__isnull": True})
        searched |= unnamed & Q(kind__in=first)
        searched |= unnamed & Q(kind__in=others) & (Q(node_id__in=nodes) | Q(due_on__lt=today))
    return _cut(searched, kind, most)


def _cut(asked: Q, kind: str, most: int) -> QuerySet[Case, Any]:
    rows = Case.objects.filter(asked, ends="", paused_on__isnull=True, **({"kind": kind} if kind else {}))
    return rows.order_by("due_on", "id").values_list("pk")[:most]


def _kinds_for(roles: frozenset[str], who: Who, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds of which one of the roles is the first for this part, and those of which it is another one."""
    first, others = [], []
    for kind in kinds_in_force(on=today).values():
        asked = kind.people[who]
        if asked[0] in roles:
            first.append(kind.id)
        elif roles.intersection(asked):
            others.append(kind.id)
    return tuple(first), tuple(others)


def batch_for(viewer: Viewer, *, today: date, most: int = MOST_TOGETHER) -> list[BatchLine]:
    """Declarations that wait for the viewer, for the page that confirms many at once."""
    lines = waiting_for(viewer, today=today, most=most, kind=DECLARATION)
    rows = Case.objects.filter(uuid__in=[line.uuid for line in lines]).select_related("reporter")
    held = {row.uuid: row for row in rows}
    texts = CaseText.objects.filter(case__uuid__in=held, transition__isnull=True).values_list("case__uuid", "text")
    notes, pack = dict(texts), pack_in_force(on=today)
    return [_batch_line(line, held[line.uuid], pack, notes.get(line.uuid, "")) for line in lines]


def _batch_line(line: CaseLine, row: Case, pack: Pack, note: str) -> BatchLine:
    return BatchLine(line, row.reporter.display_name if row.reporter else "", about_words(row.about, pack), note)


def open_counts(nodes: Iterable[str], *, today: date) -> tuple[int, int]:
    """How many cases of these places (paths) inside the open scope are not closed, and how many of them are overdue."""
    within = Q(pk__in=[])
    for path in nodes:
        within |= Q(node__path__startswith=path)
    rows = Case.objects.filter(within, ends="")
    return rows.count(), rows.filter(due_on__lt=today).count()


def open_by_place(*, today: date) -> dict[str, tuple[int, int]]:
    """Path of a place → how many cases of the open scope are open there, and how many of them are overdue."""
    late = Count("pk", filter=Q(due_on__lt=today))
    rows = Case.objects.filter(ends="").values("node__path").annotate(n=Count("pk"), late=late).order_by("node__path")
    return {path: (number, overdue) for path, number, overdue in rows.values_list("node__path", "n", "late")}


def overdue_by_label(*, today: date, most: int = 10) -> list[tuple[str, int]]:
    """Where overdue cases of the open scope lie, in the order of the tree: places are asked, not people."""
    return [(label, number) for label, number in kept_rows(_overdue_by_place, today, most, one_plan=True)]


def _overdue_by_place(today: date, most: int) -> QuerySet[Case, Any]:
    rows = Case.objects.filter(ends="", due_on__lt=today).values("node__label", "node__path").annotate(n=Count("pk"))
    return rows.order_by("node__path").values_list("node__label", "n")[:most]


def supervised(*, today: date, most: int = 10) -> list[CaseLine]:
    """督办 and 挂牌督办: open cases of the open scope that were escalated so far, the most urgent first."""
    late = kept_objects(_overdue, today, most * 5)
    lines = [line_of(row, today, CALENDAR) for row in late]  # by today: what is written down follows within the hour
    return [line for line in lines if line.standing.level in ("supervise", "listed")][:most]


def _overdue(today: date, most: int) -> QuerySet[Case]:
    return _light(Case.objects.filter(ends="", due_on__lt=today).order_by("due_on", "id"))[:most]


def lines_about(person: UUID, *, today: date, kinds: Sequence[str] = (), most: int = 10) -> list[CaseLine]:
    """Cases about a person that the open scope reaches, the newest first."""
    rows = Case.objects.filter(subject__uuid=person)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return _lines(rows.order_by("-opened_on", "-id")[:most], today)


def lines_of_record(fact: UUID, *, viewer: Viewer, today: date) -> list[CaseLine]:
    """The case that became this record, and the problems found on the visit that it is, inside the open scope.

    Whoever must not know who reported a problem does not find it beside somebody's visit.
    """
    became = Q(about__contains={"facts": [str(fact)]})
    found = _light(Case.objects.filter(became | Q(about__contains={"visit": str(fact)})), *PEOPLE)
    shown = [row for row in found.order_by("pk")[:MOST_OF_RECORD] if not hides_reporter(matter_of(row), viewer)]
    return [line_of(row, today, CALENDAR) for row in shown]


def is_open(kind: str, person: UUID) -> bool:
    """Whether a case of the kind is open for a person, whoever may see it."""
    with system_scope(reason="a second case for the same thing is not opened, whoever may know of the first"):
        return Case.objects.filter(kind=kind, subject__uuid=person, ends="").exists()


def place_of(organisation: UUID) -> tuple[str, str] | None:
    """Path and name of an organisation inside the open scope."""
    rows = apps.get_model("org", "Organisation")._default_manager.filter(uuid=organisation)
    return rows.values_list("node__path", "name").first()


def open_declarations(paths: Collection[str]) -> dict[str, int]:
    """How many declarations of each place and below wait to be confirmed, in one statement."""
    waiting = Case.objects.filter(kind=DECLARATION, ends="", node__path__startswith=commonpath([*paths]))
    found = list(waiting.values_list("node__path").annotate(count=Count("pk")))
    return {path: sum(count for place, count in found if place.startswith(path)) for path in paths}


def lines_at(path: str, *, today: date, most: int = 5) -> list[CaseLine]:
    """Open cases of a place and below, the most urgent first."""
    rows = Case.objects.filter(node__path__startswith=path, ends="")
    return _lines(rows.order_by("due_on", "id")[:most], today)


def _lines(rows: QuerySet[Case], today: date) -> list[CaseLine]:
    return [line_of(row, today, CALENDAR) for row in _light(rows)]
