"""A branch's star: the months and lines that gave it, and the certificate once it is announced."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.certificates import certificate_of
from linghang.apps.appraisal.queries.stars import StarPage, star_page
from linghang.apps.appraisal.queries.statements import with_behind
from linghang.apps.appraisal.views.duty import month_in
from linghang.apps.appraisal.views.shared import pdf_response
from linghang.apps.org.queries import get_organisation
from linghang.ui.web.errors import not_found
from linghang.ui.web.request import Request
from linghang.ui.web.spans import PAPERS


@require_GET
def star(request: Request, branch: UUID, scheme: str, month: str) -> HttpResponse:
    """Every number of a final star opens what it is made of."""
    page = _page(branch, scheme, month)
    months = [replace(m, lines=tuple(with_behind(request.viewer, m.lines, on=request.today))) for m in page.months]
    return render(request, "appraisal/expected/star.html", {"page": page, "months": months, "as_of": page.as_of})


@require_GET
@override(PAPERS)
def certificate(request: Request, branch: UUID, scheme: str, month: str) -> HttpResponseBase:
    """The certificate with its period: only what is announced has one."""
    page = _page(branch, scheme, month)
    if not page.star.announced or not page.star.band:
        raise not_found()
    return pdf_response(certificate_of(page, request.today), f"{page.name}-{page.star.span}-{page.star.band}.pdf")


def _page(branch: UUID, scheme: str, month: str) -> StarPage:
    get_organisation(branch)
    page = star_page(branch, scheme, month_in(month))
    if page is None:
        raise not_found()
    return page
