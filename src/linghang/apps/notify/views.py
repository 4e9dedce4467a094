"""A person's own messages, and his choice about e-mail."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linghang.apps.notify.forms import MailForm
from linghang.apps.notify.operations import mark_all_read, mark_read, set_mail_preference
from linghang.apps.notify.queries import mail_is_possible, mail_preference_of, notices_of, unread_count
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request


@require_GET
def notice_list(request: Request) -> HttpResponse:
    show = "all" if request.GET.get("show") == "all" else "unread"
    me = _me(request)
    page = notices_of(user=me, show=show, number=page_number(request.GET.get("page")))
    unread = unread_count(user=me)
    tabs = [
        {"label": _("未读"), "url": "?", "current": show == "unread", "count": unread},
        {"label": _("全部"), "url": "?show=all", "current": show == "all"},
    ]
    return render(request, "notify/list.html", {"page": page, "tabs": tabs, "show": show, "unread": unread})


@require_POST
def open_notice(request: Request, uuid: UUID) -> HttpResponse:
    """Mark as read and go to what it speaks of."""
    notice = mark_read(notice=uuid, actor=request.viewer, now=request.now)
    return redirect(notice.link)


@require_POST
def read_all(request: Request) -> HttpResponse:
    mark_all_read(actor=request.viewer, now=request.now)
    return redirect("notify:list")


@require_http_methods(["GET", "POST"])
def mail(request: Request) -> HttpResponse:
    preference = mail_preference_of(user=_me(request))
    form = MailForm(request.POST or None, initial=MailForm.values_of(preference))
    if request.method == "POST" and form.is_valid():
        set_mail_preference(**form.cleaned_data, actor=request.viewer)
        messages.success(request, _("已保存邮件提醒设置。"))
        return redirect("notify:mail")
    context = {"form": form, "preference": preference, "possible": mail_is_possible()}
    return render(request, "notify/mail.html", context)


def _me(request: Request) -> UUID:
    if request.viewer.uuid is None:
        raise not_found()
    return request.viewer.uuid
