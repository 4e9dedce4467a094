"""The front page by role, and the health page."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from linghang.apps.portal import queries
from linghang.apps.portal.data import JUMPS, face_of
from linghang.apps.portal.forms import DemoDay
from linghang.apps.portal.homes import home_for
from linghang.apps.portal.homes.cockpit import SHOWS, board_of
from linghang.ui.panels import home_actions, home_panels, todo_sources
from linghang.ui.web import clock
from linghang.ui.web.errors import not_found
from linghang.ui.web.once import remembering
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open

SHOWN_TODOS = 7


def home(request: Request) -> HttpResponse:
    """What is to be done by the one who looks, with what his rooms registered for him."""
    roles = request.viewer.roles
    with remembering():
        todos = todo_sources.collect(request)
        home_template, own = home_for(request)
    actions, face = home_actions.links(request), face_of(roles)
    shown = len(todos) if request.GET.get("todos") == "all" else min(len(todos), SHOWN_TODOS)
    held = sorted(request.viewer.grants, key=lambda grant: grant.role != face.role)
    context = {
        "face": face,
        "place": next((grant.label for grant in held if grant.label), ""),
        "home_template": home_template,
        "home": own,
        "records": may_open(roles, "ledger:record") and roles & {"secretary", "organiser"},
        "todos": todos[:shown],
        "more_todos": len(todos) - shown,
        "panels": home_panels.render(request, roles),
        "actions": actions,
        "offer": next((action for action in actions if action.offered), None),
        "month": queries.month_left(request.today),
        "as_of": request.now,
    }
    return render(request, "portal/home.html", context)


def branches(request: Request) -> HttpResponse:
    """The branches behind a number of the cockpit, by class; without a choice all of them."""
    show = request.GET.get("show", "")
    board = board_of(request, show=show if show in SHOWS else "")
    if board is None:
        raise not_found()
    note_list(request, count=len(board.rows), filters={"show": show})
    return render(request, "portal/branches.html", {"board": board, "show": show, "as_of": request.now})


def demo(request: Request) -> HttpResponse:
    """The stories of a demo installation, before and after signing in. A real one has no such page."""
    if not settings.DEMO:
        raise not_found()
    frame = "ui/base.html" if request.viewer.signed_in else "ui/bare.html"
    context = {"frame": frame, "stories": import_string(settings.DEMO_STORIES)()}
    return render(request, "portal/demo.html", context)


def demo_day(request: Request) -> HttpResponse:
    """On a demo installation: which day it is for everybody. A real one has no such page."""
    if not settings.DEMO:
        raise not_found()
    form = DemoDay(request.POST or None, initial={"day": request.today})
    if request.method == "POST" and "real" in request.POST:
        clock.set_demo_today(None)
        return redirect("portal:home")
    if request.method == "POST" and form.is_valid():
        clock.set_demo_today(form.cleaned_data["day"])
        return redirect("portal:home")
    jumps = [(label, request.today + timedelta(days=days)) for label, days in JUMPS]
    return render(request, "portal/demo_day.html", {"form": form, "jumps": jumps})


@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 otherwise."""
    found = queries.health()
    answer = {"status": "ok" if found.well else "down", "version": found.version, "database": found.database}
    return JsonResponse(answer, status=200 if found.well else 503)
