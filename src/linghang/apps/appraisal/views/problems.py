"""What is wrong with the files of a trial, all at once, by sheet!cell."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.data.trials import TrialData, TrialState
from linghang.apps.appraisal.trials.folder import PROBLEMS, PROPOSAL, folder_of, read_json
from linghang.apps.appraisal.trials.problems import problems_in
from linghang.apps.appraisal.views.shared import own_trial, workbook_response
from linghang.apps.exchange.sheets import Column, Stamp, Table
from linghang.engine.problems import Problem
from linghang.ui.web.paging import Page, page_number
from linghang.ui.web.request import Request

PER_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """What the filter leaves: `sheet` and `code` stand in the address."""

    everything: list[Problem]
    sheet: str
    code: str

    @property
    def rows(self) -> list[Problem]:
        return [p for p in self.everything if self.sheet in ("", p.place.sheet) and self.code in ("", p.code)]

    def sheets(self) -> list[tuple[str, int]]:
        return sorted(Counter(p.place.sheet for p in self.everything if p.place.sheet).items())

    def codes(self) -> list[tuple[str, str, int]]:
        """(code, its first message as an example, how many)."""
        first: dict[str, str] = {}
        for problem in self.everything:
            first.setdefault(problem.code, problem.message)
        return [(code, first[code], n) for code, n in sorted(Counter(p.code for p in self.everything).items())]


def _shown(request: Request, trial: TrialData) -> Shown:
    """Errors first, then what to look at, each by file, sheet and cell."""
    found = problems_in(read_json(folder_of(trial.uuid) / PROBLEMS) or [])
    ordered = sorted(found, key=lambda p: (p.severity != "error", p))
    return Shown(ordered, request.GET.get("sheet", ""), request.GET.get("code", ""))


@require_GET
@never_cache
def problems(request: Request, uuid: UUID) -> HttpResponse:
    trial = own_trial(request, uuid)
    shown = _shown(request, trial)
    rows = shown.rows
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(page_number(request.GET.get("page")), pages)
    context = {
        "trial": trial, "shown": shown, "settled": trial.state is TrialState.READY,
        "rows_only": trial.example or (folder_of(uuid) / PROPOSAL).is_file(),  # else a file could not be read at all
        "matched": (folder_of(uuid) / PROPOSAL).is_file(),
        "page": Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows), PER_PAGE),
        "errors": sum(p.severity == "error" for p in shown.everything),
        "warnings": sum(p.severity != "error" for p in shown.everything),
        "query": urlencode({k: v for k, v in (("sheet", shown.sheet), ("code", shown.code)) if v}),
    }  # fmt: skip
    return render(request, "appraisal/problems.html", context)


@require_GET
def export(request: Request, uuid: UUID) -> FileResponse:
    """Exactly the problems that the page shows, all of its pages."""
    trial = own_trial(request, uuid)
    words = {"error": "须改正", "warning": "提醒"}
    columns = [
        Column("文件"),
        Column("工作表"),
        Column("单元格"),
        Column("程度"),
        Column("问题"),
        Column("怎么办"),
        Column("代码"),
    ]
    rows = [
        [p.place.file, p.place.sheet, p.place.cell, words[p.severity], p.message, p.hint, p.code]
        for p in _shown(request, trial).rows
    ]
    made_at: datetime = request.now
    stamp = Stamp(trial.title, trial.period.words, made_at)
    return workbook_response([Table("问题", columns, rows, trial.title)], stamp, f"{_('试算问题')}-{trial.period}.xlsx")
