"""Pages of a person's own jobs. Somebody else's job is a 404, whoever asks."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linghang.apps.jobs.data import JobData, JobState
from linghang.apps.jobs.operations import cancel_job
from linghang.apps.jobs.queries import file_of, job_for, jobs_for
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request


@require_GET
def job_list(request: Request) -> HttpResponse:
    show = request.GET.get("show", "all")
    page = jobs_for(viewer=request.viewer, show=show, number=page_number(request.GET.get("page")))
    return render(request, "jobs/list.html", {"page": page, "tabs": _tabs(show), "show": show})


@require_GET
def job_page(request: Request, uuid: UUID) -> HttpResponse:
    """The page, or for HTMX only the part that moves."""
    job = _own(request, uuid)
    template = "jobs/job.html#live" if request.htmx else "jobs/job.html"
    return render(request, template, {"job": job})


@require_POST
def cancel(request: Request, uuid: UUID) -> HttpResponse:
    cancel_job(job=uuid, actor=request.viewer, now=request.now)
    if request.htmx:
        return render(request, "jobs/job.html#live", {"job": _own(request, uuid)})
    return redirect("jobs:job", uuid=uuid)


@require_GET
def result_file(request: Request, uuid: UUID, name: str) -> FileResponse:
    path = file_of(job=_own(request, uuid), name=name)
    if path is None:
        words = _("这个结果文件已到期清除，或者不在这项任务里。请重新开始任务，或从任务页面下载。")
        raise DomainError("result_gone", words, status=404)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _own(request: Request, uuid: UUID) -> JobData:
    job = job_for(viewer=request.viewer, uuid=uuid)
    if job is None:
        raise not_found()
    return job


def _tabs(show: str) -> list[dict[str, object]]:
    names = {
        "all": _("全部"),
        "open": _("进行中"),
        JobState.DONE: _("已完成"),
        JobState.FAILED: _("未完成"),
        JobState.CANCELLED: _("已取消"),
    }
    return [{"label": label, "url": f"?show={name}", "current": name == show} for name, label in names.items()]
