"""The page of a branch, its sheet as Word and PDF, its category, and the agreement of a joint branch."""

from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.exchange.documents.blocks import Document
from linghang.apps.exchange.documents.printing import print_pdf, print_word
from linghang.apps.jobs.operations import run_in_child
from linghang.apps.org.data.panels import branch_panels
from linghang.apps.org.documents import agreement_of, sheet_of
from linghang.apps.org.forms.links import CategoryFilterForm, CategoryForm, DayForm
from linghang.apps.org.operations import set_category
from linghang.apps.org.queries import categories_of, organisation_card
from linghang.apps.org.queries.branches import branch_card, joint_branch
from linghang.apps.org.queries.categories import branches_by_category
from linghang.apps.org.queries.terms import term_of
from linghang.apps.org.views.asking import day_asked
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def branch_page(request: Request, uuid: UUID) -> HttpResponse:
    """Header, slots, areas and what other rooms know of the branch, as it stood on a day."""
    on = day_asked(request)
    roles = request.viewer.roles
    card = branch_card(uuid, on=on, named=may_open(roles, "org:gaps"))  # who still lacks something is not for fellows
    context = {
        "card": card,
        "on": on,
        "form": DayForm(initial={"on": on}),
        "term": term_of(uuid, on=on),
        "panels": branch_panels.render(request, uuid, on=on, roles=roles),
        "may_write": may_open(roles, "org:link-new", "POST") and card.open,
        "may_class": may_open(roles, "org:category", "POST"),
        "may_print": may_open(roles, "org:branch-sheet"),
        "joint": not card.members,
        "may_agree": may_open(roles, "org:agreement"),
    }
    return render(request, "org/branch.html", context)


def branch_sheet(request: Request, uuid: UUID) -> HttpResponseBase:
    """The page as a document to hand in: `?format=word`, otherwise PDF."""
    on = day_asked(request)
    card = branch_card(uuid, on=on)
    return _document(request, sheet_of(card, term_of(uuid, on=on), on), f"{card.name}-{on.isoformat()}")


def agreement(request: Request, uuid: UUID) -> HttpResponseBase:
    """What a joint branch agrees on, ready for signatures."""
    joint = joint_branch(uuid, on=day_asked(request))
    return _document(request, agreement_of(joint, request.today), f"{joint.name}-{_('共建协议')}")


def category(request: Request, uuid: UUID) -> HttpResponse:
    """Class a branch from a day on; the history stands below."""
    card = organisation_card(uuid, on=request.today)
    lines = categories_of(uuid)
    form = CategoryForm(request.POST or None, initial={"valid_from": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            set_category(organisation=uuid, **form.cleaned_data, actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("类别已登记，之前的日子仍按原来的类别算。"))
            return redirect("org:category", uuid)
    context = {"form": form, "lines": lines, "name": card.line.name, "uuid": uuid}
    return render(request, "org/category.html", context, status=422 if form.errors else 200)


def category_list(request: Request) -> HttpResponse:
    """Branches of one category beside each other; branches of different categories are never compared."""
    on, wanted = day_asked(request), request.GET.get("category", "")
    page = branches_by_category(wanted, on=on, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total, filters={str(_("类别")): wanted})
    context = {"page": page, "on": on, "form": CategoryFilterForm(request.GET), "wanted": wanted}
    return render(request, "org/categories.html", context)


def _document(request: Request, document: Document, name: str) -> FileResponse:
    word = request.GET.get("format") == "word"
    made = (
        run_in_child(print_word, document) if word else run_in_child(print_pdf, document, settings.ASSETS_DIR / "fonts")
    )
    return FileResponse(BytesIO(made), as_attachment=True, filename=f"{name}.{'docx' if word else 'pdf'}")
