"""statements.xlsx, from the example unit: what a branch would open."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from linghang.apps.exchange.closings_reader import read_closings
from linghang.apps.exchange.facts_reader import read_facts
from linghang.apps.exchange.roster_reader import read_roster
from linghang.apps.exchange.statements import write_statements
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.engine.problems import Place, Problem
from linghang.engine.settle.run import Request, settle

ROOT = Path(__file__).resolve().parents[5]
UNIT = ROOT / "examples" / "qingyuan-mine"
MARCH = Month(2026, 3)
NOW = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def unit():
    pack, _ = load_pack(ROOT / "packs" / "example-4x-points")
    roster, _ = read_roster(UNIT / "roster.xlsx")
    records = UNIT / "records-2026Q1.xlsx"
    facts, problems = read_facts(records, pack=pack, roster=roster, period=MARCH)
    closed, _ = read_closings(records, roster=roster, period=MARCH)
    request = Request(pack, next(iter(pack.schemes)), roster, MARCH, frozenset(closed))
    return settle(request, facts, lines=True), facts, problems


@pytest.fixture(scope="module")
def book(unit, tmp_path_factory):
    settlement, _, _ = unit
    path = tmp_path_factory.mktemp("out") / "statements.xlsx"
    problem = Problem(Place("r.xlsx", sheet="3月", cell="B7"), "bad-date", "=没有这一天", "改正")
    sources = [{"file": "r.xlsx", "sha256": "ab" * 32}]
    write_statements(path, settlement, problems=[problem], sources=sources, now=NOW)
    return openpyxl.load_workbook(path)


def test_the_example_unit_is_read_without_a_mapping_and_without_errors(unit):
    _, facts, problems = unit
    assert problems.errors == []
    assert len(facts) > 4000


def test_the_sheets_are_those_that_people_look_for(book, unit):
    categories = [c.title for c in unit[0].plan.categories]
    assert book.sheetnames == ["汇总", *categories, "明细", "补计", "问题", "说明"]


def test_every_member_has_a_row_and_totals_agree_with_the_settlement(book, unit):
    settlement = unit[0]
    found = {r["编码"]: r for r in _summary(book)}
    assert len(found) == len(settlement.roster)
    for member in settlement.roster:
        total = settlement.month_total(member.code, MARCH)
        shown = found[member.code]["本月合计"]
        assert shown == (None if total is None else pytest.approx(total / 100, abs=1e-9))


def _summary(book):
    sheet = book["汇总"]
    titles = [c.value for c in sheet[3]]
    for row in sheet.iter_rows(min_row=4, values_only=True):
        if row[1] is None:
            return
        yield dict(zip(titles, row, strict=True))


def test_the_lines_of_a_member_sum_to_the_total(book):
    sums: dict[str, float] = {}
    for row in book["明细"].iter_rows(min_row=3, values_only=True):
        if row[1] is None:
            break
        sums[row[1]] = sums.get(row[1], 0) + row[7]
    totals = {r["编码"]: r["本月合计"] for r in _summary(book) if r["本月合计"] is not None}
    assert {c: round(s, 2) for c, s in sums.items()} == {c: round(t, 2) for c, t in totals.items()}


def test_points_are_real_numbers_with_two_decimals(book):
    cell = book["汇总"]["D4"]
    assert isinstance(cell.value, (int, float))
    assert cell.number_format == "0.00"


def test_problems_stand_in_words_and_never_as_formulas(book):
    cell = book["问题"]["C3"]
    assert (cell.value, cell.data_type) == ("=没有这一天", "s")
    assert book["问题"]["B3"].value == "r.xlsx:3月!B7"


def test_the_last_sheet_says_what_the_numbers_stand_on(book, unit):
    said = {row[0]: row[1] for row in book["说明"].iter_rows(min_row=3, values_only=True) if row[0]}
    assert said["方案包"] == unit[0].plan.pack.label
    assert said["来源文件 r.xlsx"] == "SHA-256 " + "ab" * 32
    assert said["结果校验值"] == unit[0].result_hash
    assert "虚构" in said["内容"]


def test_in_december_the_last_sheet_says_until_when_the_old_year_is_open(unit, tmp_path):
    done = unit[0]
    december = settle(Request(done.plan.pack, done.plan.scheme.id, done.roster, Month(2026, 12)), [])
    write_statements(tmp_path / "s.xlsx", december, now=NOW)
    said = {row[0]: row[1] for row in openpyxl.load_workbook(tmp_path / "s.xlsx")["说明"].iter_rows(values_only=True)}
    assert said["年终关账"] == "年终关账期至 2027年1月15日：此前补录的上年记录仍计入上年"
