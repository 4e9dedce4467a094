"""支部类别 comes in with the table of organisations, with its day, and goes out again with the import."""

from datetime import date

import pytest

from linghang.apps.access.tests.world import NOW, make_account
from linghang.apps.org.models import Category, Organisation
from linghang.apps.org.operations import set_category
from linghang.apps.org.tests.imports.walk import Walk, workbook
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2-25")]
HEAD = ["党组织名称", "组织类别", "编号", "上级党组织", "成立日期", "支部类别", "类别起"]
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def come_in(user, *rows) -> Walk:
    return Walk(user, "organisations").upload(workbook({"支部": [HEAD, *rows]})).match()


def changes(walk: Walk) -> list[tuple[str, ...]]:
    return [tuple(change) for change in walk.lines("changed")[0].changes]


def classed(name: str) -> list[tuple[str, date, date | None]]:
    with system_scope(reason="test"):
        rows = Category.objects.filter(organisation__name=name).order_by("valid_from")
        return list(rows.values_list("category", "valid_from", "valid_to"))


def test_new_branches_are_classed_from_their_founding_and_known_ones_from_the_day_that_is_written(officer, units):
    walk = come_in(
        officer,
        ["选煤党支部", "党支部", "BS0301", "选矿厂党总支", "2021-07-01", "生产", ""],
        ["磨浮党支部", "党支部", "BS0101", "选矿厂党总支", "", "机关", "2026-05-01"],
    )
    assert walk.counts == (1, 1, 0, 0), walk.problems()
    assert changes(walk) == [("支部类别", "", "机关（2026-05-01起）")]
    walk.confirm()
    assert classed("选煤党支部") == [("production", date(2021, 7, 1), None)]
    assert classed("磨浮党支部") == [("office", date(2026, 5, 1), None)]


def test_a_change_of_class_ends_the_one_before_and_an_undo_brings_it_back(officer, units):
    rows = ["磨浮党支部", "", "BS0101", "", ""]
    come_in(officer, [*rows, "生产", "2020-01-01"]).confirm()
    walk = come_in(officer, [*rows, "野外", "2026-05-01"])
    assert changes(walk) == [("支部类别", "生产", "野外（2026-05-01起）")]
    walk.confirm()
    assert classed("磨浮党支部") == [
        ("production", date(2020, 1, 1), date(2026, 4, 30)),
        ("field", date(2026, 5, 1), None),
    ]
    assert come_in(officer, [*rows, "野外", "2026-05-01"]).counts == (0, 0, 1, 0)
    walk.undo()
    assert walk.row.counts["kept"] == 0
    assert classed("磨浮党支部") == [("production", date(2020, 1, 1), None)]


def test_an_undo_leaves_what_was_classed_anew_since(officer, units):
    walk = come_in(officer, ["磨浮党支部", "", "BS0101", "", "", "生产", "2020-01-01"]).confirm()
    with system_scope(reason="test"):
        branch = Organisation.objects.get(code="BS0101")
        set_category(organisation=branch.uuid, category="field", valid_from=date(2026, 6, 1), actor=SYSTEM)
    walk.undo()
    assert walk.row.counts["kept"] == 1
    assert len(classed("磨浮党支部")) == 2


def test_an_import_that_made_a_branch_takes_it_back_with_its_class(officer, units):
    walk = come_in(officer, ["选煤党支部", "党支部", "BS0301", "选矿厂党总支", "2021-07-01", "生产", ""])
    walk.confirm().undo()
    assert walk.row.counts["kept"] == 0
    assert classed("选煤党支部") == []


def test_what_cannot_be_is_named_at_its_cell(officer, units):
    come_in(officer, ["磨浮党支部", "", "BS0101", "", "", "生产", "2026-03-01"]).confirm()
    walk = come_in(
        officer,
        ["磨浮党支部", "", "BS0101", "", "", "机关", "2026-03-01"],
        ["选煤党支部", "党支部", "BS0301", "选矿厂党总支", "2021-07-01", "采矿", ""],
        ["筛分党支部", "党支部", "BS0302", "选矿厂党总支", "2021-07-01", "", "2026-03-01"],
        ["浮选一党小组", "党小组", "BS010101", "BS0101", "", "生产", ""],
    )
    assert dict(walk.problems()) == {
        "支部!G2": "category-too-early",
        "支部!F3": "unknown-category",
        "支部!G4": "category-without-word",
        "支部!F5": "category-of-branch",
    }


def test_who_keeps_the_tree_does_not_class_branches(units):
    keeper = make_account("keeper", "system_admin", units["parent"].node)
    walk = come_in(keeper, ["选煤党支部", "党支部", "BS0301", "选矿厂党总支", "2021-07-01", "生产", ""])
    assert dict(walk.problems()) == {"支部!F2": "category-by-officer"}
