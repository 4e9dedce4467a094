"""The mapping file: proposed well enough to need no editing, written for people, read back with problems by line."""

from pathlib import Path

import pytest

from linghang.apps.exchange.mapping.propose import propose_mapping, propose_roster_mapping
from linghang.apps.exchange.mapping.read import read_mapping
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.tables.reading import read_workbook
from linghang.apps.exchange.tests import books
from linghang.apps.exchange.tests.sample_pack import sample_pack

SHEETS = {
    "组织生活": [
        ["日期", "支部", "会议类型", "会议名称", "缺席人员", "迟到"],
        ["3月5日", "机修车间党支部", "党课", "廉政:“党课” #1", "张三", None],
    ],
    "任务": [
        ["姓名", "支部", "3月", None],
        [None, None, "设备包保(3月10日)", "清洁(3月16日)"],
        ["张三", "机修车间党支部", "√", "逾期"],
    ],
    "记录": [["姓名", "日期", "事项", "时长", "角色"], ["李四", "3月6日", "志愿服务", 2, "参加者"]],
    "金额": [["科目", "金额"], ["办公费", 3]],
    "关账": [["支部", "月份"], ["机修车间党支部", "2026-03"]],
}
MERGES = {"任务": ["A1:A2", "B1:B2", "C1:D1"]}


@pytest.fixture
def proposal(tmp_path):
    book, _ = read_workbook(books.book(tmp_path / "own.xlsx", SHEETS, MERGES))
    return propose_mapping(book, sample_pack(), books.roster())


def test_the_proposal_knows_layouts_columns_days_and_marks(proposal):
    meeting, tasks, records = proposal.mapping.facts
    assert (meeting.layout.value, meeting.kind, dict(meeting.attributes)) == ("活动", "参加组织生活", {"会议类型": 2})
    assert [(n.column, dict(n.fixed)) for n in meeting.names] == [(4, {"到会情况": "缺席"}), (5, {"到会情况": "迟到"})]
    assert (tasks.layout.value, [i.day for i in tasks.items]) == ("横表", ["3月10日", "3月16日"])
    assert tasks.marks == {"√": {"完成情况": "按期完成"}, "逾期": {"完成情况": "逾期完成"}}
    assert (records.layout.value, records.kind, records.columns["kind"]) == ("明细", "", 2)
    assert proposal.mapping.closings is not None


def test_what_the_proposal_is_unsure_of_is_said_with_its_cell(proposal):
    assert [(str(p.place), p.code) for p in proposal.unsure] == [("own.xlsx:金额!A1", "sheet-not-read")]


def test_a_written_mapping_reads_back_equal(proposal, tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(write_mapping(proposal.mapping, proposal.unsure), encoding="utf-8")
    mapping, problems = read_mapping(path)
    assert list(problems) == []
    assert mapping == proposal.mapping


def test_the_file_is_written_for_people(proposal):
    text = write_mapping(proposal.mapping, proposal.unsure)
    assert "# 请核对：" in text
    assert "金额!A1" in text
    assert "版式: 横表" in text
    assert "√: {完成情况: 按期完成}" in text


def test_a_roster_mapping_reads_back_equal(tmp_path):
    path = books.book(tmp_path / "r.xlsx", {"名册": [["姓名", "工号", "所在支部"], ["张三", 1, "一支部"]]})
    book, _ = read_workbook(path)
    mapping = propose_roster_mapping(book).mapping
    written = tmp_path / "m.yaml"
    written.write_text(write_mapping(mapping), encoding="utf-8")
    assert read_mapping(written)[0] == mapping


def read(tmp_path: Path, text: str):
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    mapping, problems = read_mapping(path)
    return mapping, [f"{p.place.line}: {p.message}" for p in problems]


def test_all_mistakes_in_the_file_are_told_at_once_by_line(tmp_path):
    text = """\
版本: 1
记录:
  - 工作表: 记录
    表头行: 第二行
    版式: 宽表
    列: {姓名: 3B, 日子: C}
    事项列:
      - {列: D}
    颜色: 红
"""
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert problems == [
        "4: 表头行“第二行”看不懂",
        "5: “宽表”不在可选之列",
        "6: “3B”不是列号，写成 A、B、AA 这样的字母",
        "6: “日子”不是可以对应的列",
        "8: 没有写事项",
        "9: 记录里没有“颜色”这一项",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]",
        "[" * 5000,
        "记录: [",
        "- 1",
        "",
        "版本: !!python/object/apply:os.system ['echo']",
        "x: " + "y" * 2_000_000,
    ],
)
def test_bombs_and_broken_yaml_are_problems(tmp_path, text):
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert problems


def test_a_mapping_that_names_unknown_words_is_a_problem_of_the_sheet(tmp_path):
    text = """\
记录:
  - {工作表: 记录, 表头行: 1, 事项: 登山, 列: {姓名: A, 日期: B}}
"""
    mapping = _mapping(tmp_path, text)
    path = books.book(tmp_path / "own.xlsx", {"记录": [["谁", "何时"], ["张三", "3月5日"]]})
    facts, problems = _facts(path, mapping)
    assert facts == []
    assert [p.code for p in problems.errors] == ["mapping-unknown-word"]


def test_a_mapping_turns_own_words_and_amounts_into_the_packs(tmp_path):
    text = """\
记录:
  - 工作表: 记录
    表头行: 1
    事项: 志愿服务
    列: {姓名: A, 日期: B, 数量: D}
    属性列: {角色: C}
    换词: {角色: {带队: 组织者}}
    换算: {半天: 4}
    缺省: {角色: 参加者}
"""
    rows = [["谁", "何时", "干啥", "多久"], ["张三", "3月5日", "带队", "半天"], ["李四", "3月5日", None, 2]]
    path = books.book(tmp_path / "own.xlsx", {"记录": rows})
    facts, problems = _facts(path, _mapping(tmp_path, text))
    assert problems.errors == []
    assert [(f.attributes["role"], f.quantity) for f in facts] == [("v1", 40000), ("v0", 20000)]


def test_a_sheet_that_the_mapping_names_and_the_file_lacks_is_a_problem(tmp_path):
    mapping = _mapping(tmp_path, "记录:\n  - {工作表: 四月, 表头行: 1, 列: {姓名: A}}\n")
    _, problems = _facts(books.book(tmp_path / "own.xlsx", {"三月": [["姓名"]]}), mapping)
    assert [p.code for p in problems.errors] == ["no-sheet"]


def _mapping(tmp_path, text):
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    mapping, problems = read_mapping(path)
    assert list(problems) == []
    return mapping


def _facts(path, mapping):
    from linghang.apps.exchange.facts_reader import read_facts

    return read_facts(path, pack=sample_pack(), roster=books.roster(), period=books.MARCH, mapping=mapping)


def test_what_a_table_does_not_say_is_named_while_proposing(tmp_path):
    rows = [["姓名", "日期", "时长"], ["张三", "3月5日", 2]]
    book, _ = read_workbook(books.book(tmp_path / "own.xlsx", {"志愿服务": rows}))
    proposal = propose_mapping(book, sample_pack(), books.roster())
    assert [(p.code, p.place.cell) for p in proposal.unsure] == [("attribute-not-said", "A1")]
    assert "固定: {角色: 参加者}" in next(iter(proposal.unsure)).hint
