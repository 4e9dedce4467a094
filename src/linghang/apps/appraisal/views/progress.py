"""Where a trial stands, and what its owner may do with it: settle, keep, remove."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linghang.apps.appraisal.data.trials import TrialData, TrialState
from linghang.apps.appraisal.operations.trials import keep_trial, remove_trial, settle_trial
from linghang.apps.appraisal.views.shared import own_trial, person
from linghang.apps.jobs.queries import job_of
from linghang.ui.web.request import Request

PAGES = {
    TrialState.MATCHING: "appraisal:trial-columns",
    TrialState.PROBLEMS: "appraisal:trial-problems",
    TrialState.READY: "appraisal:trial-result",
}


@require_GET
@never_cache
def trial(request: Request, uuid: UUID) -> HttpResponse:
    """The page of the step that the trial has reached; while a job works, how far it is."""
    found = own_trial(request, uuid)
    if found.state in PAGES:
        return _go(request, reverse(PAGES[found.state], args=[uuid]))
    job = job_of(starter=person(request), uuid=found.job) if found.job else None
    template = "appraisal/progress.html#live" if request.htmx else "appraisal/progress.html"
    return render(request, template, {"trial": found, "job": job})


def _go(request: Request, url: str) -> HttpResponse:
    if not request.htmx:
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


@require_POST
def settle(request: Request, uuid: UUID) -> HttpResponse:
    """Settle (again); `keep_going` in the form leaves rows with problems out."""
    own_trial(request, uuid)
    keep_going = True if request.POST.get("keep_going") == "1" else None
    settle_trial(trial=uuid, actor=request.viewer, now=request.now, keep_going=keep_going)
    return redirect("appraisal:trial-page", uuid=uuid)


@require_POST
def keep(request: Request, uuid: UUID) -> HttpResponse:
    found: TrialData = keep_trial(trial=uuid, actor=request.viewer)
    messages.success(request, _("已保留“%(title)s”，直到您删除它。") % {"title": found.title})
    return redirect("appraisal:trial-page", uuid=uuid)


@require_POST
def remove(request: Request, uuid: UUID) -> HttpResponse:
    remove_trial(trial=uuid, actor=request.viewer, now=request.now)
    messages.success(request, _("已删除这次试算，文件和结果都已清除。"))
    return redirect("appraisal:trial")
