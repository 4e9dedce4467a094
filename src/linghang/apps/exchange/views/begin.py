"""Hand in one's own table, or take the template."""

from io import BytesIO

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linghang.apps.exchange.data import SUFFIXES, role_words
from linghang.apps.exchange.forms import MEGABYTE, BeginForm
from linghang.apps.exchange.imports.template import write_template
from linghang.apps.exchange.kinds import ImportKind, kind_of
from linghang.apps.exchange.operations import begin_import
from linghang.apps.exchange.queries import posts_for
from linghang.ui.web.errors import DomainError, forbidden, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, kind: str) -> HttpResponse:
    """The form; a POST with a file begins an import."""
    wanted = _kind(request, kind)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"month": f"{request.today:%Y-%m}"}
    form = BeginForm(*posted, posts=posts_for(request.viewer, wanted), roles=role_words(), initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            started = begin_import(
                kind=wanted, post=form.cleaned_data["post"], name=file.name or "", chunks=file.chunks(),
                said={"month": form.cleaned_data["month"]} if wanted.asks_month else {},
                actor=request.viewer, now=request.now,
            )  # fmt: skip
            return redirect("exchange:import", uuid=started.uuid)
        except DomainError as error:
            show_refusal(form, error)
    context = {
        "kind": wanted, "form": form, "accept": ",".join(SUFFIXES),
        "most_megabytes": settings.UPLOAD_MAX_BYTES // MEGABYTE,
    }  # fmt: skip
    return render(request, "exchange/begin.html", context, status=422 if form.errors else 200)


def template(request: Request, kind: str) -> FileResponse:
    """An empty table with the columns of this kind."""
    wanted, made = _kind(request, kind), BytesIO()
    write_template(made, wanted)
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{_('导入模板')}-{wanted.title}.xlsx")


def _kind(request: Request, code: str) -> ImportKind:
    found = kind_of(code)
    if found is None:
        raise not_found()
    if not posts_for(request.viewer, found):
        raise forbidden()
    return found
