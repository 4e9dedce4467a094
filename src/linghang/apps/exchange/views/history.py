"""Start: which table is to be imported; and what was imported before."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linghang.apps.exchange.forms import FilterForm
from linghang.apps.exchange.kinds import import_kinds
from linghang.apps.exchange.queries import imports_page, kinds_for
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


@require_safe
def import_list(request: Request) -> HttpResponse:
    """The kinds that this viewer may import, and the imports that he may see."""
    form = FilterForm(request.GET, kinds=import_kinds())
    wanted = form.wanted()
    page = imports_page(viewer=request.viewer, filters=wanted, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters=vars(wanted))
    context = {
        "kinds": kinds_for(request.viewer), "form": form, "page": page, "filtered": any(vars(wanted).values()),
        "titles": {kind.code: kind.title for kind in import_kinds()},
    }  # fmt: skip
    return render(request, "exchange/list.html", context)
