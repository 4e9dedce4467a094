"""One's own account: password, second factor, posts, and the unit looked into."""

from collections.abc import Callable
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linghang.apps.access.forms import ConfirmPasswordForm, EnrolForm, PasswordForm
from linghang.apps.access.lockout import knows_password
from linghang.apps.access.middleware import TOP_KEY
from linghang.apps.access.models import User
from linghang.apps.access.operations import (
    begin_second_factor,
    confirm_second_factor,
    go_on_with_second_factor,
    new_backup_codes,
    remove_second_factor,
    set_password,
)
from linghang.apps.access.queries import has_second_factor, own_grants, places_named
from linghang.apps.access.scope import tops_on
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.request import Request

Done = Callable[[User], HttpResponse]


def _me(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def profile(request: Request) -> HttpResponse:
    """Who I am here, which posts I hold until when, and how my account is protected."""
    user = _me(request)
    tops = tops_on(user.uuid, on=request.today)
    context = {
        "account": user,
        "grants": own_grants(user.uuid, on=request.today),
        "mfa": has_second_factor(user),
        "tops": places_named(tops) if len(tops) > 1 else [],
    }
    return render(request, "access/profile.html", context)


@sensitive_post_parameters()
def password(request: Request) -> HttpResponse:
    """Change the password; the first sign-in leads here and nowhere else."""
    user = _me(request)
    forced = user.must_change_password
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proved(request, form, "old"):
        try:
            set_password(user=user, password=form.cleaned_data["new"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改。其他设备上的登录已失效。"))
            return redirect(settings.LOGIN_REDIRECT_URL if forced else "access:profile")
    context = {"form": form, "forced": forced}
    return render(request, "access/password.html", context, status=422 if form.errors else 200)


def _proved(request: Request, form: Form, field: str = "password") -> bool:
    """Whether the password beside the rest of a form is right; a wrong one is said there, and counts."""
    if knows_password(request, _me(request), form.cleaned_data[field]):
        return True
    form.add_error(field, _("%(field)s不对，请重新输入。") % {"field": form.fields[field].label})
    return False


@require_POST
def choose_top(request: Request) -> HttpResponse:
    """Look into another of the independent units in which one holds a post."""
    wanted = request.POST.get("top", "")
    if wanted not in {str(top) for top in tops_on(_me(request).uuid, on=request.today)}:
        raise not_found()
    request.session[TOP_KEY] = str(UUID(wanted))
    return redirect("access:profile")


@sensitive_post_parameters()
def mfa_enrol(request: Request) -> HttpResponse:
    """Scan the picture with an authenticator, type its first code, keep the backup codes."""
    user = _me(request)
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proved(request, form):
        try:
            codes = confirm_second_factor(user=user, token=form.cleaned_data["token"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            return render(request, "access/mfa_codes.html", {"codes": codes})
    enrolment = go_on_with_second_factor(user=user) if form.is_bound else begin_second_factor(user=user)
    picture = segno.make(enrolment.address, error="m").svg_data_uri(scale=5, border=2)
    context = {"form": form, "picture": picture, "key": enrolment.key, "enabled": has_second_factor(user)}
    return render(request, "access/mfa_enrol.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
def mfa_codes(request: Request) -> HttpResponse:
    """Make new backup codes; asks for the password, since they open the account."""
    return _with_password(
        request,
        title=_("重新生成备用码"),
        lead=_("生成后，原来的备用码全部作废。"),
        done=lambda user: render(request, "access/mfa_codes.html", {"codes": new_backup_codes(user=user)}),
    )


@sensitive_post_parameters()
def mfa_disable(request: Request) -> HttpResponse:
    """Switch the second factor off; asks for the password."""

    def done(user: User) -> HttpResponse:
        remove_second_factor(user=user)
        messages.success(request, _("动态口令已停用。"))
        return redirect("access:profile")

    return _with_password(request, title=_("停用动态口令"), lead=_("停用后，登录只需要密码。"), done=done)


def _with_password(request: Request, *, title: str, lead: str, done: Done) -> HttpResponse:
    user = _me(request)
    form = ConfirmPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proved(request, form):
        return done(user)
    context = {"form": form, "heading": title, "lead": lead}
    return render(request, "access/confirm_password.html", context, status=422 if form.errors else 200)
