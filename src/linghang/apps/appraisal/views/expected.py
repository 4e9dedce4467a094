"""本月预计: what the open month would give with what is recorded now. A person's is his statement of the open month."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.appraisal.queries.expected_lines import expected_page
from linghang.apps.appraisal.queries.statements import with_behind
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.request import Request


@require_GET
def of_person(request: Request, subject: UUID, scheme: str) -> HttpResponse:
    """To the one page of a person's month: while it is open, it shows what it would give now."""
    month = Month.of(request.today)
    if not any(line.scheme == scheme for line in expected_of(subject, month=month)):
        raise not_found()
    return redirect("appraisal:statement", subject, scheme, month)


@never_cache
@require_GET
def of_branch(request: Request, subject: UUID, scheme: str) -> HttpResponse:
    """A branch's month, line by line."""
    page = expected_page(subject, scheme, month=Month.of(request.today))
    if page is None:
        raise not_found()
    lines = with_behind(request.viewer, page.lines, on=request.today)
    context = {"page": page, "line": page.line, "lines": lines, "as_of": page.line.as_of}
    return render(request, "appraisal/expected/month.html", context)
