"""What a month still asks of those who keep it, for front pages: its sheet, steps of books, sheets to judge."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.duty import SheetState
from linghang.apps.appraisal.data.months import BookLine, BookState, Step
from linghang.apps.appraisal.policies.books import SHOWN_STEPS
from linghang.apps.appraisal.policies.duty import AUDITORS, SENDERS, due_of
from linghang.apps.appraisal.policies.months import STEPS, steps_for
from linghang.apps.appraisal.queries.duty import WAITING, sheets_page, sheets_to_judge
from linghang.apps.appraisal.queries.months import books_of_place
from linghang.engine.periods import Month
from linghang.ui.panels import Todo
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

MOST_BRANCHES = 3  # somebody with more branches is no secretary of theirs
BACK = 3  # months that may still be on their way
QUIET = (Step.REOPEN, Step.ANNOUNCE)


def todos(request: HttpRequest) -> Iterator[Todo]:
    """For keepers: last month's sheet and the next step of each book; for officers: sheets that wait for a verdict."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    scope = scope_on_address(viewer, "appraisal:duty-board", on=today) if today else None
    if scope is None or today is None or not viewer.has(*SENDERS, *AUDITORS):
        return
    month = Month.of(today) + -1
    with use_scope(scope):
        sheets = sheets_page(month, on=today) if viewer.has(*SENDERS) else []
        if len(sheets) <= MOST_BRANCHES:
            for line in sheets:
                if line.state in WAITING:
                    yield _sheet(line.label, str(line.place), line.state, month, line.left)
                yield from _books(viewer, line.place, month, today)
        waiting = sheets_to_judge(month) if viewer.has(*AUDITORS) else 0
        if waiting:
            yield _to_judge(waiting, month)


def _sheet(label: str, place: str, state: str, month: Month, left: int) -> Todo:
    due = due_of(month)
    words = _("重报%(month)s月工作单") if state == SheetState.RETURNED else _("报%(month)s月工作单")
    return Todo(
        title=words % {"month": month.month},
        url=reverse("appraisal:duty", args=[place, str(month)]),
        action=_("核对报送"),
        due=due.day,
        left=left,
        rule=due.words,
        note=label,
    )


def _to_judge(count: int, month: Month) -> Todo:
    title = ngettext("审核 %(n)d 张工作单", "审核 %(n)d 张工作单", count) % {"n": count}
    listed = f"{reverse('appraisal:duty-board')}?month={month}&state={SheetState.SENT.value}"
    return Todo(title, listed, _("去审核"), note=month.words)


def _books(viewer: Viewer, place: UUID, month: Month, today: date) -> Iterator[Todo]:
    """The next step of each book of the months before that is not done; closing is part of the sheet."""
    for row in books_of_place(place, first=month + (1 - BACK), last=month):
        step = None if row.state is BookState.RECORDING else _next(row, viewer, today)
        if step is not None:
            yield Todo(
                title=_("%(step)s%(month)s月积分") % {"step": STEPS[step].title, "month": row.month.month},
                url=reverse("appraisal:book", args=[row.uuid]),
                action=_("去办"),
                note=row.place_name,
            )


def _next(row: BookLine, viewer: Viewer, today: date) -> Step | None:
    if row.state is BookState.PUBLIC and row.public_until is not None and today <= row.public_until:
        return None  # it is shown: nothing to do until then
    may = steps_for(viewer, row.path, row.state)
    return next((step for step in SHOWN_STEPS[row.state] if step in may and step not in QUIET), None)
