"""Own tables of indicators go in, long or with a column per month, and come out again as a whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.metrics.models import Indicator
from linghang.apps.metrics.queries import indicator_card
from linghang.apps.metrics.tests.world import give, make_indicator
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def cards() -> dict[str, object]:
    with system_scope(reason="test"):
        return {row.name: indicator_card(row.uuid) for row in Indicator.objects.all()}


def values(name: str) -> dict[str, Decimal | None]:
    return {point.period: point.value for point in cards()[name].points}


LONG_HEAD = ["指标名称", "单位", "月份", "实际完成", "来源", "口径"]
LONG = workbook({"指标": [
    ["主要指标完成情况"], LONG_HEAD,
    ["处理矿量", "吨", "2026年1月", 41200, "生产日报", "入磨干矿量"],
    ["处理矿量", "吨", "2026年2月", "38,900", "生产日报", "入磨干矿量"],
    ["精矿品位", "%", "2026-01", 21.35, "化验日报", "月加权平均"],
    ["合计", "", "", 80100, "", ""],
]})  # fmt: skip


def test_a_row_per_value_opens_indicators_and_gives_values_and_again_changes_nothing(officer, units):
    walk = Walk(officer, "indicators").upload(LONG).match()
    assert walk.counts == (3, 0, 0, 0), walk.problems()
    walk.confirm()
    assert values("处理矿量") == {"2026年1月": Decimal(41200), "2026年2月": Decimal(38900)}
    found = cards()["精矿品位"]
    assert (found.line.unit, found.decimals, found.line.source) == ("%", 2, "化验日报")
    assert Walk(officer, "indicators").upload(LONG).match().counts == (0, 0, 3, 0)


def wide(*rows, title="2025年指标"):
    head = ["指标", "计量单位", "口径", "数据来源", "10月", "11月", "12月"]
    return workbook({"月度": [[title], head, *rows]})


def test_a_column_per_month_takes_its_year_from_the_title_and_blank_months_stay_unknown(officer, units):
    book = wide(
        ["渠道输水量", "万立方米", "计量断面", "水量月报", 120.5, None, 98],
        ["漏损率", "%", "差值", "水量月报", "—", 12.1, 0],
    )
    walk = Walk(officer, "indicators").upload(book).match()
    assert walk.counts == (2, 0, 0, 0), walk.problems()
    walk.confirm()
    assert values("渠道输水量") == {"2025年10月": Decimal("120.5"), "2025年11月": None, "2025年12月": Decimal(98)}
    assert values("漏损率") == {"2025年11月": Decimal("12.1"), "2025年12月": Decimal(0)}, "0 is a value, — is none"


def test_months_without_a_year_anywhere_are_asked_about(officer, units):
    walk = Walk(officer, "indicators").upload(wide(["矿量", "吨", "干矿", "日报", 1, 2, 3], title="指标完成表")).match()
    assert "no-year" in str(walk.problems())


def test_another_value_of_a_known_period_is_shown_as_a_change_and_replaces_with_a_reason(officer, units, settings):
    settings.DEMO_TODAY += timedelta(days=1)  # after the first value, at whatever hour this runs
    indicator = make_indicator(units["parent"], "处理矿量", decimals=0)
    give(indicator, date(2026, 1, 1), "41000")
    walk = Walk(officer, "indicators").upload(LONG).match()
    assert walk.counts[1] == 1, walk.problems()
    walk.confirm()
    now, before = [value for value in cards()["处理矿量"].values if value.period == "2026年1月"]
    assert (now.shown, now.reason, before.shown, before.replaced) == ("41,200", "更正错误", "41,000", True)
    assert "我的表.xlsx" in now.note


def test_an_undone_import_leaves_periods_unknown_and_what_was_replaced_in_force_again(officer, units):
    indicator = make_indicator(units["parent"], "处理矿量", decimals=0)
    give(indicator, date(2026, 1, 1), "41000")
    walk = Walk(officer, "indicators").upload(LONG).match().confirm().undo()
    assert walk.row.state == "undone", walk.row.failure
    assert values("处理矿量") == {"2026年1月": Decimal(41000), "2026年2月": None}
    assert set(cards()) == {"处理矿量"}, "what the import opened is gone"
    again = Walk(officer, "indicators").upload(LONG).match().confirm()
    assert again.row.state == "done", again.row.failure
    assert values("处理矿量") == {"2026年1月": Decimal(41200), "2026年2月": Decimal(38900)}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["处理矿量", "万吨", "2026-01", 4.1, "日报", "干矿"], "other-unit"),
        (["处理矿量", "吨", "2026年1季度", 4, "日报", "干矿"], "other-span"),
        (["处理矿量", "吨", "2026-01", "约四万", "日报", "干矿"], "not-a-number"),
        (["处理矿量", "吨", "下月", 4, "日报", "干矿"], "no-period"),
        (["处理矿量", "吨", "2026-09", 4, "日报", "干矿"], "to-come"),
        (["新指标", "", "2026-01", 4, "日报", "干矿"], "unknown-indicator"),
        (["", "吨", "2026-01", 4, "日报", "干矿"], "no-name"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell_and_nothing_of_the_row_is_taken(officer, units, row, code):
    make_indicator(units["parent"], "处理矿量", decimals=0)
    walk = Walk(officer, "indicators").upload(workbook({"表": [LONG_HEAD, row]})).match()
    assert code in str(walk.problems())
    assert walk.counts[:2] == (0, 0)


def test_the_same_period_twice_in_one_file_is_refused_at_the_second(officer, units):
    make_indicator(units["parent"], "处理矿量", decimals=0)
    rows = [["处理矿量", "吨", "2026-01", number, "日报", "干矿"] for number in (1, 2)]
    walk = Walk(officer, "indicators").upload(workbook({"表": [LONG_HEAD, *rows]})).match()
    assert "twice" in str(walk.problems())


def test_more_decimals_than_declared_are_rounded_and_said(officer, units):
    make_indicator(units["parent"], "处理矿量", decimals=1)
    book = workbook({"表": [LONG_HEAD, ["处理矿量", "吨", "2026-01", 41.26, "日报", "干矿"]]})
    walk = Walk(officer, "indicators").upload(book).match()
    assert "rounded" in str(walk.problems("warning"))
    walk.confirm()
    assert values("处理矿量") == {"2026年1月": Decimal("41.3")}


def test_a_confirmer_gives_values_and_opens_nothing(units):
    make_indicator(units["own"], "处理矿量", decimals=0)
    confirmer = make_account("confirmer", "confirmer", units["own"].node)
    walk = Walk(confirmer, "indicators").upload(LONG).match()
    assert "unknown-indicator" in str(walk.problems())
    assert walk.counts[0] == 2
    walk.confirm()
    assert values("处理矿量")["2026年1月"] == Decimal(41200)


def test_the_page_of_the_import_says_what_must_not_be_stored(officer, units):
    walk = Walk(officer, "indicators")
    assert "严禁存储、处理、传输涉密信息" in text_of(walk.client.get("/imports/new/indicators/"))
