"""A roster comes in: who is new, who moved, who is the same; namesakes are asked about, never guessed."""

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.exchange.data import ImportState
from linghang.apps.exchange.tests.books import book
from linghang.apps.org.models import Person, RosterSpan
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db

HEAD = ["序号", "姓名", "工号", "所在支部", "政治面貌", "类别", "转入日期", "手机号", "身份证号"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def branches(units):
    return units | {"second": make_organisation("branch", "碎矿党支部", units["own"], code="BS0102")}


def table(*rows):
    return workbook({"名册": [["党员花名册"], HEAD, *rows]})


def roster() -> dict[str, tuple[str, str, str]]:
    """Name and code → branch, standing, class of today."""
    with system_scope(reason="test"):
        spans = RosterSpan.objects.filter(valid_to__isnull=True, person__voided_at__isnull=True)
        return {
            f"{s.person.name}{s.person.code}": (s.home.name, s.standing, s.person_class)
            for s in spans.select_related("person", "home")
        }


FIRST = table(
    [1, "张三", "1001", "磨浮党支部", "正式党员", "在职", "2021-07-01", "１３８００００００００", "11010519491231002X"],
    [2, "李四", "１００２", "磨浮支部", "中共预备党员", "", "2024/3/5", "", ""],
    [3, "张三", "1003", "BS0102", "正式党员", "", 44378, "", ""],
    [4, "王五", "", "碎矿党支部", "正式党员", "离退休", "", "", ""],
)


def test_a_roster_goes_in_with_numbers_sealed_and_again_changes_nothing(officer, branches):
    walk = Walk(officer, "roster").upload(FIRST).match()
    assert walk.counts == (4, 0, 0, 0), walk.problems()
    walk.confirm()
    assert walk.row.state == ImportState.DONE, walk.row.failure
    assert roster() == {
        "张三1001": ("磨浮党支部", "full_member", "在职"),
        "李四1002": ("磨浮党支部", "probationary", ""),
        "张三1003": ("碎矿党支部", "full_member", ""),
        "王五": ("碎矿党支部", "full_member", "离退休"),
    }
    with system_scope(reason="test"):
        first = Person.objects.get(code="1001")
        assert first.id_number.open() == "11010519491231002X"
        assert first.phone.open() == "13800000000"
    again = Walk(officer, "roster").upload(FIRST).match()
    assert again.counts == (0, 0, 4, 0), (again.problems(), again.lines("changed"))
    assert again.endings() == []


def test_an_undone_roster_leaves_nobody_and_can_come_in_again(officer, branches):
    walk = Walk(officer, "roster").upload(FIRST).match().confirm().undo()
    assert walk.row.state == ImportState.UNDONE, walk.row.failure
    assert roster() == {}
    again = Walk(officer, "roster").upload(FIRST).match()
    assert again.counts == (4, 0, 0, 0)
    again.confirm()
    assert len(roster()) == 4


def test_changes_are_found_by_code_and_taken_back_by_an_undo(officer, branches):
    Walk(officer, "roster").upload(FIRST).match().confirm()
    before = roster()
    walk = Walk(officer, "roster").upload(
        table([1, "张三", "1001", "碎矿党支部", "正式党员", "在职", "2026-02-01", "", ""],
              [2, "李四", "1002", "磨浮党支部", "正式党员", "", "", "", ""])
    )  # fmt: skip
    walk.match()
    assert walk.counts == (0, 2, 0, 0), walk.problems()
    walk.confirm()
    assert roster()["张三1001"][0] == "碎矿党支部"
    assert roster()["李四1002"][1] == "full_member"
    walk.undo()
    assert walk.row.counts["kept"] == 0
    assert roster() == before


def test_who_is_not_in_the_table_is_only_proposed_to_have_left(officer, branches):
    Walk(officer, "roster").upload(FIRST).match().confirm()
    walk = Walk(officer, "roster").upload(table([1, "张三", "1001", "磨浮党支部", "正式党员", "", "", "", ""]))
    walk.match()
    assert [ending.label for ending in walk.endings()] == ["李四（磨浮党支部，1002）"]
    assert "系统不会自动结束它们" in text_of(walk.get("preview/?show=endings"))
    assert "李四1002" in roster()
    walk.confirm(walk.endings()[0].key)
    assert walk.row.state == ImportState.DONE, walk.row.failure
    walk.undo()
    assert "李四1002" in roster()


def test_namesakes_are_asked_about_and_told_apart_by_code_or_branch(officer, branches):
    Walk(officer, "roster").upload(FIRST).match().confirm()
    walk = Walk(officer, "roster").upload(
        table([1, "李四", "", "碎矿党支部", "正式党员", "", "", "", ""],
              [2, "赵六", "1001", "磨浮党支部", "正式党员", "", "", "", ""],
              [3, "钱七", "", "磨浮党支部", "正式党员", "", "", "", ""],
              [4, "钱七", "", "磨浮党支部", "正式党员", "", "", "", ""],
              [5, "孙八", "1008", "没有这个支部", "党人", "好人", "2031-01-01", "电话", "123"])
    )  # fmt: skip
    walk.match()
    assert set(walk.problems()) == {
        ("名册!C3", "same-name-elsewhere"), ("名册!C4", "contradicts"), ("名册!C6", "duplicate-person"),
        ("名册!D7", "unknown-organisation"), ("名册!E7", "unknown-standing"), ("名册!F7", "unknown-class"),
        ("名册!G7", "day-to-come"), ("名册!H7", "wrong-phone"), ("名册!I7", "wrong-id-number"),
    }  # fmt: skip
    walk.fix({"名册!C3": "2001", "名册!C4": "2002", "名册!C6": "2003"})
    walk.fix({"名册!D7": "磨浮党支部", "名册!E7": "群众", "名册!F7": "", "名册!G7": "", "名册!H7": "", "名册!I7": ""})
    assert walk.counts == (5, 0, 0, 0), walk.problems()


def test_a_secretary_brings_in_his_own_branch_only(branches):
    secretary = make_account("secretary", "secretary", branches["below"].node)
    walk = Walk(secretary, "roster").upload(FIRST).match()
    assert walk.counts[0] == 2
    assert {code for _cell, code in walk.problems()} == {"unknown-organisation"}
    page = text_of(walk.confirm().get())
    assert "有问题没有写入的 2 行" in page
    assert "在原表改好后再导入一次；已经写入的不会重复" in page


def test_a_sheet_per_branch_needs_no_column_of_branches(officer, branches):
    head = ["姓名", "工号", "政治面貌"]
    content = workbook(
        {
            "磨浮": [["磨浮党支部党员名册"], head, ["张三", 1001, "正式党员"]],
            "碎矿党支部": [head, ["李四", 1002, "正式党员"]],
        }
    )
    walk = Walk(officer, "roster").upload(content).match()
    assert walk.counts == (2, 0, 0, 0), walk.problems()
    walk.confirm()
    assert {name: place[0] for name, place in roster().items()} == {"张三1001": "磨浮党支部", "李四1002": "碎矿党支部"}


def test_who_brought_people_in_stands_in_the_history_of_each_of_their_rows(officer, branches):
    Walk(officer, "roster").upload(FIRST).match().confirm()
    with system_scope(reason="test"):
        person = Person.objects.get(code="1001")
        lives = [person, person.standings.get(), person.classes.get(), person.memberships.get()]
        for row in lives:
            events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk)
            told = [(event.pgh_label, event.pgh_context.metadata) for event in events.select_related("pgh_context")]
            assert [label for label, _who in told] == ["insert"]
            assert (told[0][1]["actor"], told[0][1]["action"]) == (str(officer.uuid), "import")


