"""Values are given once, replaced only with a reason, and what nobody gave is unknown, never zero."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.metrics.chart import chart_of
from linghang.apps.metrics.data import NewIndicator, NewValue, Point, parse_period, parse_value, written
from linghang.apps.metrics.models import IndicatorValue
from linghang.apps.metrics.operations import (
    close_indicator,
    open_indicator,
    record_value,
    record_values,
    redefine_indicator,
    withdraw_value,
)
from linghang.apps.metrics.queries import indicator_card
from linghang.apps.metrics.tests.world import give, make_indicator
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def indicator(units):
    return make_indicator(units["own"])


def card(uuid):
    with system_scope(reason="test"):
        return indicator_card(uuid)


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call(*args, **kwargs)
    assert str(refused.value.message)
    return refused.value.code


def test_a_value_says_its_unit_period_day_source_and_who_gave_it(indicator):
    give(indicator, FEBRUARY, "41.5")
    (value,) = card(indicator).values
    assert (value.period, value.shown, value.as_of, value.source) == (
        "2026年2月",
        "41.50",
        date(2026, 3, 2),
        "生产日报",
    )
    assert (value.recorded_by, value.recorded_at) == ("系统", NOW)


def test_a_second_value_of_a_period_needs_a_reason_and_leaves_the_first_readable(indicator):
    give(indicator, FEBRUARY, "41.5")
    assert refusal(give, indicator, FEBRUARY, "42") == "reason_needed"
    give(indicator, FEBRUARY, "42", reason="corrected", note="漏了夜班")
    now, before = card(indicator).values
    assert (now.shown, now.reason, now.note, now.replaced) == ("42.00", "更正错误", "漏了夜班", False)
    assert (before.shown, before.replaced) == ("41.50", True)


def test_newer_data_must_be_newer_and_a_replacement_must_change_something(indicator):
    give(indicator, MARCH, "3", as_of=date(2026, 3, 3))
    assert refusal(give, indicator, MARCH, "4", as_of=date(2026, 3, 3), reason="updated") == "not_newer"
    assert refusal(give, indicator, MARCH, "3", as_of=date(2026, 3, 3), reason="corrected") == "no_change"
    give(indicator, MARCH, "4", as_of=date(2026, 3, 4), reason="updated")
    assert [value.shown for value in card(indicator).values] == ["4.00", "3.00"]


def test_a_withdrawn_value_is_unknown_and_can_be_supplied_later(indicator):
    first = give(indicator, FEBRUARY, "41.5")
    with system_scope(reason="test"):
        withdraw_value(value=first, note="表格错行", actor=SYSTEM, now=NOW)
    assert card(indicator).points == [Point("2026年2月", FEBRUARY, None)]
    assert card(indicator).line.latest is None
    give(indicator, FEBRUARY, "42")
    assert card(indicator).values[0].reason == "撤回后补报"


def test_a_month_without_a_value_is_a_gap_and_never_zero(indicator):
    give(indicator, JANUARY, "40")
    give(indicator, MARCH, "44")
    found = card(indicator)
    assert [point.value for point in found.points] == [Decimal(40), None, Decimal(44)]
    chart = chart_of(found.points, 2)
    assert (chart.unknown, chart.lines, len(chart.dots)) == (["2026年2月"], [], 2), "no line is drawn across the gap"


def test_quarters_and_years_step_by_their_own_length(units):
    quarterly = make_indicator(units["own"], "利润", span="quarter", unit="万元")
    give(quarterly, date(2025, 7, 1), "10")
    give(quarterly, date(2026, 1, 1), "12")
    assert [point.period for point in card(quarterly).points] == ["2025年3季度", "2025年4季度", "2026年1季度"]
    assert refusal(give, quarterly, FEBRUARY, "1") == "wrong_period"


@pytest.mark.parametrize(
    ("value", "first", "as_of", "code"),
    [
        ("1.234", FEBRUARY, TODAY, "too_many_decimals"),
        ("1", date(2026, 4, 1), TODAY, "period_to_come"),
        ("1", date(2019, 1, 1), TODAY, "not_in_force"),
        ("1", FEBRUARY, TODAY + timedelta(days=1), "as_of_to_come"),
        ("1", FEBRUARY, date(2026, 1, 31), "as_of_too_early"),
        (None, FEBRUARY, TODAY, "value_needed"),
    ],
)
def test_what_cannot_be_is_refused_in_words(indicator, value, first, as_of, code):
    assert refusal(give, indicator, first, value, as_of) == code


def test_trailing_zeros_are_no_decimals(indicator):
    give(indicator, FEBRUARY, "1.2000")
    assert card(indicator).values[0].shown == "1.20"


def test_a_value_needs_a_source(indicator):
    new = NewValue(FEBRUARY, Decimal(1), TODAY, " ")
    with system_scope(reason="test"):
        assert refusal(record_value, indicator=indicator, new=new, actor=SYSTEM, now=NOW) == "source_needed"


def test_several_values_are_taken_together_or_not_at_all(indicator):
    good, bad = NewValue(JANUARY, Decimal(1), TODAY, "表"), NewValue(FEBRUARY, Decimal("1.234"), TODAY, "表")
    with system_scope(reason="test"):
        assert refusal(record_values, indicator=indicator, values=[good, bad], actor=SYSTEM, now=NOW)
    assert card(indicator).values == []


def test_another_definition_holds_from_its_day_and_marks_the_series(indicator):
    give(indicator, JANUARY, "40")
    give(indicator, FEBRUARY, "41")
    with system_scope(reason="test"):
        redefine_indicator(indicator=indicator, definition="含外购矿", valid_from=FEBRUARY, actor=SYSTEM)
        assert (
            refusal(redefine_indicator, indicator=indicator, definition="又改", valid_from=FEBRUARY, actor=SYSTEM)
            == "too_early"
        )
    found = card(indicator)
    assert [(each.text, each.until) for each in found.meanings] == [
        ("含外购矿", None),
        ("入磨干矿量", date(2026, 1, 31)),
    ]
    assert [point.anew for point in found.points] == [False, True]
    assert len(chart_of(found.points, 2).breaks) == 1


def test_a_closed_indicator_takes_no_later_period(indicator):
    with system_scope(reason="test"):
        close_indicator(indicator=indicator, last_day=date(2026, 1, 31), actor=SYSTEM)
    give(indicator, JANUARY, "40", as_of=date(2026, 1, 31))
    assert refusal(give, indicator, FEBRUARY, "41") == "not_in_force"


def test_a_code_is_used_once_in_a_unit(units):
    make_indicator(units["own"], code="KL")
    assert refusal(make_indicator, units["sibling"], "另一个", code="KL") == "code_taken"
    make_indicator(units["other_top"], "别的单位", code="KL")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"unit": " "}, "unit_needed"), ({"definition": ""}, "definition_needed"), ({"source": ""}, "source_needed"),
     ({"decimals": 5}, "wrong_shape")],
)  # fmt: skip
def test_an_indicator_without_unit_meaning_or_source_is_refused(units, change, code):
    assert refusal(make_indicator, units["own"], **change) == code


def test_nobody_opens_an_indicator_outside_his_scope(units):
    from linghang.apps.access.scope import scope_of_user
    from linghang.apps.metrics.permissions import SHAPERS
    from linghang.ui.web.scope import use_scope

    officer = make_account("o", "officer", units["own"].node)
    new = NewIndicator(units["sibling"].uuid, "", "矿量", "吨", "month", 2, "up", "口径", "日报", JANUARY)
    with use_scope(scope_of_user(officer.uuid, roles=SHAPERS, on=TODAY)):
        assert refusal(open_indicator, new=new, actor=viewer(officer)) == "not_found"


@pytest.mark.parametrize("statement", ["UPDATE {} SET value = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_itself_keeps_values_from_the_application(indicator, statement):
    give(indicator, FEBRUARY, "41.5")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("metrics_indicatorvalue"))


@pytest.mark.parametrize("statement", ["UPDATE {} SET value = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_a_value(owner_connection, units, statement):
    give(make_indicator(units["own"]), FEBRUARY, "41.5")
    with pytest.raises(Exception, match=r"never emptied|Cannot update or delete"):
        owner_connection.execute(statement.format("metrics_indicatorvalue"))


def test_two_first_values_or_two_successors_cannot_both_be_stored(indicator):
    first = give(indicator, FEBRUARY, "41.5")
    with system_scope(reason="test"):
        row = IndicatorValue.objects.get(uuid=first)
        for replaces, reason in ((None, ""), (row, "corrected")):
            twin = IndicatorValue(
                indicator=row.indicator, starts_on=row.starts_on, ends_on=row.ends_on, value=1, as_of=row.as_of,
                source="x", reason=reason, replaces=replaces, recorded_at=NOW,
            )  # fmt: skip
            if replaces is not None:
                give(indicator, FEBRUARY, "43", reason="corrected")
            with pytest.raises(IntegrityError), transaction.atomic():
                twin.save()


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "span", "first"),
    [
        ("2026-03", "month", MARCH), ("2026年3月", "month", MARCH), ("2026/3", "month", MARCH),
        ("2026年1季度", "quarter", JANUARY), ("2026Q1", "quarter", JANUARY),
        ("2026年第四季度", "quarter", date(2026, 10, 1)),
        ("2026", "year", JANUARY), ("2026年度", "year", JANUARY),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text, span, first):
    assert parse_period(text, span).first == first


@pytest.mark.parametrize(
    ("text", "span"), [("2026", "month"), ("2026-13", "month"), ("2026Q5", "quarter"), ("", "year")]
)
def test_what_is_no_period_is_said_in_a_sentence(text, span):
    with pytest.raises(ValueError, match=r"不是|没有"):
        parse_period(text, span)


def test_numbers_are_read_as_people_write_them_and_nothing_else_is_a_number():
    assert parse_value(" 1,234.50 ") == Decimal("1234.50")
    assert parse_value("１２") == Decimal(12)
    assert written(Decimal("1234567.5"), 2) == "1,234,567.50"
    for text in ("", "无", "NaN", "Infinity", "1e400", "12吨"):
        with pytest.raises(ValueError, match="不是"):
            parse_value(text)


def test_the_chart_of_one_value_of_equal_values_and_of_nothing():
    assert chart_of([], 2) is None
    assert chart_of([Point("2026年1月", JANUARY, None)], 2) is None
    for values in (["5"], ["0", "0"], ["-3", "-3.5"], ["123456789", "123456790"]):
        points = [Point(f"{n}", JANUARY, Decimal(value)) for n, value in enumerate(values)]
        chart = chart_of(points, 2)
        assert all(chart.top <= dot.y <= chart.bottom for dot in chart.dots)
        assert len({tick.words for tick in chart.across}) == len(chart.across)
