"""A branch's month: its steps, its members, publishing it, approving it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.appraisal.data.books import BookPage
from linghang.apps.appraisal.data.months import BookLine, BookState, Step
from linghang.apps.appraisal.forms.books import PublishForm, ReasonForm
from linghang.apps.appraisal.operations import month_settling, months
from linghang.apps.appraisal.policies.presets import COMMITTEE
from linghang.apps.appraisal.queries.books import book_page, day_choices, default_days
from linghang.apps.appraisal.queries.cards import book_of
from linghang.apps.appraisal.queries.months import line_of
from linghang.apps.appraisal.queries.receivers import receiver_choices
from linghang.apps.jobs.data import JobData
from linghang.apps.jobs.queries import job_for
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.reads import note_list, reading_of
from linghang.ui.web.request import Request
from linghang.ui.web.viewer import Viewer

REASONS, JOBS = "appraisal-reasons", "appraisal-settlements"


def book(request: Request, uuid: UUID) -> HttpResponse:
    """The page of one branch's month."""
    if request.htmx and not request.htmx.boosted:
        reading_of(request).progress_only = True
        job = _job(request, uuid)
        context = {"job": job, "book": uuid}
        if job is None or job.is_final:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "appraisal/books/book.html#live", context)
    return _page(request, uuid)


def _page(
    request: Request, uuid: UUID, *, problem: str = "", form: PublishForm | None = None, status: int = 200
) -> HttpResponse:
    card = book_of(uuid)
    path = card.line.path
    names = shows_names(request, uuid, path)
    page = book_page(card, viewer=request.viewer, today=request.today, names=names)
    if page.members is not None:
        note_list(request, count=len(page.members.rows), filters={str(_("月份")): str(page.month)})
        reading_of(request).reason = reason_of(request, uuid)
    publishes = any(step.step is Step.PUBLISH for step in page.steps)
    context = {
        "page": page,
        "card": page.card,
        "line": page.card.line,
        "publish": (form or _publish_form(request, path)) if publishes else None,
        "reason": None if names else ReasonForm(),
        "needs_reason": _needs_reason(page),
        "job": _job(request, uuid),
        "book": uuid,
        "problem": problem,
        "shown": page.card.line.state in (BookState.PUBLIC, BookState.FINAL, BookState.ANNOUNCED),
        "as_of": page.card.run.at if page.card.run else request.now,
    }
    return render(request, "appraisal/books/book.html", context, status=status)


def _publish_form(request: Request, path: str) -> PublishForm:
    data = request.POST if request.method == "POST" and request.POST.get("step") == Step.PUBLISH else None
    people, days = receiver_choices(path, on=request.today), day_choices(request.today)
    return PublishForm(data, people=people, days=days, initial={"days": default_days()})


def _needs_reason(page: BookPage) -> bool:
    """Whether finalising asks why the recording is not closed or a total is not sure."""
    return page.card.line.closed_at is None or bool(page.card.states.get("provisional"))


def in_committee(viewer: Viewer, path: str) -> bool:
    """Whether somebody belongs to the branch's own committee."""
    return any(grant.role in COMMITTEE and grant.path == path for grant in viewer.grants)


def shows_names(request: Request, uuid: UUID, path: str) -> bool:
    """The committee sees its members; whoever stands above says first why he looks."""
    if in_committee(request.viewer, path):
        return True
    return request.viewer.has("officer") and bool(reason_of(request, uuid))


def reason_of(request: Request, uuid: UUID) -> str:
    """Why the viewer looks at a book today, as he said."""
    said = request.session.get(REASONS, {}).get(str(uuid), {})
    return str(said.get("words", "")) if said.get("day") == request.today.isoformat() else ""


@require_POST
def reason(request: Request, uuid: UUID) -> HttpResponse:
    """Say why one looks; it stands with every reading of that day."""
    line_of(uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, uuid, problem=_("请写明查看理由，至少四个字。"), status=422)
    said = {"words": form.cleaned_data["reason"], "day": request.today.isoformat()}
    request.session[REASONS] = {**request.session.get(REASONS, {}), str(uuid): said}
    return redirect("appraisal:book", uuid)


# --- steps -----------------------------------------------------------------------------------------------------------


@require_POST
def step(request: Request, uuid: UUID) -> HttpResponse:
    """Take a step; the button's value says which."""
    line = line_of(uuid)
    steps: dict[str, Callable[[], object]] = {
        Step.CLOSE: lambda: months.close_recording(book=uuid, actor=request.viewer, now=request.now),
        Step.REOPEN: lambda: months.reopen_recording(book=uuid, actor=request.viewer, now=request.now),
        Step.SETTLE: lambda: _settle(request, line),
        Step.CHECK: lambda: months.check_book(book=uuid, actor=request.viewer, now=request.now),
        Step.APPROVE: lambda: months.approve_book(
            book=uuid, actor=request.viewer, now=request.now, reason=request.POST.get("reason", "")
        ),
        Step.ANNOUNCE: lambda: months.announce_book(book=uuid, actor=request.viewer, now=request.now),
    }
    name = request.POST.get("step", "")
    if name == Step.PUBLISH:
        return _publish(request, uuid, line.path)
    if name not in steps:
        raise not_found()
    try:
        steps[name]()
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, uuid, problem=str(error.message), status=error.status)
    if name != Step.SETTLE:
        messages.success(request, _("已办理。"))
    return redirect("appraisal:book", uuid)


def _publish(request: Request, uuid: UUID, path: str) -> HttpResponse:
    form = _publish_form(request, path)
    if not form.is_valid():
        return _page(request, uuid, form=form, problem=_("请把公示的内容填完整。"), status=422)
    given = form.cleaned_data
    try:
        months.publish_book(
            book=uuid,
            receiver=UUID(given["receiver"]),
            manner=given["manner"],
            working_days=given["days"],
            actor=request.viewer,
            now=request.now,
        )
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, uuid, form=form, problem=str(error.message), status=error.status)
    messages.success(request, _("已开始公示。"))
    return redirect("appraisal:book", uuid)


def _settle(request: Request, line: BookLine) -> None:
    """Settle this one branch as a job; the page shows how far it is."""
    job = month_settling.start_settlement(
        node=line.node,
        scheme=line.scheme,
        month=line.month,
        books=[line.uuid],
        actor=request.viewer,
        now=request.now,
    )
    request.session[JOBS] = {**request.session.get(JOBS, {}), str(line.uuid): str(job.uuid)}


def _job(request: Request, uuid: UUID) -> JobData | None:
    """The settlement that the viewer started for this book, as far as it is; None once its result is shown."""
    started = request.session.get(JOBS, {}).get(str(uuid))
    job = job_for(viewer=request.viewer, uuid=UUID(started)) if started else None
    return job if job is not None and (not job.is_final or job.failure) else None
