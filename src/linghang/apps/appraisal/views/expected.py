"""本月预计: what the open month would give with what is recorded now, line by line."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.queries.expected_lines import expected_page
from linghang.apps.appraisal.queries.statements import with_behind
from linghang.apps.org.queries.files import people_of_user
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.reads import note_person
from linghang.ui.web.request import Request


@never_cache
@require_GET
def of_person(request: Request, subject: UUID, scheme: str) -> HttpResponse:
    """A person's own month, for himself and the committee of his branch."""
    answer = _page(request, subject, scheme)
    if request.viewer.uuid and subject not in people_of_user(request.viewer.uuid):
        note_person(request, subject)
    return answer


@never_cache
@require_GET
def of_branch(request: Request, subject: UUID, scheme: str) -> HttpResponse:
    """A branch's month."""
    return _page(request, subject, scheme, branch=True)


def _page(request: Request, subject: UUID, scheme: str, *, branch: bool = False) -> HttpResponse:
    page = expected_page(subject, scheme, month=Month.of(request.today))
    if page is None or page.of_branch is not branch:
        raise not_found()
    lines = with_behind(request.viewer, page.lines, on=request.today)
    context = {"page": page, "line": page.line, "lines": lines, "branch": branch, "as_of": page.line.as_of}
    return render(request, "appraisal/expected/month.html", context)
