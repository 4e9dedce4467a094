"""What is shown inside a branch, and what its committee takes away: the list as a workbook, the sheet for the wall."""

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.books import Members
from linghang.apps.appraisal.data.months import BookCard
from linghang.apps.appraisal.data.presets import PresetCode
from linghang.apps.appraisal.policies.presets import distribution
from linghang.apps.appraisal.queries.books import members_of, state_title
from linghang.apps.appraisal.queries.cards import book_of
from linghang.apps.appraisal.queries.presets import preset_of_month
from linghang.apps.appraisal.queries.public import public_page, shown_page
from linghang.apps.appraisal.views.books import reason_of, shows_names
from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Paragraph
from linghang.apps.exchange.documents.printing import print_pdf, print_word
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.apps.jobs.operations import run_in_child
from linghang.ui.templatetags.ui import points
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list, reading_of
from linghang.ui.web.request import Request
from linghang.ui.web.spans import month_words


def public(request: Request, uuid: UUID) -> HttpResponse:
    """The month as fellow members see it: a table or a distribution, by preset; never before the 公示."""
    page = public_page(uuid, viewer=request.viewer, today=request.today)
    note_list(request, count=len(page.members.rows) if page.members else 0)
    context = {"page": page, "card": page.card, "line": page.card.line, "as_of": page.card.run and page.card.run.at}
    return render(request, "appraisal/books/public.html", context)


def shown(request: Request) -> HttpResponse:
    """The months that are or were shown in the branches of the scope, by branch and month."""
    number = request.GET.get("page", "1")
    page = shown_page(number=page_number(number))
    rows = [(row, state_title(row.state)) for row in page.rows]
    note_list(request, count=page.total)
    context = {"page": page, "rows": rows, "as_of": request.now}
    return render(request, "appraisal/books/shown.html", context)


def export(request: Request, uuid: UUID) -> FileResponse:
    """The list of the page as a workbook, for those who see the names."""
    card, members = _named(request, uuid)
    heads = [Column(head.title, Kind.POINTS) for head in members.heads]
    columns = [
        Column(_("姓名")),
        Column(_("工号")),
        *heads,
        Column(_("合计"), Kind.POINTS),
        Column(_("补计、更正"), Kind.POINTS),
        Column(_("星级")),
        Column(_("状态")),
    ]
    title = _title(card)
    filters = {str(_("积分办法")): f"{card.pack}", str(_("状态")): state_title(card.line.state)}
    day = day_of(card.run.at) if card.run else request.today
    return list_response(title, columns, _cells(members), now=request.now, filters=filters, as_of=day)


def _named(request: Request, uuid: UUID) -> tuple[BookCard, Members]:
    card = book_of(uuid)
    if not shows_names(request, uuid, card.line.path):
        words = _("查看个人积分要先写明理由。请在支部月度积分页写明后再导出。")
        raise DomainError("reason_needed", words, status=403)
    members = members_of(card)
    note_list(request, count=len(members.rows), filters={str(_("月份")): str(card.line.month)})
    reading_of(request).reason = reason_of(request, uuid)
    return card, members


def _cells(members: Members) -> Iterator[list[Cell]]:
    for row in members.rows:
        categories = [row.categories.get(head.id) for head in members.heads]
        yield [row.name, row.code, *categories, row.total, row.late or None, row.star, row.state_label]


def _title(card: BookCard) -> str:
    words = {"place": card.line.place_name, "month": month_words(card.line.month), "scheme": card.title}
    return _("%(place)s%(month)s%(scheme)s") % words


def sheet(request: Request, uuid: UUID) -> FileResponse:
    """公示表 as Word or PDF: with points where the preset shows them, otherwise names to sign and the distribution."""
    card, members = _named(request, uuid)
    preset = preset_of_month(card.line.path, shown_on=card.public_from, on=request.today)
    document = document_of(card, members, with_points=preset.code == PresetCode.ENTERPRISE)
    word = request.GET.get("format") == "word"
    fonts = settings.ASSETS_DIR / "fonts"
    made = run_in_child(print_word, document) if word else run_in_child(print_pdf, document, fonts)
    name = f"{_title(card)}{_('公示表')}.{'docx' if word else 'pdf'}"
    return FileResponse(BytesIO(made), as_attachment=True, filename=name)


def document_of(card: BookCard, members: Members, *, with_points: bool) -> Document:
    """The printed sheet: who takes objections until when, the list, a column to sign."""
    return Document(
        title=f"{_title(card)}{_('公示表')}",
        blocks=[Paragraph(_notice(card)), *_lists(members, with_points=with_points)],
        footnote=_("积分办法：%(pack)s。数据截至%(day)s。本系统为非涉密系统，严禁存储、处理、传输涉密信息。")
        % {
            "pack": card.pack,
            "day": date_format(day_of(card.run.at), "DATE_FORMAT") if card.run else "—",
        },
    )


def _notice(card: BookCard) -> str:
    if card.public_from is None or card.line.public_until is None:
        return _("本表供支部核对，尚未公示。")
    return _("公示期：%(since)s至%(until)s24:00。受理人：%(who)s。提出方式：%(manner)s。") % {
        "since": date_format(card.public_from, "DATE_FORMAT"),
        "until": date_format(card.line.public_until, "DATE_FORMAT"),
        "who": card.receiver_name,
        "manner": card.manner,
    }


def _lists(members: Members, *, with_points: bool) -> list[Block]:
    if with_points:
        header = [_("序号"), _("姓名"), *(head.title for head in members.heads), _("合计"), _("星级"), _("本人签名")]
        rows = [
            [
                str(n),
                row.name,
                *(points(row.categories[head.id]) if head.id in row.categories else "—" for head in members.heads),
                points(row.total) if row.total is not None else "—",
                row.star or "—",
                "",
            ]
            for n, row in enumerate(members.rows, 1)
        ]
        return [Grid(header, rows)]
    spans = [
        [_("%(a)s以上，不满%(b)s") % {"a": points(since), "b": points(below)}, str(count)]
        for since, below, count in distribution(members.totals)
    ]
    signed = [[str(n), row.name, "", ""] for n, row in enumerate(members.rows, 1)]
    shown: list[Block] = [Grid([_("合计分"), _("人数")], spans, caption=_("本支部分布"))] if spans else []
    return [*shown, Grid([_("序号"), _("姓名"), _("本人已核对自己的积分（签名）"), _("日期")], signed)]
