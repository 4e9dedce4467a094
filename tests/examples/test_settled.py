"""`linghang settle` gives for every member what expected.xlsx computed: total, categories, items, star."""

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from tests.examples.unit import MONTHS, UNIT, computed_by_office, settle

ITEMS = {
    "study-hours": "学习计",
    "attendance": "到会Σ",
    "dues": "党费计",
    "task": "任务计",
    "safety": "违章Σ",
    "pioneer-task": "攻坚计",
    "volunteer": "志愿计",
    "volunteer-norm": "不足",
    "idea": "金点子计",
    "honour": "表彰计",
    "mentoring": "帮带计",
}
CATEGORIES = {
    "study": "学习得分",
    "life": "组织生活得分",
    "duty": "履职得分",
    "service": "服务得分",
    "x": "特色得分",
}
STATES = {"complete": "可定稿", "provisional": "暂算", "exempt": "免评"}
BANDS = {"star5": "五星", "star4": "四星", "star3": "三星", "none": "未评星级", None: "不评"}


def hundredths(value):
    return None if value in (None, "") else round(value * 100)


def expected_by_month(computed, column):
    return {(r["党员编号"], MONTHS[r["月"] - 1]): hundredths(r[column]) for r in computed["月度"]}


def settled_by_month(totals, level, node=""):
    return {(r["subject"], r["month"]): r["counted"] for r in totals if r["level"] == level and r["id"] == node}


@pytest.mark.office
def test_every_month_of_everybody_has_the_expected_total(computed, totals):
    settled = settled_by_month(totals, "month")
    assert len(settled) == 302 * 3
    assert settled == expected_by_month(computed, "总分")


@pytest.mark.office
def test_every_month_of_everybody_has_the_expected_state(computed, totals):
    settled = {(r["subject"], r["month"]): STATES[r["state"]] for r in totals if r["level"] == "month"}
    assert settled == {(r["党员编号"], MONTHS[r["月"] - 1]): r["状态"] for r in computed["月度"]}


@pytest.mark.office
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_the_expected_points(computed, totals, category):
    scored = {(r["党员编号"], MONTHS[r["月"] - 1]) for r in computed["月度"] if r["计分天数"]}
    expected = {k: v for k, v in expected_by_month(computed, CATEGORIES[category]).items() if k in scored}
    assert settled_by_month(totals, "category", category) == expected


@pytest.mark.office
@pytest.mark.parametrize("item", ITEMS)
def test_every_item_has_the_expected_points(computed, totals, item):
    settled = settled_by_month(totals, "item", item)
    expected = expected_by_month(computed, ITEMS[item])
    assert {k: v for k, v in settled.items() if v} == {k: v for k, v in expected.items() if v}


@pytest.mark.office
def test_everybody_has_the_expected_star(computed, totals):
    stars = {r["subject"]: BANDS[r["band"]] for r in totals if r["level"] == "grade" and r["month"] == "2026-03"}
    assert stars == {r["党员编号"]: r["星级"] for r in computed["合计"] if r["计分月数"]}


def test_both_engines_give_the_same_totals(totals, tmp_path):
    assert settle("records-2026Q1.xlsx", tmp_path / "out", "--engine", "reference") == 0
    assert pq.read_table(tmp_path / "out" / "totals.parquet").to_pylist() == totals


def test_the_statements_say_that_the_content_is_invented(settled):
    assert (settled / "statements.xlsx").stat().st_size > 10_000


@pytest.mark.office
def test_who_pastes_the_statements_into_the_expected_workbook_sees_that_all_agree(settled, tmp_path):
    expected = load_workbook(UNIT / "expected.xlsx")
    for row in load_workbook(settled / "statements.xlsx")["汇总"].iter_rows():
        for cell in row:
            expected["粘贴"].cell(cell.row, cell.column, cell.value)
    expected.save(tmp_path / "pasted.xlsx")
    sheet = computed_by_office(tmp_path / "pasted.xlsx")["对照"]
    assert [(r[9].value, r[10].value) for r in sheet["A1:K3"]] == [("一致", 302), ("不一致", 0), ("没有粘贴", 0)]


MISTAKES = {
    "志愿服务!D4": "unknown-member",
    "志愿服务!B5": "bad-date",
    "志愿服务!D6": "duplicate",
    "志愿服务!B7": "out-of-period",
    "志愿服务!B8": "contradicts-roster",
    "志愿服务!F9": "bad-quantity",
    "志愿服务!E10": "unknown-value",
    "组织生活!F3": "ambiguous-name",
    "急难险重任务!C4": "award-range",
    "其他记录!D4": "unknown-kind",
}


def test_each_mistake_is_reported_at_its_cell_and_nothing_is_written(tmp_path, capsys):
    assert settle("records-with-errors.xlsx", tmp_path / "out", "--closed", "all") == 1
    printed = "".join(capsys.readouterr())
    for cell, code in MISTAKES.items():
        assert f"{cell}: {code}" in printed, cell
    assert not (tmp_path / "out").exists()


def test_with_keep_going_the_good_rows_are_settled(tmp_path):
    assert settle("records-with-errors.xlsx", tmp_path / "out", "--closed", "all", "--keep-going") == 0
    rows = pq.read_table(tmp_path / "out" / "totals.parquet").to_pylist()
    good = {r["subject"] for r in rows if r["level"] == "item" and r["id"] == "volunteer" and r["facts"]}
    assert good == {"QY0508", "QY0513"}
