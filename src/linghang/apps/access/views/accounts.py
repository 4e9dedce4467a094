"""The accounts that one looks after: list, detail, slips, posts, stopping, unlocking."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.access.forms import EndForm, GrantForm, UserFilterForm, UserForm
from linghang.apps.access.history import account_changes
from linghang.apps.access.operations import (
    create_user,
    end_role,
    grant_role,
    issue_slips,
    reset_second_factor,
    set_active,
    unlock_user,
)
from linghang.apps.access.queries import PlacesToChoose, find_node, user_card, users_page
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list, note_person
from linghang.ui.web.request import Request


def user_list(request: Request) -> HttpResponse:
    """Accounts inside one's scope: search, filter, page; the state is in the address."""
    form = UserFilterForm(request.GET, places=PlacesToChoose("access:user-list", on=request.today))
    values = form.cleaned_data if form.is_valid() else {"q": "", "node": "", "role": "", "state": ""}
    page = users_page(
        search=values["q"],
        node=values["node"],
        role=values["role"],
        state=values["state"],
        on=request.today,
        number=page_number(request.GET.get("page")),
    )
    note_list(request, count=page.total, filters={key: values[key] for key in ("role", "state")})
    context = {"form": form, "page": page, "filtered": any(values.values()), "node": values["node"]}
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"access/user_list.html{partial}", context)


def user_create(request: Request) -> HttpResponse:
    """A new account with its first post; it waits for its activation slip."""
    places = PlacesToChoose("access:user-create", on=request.today)
    form = UserForm(request.POST or None, places=places, actor=request.viewer)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            uuid = create_user(
                username=values["username"],
                display_name=values["display_name"],
                home=_node(values["node"]),
                role=values["role"],
                actor=request.viewer,
                now=request.now,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("账号已建立。下一步：打印激活单交给本人。"))
            return redirect("access:user-detail", uuid)
    return render(request, "access/user_create.html", {"form": form}, status=422 if form.errors else 200)


def user_detail(request: Request, uuid: UUID) -> HttpResponse:
    """One account: its posts and what may be done with it. The person sees that it was opened."""
    return _detail(request, uuid)


def _detail(request: Request, uuid: UUID, form: GrantForm | None = None) -> HttpResponse:
    card = user_card(uuid, on=request.today)
    if request.viewer.uuid != uuid:
        note_person(request, uuid)
    form = form or _grant_form(request)
    context = {"card": card, "form": form, "own": request.viewer.uuid == uuid, "changes": account_changes(uuid)}
    return render(request, "access/user_detail.html", context, status=422 if form.errors else 200)


def _grant_form(request: Request) -> GrantForm:
    data = request.POST if request.method == "POST" else None
    places = PlacesToChoose("access:user-detail", on=request.today)
    return GrantForm(data, places=places, actor=request.viewer, initial={"since": request.today})


@require_POST
def grant(request: Request, uuid: UUID) -> HttpResponse:
    """Give a dated post."""
    card = user_card(uuid, on=request.today)
    form = _grant_form(request)
    if not form.is_valid():
        return _detail(request, uuid, form)
    values = form.cleaned_data
    grant_role(
        user=card.line.uuid,
        role=values["role"],
        node=_node(values["node"]),
        valid_from=values["since"],
        valid_to=values["until"],
        actor=request.viewer,
        now=request.now,
    )
    messages.success(request, _("职务已授予。"))
    return redirect("access:user-detail", uuid)


@require_POST
def grant_end(request: Request, uuid: UUID, grant: UUID) -> HttpResponse:
    """Set the last day of a post; without a date it is today."""
    user_card(uuid, on=request.today)
    form = EndForm(request.POST)
    last_day = form.cleaned_data["last_day"] if form.is_valid() else request.today
    end_role(grant=grant, last_day=last_day, actor=request.viewer)
    messages.success(request, _("已设定最后一天，次日起自动失效。"))
    return redirect("access:user-detail", uuid)


@require_POST
def slips(request: Request) -> HttpResponse:
    """Issue and show activation slips, ready for A4: for one account, or for all waiting ones of an organisation."""
    node, user = _node(request.POST.get("node", "")), _node(request.POST.get("user", ""))
    if node is None and user is None:
        messages.info(request, _("请先选择组织或账号。"))
        return redirect("access:user-list")
    made = issue_slips(node=node, users=[user] if user else [], actor=request.viewer, now=request.now)
    if not made and node:
        messages.info(request, _("“%(node)s”没有待激活的账号。") % {"node": find_node(node).label})
        return redirect("access:user-list")
    address = f"{settings.BASE_URL}{reverse('access:activate')}"
    return render(request, "access/slips.html", {"slips": made, "activate_url": address})


@require_POST
def user_state(request: Request, uuid: UUID) -> HttpResponse:
    """Stop an account, or take it up again."""
    active = request.POST.get("active") == "1"
    set_active(user=uuid, active=active, actor=request.viewer)
    messages.success(request, _("账号已恢复。") if active else _("账号已停用，打开的页面立即失效。"))
    return redirect("access:user-detail", uuid)


@require_POST
def unlock(request: Request, uuid: UUID) -> HttpResponse:
    """Let somebody who mistyped his password try again at once."""
    unlock_user(user=uuid, actor=request.viewer)
    messages.success(request, _("已解除锁定，可以马上登录。"))
    return redirect("access:user-detail", uuid)


@require_POST
def mfa_reset(request: Request, uuid: UUID) -> HttpResponse:
    """Take the second factor off for somebody whose phone is lost."""
    reset_second_factor(user=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("动态口令已取消，本人登录后可重新启用。"))
    return redirect("access:user-detail", uuid)


def _node(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
