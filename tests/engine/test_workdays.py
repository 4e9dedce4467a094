"""Working days with make-up days, deadlines and the uploaded table."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest

from linghang.engine.problems import Problems
from linghang.engine.workday_table import read_overrides
from linghang.engine.workdays import (
    SHANGHAI,
    Basis,
    Counting,
    Deadline,
    Override,
    Overrides,
    WorkCalendar,
    WorkdayCount,
    _movable_holidays,
    add_months,
    is_statutory_holiday,
    known_years,
    month_deadline,
)

CALENDAR = WorkCalendar()
INCLUSIVE = Counting.INCLUSIVE


def read(text: str) -> tuple[Overrides, list[str]]:
    problems = Problems()
    found = read_overrides(text.encode(), "放假.csv", problems)
    return found, [f"{p.place} {p.code}" for p in problems]


# --- which days people work ---


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-09-30", "2026-10-09"),  # National Day
        ("2026-02-13", "2026-02-24"),  # 02-14 is a working Saturday before Spring Festival
        ("2026-09-18", "2026-09-21"),  # 09-20 is a working Sunday
        ("2026-10-08", "2026-10-10"),  # 10-10 is a working Saturday
    ],
)
def test_two_working_days_across_the_holidays_of_2026(start, due):
    deadline = CALENDAR.add_workdays(date.fromisoformat(start), 2)
    assert (deadline.day.isoformat(), deadline.provisional) == (due, False)


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year, days):
    assert CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == WorkdayCount(days, False)


def test_every_day_since_2007_agrees_with_an_independent_package():
    last = min(known_years()[-1], 2026)
    other = holidays.country_holidays("CN", years=range(2007, last + 1))
    day, differing = date(2007, 1, 1), []
    while day.year <= last:
        works = day in other.weekend_workdays or (day.weekday() < 5 and day not in other)
        if works != CALENDAR.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


def test_the_known_years_are_those_of_the_installed_package():
    assert known_years()[0] == min(chinese_calendar.holidays).year
    assert known_years()[-1] == max(chinese_calendar.holidays).year
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(known_years()[-1] + 1, 1, 1))


# --- beyond the published years ---


def test_past_the_published_years_the_result_says_provisional():
    deadline = CALENDAR.add_workdays(date(2026, 12, 30), 2)
    assert deadline.day == date(2027, 1, 4)  # 1 January is a Friday
    assert deadline.provisional
    assert deadline.words == "自12月30日次日起算2个工作日，调休已计；含放假安排未公布的日期，暂算"


def test_a_deadline_before_the_unpublished_days_is_firm():
    assert not CALENDAR.add_workdays(date(2026, 12, 30), 1).provisional


def test_a_guessed_year_leaves_out_the_thirteen_statutory_days():
    for year in range(2027, 2051):
        statutory = {day for n in range(366) if is_statutory_holiday(day := date(year, 1, 1) + timedelta(days=n))}
        independent = set(holidays.China(years=year, observed=False))
        assert {d for d in statutory if d.year == year} == independent
    assert CALENDAR.look_up(date(2027, 9, 15)).basis is Basis.GUESSED  # Mid-Autumn
    assert not CALENDAR.is_workday(date(2027, 9, 15))


def test_the_tabled_moving_days_are_the_published_festivals():
    found = _movable_holidays()
    spring = ["2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11"]
    assert all(found[date.fromisoformat(d)] == "春节" for d in spring)
    assert all(found[date.fromisoformat(d) - timedelta(days=1)] == "除夕" for d in spring)
    terms = chinese_calendar.get_solar_terms(date(2027, 4, 1), date(2050, 4, 30))
    clear = {day for day, name in terms if name == "清明"}
    assert {day for day, name in found.items() if name == "清明节"} == clear


def test_beyond_the_table_only_the_fixed_days_are_left_out():
    assert not CALENDAR.is_workday(date(2061, 10, 3))
    assert CALENDAR.look_up(date(2061, 1, 21)).provisional  # Spring Festival, unknown to the table


# --- counting ---


def test_a_notice_counts_its_posting_day_when_that_is_a_working_day():
    assert CALENDAR.add_workdays(date(2026, 11, 9), 5, INCLUSIVE).day == date(2026, 11, 13)
    assert CALENDAR.add_workdays(date(2026, 11, 9), 5).day == date(2026, 11, 16)


def test_a_notice_posted_on_a_day_off_starts_on_the_next_working_day():
    assert CALENDAR.add_workdays(date(2026, 10, 1), 1, INCLUSIVE).day == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 10, 10), 1, INCLUSIVE).day == date(2026, 10, 10)  # a working Saturday


def test_the_rule_stands_in_words():
    assert CALENDAR.add_workdays(date(2026, 11, 10), 10).words == "自11月10日次日起算10个工作日，调休已计"
    words = CALENDAR.add_workdays(date(2026, 11, 10), 5, INCLUSIVE).words
    assert words == "自11月10日当日起算（逢休息日顺延至下一工作日）5个工作日，调休已计"


@pytest.mark.parametrize("n", [0, -1, 10_001])
def test_a_senseless_number_of_days_is_refused(n):
    with pytest.raises(ValueError, match="工作日数应为"):
        CALENDAR.add_workdays(date(2026, 1, 5), n)


# --- the end of the day, and after it ---


def test_a_deadline_ends_at_midnight_in_shanghai():
    deadline = CALENDAR.add_workdays(date(2026, 11, 10), 10)
    assert deadline.ends_at == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert not deadline.passed(datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC))
    assert deadline.passed(datetime(2026, 11, 24, 16, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        deadline.passed(datetime(2026, 11, 24, 16))  # noqa: DTZ001 - the missing zone is what is tested


def test_overdue_days_are_working_days_begun_since():
    deadline = Deadline(date(2026, 9, 30), "")
    overdue = [
        CALENDAR.overdue_workdays(deadline, datetime(2026, m, d, 9, tzinfo=SHANGHAI)).days
        for m, d in [(9, 29), (9, 30), (10, 1), (10, 7), (10, 8), (10, 10), (10, 11)]
    ]
    assert overdue == [0, 0, 0, 0, 1, 3, 3]
    assert CALENDAR.overdue_workdays(deadline, datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)).provisional


# --- months ---


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-05-11", 1, "2026-06-11"),
        ("2026-10-31", 3, "2027-01-31"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_legal_months_end_on_the_same_day_or_the_months_last(start, months, due):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(due)
    assert month_deadline(date.fromisoformat(start), months).day == date.fromisoformat(due)


def test_months_go_backwards_too_but_a_deadline_lies_ahead():
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert month_deadline(date(2026, 1, 31), 1).words == "自1月31日起1个月，无对应日的为当月最后一日"
    with pytest.raises(ValueError, match="月数应为正数"):
        month_deadline(date(2026, 1, 31), 0)


# --- the uploaded table ---

NOTICE = """日期,是否上班,文号
2027-02-08,否,国办发明电〔2026〕9号
2027年2月14日,上班,国办发明电〔2026〕9号
２０２７／２／２０,是,国办发明电〔2026〕9号

