"""One member's statement, line by line; every line says where it was recorded, and the lines add up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linghang.apps.appraisal.data.trials import Statement, StatementLine, TrialData
from linghang.apps.appraisal.trials import results
from linghang.apps.appraisal.views.shared import pdf_response, person, settled, workbook_response
from linghang.apps.appraisal.words import STATE_BADGES, STATE_RULES, STATES, title_in_language
from linghang.apps.exchange.documents.blocks import Document, Grid, Paragraph
from linghang.apps.exchange.sheets import Column, Kind, Stamp, Table
from linghang.apps.jobs.queries import job_of
from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.ui.web.errors import not_found
from linghang.ui.web.request import Request


@require_GET
@never_cache
def statement(request: Request, uuid: UUID, code: str) -> HttpResponse:
    """The page, or for HTMX only what would reach the next band, which is proved after the result stands."""
    trial, folder = settled(request, uuid)
    found = _statement(folder, trial, code, request.GET.get("month", ""))
    about = results.about(folder)
    body = found.body
    context = {
        "trial": trial, "found": found, "body": body, "about": about, "scheme": title_in_language(about["scheme"]),
        "lines": lines_of(found, several=len(trial.records) > 1), "counted": sum(x["counted"] for x in body["lines"]),
        "state": body["state"], "state_word": STATES[body["state"]], "state_rule": STATE_RULES[body["state"]],
        "state_badge": STATE_BADGES[body["state"]], "spans": _spans(found),
        "grades": _grades(found) if found.month == trial.period else [],
        "months": _months(found, uuid), "as_of": datetime.fromisoformat(about["made_at"]),
        "proving": found.reach is None and found.month == trial.period and _still_working(request, trial),
        "latest": found.month == trial.period,
    }  # fmt: skip
    template = "appraisal/member.html#reach" if request.htmx else "appraisal/member.html"
    return render(request, template, context)


def _statement(folder: Any, trial: TrialData, code: str, asked: str) -> Statement:
    try:
        month = Month.parse(asked) if asked else trial.period
    except ValueError:
        month = trial.period
    found = results.statement(folder, code, month)
    if found is None:
        raise not_found()
    return found


def _still_working(request: Request, trial: TrialData) -> bool:
    job = job_of(starter=person(request), uuid=trial.job) if trial.job else None
    return job is not None and not job.is_final


def lines_of(found: Statement, *, several: bool) -> list[StatementLine]:
    """The lines in the order of the engine; `several` files of records name the file before sheet!cell."""
    return [
        StatementLine(
            day=date.fromisoformat(row["day"]), title=row["title"], clause=row["clause"], given=row["given"],
            counted=row["counted"], reason=row["reason"], source=_source(row, several=several),
        )
        for row in found.body["lines"]
    ]  # fmt: skip


def _source(row: Mapping[str, Any], *, several: bool) -> str:
    if not row["cell"] and not row["sheet"]:
        return ""
    where = f"{row['sheet']}!{row['cell']}"
    return f"{row['file']} {where}" if several else where


def _grades(found: Statement) -> list[dict[str, Any]]:
    """Each grade with its proved ways up, None while they are being proved."""
    proved = {r["grade"]: r["options"] for r in found.reach} if found.reach is not None else None
    return [
        grade
        | {
            "last_chance": date.fromisoformat(grade["last_chance"]),
            "options": proved.get(grade["grade"], []) if proved is not None else None,
        }
        for grade in found.body["grades"]
    ]


def _spans(found: Statement) -> list[dict[str, Any]]:
    """季度 = 1月 + 2月 + 3月, with the months as links' values; a month without a total is named as such."""
    spans = []
    for span in found.body["spans"]:
        months = [(Month.parse(month), total) for month, total in span["months"]]
        known = [total for _month, total in months if total is not None]
        spans.append({"words": span["words"], "months": months, "total": sum(known) if known else None})
    return spans


