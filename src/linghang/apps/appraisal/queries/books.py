"""The page of a branch's month: its steps, its members without any order by points, what came late, objections."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.books import (
    BookPage,
    CategoryHead,
    DayChoice,
    LateLine,
    MemberRow,
    Members,
    NextStep,
    Station,
)
from linghang.apps.appraisal.data.months import AdjustmentData, BookCard, BookState, Step
from linghang.apps.appraisal.data.statements import Stand
from linghang.apps.appraisal.models import GradeResult, Statement
from linghang.apps.appraisal.policies.books import blocked, rule_of, steps_shown
from linghang.apps.appraisal.policies.months import (
    LEAST_WORKING_DAYS,
    MOST_WORKING_DAYS,
    ORDER,
    STATE_TITLES,
    STEPS,
    WORKING_DAYS,
    reached,
    steps_for,
)
from linghang.apps.appraisal.queries.months import thin_spots
from linghang.apps.appraisal.queries.objections import objections_of_book, settled_before_corrected
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.queries.presets import preset_of_month
from linghang.apps.appraisal.queries.results import adjustments_of_book
from linghang.apps.appraisal.words import NOT_GRADED, STANDS, STATES
from linghang.apps.appraisal.words import title_in_language as said
from linghang.apps.org.search.spoken import sound_of
from linghang.engine.packs.model import Scheme
from linghang.engine.workdays import Counting
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.workdays import CALENDAR

COMPLETE = "complete"


def book_page(card: BookCard, *, viewer: Viewer, today: date, names: bool) -> BookPage:
    """The page of a book that was read inside the open scope; `names`: whether its members are shown."""
    uuid = card.line.uuid
    came_late = adjustments_of_book(uuid) if names else []
    members = members_of(card, came_late) if names else None
    corrected = uuid in settled_before_corrected([uuid])
    return BookPage(
        card=card,
        month=card.line.month,
        preset=preset_of_month(card.line.path, shown_on=card.public_from, on=today),
        stations=stations(card),
        steps=tuple(next_steps(card, viewer, today, corrected=corrected)),
        thin=thin_spots(uuid) if card.line.state is BookState.RECORDING else card.thin,
        members=members,
        late=tuple(late_lines(came_late, members)) if members else (),
        objections=objections_of_book(uuid) if names else (),
    )


# --- steps -----------------------------------------------------------------------------------------------------------


def stations(card: BookCard) -> tuple[Station, ...]:
    """记录中 → 关账 → 核算 → 支部核对 → 公示 → 审定 → 定稿 → 公布, each with who and when."""
    state = card.line.state
    approved = "、".join(one.name for one in card.approvals if one.stands)
    shown = BookState.PUBLIC
    told = [
        (_("记录中"), BookState.RECORDING, "", None, ""),
        (_("关账"), BookState.CLOSED, card.closed_by, card.line.closed_at, ""),
        (_("核算"), BookState.SETTLED, card.run.by if card.run else "", card.run.at if card.run else None, ""),
        (_("支部核对"), BookState.CHECKED, card.checked_by, card.checked_at, ""),
        (_("公示"), shown, card.receiver_name, card.public_from, _("受理人") if card.receiver_name else ""),
        (_("审定"), BookState.FINAL, approved, None, ""),
        (_("定稿"), BookState.FINAL, "", card.line.final_at, ""),
        (_("公布"), BookState.ANNOUNCED, card.announced_by, card.line.announced_at, ""),
    ]
    at = _position(state)
    return tuple(
        Station(title, "past" if n < at else "current" if n == at else "ahead", *_taken(state, goal, who, when, note))
        for n, (title, goal, who, when, note) in enumerate(told)
    )


def _position(state: BookState) -> int:
    """The station that a book stands at: while it is shown, two people are still to approve."""
    places = (0, 1, 2, 3, 4, 6, 7)
    return places[ORDER.index(state)]


def _taken(
    state: BookState, goal: BookState, who: str, when: datetime | date | None, note: str
) -> tuple[str, datetime | date | None, str]:
    """Who and when, only for what stands: a settlement that was made again undoes the check before it."""
    stands = reached(state, goal) or (goal is BookState.FINAL and bool(who))
    return (who, when, note) if stands else ("", None, "")


def next_steps(card: BookCard, viewer: Viewer, today: date, *, corrected: bool = False) -> list[NextStep]:
    """What the viewer may do now, what comes next first."""
    may = steps_for(viewer, card.line.path, card.line.state)
    wanted = [step for step in steps_shown(card.line.state, corrected=corrected) if step in may]
    approved = {one.person for one in card.approvals if one.stands}
    return [
        NextStep(
            step=step,
            title=step_title(step, card.line.state),
            rule=rule_of(step, card.line.state, corrected=corrected),
            primary=n == 0,
            blocked=blocked(step, card, today=today, approved=viewer.uuid in approved),
        )
        for n, step in enumerate(wanted)
    ]


def step_title(step: Step, state: BookState) -> str:
    """What the button of a step says."""
    if step is Step.SETTLE and state not in (BookState.RECORDING, BookState.CLOSED):
        return _("重新核算")
    return str(STEPS[step].title)


def day_choices(today: date) -> list[DayChoice]:
    """How long a 公示 that begins today may last, each with its last day."""
    found = []
    for days in range(LEAST_WORKING_DAYS, min(LEAST_WORKING_DAYS + 10, MOST_WORKING_DAYS) + 1):
        last = CALENDAR.add_workdays(today, days, Counting.INCLUSIVE)
        found.append(DayChoice(days, last.day, last.words, last.provisional))
    return found


def default_days() -> int:
    return WORKING_DAYS


def state_title(state: BookState) -> str:
    return str(STATE_TITLES[state])


# --- members ---------------------------------------------------------------------------------------------------------


def members_of(card: BookCard, came_late: Sequence[AdjustmentData] | None = None) -> Members:
    """Everybody of a book by the sound of the name: never by points. `came_late`: what is booked in it, where it was
    read already."""
    uuid = card.line.uuid
    scheme = pack_of(card.line.version).schemes[card.line.scheme]
    heads = tuple(CategoryHead(one.id, said(one.title)) for one in scheme.categories)
    stars = _stars(kept_rows(_grades, given=(uuid,)), scheme)
    late: Counter[UUID] = Counter()
    for one in adjustments_of_book(uuid) if came_late is None else came_late:
        late[one.subject] += one.counted
    rows = [
        MemberRow(
            statement=statement,
            subject=subject,
            name=name,
            code=code,
            state=state,
            state_label=_state_of(state, final=card.line.is_final),
            categories=_counted(categories, heads),
            total=counted,
            late=late[subject],
            star=stars.get(subject, ""),
        )
        for statement, subject, name, code, state, counted, categories in kept_rows(_statements, given=(uuid,))
    ]
    return Members(heads, tuple(sorted(rows, key=lambda row: (sound_of(row.name), row.name, row.code))))


def _state_of(state: str, *, final: bool) -> str:
    """How sure a total is; once the month is final what could become final has become so."""
    return str(STANDS[Stand.FINAL] if final and state == COMPLETE else STATES[state])


def _statements(asked: Sequence[UUID]) -> QuerySet[Statement, tuple[Any, ...]]:
    names = (Coalesce(f"person__{one}", f"organisation__{one}") for one in ("name", "code"))
    rows = Statement.objects.filter(book__uuid__in=asked)
    return rows.values_list("uuid", "subject", *names, "state", "counted", "categories")


def _grades(asked: Sequence[UUID]) -> QuerySet[GradeResult, tuple[Any, ...]]:
    rows = GradeResult.objects.filter(book__uuid__in=asked).order_by("grade", "subject")
    return rows.values_list("subject", "grade", "band")


def _counted(categories: str, heads: Iterable[CategoryHead]) -> dict[str, int]:
    """What each category counts, of the statement's JSON {category: [base, priced, counted]}."""
    found = json.loads(categories)
    return {head.id: found[head.id][2] for head in heads if head.id in found}


def _stars(grades: Iterable[tuple[UUID, str, str]], scheme: Scheme) -> Mapping[UUID, str]:
    """The star of each, in the words of the scheme; where somebody has none, no reason stands in the list."""
    titles = {(grade.id, band.id): said(band.title) for grade in scheme.grades for band in grade.bands}
    found: dict[UUID, str] = {}
    for subject, grade, band in grades:
        words = titles.get((grade, band)) or str(NOT_GRADED)
        found[subject] = f"{found[subject]}、{words}" if subject in found else words
    return found


def late_lines(rows: Iterable[AdjustmentData], members: Members) -> list[LateLine]:
    """What came late and is booked here, by the month that it is about."""
    names = {one.subject: one.name for one in members.rows}
    return [LateLine(row, names.get(row.subject, "")) for row in sorted(rows, key=lambda row: row.month)]
