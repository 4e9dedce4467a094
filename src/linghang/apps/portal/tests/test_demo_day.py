"""Another day for today, on a demo installation and nowhere else."""

from datetime import date

import pytest
from django.test import override_settings

from linghang.apps.portal.tests.test_pages import visit  # noqa: F401  a fixture of this room
from linghang.ui.web import clock


@pytest.fixture
def demo(tmp_path):
    with override_settings(DEMO=True, DATA_DIR=tmp_path):
        yield


def test_a_visitor_sets_the_day_and_every_page_says_so(demo, visit):  # noqa: F811  the fixture is asked for by its name
    browser = visit("officer")
    assert browser.post("/demo-day/", {"day": "2026-07-01"}).status_code == 302
    assert clock.today() == date(2026, 7, 1)
    page = browser.get("/").content.decode()
    assert "2026年7月1日" in page
    assert "换一天" in page
    browser.post("/demo-day/", {"real": "1", "day": ""})
    assert clock.demo_today() is None


def test_a_day_that_is_none_is_refused_beside_the_field(demo, visit):  # noqa: F811  the fixture is asked for by its name
    answer = visit("officer").post("/demo-day/", {"day": "2026-02-30"})
    assert clock.demo_today() is None
    assert 'name="day"' in answer.content.decode()


def test_a_real_installation_has_no_such_page_and_refuses_to_pretend(visit):  # noqa: F811  the fixture is asked for by its name
    assert visit("officer").post("/demo-day/", {"day": "2026-07-01"}).status_code == 404
    with pytest.raises(RuntimeError):
        clock.set_demo_today(date(2026, 7, 1))
