"""Who read what."""

from django.http import HttpResponse
from django.shortcuts import render

from linghang.apps.audit.forms import ReadFilterForm
from linghang.apps.audit.queries import reads_of_person, reads_page
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request


def mine(request: Request) -> HttpResponse:
    """谁看过: every opening of one's own file by somebody else."""
    assert request.viewer.uuid is not None
    page = reads_of_person(request.viewer.uuid, number=page_number(request.GET.get("page")))
    return render(request, "audit/mine.html", {"page": page})


def reads(request: Request) -> HttpResponse:
    """The read log of the inspector's part of the tree."""
    form = ReadFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    page = reads_page(
        page=values.get("page_name", ""),
        since=values.get("since"),
        until=values.get("until"),
        persons_only=values.get("persons", False),
        number=page_number(request.GET.get("page")),
    )
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"audit/reads.html{partial}", {"form": form, "page": page})
