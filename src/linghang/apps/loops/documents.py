"""督办单: one case on paper, as its reader may see it, with room for what is decided by hand."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Heading, Paragraph
from linghang.apps.loops.data import CaseCard
from linghang.engine.packs.loop_model import Who
from linghang.ui.web.clock import day_of

BLANK_LINES = 3


def sheet_of(card: CaseCard, on: date) -> Document:
    """What is to be done by whom until when, what was done, the measures, and places for signatures."""
    blocks: list[Block] = [
        Heading(_("一、事项")),
        Grid((_("项目"), _("内容")), _head(card)),
        *([Paragraph(card.body)] if card.body else []),
        Heading(_("二、措施清单")),
        Grid((_("序号"), _("措施和办理情况"), _("责任人"), _("日期"), _("完成情况")), _measures(card)),
        Heading(_("三、办理经过")),
        Grid((_("时间"), _("步骤"), _("办理人"), _("说明")), _steps(card)),
        Heading(_("四、签字")),
        Grid((_("责任人"), _("跟踪人"), _("核验人"), _("督办单位")), [("", "", "", "")]),
    ]
    level = card.line.standing.level_label
    title = _("督办单（%(level)s）") % {"level": level} if level else _("督办单")
    note = _("截至%(day)s，由系统按登记生成。本系统为非涉密系统，严禁存储、处理、传输涉密信息。") % {"day": _day(on)}
    return Document(title, blocks, recipient=card.line.place, dated=_day(on), footnote=note)


def _head(card: CaseCard) -> list[tuple[str, str]]:
    line = card.line
    pairs = [
        (_("编号"), line.number),
        (_("事项"), line.title),
        (_("种类和来源"), f"{line.kind_label} · {card.origin}"),
        (_("所在组织"), line.place),
        *card.about,
        *card.people,
        (_("登记日期"), _day(line.opened_on)),
        (_("期限"), _deadline(card)),
        (_("现在"), _("暂停") if line.paused else line.state_label),
        (_("退回、反复、延期"), f"{line.refused}／{line.reopened}／{card.extended}"),
        (_("累计用时（工作日）"), str(card.working_days)),
    ]
    return [(name, value) for name, value in pairs if value]


def _deadline(card: CaseCard) -> str:
    standing = card.line.standing
    if standing.due is None:
        return ""
    parts = [_day(standing.due), standing.words]
    if standing.overdue and standing.left is not None:
        parts.append(_("已超期%(n)d个工作日") % {"n": -standing.left})
    return "；".join(part for part in parts if part)


def _measures(card: CaseCard) -> list[tuple[str, str, str, str, str]]:
    """What the responsible wrote with his steps, the first on top; while it is open, empty lines to write on."""
    done = [one for one in reversed(card.timeline) if one.words and one.acting_as == Who.RESPONSIBLE.value]
    rows = [(str(n), one.words, one.who, _day(day_of(one.when)), one.title) for n, one in enumerate(done, 1)]
    blank = 0 if card.line.ends else BLANK_LINES
    return rows + [(str(len(rows) + n), "", "", "", "") for n in range(1, blank + 1)] or [("—", "—", "", "", "")]


def _steps(card: CaseCard) -> list[tuple[str, str, str, str]]:
    return [(_day(day_of(one.when)), one.title, one.who, one.note) for one in reversed(card.timeline)]


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
