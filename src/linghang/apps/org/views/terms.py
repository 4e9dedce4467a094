"""届次: the list of committees, one committee's terms, extension by a document."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Column, Kind
from linghang.apps.org.data import TERM_STATES
from linghang.apps.org.forms.people import ExtendForm, TermFilterForm, TermForm
from linghang.apps.org.operations import extend_term, set_term
from linghang.apps.org.policies import SMALLEST_COMMITTEE
from linghang.apps.org.queries import TermFilter, organisation_card, term_rows, terms_of, terms_page
from linghang.apps.org.queries.terms import term_line
from linghang.apps.org.views.asking import partial_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open


def terms(request: Request) -> HttpResponse:
    """Every committee that is elected, those whose term ends first at the top."""
    form, asked = _asked(request)
    page = terms_page(asked, number=page_number(request.GET.get("page")))
    context = {
        "form": form,
        "page": page,
        "filtered": bool(asked.search or asked.state),
        "smallest": SMALLEST_COMMITTEE,
        "states": TERM_STATES,
    }
    return render(request, f"org/terms.html{partial_of(request)}", context)


def terms_export(request: Request) -> HttpResponseBase:
    """The same list as a workbook."""
    _form, asked = _asked(request)
    columns = [
        Column(_("组织")),
        Column(_("届次"), Kind.INTEGER),
        Column(_("选举"), Kind.DATE),
        Column(_("届满"), Kind.DATE),
        Column(_("延期文号")),
        Column(_("状态")),
        Column(_("正式党员"), Kind.INTEGER),
    ]
    cells = [
        (
            row.name,
            row.number or None,
            row.elected_on if row.number else None,
            row.ends_on if row.number else None,
            row.extension_document,
            str(TERM_STATES[row.state]),
            row.full_members,
        )
        for row in term_rows(asked)
    ]
    words = {str(_("组织名称")): asked.search, str(_("状态")): str(TERM_STATES.get(asked.state, ""))}
    return list_response(_("届次"), columns, cells, now=request.now, filters=words, as_of=request.today)


def organisation_terms(request: Request, uuid: UUID) -> HttpResponse:
    """All terms of one organisation, and the next one to be entered."""
    card = organisation_card(uuid, on=request.today)
    lines = terms_of(uuid, on=request.today)
    form = TermForm(request.POST or None, initial={"number": lines[0].number + 1 if lines else 1})
    if request.method == "POST" and form.is_valid():
        try:
            set_term(organisation=uuid, **form.cleaned_data, actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("届次已登记。"))
            return redirect("org:organisation-terms", uuid)
    context = {
        "form": form,
        "card": card,
        "lines": lines,
        "states": TERM_STATES,
        "may_set": may_open(request.viewer.roles, "org:organisation-terms", "POST"),
        "may_extend": may_open(request.viewer.roles, "org:term-extend"),
    }
    return render(request, "org/organisation_terms.html", context, status=422 if form.errors else 200)


def extend(request: Request, uuid: UUID) -> HttpResponse:
    """Serve longer, by a document."""
    line = term_line(uuid, on=request.today)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extend_term(term=uuid, **form.cleaned_data, actor=request.viewer)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("延期已登记。"))
            return redirect("org:organisation-terms", line.organisation)
    context = {"form": form, "heading": _("延期换届"), "line": line}
    return render(request, "org/term_form.html", context, status=422 if form.errors else 200)


def _asked(request: Request) -> tuple[TermFilterForm, TermFilter]:
    form = TermFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    return form, TermFilter(request.today, search=values["q"], state=values["state"])
