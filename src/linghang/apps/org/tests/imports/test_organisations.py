"""A table of organisations comes in, is looked at first, can be fixed on the page, and goes out again as a whole."""

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.exchange.data import ImportState
from linghang.apps.exchange.models import Effect, Import, RememberedColumns
from linghang.apps.org.models import Organisation
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db

HEAD = ["序号", "党组织名称", "组织类别", "编号", "上级党组织", "批准成立日期"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def names() -> set[str]:
    with system_scope(reason="test"):
        return set(Organisation.objects.values_list("name", flat=True))


def table(*rows):
    return workbook({"基层党组织": [["北山矿业基层党组织一览表"], [], HEAD, *rows, ["填表人：王红"]]})


GOOD = table(
    [1, "浮选一党小组", "党小组", "BS030101", "BS0301", ""],
    [2, "选煤党支部", "党支部", "ＢＳ０３０１", "洗选党总支", "2021年7月1日"],
    [3, "洗选党总支", "总支", "BS03", "", "2020.7.1"],
)


def test_own_table_goes_in_parents_first_and_again_changes_nothing(officer, units):
    before = names()
    walk = Walk(officer, "organisations").upload(GOOD)
    page = text_of(walk.get())
    assert "列都对上了" in page
    walk.match()
    assert walk.counts == (3, 0, 0, 0), walk.problems()
    assert "预览：还没有写入" in text_of(walk.get())
    assert names() == before
    walk.confirm()
    assert walk.row.state == ImportState.DONE, walk.row.failure
    assert names() - before == {"浮选一党小组", "选煤党支部", "洗选党总支"}
    with system_scope(reason="test"):
        branch = Organisation.objects.select_related("node__parent").get(name="选煤党支部")
    assert (branch.code, branch.founded_on.isoformat(), branch.node.parent.label) == (
        "BS0301",
        "2021-07-01",
        "洗选党总支",
    )
    assert "新增 3 行" in text_of(walk.get())

    again = Walk(officer, "organisations").upload(GOOD)
    assert "照上次的列对应" in text_of(again.get("columns/"))
    again.match()
    assert again.counts == (0, 0, 3, 0)
    assert "没有变化" in text_of(again.get("preview/"))
    assert again.post("confirm/").status_code == 422
    assert RememberedColumns.objects.count() == 1


def test_an_undone_import_leaves_nothing_and_can_be_imported_anew(officer, units):
    before = names()
    walk = Walk(officer, "organisations").upload(GOOD).match().confirm().undo()
    assert walk.row.state == ImportState.UNDONE, walk.row.failure
    assert names() == before
    assert "全部退回" in text_of(walk.get())
    again = Walk(officer, "organisations").upload(GOOD).match()
    assert again.counts == (3, 0, 0, 0)
    again.confirm()
    assert "洗选党总支" in names()


def test_an_undo_needs_a_reason_and_leaves_what_something_refers_to(officer, units):
    walk = Walk(officer, "organisations").upload(GOOD).match().confirm()
    with system_scope(reason="test"):
        branch = Organisation.objects.select_related("node").get(name="选煤党支部")
    make_account("keeper", "secretary", _line(branch))
    assert walk.post("undo/", {"reason": " "}).status_code == 422
    walk.undo()
    assert walk.row.counts["kept"] == 2
    kept = dict(Effect.objects.filter(undone=False).values_list("label", "kept"))
    assert set(kept) == {"选煤党支部（BS0301）", "洗选党总支（BS03）"}
    assert "账号" in kept["选煤党支部（BS0301）"]
    assert "有 2 项没有退回" in text_of(walk.get())


def _line(branch):
    from linghang.apps.access.queries import node_line

    return node_line(branch.node)


def test_wrong_cells_are_named_and_fixed_on_the_page(officer, units):
    walk = Walk(officer, "organisations").upload(
        table(
            [1, "洗选党总支", "总支", "BS03", "不存在党委", "2020-07-01"],
            [2, "选煤党支部", "党枝部", "BS0301", "洗选党总支", "2021-13-01"],
            [3, "筛分党支部", "党支部", "BS0301", "洗选党总支", ""],
            [4, "", "党支部", "BS0304", "洗选党总支", ""],
        )
    )
    walk.match()
    assert dict(walk.problems()) == {
        "基层党组织!E4": "unknown-organisation",
        "基层党组织!C5": "unknown-kind",
        "基层党组织!F5": "bad-date",
        "基层党组织!B7": "no-name",
    }
    page = text_of(walk.get())
    assert "须改正" in page
    assert "基层党组织!F5" in page
    walk.fix({"基层党组织!E4": "北山矿业党委", "基层党组织!C5": "党支部", "基层党组织!F5": "2021-12-01"})
    assert dict(walk.problems()) == {"基层党组织!B7": "no-name", "基层党组织!D6": "duplicate-code"}
    walk.fix({"基层党组织!D6": "BS0302"})
    assert walk.counts == (3, 0, 0, 1)
    walk.confirm()
    assert {"洗选党总支", "选煤党支部", "筛分党支部"} <= names()
    assert walk.row.files_gone_at is not None


def test_names_and_places_change_by_code_and_come_back_with_an_undo(officer, units):
    walk = Walk(officer, "organisations").upload(table([1, "磨浮车间党支部", "", "BS0101", "BS02", ""])).match()
    assert walk.counts == (0, 1, 0, 0), walk.problems()
    assert {change[0] for change in walk.lines("changed")[0].changes} == {"名称", "上级"}
    walk.confirm()
    with system_scope(reason="test"):
        moved = Organisation.objects.select_related("node__parent").get(code="BS0101")
        assert (moved.name, moved.node.parent.label) == ("磨浮车间党支部", "采矿部党总支")
    walk.undo()
    assert walk.row.counts["kept"] == 0
    with system_scope(reason="test"):
        back = Organisation.objects.select_related("node__parent").get(code="BS0101")
        assert (back.name, back.node.parent.label) == ("磨浮党支部", "选矿厂党总支")


def test_what_changed_since_the_preview_is_shown_again_before_anything_is_written(officer, units):
    first, second = (Walk(officer, "organisations").upload(GOOD).match() for _ in range(2))
    first.confirm()
    second.confirm()
    assert second.row.state == ImportState.CHECKED
    assert second.counts == (0, 0, 3, 0)
    assert "库里的内容有了变化" in text_of(second.get("preview/"))


def test_an_import_is_seen_by_those_who_hold_its_post_there_or_above(officer, units):
    walk = Walk(officer, "organisations").upload(GOOD)
    colleague = Walk(make_account("colleague", "officer", units["parent"].node), "organisations")
    below = Walk(make_account("below", "officer", units["own"].node), "organisations")
    foreign = Walk(make_account("foreign", "officer", units["other_top"].node), "organisations")
    secretary = Walk(make_account("secretary", "secretary", units["parent"].node), "organisations")
    for visitor, status in ((colleague, 200), (below, 404), (foreign, 404), (secretary, 404)):
        assert visitor.client.get(f"/imports/{walk.uuid}/columns/").status_code == status
        shown = visitor.client.get("/imports/").content.decode()
        assert ("我的表.xlsx" in shown) is (status == 200)
    assert secretary.client.get("/imports/new/organisations/").status_code == 403


def test_a_file_that_is_no_table_is_refused_in_words_and_an_import_can_be_thrown_away(officer, units):
    walk = Walk(officer, "organisations").upload(b"no table at all")
    assert walk.row.state == ImportState.REFUSED
    assert "打不开这份文件" in text_of(walk.get())
    assert walk.client.post("/imports/new/organisations/", {"file": _file("程序.exe")}).status_code == 422
    other = Walk(officer, "organisations").upload(GOOD)
    other.post("discard/")
    assert not Import.objects.filter(uuid=other.uuid).exists()
    done = Walk(officer, "organisations").upload(GOOD).match().confirm()
    assert done.post("discard/").status_code == 409


def _file(name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, b"MZ")


def test_the_template_can_be_filled_in_and_every_upload_says_what_must_not_be_stored(officer, units):
    walk = Walk(officer, "organisations")
    page = text_of(walk.client.get("/imports/new/organisations/"))
    assert "本系统为非涉密系统，严禁存储、处理、传输涉密信息" in page
    template = walk.client.get("/imports/new/organisations/template/")
    content = b"".join(template.streaming_content)
    walk.upload(content).match()
    assert walk.counts == (0, 0, 0, 0)
