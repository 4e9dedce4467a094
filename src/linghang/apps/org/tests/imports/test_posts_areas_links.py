"""Posts, areas and links come in with names as people write them; what an operation would refuse is seen before."""

import pytest

from linghang.apps.org.models import Area, Link, Post
from linghang.apps.org.tests.imports.walk import Walk, workbook
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def staffed(officer, units):
    head = ["姓名", "工号", "支部", "政治面貌", "转入日期"]
    rows = [
        ["张三", "1001", "磨浮党支部", "正式党员", "2021-07-01"],
        ["李四", "1002", "磨浮党支部", "正式党员", "2021-07-01"],
        ["李四", "1003", "磨浮党支部", "正式党员", "2021-07-01"],
    ]
    Walk(officer, "roster").upload(workbook({"名册": [head, *rows]})).match().confirm()
    return officer


def posts() -> set[tuple[str, str]]:
    with system_scope(reason="test"):
        return set(Post.objects.values_list("person__code", "title"))


def test_posts_come_in_once_and_a_post_with_one_holder_is_not_given_twice(staffed):
    head = ["姓名", "工号", "党支部", "党内职务", "任职日期", "批复文号"]
    rows = [
        ["张三", "", "磨浮党支部", "支部书记", "2024-05-10", "北党〔2024〕5号"],
        ["李四", "1002", "磨浮支部", "组织委员", "2024-05-10", ""],
        ["李四", "", "磨浮党支部", "宣传委员", "2024-05-10", ""],
        ["李四", "1003", "磨浮党支部", "书记", "2024-06-10", ""],
        ["李四", "1003", "磨浮党支部", "区队长", "2024-06-10", ""],
    ]
    content = workbook({"支委": [["支部委员会名册"], head, *rows]})
    walk = Walk(staffed, "posts").upload(content).match()
    found = dict(walk.problems())
    assert found == {
        "支委!A5": "ambiguous-name", "支委!D6": "post-taken", "支委!D7": "unknown-title",
    }  # fmt: skip
    assert walk.counts == (2, 0, 0, 3)
    walk.confirm()
    assert posts() == {("1001", "secretary"), ("1002", "organiser")}
    again = Walk(staffed, "posts").upload(content).match()
    assert again.counts[:3] == (0, 0, 2)
    walk.undo()
    assert walk.row.counts["kept"] == 0
    assert posts() == set()


AREAS = workbook(
    {
        "责任区": [
            ["党员责任区一览表"],
            ["序号", "责任区名称", "编号", "所属支部", "岗位职责"],
            [1, "一号磨机", "Z-01", "磨浮党支部", "设备点检"],
            [2, "二号磨机", "Z-02", "磨浮党支部", ""],
            [3, "三号磨机", "Z-02", "磨浮党支部", ""],
        ]
    }
)


def test_areas_come_in_are_corrected_by_code_and_taken_back(staffed):
    walk = Walk(staffed, "areas").upload(AREAS).match()
    assert dict(walk.problems()) == {"责任区!C5": "area-code-taken"}
    walk.confirm()
    other = workbook({"责任区": [["责任区名称", "编号", "所属支部"], ["一号球磨机", "Z-01", "磨浮党支部"]]})
    change = Walk(staffed, "areas").upload(other).match()
    assert change.counts[:2] == (0, 1)
    change.confirm().undo()
    with system_scope(reason="test"):
        assert set(Area.objects.values_list("name", "duties")) == {("一号磨机", "设备点检"), ("二号磨机", "")}
    walk.undo()
    with system_scope(reason="test"):
        assert not Area.objects.exists()


def test_links_join_people_organisations_and_areas_by_their_names(staffed):
    Walk(staffed, "areas").upload(AREAS).match().confirm()
    head = ["联系类型", "责任人", "工号", "责任区", "起始日期"]
    rows = [
        ["党员责任区", "张三", "", "一号磨机", "2026-01-01"],
        ["党员责任区", "李四", "1002", "Z-02", "2026-01-01"],
        ["党员责任区", "李四", "1003", "四号磨机", "2026-01-01"],
        ["没有这种联系", "李四", "1003", "一号磨机", "2026-01-01"],
    ]
    content = workbook({"责任区负责人": [head, *rows]})
    walk = Walk(staffed, "links").upload(content).match()
    assert walk.counts[0] == 2, walk.problems()
    assert dict(walk.problems()) == {"责任区负责人!D4": "unknown-area", "责任区负责人!A5": "unknown-link-kind"}
    walk.confirm()
    with system_scope(reason="test"):
        assert set(Link.objects.values_list("left_person__code", "right_area__code")) == {
            ("1001", "Z-01"),
            ("1002", "Z-02"),
        }
    again = Walk(staffed, "links").upload(content).match()
    assert again.counts[:3] == (0, 0, 2)
    walk.undo()
    with system_scope(reason="test"):
        assert not Link.objects.exists()
