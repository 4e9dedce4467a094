"""How points are shown to fellow members at each place."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.appraisal.data.presets import PRESET_RULES, PRESETS
from linghang.apps.appraisal.forms.books import PresetForm
from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.queries.presets import presets as all_presets
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request


def presets(request: Request) -> HttpResponse:
    """What holds where and since when; saying something new."""
    places = PlacesToChoose("appraisal:presets", on=request.today)
    form = PresetForm(request.POST or None, places=places, today=request.today, initial={"since": request.today})
    status = 200
    if request.method == "POST":
        status = _set(request, form)
        if status == 200:
            messages.success(request, _("已记下，从所选日期起按此展示。"))
            return redirect("appraisal:presets")
    rules = [(str(PRESETS[code]), str(PRESET_RULES[code])) for code in PRESETS]
    context = {"form": form, "rows": all_presets(), "rules": rules, "today": request.today}
    return render(request, "appraisal/books/presets.html", context, status=status)


def _set(request: Request, form: PresetForm) -> int:
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        set_preset(
            node=UUID(given["node"]),
            preset=given["preset"],
            since=given["since"],
            ground=given["ground"],
            actor=request.viewer,
            now=request.now,
        )
    except DomainError as error:
        if error.status == 404:
            raise
        show_refusal(form, error)
        return error.status
    return 200
