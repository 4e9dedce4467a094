"""Undoing an import takes back what it wrote, and nothing that anybody decided since."""

from datetime import timedelta

import pytest

from linghang.apps.access.tests.world import NOW, TODAY, TOMORROW, YESTERDAY, make_account
from linghang.apps.org.models import Area, Link, Membership, Organisation, Person, Post, Standing
from linghang.apps.org.operations import change_standing, correct_person, dismiss, join, rename_organisation, unlink
from linghang.apps.org.operations.links import change_area
from linghang.apps.org.operations.registers import transfer_person
from linghang.apps.org.tests.imports.test_organisations import table as organisations_table
from linghang.apps.org.tests.imports.test_posts_areas_links import AREAS
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "工号", "支部", "政治面貌", "转入日期"]
LATER = NOW + timedelta(days=1)
WHO = {"actor": SYSTEM, "now": NOW}


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def second(units):
    return make_organisation("branch", "碎矿党支部", units["own"], code="BS0102")


@pytest.fixture
def staffed(officer, second):
    rows = [
        ["张三", "1001", "磨浮党支部", "预备党员", "2021-07-01"],
        ["李四", "1002", "磨浮党支部", "预备党员", "2021-07-01"],
    ]
    Walk(officer, "roster").upload(workbook({"名册": [HEAD, *rows]})).match().confirm()
    return officer


def roster(user, *rows):
    walk = Walk(user, "roster").upload(workbook({"名册": [HEAD, *rows]})).match()
    return walk.confirm(*(ending.key for ending in walk.endings()))


def person(code):
    with system_scope(reason="test"):
        return Person.objects.get(code=code)


def standing_of(code):
    with system_scope(reason="test"):
        return Standing.objects.get(person__code=code, valid_to__isnull=True).status


def kept(walk):
    """What the page of an undone import says was left, and why."""
    assert walk.row.state == "undone", walk.row.failure
    return text_of(walk.get("?only=kept"))


def test_a_standing_that_changed_since_stays_and_the_rest_goes_back(staffed, settings):
    walk = roster(
        staffed,
        ["张三", "1001", "磨浮党支部", "正式党员", "2026-01-01"],
        ["李四", "1002", "磨浮党支部", "正式党员", "2026-01-01"],
    )
    settings.DEMO_TODAY = TOMORROW
    with system_scope(reason="test"):
        change_standing(person=person("1001").uuid, status="masses", valid_from=TOMORROW, actor=SYSTEM, now=LATER)
    page = kept(walk.undo())
    assert walk.row.counts["kept"] == 1
    assert "张三" in page
    assert "导入之后又改过" in page
    assert (standing_of("1001"), standing_of("1002")) == ("masses", "probationary")


def test_a_code_that_was_corrected_since_stays(staffed):
    here = [["张三", "1001", "磨浮党支部", "", ""], ["李四", "1002", "磨浮党支部", "", ""]]
    roster(staffed, *here, ["王五", "", "磨浮党支部", "正式党员", "2026-01-01"])
    walk = roster(staffed, *here, ["王五", "1005", "磨浮党支部", "", ""])
    with system_scope(reason="test"):
        correct_person(person=person("1005").uuid, name="王五", code="1006", aliases=(), born_year=None, actor=SYSTEM)
    assert "导入之后又改过" in kept(walk.undo())
    assert person("1006").name == "王五"


def test_who_was_taken_in_elsewhere_since_is_not_brought_back_and_the_others_are(staffed, second, settings):
    walk = roster(staffed, ["王五", "1003", "磨浮党支部", "正式党员", "2026-01-01"])  # the other two have left
    settings.DEMO_TODAY = TOMORROW
    with system_scope(reason="test"):
        join(
            person=person("1002").uuid,
            organisation=second.uuid,
            kind="party",
            valid_from=TOMORROW,
            actor=SYSTEM,
            now=LATER,
        )
    page = kept(walk.undo())
    assert "李四" in page
    assert "导入之后又有了新的登记" in page
    with system_scope(reason="test"):
        now = Membership.objects.filter(kind="party", valid_to__isnull=True)
        assert set(now.values_list("person__code", "organisation__name")) == {
            ("1001", "磨浮党支部"),
            ("1002", "碎矿党支部"),
        }


