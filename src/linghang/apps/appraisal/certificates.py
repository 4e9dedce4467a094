"""What the certificate of a branch's star says, whatever it is printed to."""

from datetime import date

from linghang.apps.appraisal.queries.stars import StarPage
from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Paragraph
from linghang.engine.points import format_points
from linghang.ui.web.clock import day_of


def certificate_of(page: StarPage, today: date) -> Document:
    """星级证书: who, which period, which star, by which measures; an invented example says so."""
    star = page.star
    total = format_points(star.total or 0)
    blocks: list[Block] = [
        Paragraph(f"{page.name}："),
        Paragraph(f"按照{star.scheme_title}，你支部{star.span}得{total}分，{star.title}结果为{star.band}。特发此证。"),
        Grid(("月份", "得分"), [(each.month.words, _points(each.counted)) for each in page.months]),
    ]
    if page.adjustments:
        rows = [(each.words, format_points(each.counted, sign=True)) for each in page.adjustments]
        blocks.append(Grid(("补计、更正", "分"), rows))
    invented = "本办法为虚构示例，证书不作任何用途。" if page.invented else ""
    note = f"有效期限：{star.span}。依据：{page.pack}。数据截至{_day(day_of(page.as_of))}，定稿后不再改动。{invented}"
    return Document(f"{star.band}党支部证书", blocks, signature=page.place, dated=_day(today), footnote=note)


def _points(value: int | None) -> str:
    return "—" if value is None else format_points(value)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