def test_people_who_came_in_are_found_by_their_names_codes_and_sounds(officer, branches, browser):
    Walk(officer, "roster").upload(FIRST).match().confirm()
    page = browser(officer)
    for fragment in ("王五", "1002", "zhangsan", "ww"):
        assert "没有找到" not in text_of(page.get(f"/search/?q={fragment}"))
    assert "李四" in text_of(page.get("/search/?q=1002"))


def test_merged_cells_count_for_each_row_and_the_preview_names_them(officer, branches, tmp_path):
    rows = [
        ["党员花名册"],
        HEAD,
        *([n, f"党员{n}", f"20{n}", None, "正式党员", None, None, None, None] for n in range(4)),
    ]
    rows[2][3], rows[4][3] = "磨浮党支部", "碎矿党支部"
    file = book(tmp_path / "merged.xlsx", {"名册": rows}, {"名册": ["A1:I1", "D3:D4", "D5:D6", "F3:F4"]})
    walk = Walk(officer, "roster").upload(file.read_bytes()).match()
    assert walk.counts == (4, 0, 0, 0), walk.problems()
    assert ("名册!D3", "merged-filled") in walk.problems("warning")
    page = walk.get("preview/")
    assert "D3:D4、D5:D6" in text_of(page)
    assert "F3:F4" not in text_of(page)
    assert "A1:I1" not in text_of(page)
    assert 'name="cell:名册!D3"' not in page.content.decode()
    walk.confirm()
    assert [roster()[f"党员{n}20{n}"][0] for n in range(4)] == ["磨浮党支部"] * 2 + ["碎矿党支部"] * 2