def test_a_branch_takes_back_nothing_about_who_is_no_longer_its_own(staffed, units, second):
    secretary = make_account("secretary", "secretary", units["below"].node)
    rows = [["张三", "1001", "磨浮党支部", "正式党员", "2026-01-01"], ["李四", "1002", "磨浮党支部", "", ""]]
    walk = Walk(secretary, "roster").upload(workbook({"名册": [HEAD, *rows]})).match().confirm()
    with system_scope(reason="test"):
        transfer_person(person=person("1001").uuid, to_organisation=second.uuid, valid_from=TODAY, **WHO)
    assert "已不在您的范围内" in kept(walk.undo())
    assert standing_of("1001") == "full_member"


def test_a_post_that_was_ended_since_stays_on_record(staffed):
    head = ["姓名", "工号", "党支部", "党内职务", "任职日期"]
    rows = [["张三", "", "磨浮党支部", "支部书记", "2024-05-10"], ["李四", "", "磨浮党支部", "组织委员", "2024-05-10"]]
    walk = Walk(staffed, "posts").upload(workbook({"支委": [head, *rows]})).match().confirm()
    with system_scope(reason="test"):
        dismiss(post=Post.objects.get(title="secretary").uuid, last_day=YESTERDAY, **WHO)
    assert "导入之后又改过" in kept(walk.undo())
    with system_scope(reason="test"):
        assert list(Post.objects.values_list("title", "valid_to")) == [("secretary", YESTERDAY)]


def test_a_link_that_was_ended_and_an_area_that_was_renamed_since_stay_as_they_are(staffed):
    Walk(staffed, "areas").upload(AREAS).match().confirm()
    other = workbook({"责任区": [["责任区名称", "编号", "所属支部"], ["一号球磨机", "Z-01", "磨浮党支部"]]})
    renamed = Walk(staffed, "areas").upload(other).match().confirm()
    head = ["联系类型", "责任人", "工号", "责任区", "起始日期"]
    rows = [["党员责任区", "张三", "", "Z-01", "2026-01-01"], ["党员责任区", "李四", "", "Z-02", "2026-01-01"]]
    linked = Walk(staffed, "links").upload(workbook({"负责人": [head, *rows]})).match().confirm()
    with system_scope(reason="test"):
        area = Area.objects.get(code="Z-01")
        change_area(area=area.uuid, name="一号半自磨机", code="Z-01", duties="", actor=SYSTEM)
        unlink(link=Link.objects.get(right_area=area).uuid, last_day=YESTERDAY, actor=SYSTEM)
    assert "导入之后又改过" in kept(linked.undo())
    assert "导入之后又改过" in kept(renamed.undo())
    with system_scope(reason="test"):
        assert list(Link.objects.values_list("right_area__name", "valid_to")) == [("一号半自磨机", YESTERDAY)]


def test_an_organisation_that_was_renamed_since_keeps_its_name(officer, units, settings):
    walk = Walk(officer, "organisations").upload(organisations_table([1, "磨浮车间党支部", "", "BS0101", "", ""]))
    walk.match().confirm()
    settings.DEMO_TODAY = TOMORROW
    with system_scope(reason="test"):
        rename_organisation(
            organisation=units["below"].uuid, name="球磨党支部", short_name="", valid_from=TOMORROW, actor=SYSTEM
        )
    assert "导入之后又改过" in kept(walk.undo())
    with system_scope(reason="test"):
        assert Organisation.objects.get(uuid=units["below"].uuid).name == "球磨党支部"
