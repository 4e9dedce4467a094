"""1,500 people get accounts: by branch, with printed slips, each used once."""

import re

import pytest

from linghang.apps.access.models import RoleGrant, User
from linghang.apps.access.tests.world import NOW, TODAY, make_account
from linghang.apps.org.models import Person
from linghang.apps.org.operations import appoint, change_standing
from linghang.apps.org.tests.imports.walk import Walk, text_of, workbook
from linghang.apps.org.tests.link_world import make_person
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def rostered(officer, units, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make_account("1002")  # somebody else has this user name already
    head = ["姓名", "工号", "支部", "政治面貌", "转入日期"]
    names = (("张三", "1001"), ("李四", "1002"), ("王五", ""))
    rows = [[name, code, "磨浮党支部", "正式党员", "2021-07-01"] for name, code in names]
    Walk(officer, "roster").upload(workbook({"名册": [head, *rows]})).match().confirm()
    return officer


def test_a_branch_gets_accounts_with_slips_that_are_shown_once_and_open_the_account(rostered, units, client, browser):
    officer = browser(rostered)
    assert "还有 3 人没有账号" in text_of(officer.get("/org/accounts/"))
    page = officer.post("/org/accounts/", {"branch": [str(units["below"].uuid)]})
    words = text_of(page)
    assert "共 3 张激活单" in words
    with system_scope(reason="test"):
        made = {person.name: person.user for person in Person.objects.select_related("user")}
        assert {name: user.username for name, user in made.items()} == {
            "张三": "1001", "李四": "1002-2", "王五": "wangwu",
        }  # fmt: skip
        assert RoleGrant.objects.filter(user=made["张三"], role="member").count() == 1
    code = re.search(r'class="slip-code">([^<]+)<', page.content.decode()).group(1)
    client.logout()
    form = {"code": code, "new": "ground-water-lamp-8", "again": "ground-water-lamp-8"}
    assert client.post("/access/activate/", form).status_code == 302
    assert User.objects.filter(home__uuid=units["below"].node.uuid).count() == 3
    officer = browser(rostered)
    assert "人人都有账号了" in text_of(
        officer.post("/org/accounts/", {"branch": [str(units["below"].uuid)]}, follow=True)
    )


def test_a_secretary_makes_accounts_in_his_own_branch_only(rostered, units, browser):
    stranger = make_account("stranger", "secretary", units["sibling"].node)
    page = browser(stranger).post("/org/accounts/", {"branch": [str(units["below"].uuid)]}, follow=True)
    assert "人人都有账号了" in text_of(page)
    with system_scope(reason="test"):
        assert not Person.objects.filter(user__isnull=False).exists()


def test_a_secretary_prints_slips_also_of_members_who_work_in_a_team_elsewhere(units, browser):
    team = make_organisation("department", "安全科", make_organisation("unit", "北山矿业公司", units["parent"]))
    make_person("张三", units["below"], unit=team)
    secretary = make_account("secretary", "secretary", units["below"].node)
    page = browser(secretary).post("/org/accounts/", {"branch": [str(units["below"].uuid)]})
    assert "共 1 张激活单" in text_of(page)


def test_where_a_slip_is_refused_nobody_of_the_branch_has_an_account(units, browser):
    make_person("张三", units["below"])
    officer = make_person("李四", units["below"])
    with system_scope(reason="test"):
        place = {"organisation": units["parent"].uuid, "title": "party_officer"}
        appoint(person=officer, **place, valid_from=TODAY, actor=SYSTEM, now=NOW)
    secretary = make_account("secretary", "secretary", units["below"].node)
    before = User.objects.count()
    page = browser(secretary).post("/org/accounts/", {"branch": [str(units["below"].uuid)]}, follow=True)
    assert "张激活单" not in text_of(page)
    assert User.objects.count() == before


def test_who_was_taken_back_is_offered_no_account_who_stayed_is(officer, units, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    table = workbook(
        {"名册": [["姓名", "工号", "支部"], ["张三", "1001", "磨浮党支部"], ["李四", "1002", "磨浮党支部"]]}
    )
    walk = Walk(officer, "roster").upload(table).match().confirm()
    offer = "建账号、打印激活单"
    assert offer in text_of(walk.get())
    assert "申请更正" in text_of(walk.get())
    undone = text_of(walk.undo().get())
    assert offer not in undone
    assert "申请更正" not in undone
    again = Walk(officer, "roster").upload(table).match().confirm()
    with system_scope(reason="test"):
        stays = Person.objects.get(code="1001")
        change_standing(person=stays.uuid, status="masses", valid_from=TODAY, actor=SYSTEM, now=NOW)
    assert again.undo().row.counts["kept"] == 1
    assert offer in text_of(again.get())
