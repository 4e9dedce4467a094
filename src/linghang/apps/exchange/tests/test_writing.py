"""What leaves the house: workbooks, the template, Word, PDF."""

import dataclasses
import io
import subprocess
import zipfile
from datetime import UTC, date, datetime

import docx
import openpyxl
import pytest

from linghang.apps.exchange.closings_reader import read_closings
from linghang.apps.exchange.documents.blocks import Document, Grid, Heading, Paragraph
from linghang.apps.exchange.documents.pdf import render_pdf
from linghang.apps.exchange.documents.word import write_word
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.roster_reader import read_roster
from linghang.apps.exchange.sheets import Column, Kind, Stamp, Table, write_workbook
from linghang.apps.exchange.template import template_kinds, write_facts_template
from linghang.apps.exchange.tests import books
from linghang.apps.exchange.tests.sample_pack import sample_pack
from linghang.engine.roster import Member, Roster

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "http://example.org",
    "007",
    "a\x00\x0bb",
]


def written(*tables, stamp=None):
    target = io.BytesIO()
    write_workbook(target, tables, stamp)
    return target


def test_numbers_are_numbers_with_their_formats_and_dates_are_dates():
    columns = [Column("姓名"), Column("得分", Kind.POINTS), Column("时长", Kind.QUANTITY), Column("日期", Kind.DATE)]
    table = Table("表", columns, [["张三", -350, 25000, date(2026, 3, 5)], ["李四", None, None, None]])
    sheet = openpyxl.load_workbook(written(table))["表"]
    assert [c.value for c in sheet[2]][:3] == ["张三", -3.5, 2.5]
    assert sheet["B2"].number_format == "0.00"
    assert sheet["D2"].is_date
    assert sheet["B3"].value is None
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", NASTY)
def test_no_text_becomes_a_formula_a_link_or_a_number(text):
    target = written(Table("表", [Column("内容")], [[text]]))
    cell = openpyxl.load_workbook(target)["表"]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x00", "").replace("\x0b", "")
    with zipfile.ZipFile(target) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_every_sheet_says_its_source_and_date_and_groups_its_columns():
    columns = [Column("姓名"), Column("计入", Kind.POINTS, "学习"), Column("未计入", Kind.POINTS, "学习")]
    stamp = Stamp("积分办法", "2026年3月", datetime(2026, 4, 1, tzinfo=UTC))
    sheet = openpyxl.load_workbook(
        written(Table("a/b:c" * 10, columns, [["张三", 1, 2]], "标题"), stamp=stamp)
    ).worksheets[0]
    assert len(sheet.title) <= 31
    assert "B2:C2" in {str(r) for r in sheet.merged_cells.ranges}
    assert sheet.cell(sheet.max_row, 1).value == "来源：积分办法  数据截至：2026年3月"


def test_sheets_of_equal_names_are_told_apart():
    book = openpyxl.load_workbook(written(*(Table("学习" * 20, [Column("x")], []) for _ in range(3))))
    assert len(set(book.sheetnames)) == 3


def test_wide_letters_get_wide_columns():
    sheet = openpyxl.load_workbook(written(Table("表", [Column("名"), Column("b")], [["机修车间党支部", "abcdefg"]])))[
        "表"
    ]
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width


def test_the_empty_template_reads_as_nothing_wrong(tmp_path):
    path = tmp_path / "t.xlsx"
    write_facts_template(path, sample_pack())
    facts, problems = read_facts(path, pack=sample_pack(), roster=books.roster(), period=books.MARCH)
    assert facts == []
    assert list(problems) == []


def test_a_filled_template_reads_back_without_a_mapping(tmp_path):
    pack, path = sample_pack(), tmp_path / "t.xlsx"
    write_facts_template(path, pack)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        if sheet.title not in ("填写说明", "选项"):
            for column, cell in enumerate(sheet[2], 1):  # the example, written where records go
                sheet.cell(4, column, cell.value)
    book.save(path)
    roster = Roster([Member("P0001", "张三", "机关党支部")])
    facts, problems = read_facts(path, pack=pack, roster=roster, period=books.MARCH)
    assert list(problems) == []
    assert [f.kind for f in facts] == [k.id for k in template_kinds(pack)]
    assert len(read_closings(path, roster=roster, period=books.MARCH)[0]) == 1
    members, problems = read_roster(path)
    assert ([m.name for m in members], list(problems)) == (["张三"], [])


def test_the_template_offers_the_packs_words_to_choose_from(tmp_path):
    path = tmp_path / "t.xlsx"
    write_facts_template(path, dataclasses.replace(sample_pack(), schemes={}))
    book = openpyxl.load_workbook(path)
    assert [r.type for r in book["志愿服务"].data_validations.dataValidation] == ["list", "decimal"]
    words = {cell.value for column in book["选项"].columns for cell in column}
    assert {"可选的词", "组织者", "主题党日"} <= words
    assert "涉密" in "".join(str(c.value) for c in book["填写说明"]["A"])


MARKUP = '#import "x": * #panic("y") $z$ *粗* = 题 `r` \\u{41} <w> {{ }} </w:t>&amp;'
DOCUMENT = Document(
    "关于三月积分核算情况的通报",
    [Heading("一、情况"), Paragraph(MARKUP), Grid(["支部", "人数"], [["机关党支部", "12"], [MARKUP, "=1+1"]], "表1")],
    recipient="各党支部",
    signature="机关党委",
    dated="2026年4月3日",
)


def test_word_has_the_official_page_and_names_the_official_fonts():
    target = io.BytesIO()
    write_word(target, DOCUMENT)
    made = docx.Document(target)
    section = made.sections[0]
    assert [
        round(m.mm) for m in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [37, 35, 28, 26]
    texts = [p.text for p in made.paragraphs]
    assert texts[0] == "关于三月积分核算情况的通报"
    assert MARKUP in texts
    assert made.tables[0].cell(2, 0).text == MARKUP
    with zipfile.ZipFile(target) as package:
        xml = package.read("word/document.xml").decode()
        assert not [name for name in package.namelist() if "font" in name.lower() and name.endswith((".ttf", ".odttf"))]
    assert "仿宋_GB2312" in xml
    assert "方正小标宋简体" in xml


def test_pdf_shows_markup_as_text_and_embeds_its_fonts(tmp_path):
    path = tmp_path / "d.pdf"
    path.write_bytes(render_pdf(DOCUMENT, made_at=datetime(2026, 4, 3, tzinfo=UTC)))
    text = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout
    plain = "".join(text.split())
    assert "".join(MARKUP.split()) in plain
    assert "关于三月积分核算情况的通报" in plain
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)


def test_equal_documents_give_equal_pdfs():
    moment = datetime(2026, 4, 3, tzinfo=UTC)
    assert render_pdf(DOCUMENT, made_at=moment) == render_pdf(DOCUMENT, made_at=moment)
