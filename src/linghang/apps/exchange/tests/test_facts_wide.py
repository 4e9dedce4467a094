"""One row per member, one column per item."""

from datetime import date

from linghang.apps.exchange.mapping.model import FactsSheet, ItemColumn, Layout, Meaning, Table, TableMapping

MEETINGS = [
    ["支部", "姓名", "组织生活", None, "志愿服务次数"],
    [None, None, "3月5日党员大会", "3月19日党课", None],
    ["机修车间党支部", "张三", "√", "缺", None],
    [None, "李四", "迟", "病假", None],
    [None, "王伟", "公", "？", None],
]
MERGES = {"3月": ["A1:A2", "B1:B2", "C1:D1", "E1:E2", "A3:A5"]}


def test_a_cross_table_of_marks_gives_dated_facts_with_attributes(facts_from):
    facts, errors, _ = facts_from({"3月": MEETINGS}, MERGES)
    said = [
        (f.subject, f.occurred_on.day, f.attributes["meeting"], f.attributes["presence"], f.attributes["reason"])
        for f in facts
    ]
    assert said == [
        ("A01", 5, "v0", "v0", "v0"),
        ("A01", 19, "v3", "v1", "v0"),
        ("A02", 5, "v0", "v2", "v0"),
        ("A02", 19, "v3", "v1", "v2"),
        ("A03", 5, "v0", "v1", "v1"),
    ]
    assert errors == ["3月!D5 unknown-mark"]


def test_each_meeting_is_an_event_of_its_own(facts_from):
    facts, _, _ = facts_from({"3月": MEETINGS}, MERGES)
    assert len({f.event for f in facts}) == 2


def test_quantities_by_day_and_form_are_read_from_two_row_headers(facts_from):
    rows = [
        ["编码", "姓名", "集中培训", None, "线上课程"],
        [None, None, "3月5日", "3月12日", "3月31日"],
        ["A01", "张三", 2, "１．５小时", None],
        ["B03", "周八", None, 0, 4],
        ["小计", None, 2, 1.5, 4],
    ]
    facts, errors, _ = facts_from({"学习": rows}, {"学习": ["A1:A2", "B1:B2", "C1:D1"]})
    assert errors == []
    assert [(f.kind, f.subject, f.occurred_on, f.quantity, f.attributes["form"]) for f in facts] == [
        ("study.hours", "A01", date(2026, 3, 5), 20000, "v0"),
        ("study.hours", "A01", date(2026, 3, 12), 15000, "v0"),
        ("study.hours", "B03", date(2026, 3, 31), 40000, "v2"),
    ]


def test_awards_in_points_become_quantities(facts_from):
    facts, errors, problems = facts_from({"3月": [["姓名", "支部", "急难险重任务"], ["张三", "机修车间党支部", 3.5]]})
    assert errors == []
    assert [(f.kind, f.quantity, f.occurred_on) for f in facts] == [("judged.pioneer-task", 35000, date(2026, 3, 31))]
    assert [p.code for p in problems.warnings] == []  # the sheet's name says March


def test_a_month_without_days_takes_the_last_day_on_which_the_member_is_scored(facts_from):
    facts, errors, problems = facts_from({"积分": [["姓名", "急难险重任务"], ["张三", 2], ["孙七", 1]]})
    assert errors == []
    assert [f.occurred_on.day for f in facts] == [31, 31]
    assert "day-assumed" in [p.code for p in problems.warnings]


def test_counts_are_so_many_separate_records(facts_from):
    facts, errors, _ = facts_from(
        {"3月": [["姓名", "岗位违章"], ["张三", "2次"], ["李四", 1], ["周八", 0.5]]}, mapping=_breaches()
    )
    assert errors == ["3月!B4 bad-quantity"]
    assert [(f.subject, f.event) for f in facts] == [
        ("A01", "岗位违章 2026-03-31#1"),
        ("A01", "岗位违章 2026-03-31#2"),
        ("A02", "岗位违章 2026-03-31"),
    ]


def _breaches(title="岗位违章"):
    item = ItemColumn(1, title, "岗位违章", Meaning.COUNT, "月末", {"级别": "一般"})
    return TableMapping(facts=(FactsSheet(Table("3月", 0, 0), Layout.WIDE, {"name": 0}, items=(item,)),))


def test_a_column_that_has_moved_since_the_mapping_was_written_is_a_problem(facts_from):
    facts, errors, _ = facts_from({"3月": [["姓名", "岗位违章"], ["张三", 2]]}, mapping=_breaches("志愿服务"))
    assert facts == []
    assert errors == ["3月!B1 column-moved"]


def test_a_mark_alone_is_no_amount_of_hours(facts_from):
    rows = [
        ["姓名", "支部", "3月5日 集中培训", "3月6日 讲座"],
        ["张三", "机修车间党支部", "√", 2],
        ["李四", "机修车间党支部", 1, 1],
    ]
    facts, errors, _ = facts_from({"学习": rows})
    assert errors == ["学习!C2 bad-quantity"]
    assert len(facts) == 3


def test_days_alone_in_header_cells_are_days_and_a_doubtful_number_is_told(facts_from):
    rows = [["姓名", "党员大会", "主题党日", "党课"], [None, "3.5", 3.1, "3/19"], ["张三", "√", "缺", "√"]]
    facts, errors, problems = facts_from({"组织生活": rows}, {"组织生活": ["A1:A2"]})
    assert errors == []
    assert [f.occurred_on.day for f in facts] == [5, 1, 19]
    assert [(p.place.cell, p.code) for p in problems.warnings] == [("C2", "day-assumed")]


def test_a_word_of_the_matter_itself_is_a_mark(facts_from):
    rows = [["支部", "姓名", "1月", "2月", "3月"], ["机修车间党支部", "张三", None, "逾期", None]]
    facts, errors, _ = facts_from({"党费": rows})
    assert errors == []
    assert [(f.kind, f.occurred_on) for f in facts] == [("dues.late", date(2026, 2, 28))]


def test_what_a_whole_column_lacks_is_said_once_at_its_title(facts_from):
    rows = [["姓名", "志愿服务(小时)"], ["张三", 2], ["李四", 3], ["周八", 1]]
    facts, errors, _ = facts_from({"3月": rows})
    assert facts == []
    assert errors == ["3月!B1 missing-attribute"]
