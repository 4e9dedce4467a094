"""One row per record, or per event with names in one cell."""

from datetime import date

import pytest

HEAD = ["编码", "姓名", "所在支部", "日期", "事项", "会议类型", "到会情况", "角色", "时长", "活动", "备注"]


def row(name="张三", branch="机修车间党支部", day="3月5日", kind="志愿服务", role="参加者", hours=2, event="", code=""):
    return [code or None, name, branch, day, kind, None, None, role, hours, event or None, "随便写"]


def test_a_clean_table_is_read_with_sources_and_the_order_of_the_file(facts_from):
    facts, errors, _ = facts_from(
        {"3月": [HEAD, row(), row("周八", "机关党支部", date(2026, 3, 6), hours="１．５小时")]}
    )
    assert errors == []
    assert [(f.subject, f.occurred_on, f.quantity, f.sequence) for f in facts] == [
        ("A01", date(2026, 3, 5), 20000, 1),
        ("B03", date(2026, 3, 6), 15000, 2),
    ]
    assert str(facts[0].source) == "records.xlsx:3月!B2"
    assert facts[0].attributes == {"role": "v0"}


def test_reading_twice_gives_equal_keys(facts_from):
    sheets = {"3月": [HEAD, row(), row("周八", "机关党支部")]}
    assert [f.key for f in facts_from(sheets)[0]] == [f.key for f in facts_from(sheets)[0]]


def test_titles_above_two_row_headers_and_footers_are_no_records(facts_from):
    rows = [
        ["机修车间2026年3月志愿服务登记表"],
        ["序号", "党员信息", None, "活动情况", None, None],
        [None, "姓名", "党支部", "日期", "角色", "时长(小时)"],
        [1, "张三", "机修车间党支部", "3月5日", "参加者", 2],
        [2, "李四", None, "3月5日", "组织者", 3],
        ["合计", None, None, None, None, 5],
        ["填表人：某某", None, "审核人：某某"],
        ["备注：以上经支委会核对"],
    ]
    merges = {"志愿服务": ["A1:F1", "A2:A3", "B2:C2", "D2:F2", "C4:C5"]}
    facts, errors, _ = facts_from({"志愿服务": rows}, merges)
    assert errors == []
    assert [(f.kind, f.subject, f.quantity) for f in facts] == [
        ("service.volunteer", "A01", 20000),
        ("service.volunteer", "A02", 30000),
    ]


def test_everything_wrong_in_a_file_is_reported_at_once_by_its_cell(facts_from):
    _, errors, _ = facts_from(
        {
            "3月": [
                HEAD,
                row("无名氏"),
                row("王伟", ""),
                row(day="2月30日"),
                row(kind="志愿服物"),
                row(role="领队"),
                row(hours="好几个小时"),
                row(day="4月1日"),
                row(day="2025-12-31"),
                row("赵六", day="3月1日"),
                row("孙七", day="3月12日"),
                row(hours=30),
                row("张三", "机关党支部"),
                row("张三", "采煤队"),
                row(),
                row(),
            ]
        }
    )
    assert errors == [
        "3月!B2 unknown-member",
        "3月!B3 ambiguous-name",
        "3月!D4 bad-date",
        "3月!E5 unknown-kind",
        "3月!H6 unknown-value",
        "3月!I7 bad-quantity",
        "3月!D8 out-of-period",
        "3月!D9 out-of-period",
        "3月!D10 contradicts-roster",
        "3月!D11 contradicts-roster",
        "3月!I12 quantity-out-of-bounds",
        "3月!C13 contradicts-roster",
        "3月!C14 unknown-branch",
        "3月!B16 duplicate",
    ]


def test_one_row_with_four_faults_shows_four(facts_from):
    facts, errors, _ = facts_from({"3月": [HEAD, row(), row("无名氏", day="某天", role="领队", hours="若干")]})
    assert len(facts) == 1
    assert errors == ["3月!B3 unknown-member", "3月!D3 bad-date", "3月!H3 unknown-value", "3月!I3 bad-quantity"]


def test_an_ambiguous_name_lists_all_candidates_and_is_not_guessed(facts_from):
    facts, _, problems = facts_from({"3月": [HEAD, row("王伟", "机关党支部")]})
    assert facts == []
    assert "王伟（机关党支部，B01）、王伟（机关党支部，B02）" in problems.errors[0].message


def test_the_branch_or_the_code_tells_namesakes_apart(facts_from):
    facts, errors, _ = facts_from({"3月": [HEAD, row("王伟", "机修车间支部"), row("王伟", "", code="B02")]})
    assert errors == []
    assert [f.subject for f in facts] == ["A03", "B02"]


