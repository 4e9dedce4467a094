from datetime import date

import pytest

from linghang.apps.exchange.roster_reader import read_roster
from linghang.apps.exchange.tests.books import book
from linghang.engine.roster import ClassChange

HEAD = ["编码", "姓名", "支部", "类型", "类别", "转入", "转出", "免除起", "免除止"]


@pytest.fixture
def roster_from(tmp_path):
    def read(sheets, merges=None):
        roster, problems = read_roster(book(tmp_path / "roster.xlsx", sheets, merges))
        return roster, [f"{p.place.sheet}!{p.place.cell} {p.code}" for p in problems]

    return read


def test_a_plain_roster_is_read(roster_from):
    rows = [HEAD, ["A01", "张三", "一支部", "正式党员", "在岗", date(2020, 1, 1), None, "2026.3.10", "2026年3月20日"]]
    roster, problems = roster_from({"名册": rows})
    assert problems == []
    member = roster["A01"]
    assert (member.name, member.organisation, member.type, member.member_class) == (
        "张三",
        "一支部",
        "正式党员",
        "在岗",
    )
    assert member.active.first == date(2020, 1, 1)
    assert member.active.last is None
    assert member.exempt[0].last == date(2026, 3, 20)


@pytest.mark.parametrize(
    "words",
    ["生产；2026-05-15起 机关", "生产;2026年5月15日起改为机关", "生产； 2026.5.15 起：机关", "生产；2026-05-15起机关"],
)
def test_a_class_that_changes_is_read_with_its_day(roster_from, words):
    roster, problems = roster_from({"名册": [HEAD, ["A01", "张三", "一支部", "正式党员", words, "", "", "", ""]]})
    assert problems == []
    assert roster["A01"].member_class == "生产"
    assert roster["A01"].class_changes == (ClassChange(date(2026, 5, 15), "机关"),)


def test_a_class_may_begin_on_a_day_and_change_more_than_once(roster_from):
    words = "2026-03-01起 骨干；2026-07-01起 普通"
    roster, problems = roster_from({"名册": [HEAD, ["A01", "张三", "一支部", "", words, "", "", "", ""]]})
    assert problems == []
    assert [c.member_class for c in roster["A01"].class_changes] == ["骨干", "普通"]
    assert roster["A01"].member_class == ""


@pytest.mark.parametrize("words", ["生产；机关", "生产；2026-13-01起 机关", "生产；5月起 机关"])
def test_a_change_without_a_day_is_named(roster_from, words):
    roster, problems = roster_from({"名册": [HEAD, ["A01", "张三", "一支部", "", words, "", "", "", ""]]})
    assert problems == ["名册!E2 bad-class-change"]
    assert "A01" not in roster


def test_merged_headers_titles_footers_and_merged_branches_are_understood(roster_from):
    rows = [
        ["机关党委党员花名册"],
        ["序号", "党员编号", "姓  名", "所在党支部", "组织关系", None, "免除期间", None],
        [None, None, None, None, "转入日期", "转出日期", "起", "止"],
        [1, 1001, "张 三", "一支部", "2020.1.1", None, None, None],
        [2, 1002.0, "李四", None, 43831, "至今", None, None],
        ["合计", 2],
        ["填表人：某某"],
    ]
    merges = {"Sheet1": ["A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:H2", "D4:D5"]}
    roster, problems = roster_from({"Sheet1": rows}, merges)
    assert problems == []
    assert [(m.code, m.name, m.organisation, m.active.first) for m in roster] == [
        ("1001", "张三", "一支部", date(2020, 1, 1)),
        ("1002", "李四", "一支部", date(2020, 1, 1)),
    ]


def test_without_codes_stable_ones_are_made_and_the_reader_is_told(roster_from):
    sheets = {"名册": [["姓名", "支部"], ["张三", "一支部"], ["张三", "二支部"]]}
    roster, problems = roster_from(sheets)
    assert [m.code for m in roster] == ["一支部·张三", "二支部·张三"]
    assert problems == ["名册!A1 no-code"]
    assert [m.code for m in roster_from(sheets)[0]] == ["一支部·张三", "二支部·张三"]


def test_faults_are_reported_together_by_cell(roster_from):
    rows = [
        HEAD,
        ["A01", "张三", "一支部"],
        ["A01", "李四", "一支部"],
        ["A03", None, "一支部"],
        ["A04", "王五", "一支部", None, None, "2026年13月1日"],
        ["A05", "赵六", "一支部", None, None, "2026-03-01", "2025-03-01"],
        ["A06", "孙七", "一支部", None, None, "2026-03-01", None, "2025-01-01", "2025-02-01"],
        ["A07", "张三", "一支部"],
        [None, "周八", "一支部"],
        [None, "周八", "一支部"],
    ]
    roster, problems = roster_from({"名册": rows})
    assert problems == [
        "名册!A3 duplicate-code",
        "名册!B4 no-name",
        "名册!F5 bad-date",
        "名册!G6 range-reversed",
        "名册!H7 exempt-outside",
        "名册!B8 same-name",
        "名册!A9 no-code",
        "名册!A10 duplicate-member",
        "名册!A10 no-code",
    ]
    assert [m.code for m in roster] == ["A01", "A07", "一支部·周八"]


def test_one_sheet_per_branch_is_one_roster(roster_from):
    sheets = {
        "一支部": [["姓名", "编码"], ["张三", "A1"]],
        "二支部": [["第二车间党支部党员情况表"], ["姓名", "编码"], ["李四", "B1"]],
    }
    roster, problems = roster_from(sheets)
    assert problems == []
    assert [(m.name, m.organisation) for m in roster] == [("张三", "一支部"), ("李四", "第二车间党支部")]


def test_a_file_without_names_is_no_roster(roster_from):
    roster, problems = roster_from({"Sheet1": [["金额", "数量"], [1, 2]]})
    assert len(roster) == 0
    assert problems == ["! no-roster"]
