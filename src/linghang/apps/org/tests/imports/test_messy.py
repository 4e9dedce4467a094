"""An officer brings in her own messy tables in one sitting: 40 branches, 1,500 people, corrected, undone, once more."""

import pytest

from linghang.apps.access.tests.world import TODAY, make_account
from linghang.apps.exchange.data import ImportState
from linghang.apps.org.models import Person, RosterSpan
from linghang.apps.org.tests.imports.messy import make_messy
from linghang.apps.org.tests.imports.walk import Walk, text_of
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db

PEOPLE, BRANCHES = 1_500, 40
BAD = BRANCHES // 4  # branches in whose tables something is wrong


@pytest.fixture(autouse=True)
def _setting(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.DEMO_TODAY = TODAY


def present() -> int:
    with system_scope(reason="test"):
        return RosterSpan.objects.filter(valid_to__isnull=True, person__voided_at__isnull=True).count()


def test_messy_tables_come_in_are_corrected_undone_and_come_in_again(db):
    messy = make_messy(people=PEOPLE, branches=BRANCHES)
    officer = make_account("officer", "officer", make_organisation("party_committee", "青塬煤矿党委", code="QY").node)

    tree = Walk(officer, "organisations").upload(messy.organisations).match()
    assert tree.counts == (BRANCHES, 0, 0, 0), tree.problems()
    tree.confirm()

    walk = Walk(officer, "roster").upload(messy.roster, "花名册.xlsx")
    assert "列都对上了" in text_of(walk.get("columns/"))
    walk.match()
    found = dict(walk.problems())
    assert found == messy.planted
    assert walk.counts[0] == PEOPLE + BAD
    assert f"例：“2021年2月30日”没有这一天，写成 ...（{BAD}）" in text_of(walk.get("preview/")).replace("…", " ...")
    assert {code for _cell, code in walk.problems("warning")} == {"hidden-rows", "no-since"}

    walk.fix(messy.fixes)
    assert {code for _cell, code in walk.problems()} == {"duplicate-person"}
    taken = PEOPLE + 4 * BAD
    assert walk.counts == (taken, 0, 0, BAD)
    walk.confirm()
    assert walk.row.state == ImportState.DONE, walk.row.failure
    assert present() == taken

    walk.undo("换成最新的花名册")
    assert walk.row.state == ImportState.UNDONE, walk.row.failure
    assert walk.row.counts["kept"] == 0
    assert present() == 0

    again = Walk(officer, "roster").upload(messy.roster)
    assert "照上次的列对应" in text_of(again.get("columns/"))
    again.match()
    assert again.counts[0] == PEOPLE + BAD
    again.confirm()
    assert present() == PEOPLE + BAD
    once_more = Walk(officer, "roster").upload(messy.roster).match()
    assert once_more.counts[:3] == (0, 0, PEOPLE + BAD), once_more.lines("changed")[:3]
    with system_scope(reason="test"):
        assert Person.objects.filter(phone__isnull=False).exclude(phone_lookup="").exists()