def test_a_code_that_belongs_to_somebody_else_contradicts_the_roster(facts_from):
    _, errors, problems = facts_from({"3月": [HEAD, row("张三", code="A02")]})
    assert errors == ["3月!A2 contradicts-roster"]
    assert "编码 A02 在名册里是李四，不是张三" in problems.errors[0].message


@pytest.mark.parametrize("name", ["张 三", " 张三 ", "张　三", "阿里木•买买提", "阿里木·买买提 "])
def test_spaces_and_dots_in_names_do_not_matter(facts_from, name):
    facts, errors, _ = facts_from({"3月": [HEAD, row(name)]})
    assert errors == []
    assert facts[0].subject in ("A01", "A04")


def test_a_name_with_a_blot_is_not_resolved_but_the_candidates_are_shown(facts_from):
    _, errors, problems = facts_from({"3月": [HEAD, row("张×")]})
    assert errors == ["3月!B2 masked-name"]
    assert "张三（机修车间党支部，A01）" in problems.errors[0].hint


def test_near_words_are_suggested(facts_from):
    _, _, problems = facts_from({"3月": [HEAD, row(), row(kind="志愿服物"), row("阿里木·买买题")]})
    hints = " ".join(p.hint for p in problems.errors)
    assert "“志愿服务”" in hints
    assert "阿里木·买买提" in hints


def test_earlier_months_of_the_year_are_context(facts_from):
    facts, errors, _ = facts_from({"记录": [HEAD, row(day="1月5日"), row(day="3月31日")]})
    assert errors == []
    assert [f.occurred_on for f in facts] == [date(2026, 1, 5), date(2026, 3, 31)]


def test_a_named_event_makes_two_records_of_one_day_different(facts_from):
    facts, errors, _ = facts_from({"3月": [HEAD, row(event="清扫"), row(event="慰问")]})
    assert errors == []
    assert [f.event for f in facts] == ["清扫 2026-03-05", "慰问 2026-03-05"]


def test_the_duplicate_names_the_cell_of_the_first(facts_from):
    _, _, problems = facts_from({"3月": [HEAD, row(), row("李四"), row()]})
    assert "3月!B2 重复" in problems.errors[0].message


def test_a_hidden_sheet_is_left_out_and_said(tmp_path, facts_from):
    facts, _, problems = facts_from({"3月": [HEAD, row()], "填写说明": [["先看这里"], ["再看这里"]]})
    assert len(facts) == 1
    assert problems.errors == []


ATTENDANCE = ["日期", "支部", "会议类型", "会议名称", "缺席人员", "迟到人员", "备注"]


def test_names_in_one_cell_give_one_fact_each_with_what_the_column_says(facts_from):
    rows = [
        ["2026年3月组织生活情况"],
        ATTENDANCE,
        ["3月5日", "机修车间党支部", "党员大会", "三月党员大会", "张三、李四（病假）", "王伟", None],
        ["3月12日", "机关党支部", "党课", "廉政党课", "无", "周 八", None],
    ]
    facts, errors, _ = facts_from({"组织生活": rows})
    assert errors == []
    assert [(f.subject, f.attributes["presence"], f.attributes["reason"], f.event) for f in facts] == [
        ("A01", "v1", "v0", "三月党员大会 2026-03-05"),
        ("A02", "v1", "v2", "三月党员大会 2026-03-05"),
        ("A03", "v2", "v0", "三月党员大会 2026-03-05"),
        ("B03", "v2", "v0", "廉政党课 2026-03-12"),
    ]


def test_a_note_in_brackets_may_name_branch_code_or_amount_and_anything_else_is_a_problem(facts_from):
    head = ["日期", "活动内容", "志愿服务人员", "时长"]
    rows = [
        head,
        ["3月5日", "清扫", "张三(3小时)，王伟(B02)；周八（机关）", 2],
        ["3月6日", "清扫", "李四（表现好）", 2],
    ]
    facts, errors, _ = facts_from({"志愿服务": [*rows]}, mapping=None)
    assert [(f.subject, f.quantity) for f in facts] == []
    assert "志愿服务!C1 missing-attribute" in errors  # nobody says whether they organised or took part
    assert "志愿服务!C3 unknown-note" in errors


def test_names_apart_by_spaces_are_several_people(facts_from):
    rows = [ATTENDANCE[:5], ["3月5日", "机修车间党支部", "党课", "党课", "张三 李四\n王 伟"]]
    facts, errors, _ = facts_from({"组织生活": rows})
    assert errors == []
    assert [f.subject for f in facts] == ["A01", "A02", "A03"]


