"""走访: one page, few fields, for a phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.apps.loops import operations
from linghang.apps.loops.forms import VisitForm
from linghang.apps.loops.operations.visiting import Visit
from linghang.apps.loops.people import own_person
from linghang.apps.loops.views.uploads import uploaded
from linghang.apps.org.data.links import LinkLine
from linghang.apps.org.queries import contact_lines
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import posted, show_refusal
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request

SHOWN = 12  # of one's own contact points, with how they stand


def visit(request: Request) -> HttpResponse:
    """Record a visit to a contact point: one's own, or one that the office looks after."""
    lines = contact_lines(on=request.today)
    note_list(request, count=len(lines))
    person = own_person(request.viewer)
    own = [line for line in lines if person is not None and line.left.uuid == person.uuid]
    form = _form(request, lines, own)
    if request.method == "POST" and form.is_valid():
        try:
            done = operations.record_visit(visit=_said(request, form), actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            _thank(request, done)
            return redirect("loops:visit")
    context = {"form": form, "lines": lines, "own": own[:SHOWN]}
    return render(request, "loops/visit.html", context, status=422 if form.errors else 200)


def _form(request: Request, lines: list[LinkLine], own: list[LinkLine]) -> VisitForm:
    mine = {line.uuid for line in own}
    ordered = [*own, *(line for line in lines if line.uuid not in mine)]
    points = [(line.uuid, _label(line, named=line.uuid not in mine)) for line in ordered]
    asked = request.GET.get("link", "")
    initial = {"day": request.today, "link": asked if asked in {str(uuid) for uuid, _words in points} else ""}
    return VisitForm(posted(request), points=points, today=request.today, initial=initial)


def _label(line: LinkLine, *, named: bool) -> str:
    """第一党支部 1/2; with the name of the leader where it is not the viewer himself."""
    stand = line.counted.text if line.counted else ""
    where = f"{line.left.name}—{line.right.name}" if named else line.right.name
    return f"{where}　{stand}".strip()


def _said(request: Request, form: VisitForm) -> Visit:
    given = form.cleaned_data
    return Visit(
        link=UUID(given["link"]),
        day=given["day"],
        topic=given["topic"],
        problems=given["problems"].splitlines(),
        files=uploaded(request),
        uuid=given["visit"],
    )


def _thank(request: Request, done: operations.Visited) -> None:
    messages.success(request, _("走访已记录。"))
    if done.problems:
        numbers = "、".join(one.number for one in done.problems)
        messages.success(request, _("发现的问题已进台账：%(numbers)s。") % {"numbers": numbers})
