"""What the cells of a decision table may say, and what they mean."""

import pytest

from linghang.engine.packs.model import Attribute, Comparison, Constant, FactKind, Judged, Rate, Row
from linghang.engine.packs.schema import Written
from linghang.engine.packs.tables import RawRow, RawTable, read_table
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems


def titles(*words: str) -> dict[str, dict[str, str]]:
    return {f"v{n}": {"zh": word} for n, word in enumerate(words)}


LEVEL = Attribute("level", {"zh": "级别"}, titles("县级", "市级", "省级", "国家级"), ordered=True)
ROLE = Attribute("role", {"zh": "角色"}, titles("党员(正式)", "非党员", "书记"), required=False)
HOURS = FactKind("k.hours", {"zh": "学习"}, "member", "小时", {"level": LEVEL, "role": ROLE})
TIMES = FactKind("k.times", {"zh": "活动"}, "member", "次", {"role": ROLE})


def rows(columns: str, *cells: str, kinds: tuple[FactKind, ...] = (HOURS,)) -> tuple[list[Row], Problems]:
    problems = Problems()
    heads = tuple(Written(c.strip()) for c in columns.split("/"))
    lines = tuple(RawRow(tuple(Written(c.strip()) for c in line.split("/")), Place()) for line in cells)
    return read_table(
        RawTable(heads, lines, Place()), kinds, problems, value="得分" if "得分" in columns else ""
    ), problems


def price(cell: str) -> object:
    found, problems = rows("得分", cell)
    assert not len(problems), [str(p) for p in problems]
    return found[0].price


def test_of(columns: str, cell: str) -> tuple[Comparison, tuple[str, ...], int]:
    found, problems = rows(f"{columns}/得分", f"{cell}/1")
    assert not len(problems), [str(p) for p in problems]
    (test,) = found[0].tests
    return test.comparison, test.values, test.bound


test_of.__test__ = False  # type: ignore[attr-defined]  # a helper, named for what it gives


