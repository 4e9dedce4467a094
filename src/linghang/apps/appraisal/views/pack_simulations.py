"""Trying a version on a past month: who would get how much more or less, because of which item."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.appraisal.data.packs import READABLE, VersionLine
from linghang.apps.appraisal.forms.packs import SimulateForm
from linghang.apps.appraisal.operations.simulations import SIMULATE, start_simulation
from linghang.apps.appraisal.queries.drafts import VersionCard, packs_held, version_card
from linghang.apps.jobs.queries import job_for
from linghang.engine.periods import Month
from linghang.engine.problems import Problem, ProblemsFound
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.forms import posted, show_refusal
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: Request, uuid: UUID) -> HttpResponse:
    """For whom, which month, against which version; a POST starts the job."""
    card = version_card(uuid, drafts=True)
    others = [v for v in packs_held(drafts=True) if v.uuid != uuid and v.state in READABLE]
    places = PlacesToChoose("appraisal:pack-simulate", on=request.today)
    form = SimulateForm(
        posted(request), schemes=_schemes(card), places=places,
        versions=[(str(v.uuid), f"{v.title} {v.version}") for v in others],
        initial={"month": str(Month.of(request.today) + -1), "against": _nearest(card, others)},
    )  # fmt: skip
    problems: list[Problem] = list(card.report.problems) if card.pack is None else []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            job = start_simulation(
                old=UUID(said["against"]), new=uuid, scheme=said["scheme"], node=UUID(said["place"]),
                month=said["month"], actor=request.viewer, now=request.now,
            )  # fmt: skip
            return redirect("appraisal:simulation", uuid=job.uuid)
        except DomainError as error:
            show_refusal(form, error)
        except ProblemsFound as found:
            problems = found.problems
    status = 422 if form.errors or (problems and request.method == "POST") else 200
    context = {"form": form, "line": card.line, "problems": problems}
    return render(request, "appraisal/packs/simulate.html", context, status=status)


def _schemes(card: VersionCard) -> list[tuple[str, str]]:
    return [(s.id, s.title["zh"]) for s in card.pack.schemes.values()] if card.pack else []


def _nearest(card: VersionCard, others: list[VersionLine]) -> str | None:
    """The version that this one most likely replaces: of the same pack, else of the product."""
    same = [v for v in others if v.pack == card.line.pack] or [v for v in others if v.shipped]
    return str(same[0].uuid) if same else None


@require_GET
@never_cache
def result(request: Request, uuid: UUID) -> HttpResponse:
    """How far the job is; then the list, the largest change first."""
    job = job_for(viewer=request.viewer, uuid=uuid)
    if job is None or job.kind != SIMULATE:
        raise not_found()
    data = job.result.data or {}
    rows = [{**row, "difference": (row["after"] or 0) - (row["before"] or 0)} for row in data.get("rows", ())]
    note_list(request, count=len(rows))
    context = {"job": job, "data": data, "rows": rows, "month": _month(data.get("month", ""))}
    template = "appraisal/packs/simulation.html"
    return render(request, f"{template}#live" if request.htmx else template, context)


def _month(text: str) -> Month | None:
    return Month.parse(text) if text else None
