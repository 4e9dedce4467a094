"""Word in the page set-up of GB/T 9704-2012: A4, 22 lines of 28 characters, 仿宋 of size 3, title in 小标宋 of size 2.

The official typefaces are proprietary: they are named, never shipped; Word substitutes where they are missing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from linghang.apps.exchange.documents.blocks import Document, Grid, Heading, Paragraph
from linghang.apps.exchange.sheets import safe_text

_TITLE_FONT, _BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
_HEADING_FONTS = {1: "黑体", 2: "楷体_GB2312", 3: "仿宋_GB2312"}
_TITLE_SIZE, _BODY_SIZE, _TABLE_SIZE, _SMALL = Pt(22), Pt(16), Pt(12), Pt(10.5)
_LINE = Pt(28.9)  # 22 lines on a page
_MARGINS = (Mm(37), Mm(26), Mm(35), Mm(28))  # top, right, bottom, left


def write_word(target: Path | BinaryIO, document: Document) -> None:
    """Write the document as .docx with page numbers; texts are texts, never fields or markup."""
    made = docx.Document()
    _set_up_page(made)
    _paragraph(made, document.title, _TITLE_FONT, _TITLE_SIZE, centred=True)
    _paragraph(made, "", _BODY_FONT, _BODY_SIZE)
    if document.recipient:
        _paragraph(made, f"{document.recipient}:", _BODY_FONT, _BODY_SIZE)
    for block in document.blocks:
        _block(made, block)
    _sign(made, document)
    made.core_properties.title = safe_text(document.title)[:250]
    made.core_properties.author = ""
    made.core_properties.comments = ""
    made.save(str(target) if isinstance(target, Path) else target)


def _block(made: Any, block: Heading | Paragraph | Grid) -> None:
    if isinstance(block, Heading):
        _paragraph(made, block.text, _HEADING_FONTS.get(block.level, _BODY_FONT), _BODY_SIZE, indented=True)
    elif isinstance(block, Paragraph):
        _paragraph(made, block.text, _BODY_FONT, _BODY_SIZE, indented=True)
    else:
        _table(made, block)


def _set_up_page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = _MARGINS
    section.footer_distance = Mm(28)
    style = made.styles["Normal"]
    style.font.name, style.font.size = _BODY_FONT, _BODY_SIZE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY_FONT)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """“— 1 —”, as the standard has it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", "宋体", Pt(14))
    field = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        field._r.append(element)
    _run(paragraph, " —", "宋体", Pt(14))


def _paragraph(
    made: Any, text: str, font: str, size: Pt, *, centred: bool = False, indented: bool = False, right: bool = False
) -> None:
    paragraph = made.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    layout.space_before = layout.space_after = Pt(0)
    if indented:
        layout.first_line_indent = size * 2
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, font, size)


def _run(paragraph: Any, text: str, font: str, size: Pt, *, bold: bool = False) -> None:
    run = paragraph.add_run(safe_text(text))
    run.font.name, run.font.size, run.font.bold = font, size, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(made: Any, grid: Grid) -> None:
    if grid.caption:
        _paragraph(made, grid.caption, "黑体", _TABLE_SIZE, centred=True)
    table = made.add_table(rows=1, cols=len(grid.header))
    table.style = "Table Grid"
    _fill(table.rows[0], grid.header, font="黑体")
    _repeat(table.rows[0])
    for row in grid.rows:
        _fill(table.add_row(), row, font=_BODY_FONT)


def _fill(row: Any, texts: Sequence[str], font: str) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        _run(cell.paragraphs[0], text, font, _TABLE_SIZE)


def _repeat(row: Any) -> None:
    """The header row comes again on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _sign(made: Any, document: Document) -> None:
    if document.signature or document.dated:
        _paragraph(made, "", _BODY_FONT, _BODY_SIZE)
    for text in (document.signature, document.dated):
        if text:
            _paragraph(made, text, _BODY_FONT, _BODY_SIZE, right=True)
    if document.footnote:
        _paragraph(made, document.footnote, "宋体", _SMALL)
