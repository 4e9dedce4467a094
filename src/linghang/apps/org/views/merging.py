"""One person who was entered twice: find the other entry, say how it was checked, merge; undo it from the list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.org.forms.people import MergePeopleForm
from linghang.apps.org.operations import merge_people, undo_merge
from linghang.apps.org.queries import person_card
from linghang.apps.org.queries.merging import doubles_of, merges_page
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import posted, show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list, note_person
from linghang.ui.web.request import Request


def merge(request: Request, uuid: UUID) -> HttpResponse:
    """The entry on whose page this was opened is kept; the other one goes into it."""
    card = person_card(uuid, on=request.today)
    note_person(request, card.user or card.uuid)
    search = request.GET.get("q", "").strip()[:60]
    found = doubles_of(uuid, search=search, on=request.today)
    form = MergePeopleForm(posted(request), doubles=[(str(one.uuid), one.label) for one in found])
    if request.method == "POST" and form.is_valid():
        other, reason = UUID(form.cleaned_data["other"]), form.cleaned_data["reason"]
        try:
            merge_people(kept=uuid, gone=other, reason=reason, actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("已合并。两条的记录都在这里；需要时可在“合并记录”里撤销。"))
            return redirect("org:person", uuid)
    context = {"card": card, "form": form, "found": found, "q": search}
    return render(request, "org/person_merge.html", context, status=422 if form.errors else 200)


def merges(request: Request) -> HttpResponse:
    """What was merged, by whom and why; the latest can be undone."""
    page = merges_page(number=page_number(request.GET.get("page")))
    note_list(request, count=page.total)
    return render(request, "org/merges.html", {"page": page})


@require_POST
def undo(request: Request, uuid: UUID) -> HttpResponse:
    """Both entries stand again as before."""
    try:
        undo_merge(merge=uuid, actor=request.viewer, now=request.now)
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("合并已撤销，两条登记都恢复了。"))
    return redirect("org:merges")
