"""工作日表: which tables are in force, a new one, and taking one back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.exchange.forms import WorkdaysForm
from linghang.apps.exchange.operations.workdays import put_in_force, take_back
from linghang.apps.exchange.queries import workday_tables
from linghang.engine.workday_table import HEADER, WHOLE_YEAR
from linghang.engine.workdays import known_years
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open
from linghang.ui.web.scope import current_scope


def workdays(request: Request) -> HttpResponse:
    """The tables in force and what is known without them; sent with a file, it is used from now on."""
    form = WorkdaysForm(request.POST, request.FILES) if request.method == "POST" else WorkdaysForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            put_in_force(name=file.name, content=file.read(), actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("工作日表已启用，今后算的期限都按它。"))
            return redirect("exchange:workdays")
    context = {
        "form": form,
        "tables": workday_tables(),
        "known": sorted(known_years())[-1],
        "header": ",".join(HEADER),
        "example_day": f"{request.today.year + 1}-02-06,是,{HEADER[-1]}",
        "example_year": f"{request.today.year + 1},{WHOLE_YEAR},{HEADER[-1]}",
        "may_write": may_open(request.viewer.roles, "exchange:workdays", "POST") and current_scope().reaches(""),
    }
    return render(request, "exchange/workdays.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: Request, uuid: UUID) -> HttpResponse:
    """Stop using a table."""
    take_back(table=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("这张表已停用；已经定下的期限不变。"))
    return redirect("exchange:workdays")
