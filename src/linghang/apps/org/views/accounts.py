"""Accounts for whole branches, and their activation slips, ready to print."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linghang.apps.org.operations.accounts import AT_ONCE, open_with_slips
from linghang.apps.org.queries.accounts import accounts_by_branch
from linghang.ui.web.errors import DomainError
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accounts(request: Request) -> HttpResponse:
    """Branches with how many have no account; a POST makes accounts for the ticked ones and shows their slips once."""
    branches = accounts_by_branch(on=request.today)
    if request.method == "POST":
        return _open(request)
    note_list(request, count=len(branches))
    without = sum(branch.without for branch in branches)
    context = {"branches": branches, "without": without, "most": AT_ONCE}
    return render(request, "org/accounts.html", context)


def _open(request: Request) -> HttpResponse:
    chosen = [uuid for text in request.POST.getlist("branch") if (uuid := _uuid(text)) is not None]
    try:
        slips = open_with_slips(branches=chosen, actor=request.viewer, now=request.now)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("org:accounts")
    address = f"{settings.BASE_URL}{reverse('access:activate')}"
    return render(request, "org/account_slips.html", {"slips": slips, "activate_url": address})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
