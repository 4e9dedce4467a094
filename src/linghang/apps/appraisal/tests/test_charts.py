"""Small charts of one person's points: their shapes, and that the numbers beside them open."""

from linghang.apps.appraisal.charts import curve_of, radar_of
from linghang.apps.appraisal.data.statements import CategoryBar


def bar(name: str, got: int, cap: int | None) -> CategoryBar:
    return CategoryBar(name, name, got, cap, 0)


def far(radar, number: int) -> float:
    x, y = radar.dots[number]
    return ((x - radar.x) ** 2 + (y - radar.y) ** 2) ** 0.5


def test_each_category_stands_as_far_out_as_it_used_its_limit():
    radar = radar_of([bar("职责", 2600, 2600), bar("改革", 400, 800), bar("先锋", 0, 1000)])
    assert [round(far(radar, n)) for n in range(3)] == [78, 39, 0]
    assert radar.words == "职责 100%，改革 50%，先锋 0%"
    assert len(radar.rings) == 4


def test_what_is_below_zero_or_over_its_limit_stays_inside_the_picture():
    radar = radar_of([bar("一", -500, 1000), bar("二", 1500, 1000), bar("三", 10, 1000), bar("四", 10, None)])
    assert [round(far(radar, n)) for n in range(3)] == [0, 78, 1]
    assert "四" not in radar.words


def test_two_categories_need_no_picture():
    assert radar_of([bar("一", 1, 2), bar("二", 1, 2), bar("三", 1, None)]) is None


def test_the_curve_breaks_where_there_was_no_grade():
    curve = curve_of([("一季度", 2), ("二季度", 3), ("三季度", None), ("四季度", 1)], ["不评", "三星", "四星", "五星"])
    assert len(curve.lines) == 1
    assert [step.y is None for step in curve.steps] == [False, False, True, False]
    heights = {words: y for y, words in curve.levels}
    assert curve.steps[1].y == heights["五星"] < heights["三星"] == curve.steps[3].y
    xs = [step.x for step in curve.steps]
    assert xs == sorted(xs)