def test_a_reversal_cancels_the_record_of_its_number(facts_from):
    head = ["记录号", "姓名", "支部", "日期", "事项", "角色", "时长", "冲正"]
    rows = [
        head,
        ["R1", "张三", "机修车间党支部", "3月5日", "志愿服务", "参加者", 2, None],
        ["R2", None, None, None, None, None, None, "R1"],
        ["R3", "张三", "机修车间党支部", "3月5日", "志愿服务", "参加者", 2, None],
    ]
    facts, errors, _ = facts_from({"记录": rows})
    assert errors == []  # the corrected record is no duplicate of the cancelled one
    assert [bool(f.reverses) for f in facts] == [False, True, False]
    assert facts[1].reverses == facts[0].key


def test_a_reversal_of_nothing_and_a_second_reversal_are_problems(facts_from):
    head = ["记录号", "姓名", "支部", "日期", "事项", "角色", "时长", "冲正"]
    first = ["R1", "张三", "机修车间党支部", "3月5日", "志愿服务", "参加者", 2, None]
    rows = [head, first, [*[None] * 7, "R9"], [*[None] * 7, "R1"], [*[None] * 7, "R1"]]
    _, errors, _ = facts_from({"记录": rows})
    assert errors == ["记录!H3 unknown-record", "记录!H5 duplicate-reversal"]


def test_a_formula_without_a_stored_value_is_a_problem_where_it_is_needed(facts_from):
    facts, errors, _ = facts_from({"3月": [HEAD, [*row()[:8], "=1+1", None, "=1+2"]]})
    assert facts == []
    assert errors == ["3月!I2 no-cached-value"]


def test_so_many_times_are_so_many_records(facts_from):
    rows = [["姓名", "日期", "级别", "次数"], ["张三", "3月5日", "一般", "２次"], ["李四", "3月5日", "一般", 1.5]]
    facts, errors, _ = facts_from({"岗位违章": rows})
    assert [(f.subject, f.quantity, f.event) for f in facts] == [
        ("A01", 10000, "2026-03-05#1"),
        ("A01", 10000, "2026-03-05#2"),
    ]
    assert errors == ["岗位违章!D3 bad-quantity"]


def test_points_in_somebodys_table_are_never_read_as_hours(facts_from):
    rows = [["姓名", "日期", "角色", "加分"], ["张三", "3月5日", "参加者", 2]]
    facts, errors, _ = facts_from({"志愿服务": rows})
    assert facts == []
    assert errors == ["志愿服务!A2 no-quantity"]


def test_awards_within_a_mixed_table_are_read_from_their_own_column(facts_from):
    rows = [
        ["姓名", "日期", "事项", "角色", "时长", "评定分"],
        ["张三", "3月5日", "志愿服务", "参加者", 2, None],
        ["李四", "3月5日", "急难险重任务", None, None, 4.5],
    ]
    facts, errors, _ = facts_from({"记录": rows})
    assert errors == []
    assert [f.quantity for f in facts] == [20000, 45000]


def test_sheets_of_sums_are_not_read_twice_and_that_is_said(facts_from):
    sums = [["姓名", "支部", "志愿服务"], ["张三", "机修车间党支部", 8]]
    facts, _, problems = facts_from({"3月": [HEAD, row()], "志愿服务汇总": sums, "零散": [["只有一列"], ["张三"]]})
    assert len(facts) == 1
    assert [(p.place.sheet, p.code) for p in problems.warnings] == [
        ("志愿服务汇总", "sheet-not-read"),
        ("零散", "sheet-not-read"),
    ]


@pytest.mark.parametrize(
    ("names", "errors"), [("张三、李四等2人", []), ("张三、李四 等5名党员", ["组织生活!E2 unknown-member"])]
)
def test_a_head_count_behind_names_must_agree_with_them(facts_from, names, errors):
    rows = [ATTENDANCE[:5], ["3月5日", "机修车间党支部", "党课", "党课", names]]
    facts, found, _ = facts_from({"组织生活": rows})
    assert found == errors
    assert len(facts) == (1 if errors else 2)


def test_a_month_where_a_day_belongs_is_a_bad_date_and_not_another_layout(facts_from):
    rows = [
        ["姓名", "获奖时间", "奖项名称", "表彰级别"],
        ["张三", "2026年3月", "标兵", "市级"],
        ["李四", "3.8", "能手", "市级"],
    ]
    facts, errors, _ = facts_from({"获奖情况": rows})
    assert errors == ["获奖情况!B2 bad-date"]
    assert [f.subject for f in facts] == ["A02"]
