"""Refusals. An operation that may not go on raises `DomainError`; one middleware turns it into what the caller reads.

A refusal is authored content: a code for programs and tests, a status, and one Chinese sentence that says what was
refused, why, and what to do. A bug is not a refusal: it raises something else and becomes a 500.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal. `field` names the form field beside which the sentence belongs, if there is one."""

    def __init__(self, code: str, message: str | Promise, *, status: int = 422, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.field = field


def not_found() -> DomainError:
    """The same words whether a thing does not exist or lies outside the viewer's organisations: nothing leaks."""
    return DomainError("not_found", _("没有找到这项内容，或者它不在您的工作范围内。请从列表重新进入。"), status=404)


def forbidden() -> DomainError:
    """The viewer's posts do not open this address."""
    return DomainError(
        "forbidden", _("您现在担任的职务不能打开这个页面。如果职务刚有变动，请联系本单位党务干部。"), status=403
    )


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """JSON for programs, a fragment for HTMX, a page for people."""
    if request.headers.get("HX-Request") == "true":
        return render(request, "ui/web/refusal_fragment.html", {"error": error}, status=error.status)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(
            {"code": error.code, "message": str(error.message), "field": error.field}, status=error.status
        )
    return render(request, "ui/web/refusal.html", {"error": error}, status=error.status)
