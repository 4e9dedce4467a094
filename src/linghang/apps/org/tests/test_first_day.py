"""The first day of an installation: where to begin."""

from datetime import UTC, datetime

from linghang.apps.access.tests.world import make_account
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people
from linghang.apps.org.tests.world import LONG_AGO, make_organisation, two_units
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

FIRST = "建立本单位的顶层组织"


def test_the_administrator_is_told_to_begin_with_the_top_organisation_until_it_is_there(db, browser):
    client = browser(make_account("admin", "system_admin"))
    page = client.get("/").content.decode()
    assert FIRST in page
    assert 'href="/org/new/"' in page
    two_units()
    assert FIRST not in client.get("/").content.decode()


def test_nobody_else_is_told_to_set_up_the_installation(db, browser):
    assert FIRST not in browser(make_account("nobody")).get("/").content.decode()


def test_each_step_of_setting_up_is_told_until_it_is_done(db, browser):
    admin = browser(make_account("admin", "system_admin"))
    top = make_organisation("party_committee", "柳河煤业公司党委")
    assert "给党务干部建账号，打印激活单" in admin.get("/").content.decode()
    officer = browser(make_account("officer", "officer", top.node))
    assert "给党务干部建账号，打印激活单" not in admin.get("/").content.decode()
    assert "第1步：导入党支部" in officer.get("/").content.decode()
    branch = make_organisation("branch", "机电队党支部", top)
    assert "第2步：导入花名册" in officer.get("/").content.decode()
    with system_scope(reason="test"):
        person = NewPerson("张三", LONG_AGO, branch=branch.uuid, standing="full_member", standing_from=LONG_AGO)
        add_people(rows=[person], actor=SYSTEM, now=datetime(2026, 3, 5, tzinfo=UTC))
    assert "第3步：给各支部建账号" in officer.get("/").content.decode()
    make_account("secretary", "secretary", branch.node)
    assert "第3步" not in officer.get("/").content.decode()
