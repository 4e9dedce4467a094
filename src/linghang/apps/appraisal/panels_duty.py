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
from linghang.apps.appraisal.data.months import BookState, Step
from linghang.apps.appraisal.policies.books import next_step_of
from linghang.apps.appraisal.policies.duty import AUDITORS, SENDERS, due_of
from linghang.apps.appraisal.queries.books import step_title
from linghang.apps.appraisal.queries.duty import WAITING, sheets_page, sheets_to_judge
from linghang.apps.appraisal.queries.months import approved_by, books_of_place
from linghang.apps.appraisal.queries.objections import settled_before_corrected
from linghang.apps.appraisal.queries.packs import waiting_bindings
from linghang.engine.periods import Month
from linghang.ui.panels import Todo
from linghang.ui.web.scope import use_scope
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import NOBODY, Viewer

MOST_BRANCHES = 3  # somebody with more branches is no secretary of theirs
BACK = 3  # months that may still be on their way
COMMITTEE = (*SENDERS, "discipline_member")


def todos(request: HttpRequest) -> Iterator[Todo]:
    """For those who keep a branch: last month's sheet and their next step of each book; for 纪检委员 the approvals that
    are due; for officers: sheets that wait for a verdict."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    scope = scope_on_address(viewer, "appraisal:duty-board", on=today) if today else None
    if scope is None or today is None or not viewer.has(*COMMITTEE, *AUDITORS):
        return
    month = Month.of(today) + -1
    with use_scope(scope):
        sheets = sheets_page(month, on=today) if viewer.has(*COMMITTEE) else []
        if len(sheets) <= MOST_BRANCHES:
            for line in sheets:
                if line.state in WAITING and viewer.has(*SENDERS):
                    yield _sheet(line.label, str(line.place), line.state, month, line.left)
                yield from _books(viewer, line.place, month, today)
        for sent, waiting in (sheets_to_judge() if viewer.has(*AUDITORS) else {}).items():
            yield _to_judge(waiting, sent)


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
    return Todo(title, listed, _("去审核"), note=month_words(month))


def _books(viewer: Viewer, place: UUID, month: Month, today: date) -> Iterator[Todo]:
    """The viewer's next step of each book of the months before; closing is part of the sheet."""
    rows = [row for row in books_of_place(place, first=month + (1 - BACK), last=month) if not row.is_final]
    approved = approved_by(viewer.uuid, [row.uuid for row in rows if row.approvals])
    corrected = settled_before_corrected([row.uuid for row in rows if row.state is BookState.PUBLIC])
    for row in rows:
        anew = row.uuid in corrected
        step = None if row.state is BookState.RECORDING else next_step_of(row, viewer, today, corrected=anew)
        if step is not None and not (step is Step.APPROVE and row.uuid in approved):
            yield Todo(
                title=_("%(step)s%(month)s月积分") % {"step": step_title(step, row.state), "month": row.month.month},
                url=reverse("appraisal:book", args=[row.uuid]),
                action=_("去办"),
                note=_("%(place)s · 采纳了异议") % {"place": row.place_name} if anew else row.place_name,
                awaited=True,
            )


def binding_todos(request: HttpRequest) -> Iterator[Todo]:
    """Measures that somebody wants to put in force and that wait for a second person: the viewer may be the one."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    scope = scope_on_address(viewer, "appraisal:binding-confirm", on=today) if today else None
    if scope is None or viewer.uuid is None:
        return
    with use_scope(scope):
        waiting = waiting_bindings(but_of=viewer.uuid)
    for line in waiting:
        since = {"place": line.place, "month": month_words(line.since), "who": line.offered_by}
        yield Todo(
            title=_("确认启用“%(title)s”") % {"title": line.title},
            url=reverse("appraisal:packs"),
            action=_("去确认"),
            note=_("%(place)s · 自%(month)s起 · %(who)s提出") % since,
        )
