"""积分明细 and the year as workbook and PDF: exactly what the pages show."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from linghang.apps.appraisal.data.statements import GradeLine, PricedLine, SpanSum, StatementPage, YearPage
from linghang.apps.appraisal.views.shared import pdf_response, workbook_response
from linghang.apps.appraisal.views.statements import AskFirstError, month_page, year_of
from linghang.apps.appraisal.words import NOT_GRADED, STANDS
from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Heading, Paragraph
from linghang.apps.exchange.sheets import Cell, Column, Kind, Stamp, Table
from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.engine.settle.explaining.classes import class_words
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.spans import PAPERS

HEADER = ("日期", "事项", "依据条款", "得分", "计入", "未计入原因", "记录人、核对人", "记录编号")


@override(PAPERS)
def statement_export(request: Request, subject: UUID, scheme: str, month: Month) -> HttpResponseBase:
    """One month as a workbook."""
    found = _month(request, subject, scheme, month)
    if isinstance(found, HttpResponse):
        return found
    return workbook_response([_lines(found), _spans(found)], _stamp(found), f"{_name(found)}.xlsx")


@override(PAPERS)
def statement_pdf(request: Request, subject: UUID, scheme: str, month: Month) -> HttpResponseBase:
    """One month as PDF, printed in a process of its own."""
    found = _month(request, subject, scheme, month)
    if isinstance(found, HttpResponse):
        return found
    return pdf_response(_document(found), f"{_name(found)}.pdf")


def _month(request: Request, subject: UUID, scheme: str, month: Month) -> StatementPage | HttpResponse:
    try:
        return month_page(request, subject, scheme, month)[0]
    except AskFirstError as ask:
        return ask.answer


def _name(page: StatementPage) -> str:
    return f"积分明细-{page.name}-{page.month}"


def _moment(at: datetime) -> str:
    """An instant as people here read it, whatever zone it is kept in."""
    return f"{localtime(at):%Y-%m-%d %H:%M}"


def _stamp(page: StatementPage) -> Stamp:
    return Stamp(f"{page.ground.scheme} · {page.ground.pack}", _moment(page.ground.as_of), page.ground.as_of)


def _cells(line: PricedLine) -> list[Cell]:
    people = "、".join(name for name in (line.recorder, line.confirmer) if name)
    fact = str(line.fact) if line.fact else ""
    return [line.day, line.title, line.clause, line.given, line.counted, line.reason, people, fact]


def _lines(page: StatementPage) -> Table:
    kinds = (Kind.DATE, Kind.TEXT, Kind.TEXT, Kind.POINTS, Kind.POINTS, Kind.TEXT, Kind.TEXT, Kind.TEXT)
    columns = [Column(title, kind) for title, kind in zip(HEADER, kinds, strict=True)]
    rows: list[list[Cell]] = [_cells(line) for line in page.lines]
    if page.total is not None:
        rows.append([None, "合计", "", None, page.total, "", "", ""])
    return Table("积分明细", columns, rows, _title(page), [page.sentence, *_notes(page)])


def _title(page: StatementPage) -> str:
    return f"{page.name}（{page.code}）· {page.place} · {page.month.words}积分明细"


def _notes(page: StatementPage) -> list[str]:
    notes = [f"状态：{STANDS[page.stand]}；{page.ground.watermark}"]
    if page.classes:
        notes.append(f"类别：{class_words(page.classes)}")
    if page.shown:
        notes.append(f"公示 {page.shown.since} 至 {page.shown.until}；受理人：{page.shown.receiver}")
    if page.ground.invented:
        notes.append("方案包内容为虚构示例，不是任何单位的正式办法。")
    return notes


def _spans(page: StatementPage) -> Table:
    columns = [Column("期间"), Column("项目"), Column("得分", Kind.POINTS), Column("说明")]
    rows = [row for span in page.spans for row in _span_rows(span)]
    return Table("累计", columns, rows, f"{page.name} · 累计")


def _span_rows(span: SpanSum) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [span.words, one.month.words, one.total, str(STANDS[one.stand]) if one.total is not None else "免评"]
        for one in span.months
        if one.stand
    ]
    rows += [[span.words, late.words, late.counted, f"记入{late.booked.words}"] for late in span.adjustments]
    rows.append([span.words, "合计", span.total, "；".join(_grade(grade) for grade in span.grades)])
    return rows


def _grade(grade: GradeLine) -> str:
    words = f"{grade.title}：{grade.band or NOT_GRADED}"
    return f"{words}（{grade.reason}）" if grade.reason else words


def _document(page: StatementPage) -> Document:
    rows = [_texts(line) for line in page.lines]
    if page.total is not None:
        rows.append(["", "合计", "", "", format_points(page.total), "", "", ""])
    said: list[Block] = [
        Paragraph(f"{page.place} · {page.ground.scheme} · {page.ground.document}".rstrip(" ·")),
        Paragraph(page.sentence),
        *(Paragraph(note) for note in _notes(page)),
    ]
    return Document(
        title=f"{page.name}（{page.code}）{page.month.words}积分明细",
        blocks=[*said, Grid(HEADER, rows), *_sums(page.spans), *_late(page)],
        footnote=f"来源：{page.ground.pack}  数据截至：{_moment(page.ground.as_of)}",
    )


def _texts(line: PricedLine) -> list[str]:
    day, title, clause, given, counted, reason, people, fact = _cells(line)
    points = [format_points(value, sign=True) for value in (given, counted) if isinstance(value, int)]
    return [str(day), str(title), str(clause), *points, str(reason), str(people), str(fact)]


def _sums(spans: Sequence[SpanSum]) -> list[Block]:
    return [Paragraph(words) for words in map(span_sentence, spans) if words]


def span_sentence(span: SpanSum) -> str:
    """'2026年1季度 250.00 分 = 1月 84.00 + 2月 82.00 + 3月 84.00；季度评星：四星。'"""
    if span.total is None:
        return ""
    parts = [f"{one.month.month}月 {format_points(one.total)}" for one in span.months if one.total is not None]
    late = "".join(f"，{one.words} {format_points(one.counted, sign=True)}" for one in span.adjustments)
    stars = "；".join(_grade(grade) for grade in span.grades)
    words = f"{span.words} {format_points(span.total)} 分 = {' + '.join(parts)}{late}"
    return f"{words}；{stars}。" if stars else f"{words}。"


def _late(page: StatementPage) -> list[Block]:
    if not page.adjustments:
        return []
    rows = [
        [late.words, f"记入{late.booked.words}", format_points(late.counted, sign=True)] for late in page.adjustments
    ]
    return [Heading("补计、更正"), Grid(("项目", "记入", "分"), rows)]


# --- the year --------------------------------------------------------------------------------------------------------


def _year(request: Request, subject: UUID, scheme: str, year: int) -> YearPage | HttpResponse:
    try:
        return year_of(request, subject, scheme, year)[0]
    except AskFirstError as ask:
        return ask.answer


@override(PAPERS)
def year_export(request: Request, subject: UUID, scheme: str, year: int) -> HttpResponseBase:
    """Twelve months, what came late, quarters and stars as a workbook."""
    page = _year(request, subject, scheme, year)
    if isinstance(page, HttpResponse):
        return page
    columns = [Column("期间"), Column("项目"), Column("得分", Kind.POINTS), Column("说明")]
    rows: list[Any] = [row for span in page.quarters if span.total is not None for row in _span_rows(span)]
    rows.append([f"{page.year}年", "合计", page.whole.total, ""])
    table = Table("年度积分", columns, rows, f"{page.name}（{page.code}）· {page.place} · {page.year}年积分")
    stamp = Stamp(f"{page.scheme} · {page.pack}", _moment(page.as_of), page.as_of)
    return workbook_response([table], stamp, f"年度积分-{page.name}-{page.year}.xlsx")


@override(PAPERS)
def year_pdf(request: Request, subject: UUID, scheme: str, year: int) -> HttpResponseBase:
    """The year as PDF."""
    page = _year(request, subject, scheme, year)
    if isinstance(page, HttpResponse):
        return page
    rows = [[str(x) if not isinstance(x, int) else format_points(x) for x in row] for span in page.quarters
            if span.total is not None for row in _span_rows(span)]  # fmt: skip
    rows.append([f"{page.year}年", "合计", format_points(page.whole.total or 0), ""])
    document = Document(
        title=f"{page.name}（{page.code}）{page.year}年积分",
        blocks=[Paragraph(f"{page.place} · {page.scheme}"), Grid(("期间", "项目", "得分", "说明"), rows)],
        footnote=f"来源：{page.pack}  数据截至：{_moment(page.as_of)}",
    )
    return pdf_response(document, f"年度积分-{page.name}-{page.year}.pdf")


# --- the branch's month, computed again ------------------------------------------------------------------------------


def recalculation(request: Request, uuid: UUID) -> HttpResponseBase:
    """复算表 of a branch's month: lines as values, sums, limits and stars as formulas."""
    from linghang.apps.appraisal.queries.recalculation import branch_month
    from linghang.apps.appraisal.recalculation.workbook import recalculation as written  # loads the engine

    found = branch_month(uuid)
    note_list(request, count=len(found.members), filters={_("月份"): found.month.words})
    address = request.build_absolute_uri(reverse("ledger:fact", args=[UUID(int=0)])).replace(f"{UUID(int=0)}/", "")
    made = BytesIO(written(found, fact_address=address, now=request.now))
    return FileResponse(made, as_attachment=True, filename=f"复算表-{found.place}-{found.month}.xlsx")
