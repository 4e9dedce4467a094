"""Signing in and out, the lock-out page, activation."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linghang.apps.access.forms import ActivateForm, SignInForm, TokenForm
from linghang.apps.access.lockout import ACTIVATION, locked, may_sign_in_from, pause
from linghang.apps.access.models import User
from linghang.apps.access.operations import activate_account, verify_second_factor
from linghang.apps.access.queries import has_second_factor
from linghang.ui.web.errors import DomainError, refusal_response
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request

PENDING = "access_pending"
PENDING_SECONDS = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    """User name and password; then the second factor if the account has one."""
    if request.viewer.signed_in:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User) and may_sign_in_from(request, user):
            return _first_factor_done(request, user)
        form.add_error(None, _refusal(request, form, known=isinstance(user, User)))
    context = {"form": form, "next": _next(request), "expired": "expired" in request.GET}
    return render(request, "access/sign_in.html", context, status=422 if form.errors else 200)


def _refusal(request: Request, form: SignInForm, *, known: bool) -> str:
    if known:
        return _("演示账号只能在运行演示系统的这台电脑上使用。")
    sentence = _("用户名或密码不对。连续输错%(tries)d次后，须等%(minutes)d分钟再试。")
    return sentence % pause(request, form.cleaned_data)


def _first_factor_done(request: Request, user: User) -> HttpResponse:
    if not has_second_factor(user):
        login(request, user, backend=BACKEND)
        return redirect(_next(request))
    request.session.cycle_key()
    request.session[PENDING] = {"user": str(user.uuid), "at": request.now.timestamp(), "next": _next(request)}
    return redirect("access:verify")


def verify(request: Request) -> HttpResponse:
    """The second step: a one-time password or a backup code, within five minutes of the password."""
    user, wanted = _pending(request)
    if user is None:
        return redirect("access:sign-in")
    form, status = TokenForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            verify_second_factor(user=user, token=form.cleaned_data["token"])
        except DomainError as error:
            show_refusal(form, error)
            status = error.status
        else:
            del request.session[PENDING]
            login(request, user, backend=BACKEND)
            return redirect(wanted)
    return render(request, "access/verify.html", {"form": form}, status=status)


def _pending(request: Request) -> tuple[User | None, str]:
    """Whose password was right a moment ago, and where he wanted to go."""
    pending = request.session.get(PENDING) or {"user": None, "at": 0, "next": ""}
    if request.now.timestamp() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return None, ""
    return User.objects.filter(uuid=pending["user"], is_active=True).first(), pending["next"]


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session and say so."""
    logout(request)
    messages.success(request, _("您已退出。"))
    return redirect("access:sign-in")


@sensitive_post_parameters()
def activate(request: Request) -> HttpResponse:
    """Code from the slip and a new password. Wrong codes count towards the same lock-out as wrong passwords."""
    if not AxesProxyHandler.is_allowed(request, ACTIVATION):
        return locked_out(request, None, ACTIVATION)
    form = ActivateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            username = activate_account(
                code=form.cleaned_data["code"], password=form.cleaned_data["new"], now=request.now
            )
        except DomainError as error:
            if error.code == "bad_code":
                user_login_failed.send(sender=__name__, credentials=dict(ACTIVATION), request=request)
            show_refusal(form, error)
        else:
            messages.success(request, _("账号“%(name)s”已激活，请用新密码登录。") % {"name": username})
            return redirect("access:sign-in")
    return render(request, "access/activate.html", {"form": form}, status=422 if form.errors else 200)


def locked_out(request: HttpRequest, _response: object, credentials: dict[str, str] | None) -> HttpResponse:
    """Named in settings as the answer of the lock-out."""
    return refusal_response(request, locked(request, credentials))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return str(resolve_url(settings.LOGIN_REDIRECT_URL))
