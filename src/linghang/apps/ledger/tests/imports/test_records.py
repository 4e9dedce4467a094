"""Records come in from the tables that people keep, once only, and go out again as a batch."""

import pytest

from linghang.apps.access.tests.world import TODAY, make_account
from linghang.apps.exchange.data import ImportState
from linghang.apps.ledger.models import Event, Fact, StandingFact
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db

PEOPLE = workbook(
    {
        "名册": [
            ["姓名", "工号", "支部", "政治面貌", "转入日期"],
            ["张三", "1001", "磨浮党支部", "正式党员", "2021-07-01"],
            ["李四", "1002", "磨浮党支部", "正式党员", "2021-07-01"],
            ["王五", "1003", "磨浮党支部", "正式党员", "2021-07-01"],
        ]
    }
)
LONG = workbook(
    {
        "志愿服务": [
            ["2026年志愿服务记录"],
            ["姓名", "支部", "日期", "数量（小时）", "角色", "活动名称"],
            ["张三", "磨浮党支部", "2026-02-05", "2", "参加者", "清扫矿区道路"],
            ["李四", "磨浮党支部", "2026-02-05", "2.5", "参加者", "清扫矿区道路"],
            ["王五", "", "2月6日", "1", "参加者", ""],
            ["赵六", "磨浮党支部", "2026-02-05", "2", "参加者", "清扫矿区道路"],
            ["张三", "磨浮党支部", "2027-02-05", "2", "参加者", "明年的事"],
        ]
    }
)


@pytest.fixture(autouse=True)
def _setting(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def officer(db):
    units = two_units()
    user = make_account("officer", "officer", units["parent"].node)
    Walk(user, "roster").upload(PEOPLE).match().confirm()
    return user


def standing() -> int:
    with system_scope(reason="test"):
        return StandingFact.objects.count()


def test_records_go_in_once_and_what_is_wrong_is_named_by_cell(officer):
    walk = Walk(officer, "records").upload(LONG)
    assert walk.row.state == ImportState.MATCHING, walk.row.failure
    walk.match()
    assert dict(walk.problems()) == {"志愿服务!A6": "unknown-member", "志愿服务!A7": "future-day"}
    assert walk.counts[0] == 3, walk.problems()
    walk.fix({"志愿服务!A6": "王五"})
    assert walk.counts[0] == 4
    walk.confirm()
    assert walk.row.state == ImportState.DONE, walk.row.failure
    with system_scope(reason="test"):
        facts = list(Fact.objects.select_related("event", "batch").order_by("pk"))
    assert [fact.quantity for fact in facts] == [20_000, 25_000, 10_000, 20_000]
    assert facts[0].event == facts[1].event
    assert facts[0].batch.import_uuid == walk.uuid
    again = Walk(officer, "records").upload(LONG).match()
    assert again.counts[:3] == (0, 0, 3)
    assert again.post("confirm/").status_code == 422
    assert standing() == 4


def test_an_undone_batch_is_reversed_and_the_same_table_can_come_in_again(officer):
    walk = Walk(officer, "records").upload(LONG).match().confirm()
    assert standing() == 3
    walk.undo()
    assert walk.row.state == ImportState.UNDONE, walk.row.failure
    assert walk.row.counts["kept"] == 0
    assert standing() == 0
    again = Walk(officer, "records").upload(LONG).match().confirm()
    assert again.row.state == ImportState.DONE, again.row.failure
    assert standing() == 3
    with system_scope(reason="test"):
        assert Event.objects.count() == 1


def test_many_names_in_one_cell_are_one_record_each(officer):
    content = workbook(
        {
            "主题党日": [
                ["日期", "活动名称", "角色", "参加人员", "数量（小时）"],
                ["2026-02-12", "井口安全宣讲", "参加者", "张三、李四，王五", 2],
            ]
        }
    )
    walk = Walk(officer, "records").upload(content)
    page = text_of(walk.get("columns/"))
    assert "名单（一格几个人）" in page
    sheet = {"f0s0-taken": "event", "f0s0-kind": "志愿服务", "f0s0-c3": "names"}
    walk.match(sheet)
    assert walk.counts[0] == 3, walk.problems()
    walk.confirm()
    assert standing() == 3
