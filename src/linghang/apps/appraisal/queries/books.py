"""The page of a branch's month: its steps, its members without any order by points, what came late, objections."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

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
from linghang.apps.appraisal.data.months import BookCard, BookState, GradeData, Step
from linghang.apps.appraisal.data.statements import Stand
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
from linghang.apps.appraisal.queries.months import book_of, statements_of_book, thin_spots
from linghang.apps.appraisal.queries.objections import objections_of_book, settled_before_corrected
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.queries.presets import preset_of_month
from linghang.apps.appraisal.queries.results import adjustments_of_book, grades_of_book
from linghang.apps.appraisal.words import NOT_GRADED, STANDS, STATES
from linghang.apps.appraisal.words import title_in_language as said
from linghang.apps.org.search.spoken import sound_of
from linghang.engine.packs.model import Scheme
from linghang.engine.workdays import Counting
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.workdays import CALENDAR

COMPLETE = "complete"


def book_page(uuid: UUID, *, viewer: Viewer, today: date, names: bool) -> BookPage:
    """A book inside the open scope; `names`: whether its members are shown."""
    card = book_of(uuid)
    corrected = uuid in settled_before_corrected([uuid])
    return BookPage(
        card=card,
        month=card.line.month,
        preset=preset_of_month(card.line.path, shown_on=card.public_from, on=today),
        stations=stations(card),
        steps=tuple(next_steps(card, viewer, today, corrected=corrected)),
        thin=thin_spots(uuid) if card.line.state is BookState.RECORDING else card.thin,
        members=members_of(card) if names else None,
        late=tuple(late_lines(card)) if names else (),
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


def members_of(card: BookCard) -> Members:
    """Everybody of a book by the sound of the name: never by points."""
    scheme = pack_of(card.line.version).schemes[card.line.scheme]
    heads = tuple(CategoryHead(one.id, said(one.title)) for one in scheme.categories)
    stars = _stars(grades_of_book(card.line.uuid), scheme)
    late = _late(card.line.uuid)
    rows = [
        MemberRow(
            statement=one.uuid,
            subject=one.subject,
            name=one.name,
            code=one.code,
            state=one.state,
            state_label=_state_of(one.state, final=card.line.is_final),
            categories={head.id: one.categories[head.id][2] for head in heads if head.id in one.categories},
            total=one.counted,
            late=late.get(one.subject, 0),
            star=stars.get(one.subject, ""),
        )
        for one in statements_of_book(card.line.uuid)
    ]
    return Members(heads, tuple(sorted(rows, key=lambda row: (sound_of(row.name), row.name, row.code))))


def _state_of(state: str, *, final: bool) -> str:
    """How sure a total is; once the month is final what could become final has become so."""
    return str(STANDS[Stand.FINAL] if final and state == COMPLETE else STATES[state])


def _stars(grades: Iterable[GradeData], scheme: Scheme) -> Mapping[UUID, str]:
    """The star of each, in the words of the scheme; where somebody has none, no reason stands in the list."""
    titles = {(grade.id, band.id): said(band.title) for grade in scheme.grades for band in grade.bands}
    found: dict[UUID, str] = {}
    for grade in grades:
        words = titles.get((grade.grade, grade.band)) or str(NOT_GRADED)
        found[grade.subject] = f"{found[grade.subject]}、{words}" if grade.subject in found else words
    return found


def _late(book: UUID) -> Mapping[UUID, int]:
    found: dict[UUID, int] = {}
    for one in adjustments_of_book(book):
        found[one.subject] = found.get(one.subject, 0) + one.counted
    return found


def late_lines(card: BookCard) -> list[LateLine]:
    """What came late and is booked here, by the month that it is about."""
    rows = adjustments_of_book(card.line.uuid)
    names = {one.subject: one.name for one in statements_of_book(card.line.uuid)} if rows else {}
    return [LateLine(row, names.get(row.subject, "")) for row in sorted(rows, key=lambda row: row.month)]
