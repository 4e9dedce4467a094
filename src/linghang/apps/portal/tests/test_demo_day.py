"""Another day for today, on a demo installation and nowhere else."""

from datetime import date

import pytest

from linghang.ui.web import clock


def test_a_visitor_sets_the_day_and_every_page_says_so(demo, visit):
    browser = visit("officer")
    assert browser.post("/demo-day/", {"day": "2026-07-01"}).status_code == 302
    assert clock.today() == date(2026, 7, 1)
    page = browser.get("/").content.decode()
    assert "2026年7月1日" in page
    assert "换一天" in page
    assert "<h1>换一天</h1>" in browser.get("/demo-day/").content.decode()
    browser.post("/demo-day/", {"real": "1", "day": ""})
    assert clock.demo_today() is None


def test_a_day_that_is_none_is_refused_beside_the_field(demo, visit):
    answer = visit("officer").post("/demo-day/", {"day": "2026-02-30"})
    assert clock.demo_today() is None
    assert 'name="day"' in answer.content.decode()


def test_a_real_installation_has_no_such_page_and_refuses_to_pretend(visit):
    assert visit("officer").post("/demo-day/", {"day": "2026-07-01"}).status_code == 404
    with pytest.raises(RuntimeError):
        clock.set_demo_today(date(2026, 7, 1))
