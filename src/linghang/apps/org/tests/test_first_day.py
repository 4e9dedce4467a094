"""The first day of an installation: where to begin."""

from linghang.apps.access.tests.world import make_account
from linghang.apps.org.tests.world import two_units

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
