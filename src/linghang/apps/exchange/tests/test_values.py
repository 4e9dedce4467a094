from datetime import date, datetime

import pytest

from linghang.apps.exchange.tables.grid import CellError
from linghang.apps.exchange.values import parse_amount, parse_day
from linghang.engine.periods import Month

MARCH = Month(2026, 3)


@pytest.mark.parametrize(
    "written",
    [
        date(2026, 3, 5), datetime.fromisoformat("2026-03-05T14:30"), "2026.3.5", "2026-03-05", "2026/3/5 ",
        "2026年3月5日",
        "20260305",        20260305, "3月5日", "３月５日", "２０２６．３．５", "3月5号", "5日", "3.5",
        "2026-03-05 14:00", "2026/3/5 0:00:00",        "3月5日(星期四)", "26年3月5日", 46086, "46086", 46086.0,
    ],
)  # fmt: skip
def test_the_fifth_of_march_is_read_however_it_is_written(written):
    assert parse_day(written, MARCH) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "written", ["2月30日", "三月五日", "3月", "上旬", 3.5, 12, True, "", "2026-13-01", None, CellError("#REF!")]
)
def test_what_is_no_day_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match="写成 2026-03-05 或 3月5日"):
        parse_day(written, MARCH)


def test_without_a_period_the_year_must_be_written():
    with pytest.raises(ValueError, match="不是日期"):
        parse_day("3月5日")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (2, 20000),
        (2.5, 25000),
        ("２小时", 20000),
        ("2 个小时", 20000),
        ("１．５", 15000),
        (0.1 + 0.2, 3000),
        ("半天", 40000),
        ("2天", 160000),
    ],
)
def test_amounts_are_read_in_any_width_with_their_unit_or_a_declared_conversion(written, stored):
    assert parse_amount(written, "小时", {"半天": "4", "天": "8"}) == stored


@pytest.mark.parametrize("written", ["半天", "两小时", "2天", True, None, date(2026, 3, 5), "2小时30分", "1.23456"])
def test_other_words_for_amounts_are_refused_unless_declared(written):
    with pytest.raises(ValueError, match=r"不是数量|单位不是|小数位"):
        parse_amount(written, "小时", {})