def _months(found: Statement, uuid: UUID) -> list[dict[str, Any]]:
    base = reverse("appraisal:trial-member", args=[uuid, found.code])
    return [
        {
            "label": date_format(month.first, "YEAR_MONTH_FORMAT"),
            "url": f"{base}?month={month}",
            "current": month == found.month,
        }
        for month in found.months
    ]


@require_GET
def export(request: Request, uuid: UUID, code: str) -> FileResponse:
    """This statement as a workbook."""
    trial, folder = settled(request, uuid)
    found = _statement(folder, trial, code, request.GET.get("month", ""))
    about = results.about(folder)
    made_at = datetime.fromisoformat(about["made_at"])
    stamp = Stamp(f"{about['scheme']['zh']} · {about['pack']}", found.month.words, made_at)
    table = _table(found, about, several=len(trial.records) > 1)
    return workbook_response([table], stamp, f"积分明细-{found.code}-{found.month}.xlsx")


def _table(found: Statement, about: Mapping[str, Any], *, several: bool) -> Table:
    columns = [
        Column("日期", Kind.DATE), Column("事项"), Column("依据条款"), Column("得分", Kind.POINTS),
        Column("计入", Kind.POINTS), Column("未计入原因"), Column("出处"),
    ]  # fmt: skip
    lines = lines_of(found, several=several)
    rows: list[list[Any]] = [[x.day, x.title, x.clause, x.given, x.counted, x.reason, x.source] for x in lines]
    rows.append([None, "合计", "", None, found.body["total"], "", ""])
    notes = [found.body["sentence"], *_classes(found.body), f"状态：{STATES[found.body['state']]}"]
    if about["invented"]:
        notes.append("方案包内容为虚构示例，不是任何单位的正式办法。")
    title = f"{found.name}（{found.code}）· {found.branch} · {found.month.words}积分明细"
    return Table("积分明细", columns, rows, title, notes)


@require_GET
def pdf(request: Request, uuid: UUID, code: str) -> FileResponse:
    """This statement as PDF, printed in a process of its own."""
    trial, folder = settled(request, uuid)
    found = _statement(folder, trial, code, request.GET.get("month", ""))
    document = _document(found, results.about(folder), several=len(trial.records) > 1)
    return pdf_response(document, f"积分明细-{found.code}-{found.month}.pdf")


def _document(found: Statement, about: Mapping[str, Any], *, several: bool) -> Document:
    body, month = found.body, found.month.words
    header = ["日期", "事项", "依据条款", "得分", "计入", "未计入原因", "出处"]
    rows = [
        [x.day.isoformat(), x.title, x.clause, format_points(x.given, sign=True), format_points(x.counted, sign=True),
         x.reason, x.source]
        for x in lines_of(found, several=several)
    ]  # fmt: skip
    if body["total"] is not None:
        rows.append(["", "合计", "", "", format_points(body["total"]), "", ""])
    said = [
        Paragraph(f"{found.branch} · {about['scheme']['zh']} · 状态：{STATES[body['state']]}"),
        *map(Paragraph, (body["sentence"], *_classes(body))),
    ]
    if about["invented"]:
        said.append(Paragraph("方案包内容为虚构示例，不是任何单位的正式办法。"))
    bands = [Paragraph(_grade_words(grade)) for grade in body["grades"] if str(found.month) == about["period"]]
    return Document(
        title=f"{found.name}（{found.code}）{month}积分明细",
        blocks=[*said, Grid(header, rows), *bands],
        footnote=f"来源：{about['pack']}  数据截至：{month}  试算结果，供核对；不是审定结果。",
    )


def _classes(body: Mapping[str, Any]) -> list[str]:
    return [f"类别：{body['classes']}"] if body.get("classes") else []


def _grade_words(grade: Mapping[str, Any]) -> str:
    words = f"{grade['grade']}（{grade['span']}）：累计 {format_points(grade['total'])} 分，{grade['band']}"
    if not grade["next_band"]:
        return words + "。"
    return f"{words}，距{grade['next_band']}还差 {format_points(grade['missing'])} 分。"
