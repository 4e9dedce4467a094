"""The result of a trial: summary, members, and the files to take away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.data.trials import MemberFilter, TrialData
from linghang.apps.appraisal.forms.trials import MemberFilterForm
from linghang.apps.appraisal.trials import results
from linghang.apps.appraisal.trials.folder import OUT
from linghang.apps.appraisal.views.shared import settled, workbook_response
from linghang.apps.appraisal.words import BAND_STATES, STATES, band_words, state_words, title_in_language
from linghang.apps.exchange.sheets import Column, Kind, Stamp, Table
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import page_number
from linghang.ui.web.request import Request

FILES = ("statements.xlsx", "totals.parquet")


@require_GET
@never_cache
def result(request: Request, uuid: UUID) -> HttpResponse:
    trial, folder = settled(request, uuid)
    about = results.about(folder)
    form = MemberFilterForm.of(request.GET, folder)
    page = results.members(folder, form.wanted(request.GET.get("sort", "")), page_number(request.GET.get("page")))
    context = {
        "trial": trial, "about": about, "form": form, "page": page, "files": FILES,
        "grade": about["grades"][0] if about["grades"] else None, "scheme": title_in_language(about["scheme"]),
        "made_at": datetime.fromisoformat(about["made_at"]), "period": trial.period, "words": {**STATES, **BAND_STATES},
        "states": [(s, state_words(s), n) for s, n in results.counts(folder, "state").items()],
        "bands": _bands(about, results.counts(folder, "band")), "as_of": datetime.fromisoformat(about["made_at"]),
    }  # fmt: skip
    template = "appraisal/result.html#rows" if request.htmx else "appraisal/result.html"
    return render(request, template, context)


def _bands(about: dict[str, Any], counts: dict[str, int]) -> list[tuple[str, Any, int]]:
    """(value of the filter, words, members) for each band from the highest, then those without one."""
    if not about["grades"]:
        return []
    found: list[tuple[str, Any, int]] = [(band, band, counts.get(band, 0)) for band in about["grades"][0]["bands"]]
    return [*found, ("-", band_words(""), counts[""])] if counts.get("") else found


@require_GET
def export(request: Request, uuid: UUID) -> FileResponse:
    """Exactly the rows that the list shows, all of its pages."""
    trial, folder = settled(request, uuid)
    about = results.about(folder)
    form = MemberFilterForm.of(request.GET, folder)
    wanted = form.wanted(request.GET.get("sort", ""))
    stamp = Stamp(
        f"{about['scheme']['zh']} · {about['pack']}", trial.period.words, datetime.fromisoformat(about["made_at"])
    )
    return workbook_response([_table(trial, about, folder, wanted)], stamp, f"试算名单-{trial.period}.xlsx")


def _table(trial: TrialData, about: dict[str, Any], folder: Any, wanted: MemberFilter) -> Table:
    columns = [
        Column("支部"), Column("编码"), Column("姓名"), Column("状态"),
        Column(f"{trial.period.words}得分", Kind.POINTS), Column("累计得分", Kind.POINTS), Column("等次"),
    ]  # fmt: skip
    rows = [
        [r.branch, r.code, r.name, str(STATES[r.state]), r.total, r.grade_total, r.band]
        for r in results.all_members(folder, wanted)
    ]
    notes = ["方案包内容为虚构示例，不是任何单位的正式办法。"] if about["invented"] else []
    return Table("名单", columns, rows, trial.title, [*notes, "试算结果，供核对；不是审定结果。"])


@require_GET
@never_cache
def result_file(request: Request, uuid: UUID, name: str) -> FileResponse:
    trial, folder = settled(request, uuid)
    if name not in FILES:
        raise not_found()
    words = {"statements.xlsx": _("积分单")}.get(name, _("合计"))
    suffix = name.rsplit(".", 1)[1]
    path = folder / OUT / name
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{words}-{trial.period}.{suffix}")
