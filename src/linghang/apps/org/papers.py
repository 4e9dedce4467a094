"""The file of a person on paper."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Heading, Paragraph
from linghang.apps.org.data import DatedLine, PersonCard
from linghang.apps.org.data.panels import PaperTable


def file_of(card: PersonCard, on: date, *, more: Sequence[PaperTable] = ()) -> Document:
    """一人一档 as a document: what the page shows, numbers masked, then `more`: what other rooms hold."""
    blocks: list[Block] = [Grid((_("项目"), _("内容")), _head(card))]
    for title, lines in (
        (_("政治面貌"), card.standings),
        (_("组织隶属"), card.memberships),
        (_("任职"), card.posts),
        (_("流动"), card.mobility),
    ):
        if lines:
            blocks += [Heading(title), Grid((_("内容"), _("组织或地点"), _("自"), _("至"), _("说明")), _rows(lines))]
    if card.transfers:
        header = (_("从"), _("到"), _("转出"), _("接收"), _("回执号"))
        blocks += [Heading(_("组织关系转接")), Grid(header, _transfers(card))]
    for table in more:
        blocks += [Heading(table.title), Grid(table.header, table.rows), *(Paragraph(note) for note in table.notes)]
    note = _("截至%(day)s；由系统按登记生成，号码已遮盖。") % {"day": day_words(on)}
    return Document(_("党员（职工）个人档案"), blocks, signature=card.home, dated=day_words(on), footnote=note)


def day_words(day: date | None) -> str:
    """A day as documents write it; an open end says so."""
    return date_format(day, "DATE_FORMAT") if day else _("至今")


def _head(card: PersonCard) -> list[tuple[str, str]]:
    pairs = [
        (_("姓名"), card.name),
        (_("曾用名"), "、".join(card.aliases)),
        (_("工号"), card.code),
        (_("支部"), card.branch),
        (_("党小组"), card.group),
        (_("单位或部门"), card.unit),
        (_("政治面貌"), card.standing_label),
        (_("类别"), card.person_class),
        (_("职务"), "、".join(card.titles)),
        (_("手机号"), card.numbers.phone),
        (_("身份证号"), card.numbers.id_number),
    ]
    return [(name, value) for name, value in pairs if value]


def _rows(lines: Iterable[DatedLine]) -> Sequence[Sequence[str]]:
    return [(one.title, one.where, day_words(one.since), day_words(one.until), one.note) for one in lines]


def _transfers(card: PersonCard) -> Sequence[Sequence[str]]:
    return [
        (
            one.came_from,
            one.went_to,
            day_words(one.sent_on),
            day_words(one.received_on) if one.received_on else one.state_label,
            one.receipt_number,
        )
        for one in card.transfers
    ]
