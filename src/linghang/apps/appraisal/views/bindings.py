"""From which month on which rules hold where: proposed by one person, confirmed by another, ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.appraisal.data.packs import PackState
from linghang.apps.appraisal.forms.packs import BindForm, EndForm
from linghang.apps.appraisal.operations.packs import bind, confirm_binding, end_binding, withdraw_binding
from linghang.apps.appraisal.queries.drafts import packs_held
from linghang.apps.appraisal.queries.pack_pages import schemes_of
from linghang.apps.appraisal.queries.packs import get_binding
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import posted, show_refusal
from linghang.ui.web.request import Request
from linghang.ui.web.spans import month_words


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request) -> HttpResponse:
    """A place, a scheme of a published version, and the months."""
    versions = [line for line in packs_held(drafts=False) if line.state is PackState.PUBLISHED]
    choices = schemes_of(versions)
    wanted = request.GET.get("version", "")
    initial = {
        "choice": next((key for key, _title in choices if wanted and key.startswith(wanted)), None),
        "since": str(Month.of(request.today) + 1),
    }
    places = PlacesToChoose("appraisal:bind", on=request.today)
    form = BindForm(posted(request), places=places, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _bound(request, form)
        except DomainError as error:
            show_refusal(form, error)
    return render(request, "appraisal/packs/bind.html", {"form": form}, status=422 if form.errors else 200)


def _bound(request: Request, form: BindForm) -> HttpResponse:
    said = form.cleaned_data
    version, _slash, scheme = said["choice"].partition("/")
    bind(
        node=UUID(said["place"]), version=UUID(version), scheme=scheme, since=said["since"], until=said["until"],
        actor=request.viewer, now=request.now,
    )  # fmt: skip
    messages.success(request, _("已提出启用。请另一位党务干部或班子成员确认，确认后才有效。"))
    return redirect("appraisal:packs")


@require_POST
def confirm(request: Request, uuid: UUID) -> HttpResponse:
    line = confirm_binding(binding=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("已确认，从%(month)s起有效。") % {"month": month_words(line.since)})
    return redirect("appraisal:packs")


@require_POST
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    withdraw_binding(binding=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("已撤回，没有生效。"))
    return redirect("appraisal:packs")


@require_POST
def end(request: Request, uuid: UUID) -> HttpResponse:
    """The last month in which it holds."""
    get_binding(uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise DomainError("bad_month", _("请写明最后一个月，例如 2026-03。"), field="until")
    line = end_binding(binding=uuid, until=form.cleaned_data["until"], actor=request.viewer)
    messages.success(request, _("已停止，最后一个月是%(month)s。") % {"month": month_words(line.until or line.since)})
    return redirect("appraisal:packs")