@pytest.mark.parametrize(
    ("cell", "amount", "per", "whole"),
    [
        ("每小时 0.50", 50, UNIT, False),
        ("每小时0.50分", 50, UNIT, False),
        ("每1小时 +0.50", 50, UNIT, False),
        ("每 2 小时 0.50", 50, 2 * UNIT, False),
        ("每满2小时 -0.50", -50, 2 * UNIT, True),
        ("每满０．５小时　０．２５", 25, UNIT // 2, True),
        ("每满小时 1", 100, UNIT, True),
    ],
)
def test_rates(cell: str, amount: int, per: int, whole: bool) -> None:
    found = price(cell)
    assert isinstance(found, Rate)
    assert (found.amount.value, found.per, found.whole_steps) == (amount, per, whole)


@pytest.mark.parametrize(
    ("cell", "value"), [("2.00", 200), ("-3.50", -350), ("−３．５", -350), ("+1 分", 100), ("1,000", 100_000)]
)
def test_constants(cell: str, value: int) -> None:
    found = price(cell)
    assert isinstance(found, Constant)
    assert found.amount.value == value


@pytest.mark.parametrize("cell", ["1.00 至 5.00", "1～5", "1 到 5分", "1.00~5.00"])
def test_judged_ranges(cell: str) -> None:
    found = price(cell)
    assert isinstance(found, Judged)
    assert (found.low.value, found.high.value) == (100, 500)


def test_parameters_stand_wherever_an_amount_may_stand() -> None:
    constant, rate, judged = price("$per-hour"), price("每2小时 $per-hour"), price("$low 至 $high")
    assert isinstance(constant, Constant)
    assert constant.amount.parameter == "per-hour"
    assert isinstance(rate, Rate)
    assert rate.amount.parameter == "per-hour"
    assert isinstance(judged, Judged)
    assert (judged.low.parameter, judged.high.parameter) == ("low", "high")


@pytest.mark.parametrize(
    "cell", ["", "优", "1e3", "每学时 0.5", "每小时", "1.005", "5-1", "$", "每0小时 1", "0x10", "1 至", "nan"]
)
def test_other_prices_are_refused_with_what_can_be_written(cell: str) -> None:
    found, problems = rows("级别/得分", f"任意/{cell}")
    assert not found
    (problem,) = problems
    assert problem.code == "bad-price"
    assert "每满2小时" in problem.hint


@pytest.mark.parametrize(
    ("column", "cell", "comparison", "values"),
    [
        ("级别", "市级", Comparison.ONE_OF, ("v1",)),
        ("level", "v1", Comparison.ONE_OF, ("v1",)),
        ("级别", "市级、省级", Comparison.ONE_OF, ("v1", "v2")),
        ("级别", "市级|国家级", Comparison.ONE_OF, ("v1", "v3")),
        ("级别", "非县级、市级", Comparison.NONE_OF, ("v0", "v1")),
        ("级别≥", "市级", Comparison.ONE_OF, ("v1", "v2", "v3")),
        ("级别>=", "国家级", Comparison.ONE_OF, ("v3",)),
        ("级别＜", "省级", Comparison.ONE_OF, ("v0", "v1")),
        ("角色", "非党员", Comparison.ONE_OF, ("v1",)),
        ("角色", "非非党员", Comparison.NONE_OF, ("v1",)),
        ("角色", "党员（正式）", Comparison.ONE_OF, ("v0",)),
    ],
)
def test_attribute_cells(column: str, cell: str, comparison: Comparison, values: tuple[str, ...]) -> None:
    assert test_of(column, cell) == (comparison, values, 0)


@pytest.mark.parametrize(
    ("column", "cell", "comparison", "bound"),
    [
        ("数量≥", "0.5", Comparison.AT_LEAST, UNIT // 2),
        ("数量<", "2小时", Comparison.BELOW, 2 * UNIT),
        ("数量>=", "１０", Comparison.AT_LEAST, 10 * UNIT),
    ],
)
def test_quantity_cells(column: str, cell: str, comparison: Comparison, bound: int) -> None:
    assert test_of(column, cell) == (comparison, (), bound)


@pytest.mark.parametrize("cell", ["", "-", "任意", "不限", "—"])
def test_any_value_is_no_test(cell: str) -> None:
    found, problems = rows("级别/得分", f"{cell}/1")
    assert not len(problems)
    assert found[0].tests == ()


def test_a_row_may_name_its_kind_and_is_then_priced_in_its_unit() -> None:
    found, problems = rows("事项/得分", "学习/每小时 1", "k.times/2", "任意/3", kinds=(HOURS, TIMES))
    assert not len(problems)
    assert [row.kind for row in found] == ["k.hours", "k.times", ""]


def test_a_rate_over_kinds_of_different_units_is_refused() -> None:
    _, problems = rows("事项/得分", "任意/每小时 1", kinds=(HOURS, TIMES))
    assert [p.code for p in problems] == ["bad-price"]


@pytest.mark.parametrize(
    ("columns", "cell", "code"),
    [
        ("级别<", "县级", "empty-comparison"),
        ("级别≥", "市级、省级", "bad-cell"),
        ("级别", "部级", "unknown-value"),
        ("事项", "会议", "unknown-kind"),
    ],
)
def test_cells_that_mean_nothing(columns: str, cell: str, code: str) -> None:
    _, problems = rows(f"{columns}/得分", f"{cell}/1")
    assert [p.code for p in problems] == [code]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ("数量/得分", "bad-column"),
        ("部门/得分", "unknown-column"),
        ("角色≥/得分", "not-ordered"),
        ("级别/级别/得分", "duplicate-column"),
    ],
)
def test_columns_that_mean_nothing(columns: str, code: str) -> None:
    _, problems = rows(columns, "/".join(["任意"] * columns.count("/") + ["1"]))
    assert [p.code for p in problems] == [code]


def test_a_title_that_means_different_attributes_must_be_written_as_id() -> None:
    other = FactKind(
        "k.other", {"zh": "别的"}, "member", "次", {"rank": Attribute("rank", {"zh": "级别"}, titles("甲"))}
    )
    _, problems = rows("级别/得分", "任意/1", kinds=(HOURS, other))
    assert [p.code for p in problems] == ["ambiguous-column"]
    found, problems = rows("level/得分", "省级/1", kinds=(HOURS, other))
    assert found
    assert not len(problems)


def test_every_wrong_cell_is_told_not_only_the_first_of_its_row() -> None:
    _, problems = rows("级别/角色/得分", "部级/组长/许多", "省级/书记/1", "任意/委员/1")
    assert sorted(p.code for p in problems) == ["bad-price", *["unknown-value"] * 3]


def test_a_wrong_column_does_not_keep_the_cells_of_the_others_from_being_read() -> None:
    _, problems = rows("部门/级别/得分", "任意/部级/1", "任意/省级/1.005")
    assert sorted(p.code for p in problems) == ["bad-price", "unknown-column", "unknown-value"]


def test_where_it_is_not_known_which_kind_is_meant_its_price_is_not_judged() -> None:
    _, problems = rows("事项/角色/得分", "会议/委员/每小时 1", kinds=(HOURS, TIMES))
    assert sorted(p.code for p in problems) == ["unknown-kind", "unknown-value"]