2027,全年,国办发明电〔2026〕9号
"""


def test_an_uploaded_notice_wins_and_ends_the_guess_for_its_year():
    overrides, problems = read(NOTICE)
    assert problems == []
    calendar = WorkCalendar(overrides)
    sunday = calendar.look_up(date(2027, 2, 14))
    assert (sunday.works, sunday.basis, sunday.notice) == (True, Basis.UPLOADED, "国办发明电〔2026〕9号")
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 2, 20))
    assert not calendar.add_workdays(date(2027, 3, 1), 10).provisional
    assert calendar.look_up(date(2028, 3, 1)).provisional


def test_without_the_line_for_the_whole_year_only_the_uploaded_days_are_firm():
    calendar = WorkCalendar(Overrides({date(2027, 2, 14): Override(True, "x")}))
    assert not calendar.look_up(date(2027, 2, 14)).provisional
    assert calendar.look_up(date(2027, 2, 15)).provisional


def test_an_upload_wins_over_the_package_too():
    calendar = WorkCalendar(Overrides({date(2026, 11, 23): Override(False, "本单位通知")}))
    assert calendar.add_workdays(date(2026, 11, 20), 1).day == date(2026, 11, 24)


def test_everything_wrong_in_the_table_is_named_by_line_and_the_rest_is_read():
    overrides, problems = read(
        "日期,是否上班,文号\n"
        "2027-02-30,否,a\n"
        "2027-02-08,也许,a\n"
        "2027-02-09,否\n"
        "2027-02-10,否,a\n"
        "2027-02-10,是,b\n"
        "二〇二七,全年,a\n"
        "2027-02-11,否,\n"
    )
    assert problems == [
        "放假.csv:2 workdays.date",
        "放假.csv:3 workdays.word",
        "放假.csv:4 workdays.row",
        "放假.csv:6 workdays.contradiction",
        "放假.csv:7 workdays.year",
        "放假.csv:8 workdays.row",
    ]
    assert overrides == Overrides({date(2027, 2, 10): Override(False, "a")})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workdays.header"),
        ("日期,文号\n".encode(), "workdays.header"),
        (b"\xff\xfe\xff", "workdays.file"),
        (b"a" * 1_000_001, "workdays.file"),
        ("日期,是否上班,文号\n".encode() + b"2027-02-11,1,a\n" * 10_001, "workdays.size"),
        ('日期,是否上班,文号\n2027-02-11,否,"'.encode() + b"a" * 200_000, "workdays.csv"),
    ],
)
def test_a_file_that_is_no_table_is_one_problem(content, code):
    problems = Problems()
    read_overrides(content, "x.csv", problems)
    assert [p.code for p in problems] == [code]
    assert all(p.message and p.hint for p in problems)


def test_a_table_saved_by_excel_on_a_chinese_windows_is_read():
    problems = Problems()
    found = read_overrides(NOTICE.replace("〔2026〕", "").encode("gb18030"), "x.csv", problems)
    assert len(problems) == 0
    assert len(found.days) == 3
