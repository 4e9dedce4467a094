"""The rule text as a document to hand in: 条文 with every price, its version and its fingerprint."""

from collections.abc import Iterator

from django.utils.formats import date_format

from linghang.apps.appraisal.data.packs import VersionLine
from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Heading, Paragraph
from linghang.engine.packs.rule_text import Article, Chapter, RuleText

INVENTED = "本办法内容为虚构示例，不是任何单位的正式办法。"
NUMERALS = "〇一二三四五六七八九十"


def document_of(text: RuleText, version: VersionLine) -> Document:
    """Everything that the page says, in the order in which it stands there."""
    published = version.published_at
    return Document(
        title=version.title if version.title == text.title else f"{version.title}：{text.title}",
        blocks=tuple(_blocks(text, version)),
        dated=date_format(published, "Y年n月j日") if published else "",
        footnote=f"由办法本身生成，与核算用的数一致。{text.label}，指纹 {text.content_hash}，{text.month.words}的数。",
    )


def _blocks(text: RuleText, version: VersionLine) -> Iterator[Block]:
    if text.invented:
        yield Paragraph(INVENTED)
    yield Paragraph(f"编号 {version.pack}，版本 {version.version}。")
    for name, said in text.document:
        yield Paragraph(f"{name}：{said}")
    for number, chapter in enumerate(text.chapters, 1):
        yield from _chapter(chapter, number)


def _chapter(chapter: Chapter, number: int) -> Iterator[Block]:
    yield Heading(f"{numeral(number)}、{chapter.title}")
    for sentence in chapter.sentences:
        yield Paragraph(sentence)
    for table in chapter.tables:
        yield Grid(table.header, table.rows)
    for article in chapter.articles:
        yield from _article(article)


def _article(article: Article) -> Iterator[Block]:
    yield Heading(f"{article.clause}　{article.title}".strip("　"), 2)
    for sentence in article.sentences:
        yield Paragraph(sentence)
    for table in article.tables:
        yield Grid(table.header, table.rows)


def numeral(number: int) -> str:
    """12 → 十二."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones or not tens else "")
