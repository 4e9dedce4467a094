"""What expected.xlsx computes: the story, every limit on both sides, everybody."""

from collections import Counter

import pytest

pytestmark = pytest.mark.office


def row(rows, code):
    return next(r for r in rows if r["党员编号"] == code)


def test_the_story_of_wang_gives_four_stars(computed):
    wang = row(computed["合计"], "QY0507")
    assert (wang["姓名"], wang["党支部"]) == ("王×", "机电队党支部")
    assert [wang[m] for m in ("1月", "2月", "3月", "季度合计", "星级")] == [88.00, 91.50, 86.00, 265.50, "四星"]


def test_in_february_two_of_wangs_six_points_for_volunteering_are_not_counted(computed):
    month = next(r for r in computed["月度"] if r["党员编号"] == "QY0507" and r["月"] == 2)
    assert (month["志愿Σ"], month["志愿计"], month["服务得分"]) == (6.00, 4.00, 14.00)


def test_in_march_wang_loses_points_for_an_absence_and_for_not_volunteering(computed):
    month = next(r for r in computed["月度"] if r["党员编号"] == "QY0507" and r["月"] == 3)
    assert (month["到会Σ"], month["次数"], month["不足"]) == (-3.50, 0, -2.00)


def test_no_formula_ends_in_an_error(computed):
    values = [v for rows in computed.values() for r in rows for v in r.values()]
    assert not [v for v in values if isinstance(v, str) and v.startswith(("#", "Err:"))]


def test_every_limit_has_members_below_at_and_above_it(computed):
    for line in computed["覆盖"]:
        assert line["低于"] > 0, line
        assert line["等于"] > 0, line
        # nothing adds to organisational life, so its cap equals its full mark and nobody can pass it
        assert line["高于"] > 0 or line["界线"] == "组织生活上限", line


def test_all_stars_occur_and_nobody_is_left_out(computed):
    assert len(computed["合计"]) == 302
    stars = Counter(r["星级"] or "" for r in computed["合计"])
    assert set(stars) == {"五星", "四星", "三星", "未评星级", "不评", ""}
    assert min(stars.values()) >= 7
    assert {r["计分月数"] for r in computed["合计"] if not r["星级"]} == {0}


def test_a_record_counts_once_per_event(computed):
    again = [r for r in computed["记录"] if r["单独得分"] not in (None, "减免") and r["计入"] != r["单独得分"]]
    assert {(r["党员编号"], r["项目"], r["词1"]) for r in again} == {
        ("QY0117", "志愿", "参加者"),
        ("QY0303", "志愿", "参加者"),
        ("QY0320", "表彰", "本单位级"),
    }


def test_a_month_that_is_not_closed_is_provisional_and_takes_nothing_for_missing_services(computed):
    open_month = [r for r in computed["月度"] if r["状态"] == "暂算"]
    assert {(r["党员编号"][:4], r["月"]) for r in open_month} == {("QY06", 3)}
    assert all(r["不足"] == 0 for r in open_month)
    assert any(r["次数"] == 0 for r in open_month)


def test_nobody_is_asked_to_volunteer_in_a_month_of_part_membership(computed):
    part = [r for r in computed["月度"] if 0 < r["折算"] < 1]
    assert len(part) == 10
    assert all(r["不足"] == 0 for r in part)
