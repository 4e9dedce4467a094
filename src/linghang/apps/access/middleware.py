"""The guard: nobody gets past an address without its permission row, and no query runs without the scope it opens."""

import time
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for, viewer_on
from linghang.ui.web.errors import DomainError, forbidden, refusal_response
from linghang.ui.web.middleware import Handler
from linghang.ui.web.request import Request
from linghang.ui.web.routes import Rule, rule_for
from linghang.ui.web.scope import Scope, enter, leave

TOP_KEY = "access_top"
USED_KEY = "access_used"  # when the idle time began
BACKGROUND = "X-Background"  # set by `ui.js` on requests that a page makes by itself
FREE_OF_PASSWORD_CHANGE = frozenset({"access:password", "access:sign-out"})


class AccessMiddleware:
    """Reads who is looking, asks the row of the address, opens the scope; closes it when the answer is ready.

    Refusals: no row → 403 for everybody; not signed in → the sign-in page; a post that the row does not name → 403;
    a password that must be changed → that page first.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if isinstance(request.user, User):
            request.viewer = viewer_on(
                request.user.uuid, request.user.display_name, on=request.today, top=_chosen_top(request)
            )
        token = enter(Scope(reader=request.viewer.uuid, top=request.viewer.top, on=request.today))
        try:
            response = _refuse_body(request) or self.get_response(request)
        finally:
            leave(token)
        _count_as_use(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # what a page says of people stays in no cache, of a proxy or a browser
        return response

    def process_view(self, request: Request, *_view: object) -> HttpResponse | None:
        rule = rule_for(request.resolver_match.view_name) if request.resolver_match else None
        if rule is None:
            return refusal_response(request, forbidden())
        if rule.public:
            request.scope = Scope(reader=request.viewer.uuid, on=request.today)
        else:
            refused = _refuse(request, rule)
            if refused is not None:
                return refused
            request.scope = scope_for(request.viewer, rule.allowed(request.method or "GET"), on=request.today)
        request.rule = rule
        enter(request.scope)
        return None


def _refuse_body(request: Request) -> HttpResponse | None:
    """Say no before a byte of the body is read: nobody fills our disk, least of all somebody who is not signed in."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.REQUEST_MAX_BYTES if request.viewer.signed_in else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length.isdecimal() and int(length) <= most:
        return None
    if not request.viewer.signed_in:
        return _to_sign_in(request)
    words = _("一次提交的内容超过%(most)dMB，没有接收。请减少文件，或分几次提交。") % {"most": most // (1024 * 1024)}
    return refusal_response(request, DomainError("too_large", words, status=413))


def _count_as_use(request: Request) -> None:
    """Each step of a person starts the idle time anew; a page that reloads a part of itself is not a step."""
    waiting = request.method == "GET" and BACKGROUND in request.headers
    if request.user.is_authenticated and not waiting:
        moment = int(time.time())
        if abs(moment - request.session.get(USED_KEY, 0)) >= settings.SESSION_RENEW_SECONDS:
            request.session[USED_KEY] = moment


def _refuse(request: Request, rule: Rule) -> HttpResponse | None:
    if not request.viewer.signed_in:
        return _to_sign_in(request)
    if _must_change(request) and rule.url_name not in FREE_OF_PASSWORD_CHANGE:
        return _go(request, reverse("access:password"))
    if not rule.admits(request.viewer.roles, request.method or "GET"):
        return refusal_response(request, forbidden())
    if _holds_nul(request):
        words = _("填写的内容里有不能用的字符，没有处理。请重新填写。")
        return refusal_response(request, DomainError("bad_character", words, status=400))
    return None


def _holds_nul(request: Request) -> bool:
    """The database keeps no NUL in texts; nobody types one, so that no page has to think of it."""
    given = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return any("\x00" in value for fields in given for _name, values in fields.lists() for value in values)


def _must_change(request: Request) -> bool:
    return isinstance(request.user, User) and request.user.must_change_password


def _to_sign_in(request: Request) -> HttpResponse:
    response = redirect_to_login(_page_of(request), settings.LOGIN_URL)
    if settings.SESSION_COOKIE_NAME in request.COOKIES or request.method == "POST":
        response["Location"] += "&expired=1"
    return _go(request, response["Location"])


def _page_of(request: Request) -> str:
    """The page that somebody was on: what he sends from a form or a part of a page belongs to the page around it."""
    around = request.headers.get("HX-Current-URL", "")
    if request.method == "GET" and not around:
        return request.get_full_path()
    page = around or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(page)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that a partial reload follows with the whole page."""
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def _chosen_top(request: HttpRequest) -> UUID | None:
    chosen = request.session.get(TOP_KEY)
    return UUID(chosen) if chosen else None
