"""学习小组: its members, what it reads, its sessions, and the way to sign in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.ledger.forms.study_groups import ReadingForm, TakeOffForm
from linghang.apps.ledger.queries.pages_people import roster_of
from linghang.apps.ledger.queries.study_groups import sessions_of, sign_in_of, standing_of
from linghang.apps.org.operations.readings import put_on_list, take_off_list
from linghang.apps.org.queries.readings import readings_of, study_group
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

SHOWN = 12


def study_group_page(request: Request, uuid: UUID) -> HttpResponse:
    """One group on one page; sent with a title, something goes on its reading list, with a reading, off it."""
    name, since, closed = study_group(uuid)
    form = ReadingForm(request.POST if "title" in request.POST else None)
    if request.method == "POST" and _change(request, uuid, form):
        return redirect("ledger:study-group", uuid)
    occasion = sign_in_of(request.today)
    sessions, total = sessions_of(uuid, occasion=occasion, most=SHOWN) if occasion else ([], 0)
    branch, counted = standing_of(uuid, on=request.today)
    people = roster_of(uuid, on=request.today)
    note_list(request, count=len(people))
    context = {
        "uuid": uuid,
        "name": name,
        "since": since,
        "closed": closed,
        "form": form,
        "readings": readings_of(uuid),
        "occasion": occasion,
        "sessions": sessions,
        "total": total,
        "branch": branch,
        "counted": counted,
        "people": people,
        "today": request.today,
        "may_write": closed is None and may_open(request.viewer.roles, "ledger:study-group", "POST"),
        "may_record": closed is None and may_open(request.viewer.roles, "ledger:record", "POST"),
    }
    return render(request, "ledger/study_group.html", context, status=422 if form.errors else 200)


def _change(request: Request, uuid: UUID, form: ReadingForm) -> bool:
    """Whether something was written."""
    ending = TakeOffForm(request.POST)
    if not form.is_bound and ending.is_valid():
        take_off_list(reading=ending.cleaned_data["reading"], last_day=request.today, actor=request.viewer)
        messages.success(request, _("已移出书目，读过的记录保留。"))
        return True
    if not form.is_valid():
        return False
    try:
        put_on_list(organisation=uuid, **form.cleaned_data, valid_from=request.today, actor=request.viewer)
    except DomainError as error:
        if error.status == 404:
            raise
        show_refusal(form, error)
        return False
    messages.success(request, _("已加入书目。"))
    return True
