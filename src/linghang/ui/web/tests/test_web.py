from datetime import UTC, date, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from linghang.ui.web import clock
from linghang.ui.web.errors import DomainError, forbidden, not_found, refusal_response
from linghang.ui.web.middleware import PlumbingMiddleware
from linghang.ui.web.paging import Page, page_number
from linghang.ui.web.routes import EVERYONE, Reach, Rule, _add, may_open, may_see, rules
from linghang.ui.web.viewer import NOBODY, Grant, Viewer

REFUSAL = DomainError("closed", "本月已关账，不能再录。请联系党务干部。", field="day")
OFFICER = Viewer(name="王红", grants=(Grant("officer", "1/", None, "党委"),))


def request(**headers):
    made = RequestFactory().get("/", headers=headers)
    vars(made).update(viewer=NOBODY)
    return made


@pytest.mark.django_db
def test_people_get_a_page_with_the_sentence():
    answer = refusal_response(request(accept="text/html"), REFUSAL)
    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert "本月已关账" in answer.content.decode()


def test_a_partial_reload_gets_a_fragment():
    answer = refusal_response(request(**{"HX-Request": "true"}), REFUSAL)
    assert answer.status_code == 422
    assert answer.content.decode().strip().startswith('<p class="refusal" role="alert">本月已关账')


def test_a_program_gets_json():
    answer = refusal_response(request(accept="application/json"), REFUSAL)
    assert answer.status_code == 422
    assert b'"code": "closed"' in answer.content
    assert b'"field": "day"' in answer.content


def test_the_statuses_of_the_two_common_refusals():
    assert (not_found().status, forbidden().status) == (404, 403)


@pytest.mark.django_db
def test_a_view_that_refuses_is_answered_by_the_middleware_and_a_bug_is_not():
    middleware = PlumbingMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(request(), REFUSAL).status_code == 422
    assert middleware.process_exception(request(), ZeroDivisionError()) is None


def test_a_request_carries_one_now_and_its_business_day():
    made = RequestFactory().get("/")
    with time_machine.travel(datetime(2026, 3, 5, 16, 30, tzinfo=UTC)):
        PlumbingMiddleware(lambda _request: HttpResponse())(made)
    assert made.today == date(2026, 3, 6)
    assert clock.day_of(made.now) == made.today
    assert made.viewer is NOBODY


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 3, 5, 16, 0, tzinfo=UTC), date(2026, 3, 6)),
    ],
)
def test_a_business_day_ends_at_midnight_in_shanghai(instant, day):
    assert clock.day_of(instant) == day


def test_a_demo_installation_pretends_a_day_and_keeps_the_time_of_day(settings):
    settings.DEMO_TODAY = date(2026, 3, 31)
    with time_machine.travel(datetime(2026, 11, 21, 2, 15, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 3, 31, 2, 15, tzinfo=UTC)
        assert clock.today() == date(2026, 3, 31)


def test_without_the_option_the_clock_is_the_real_one(settings):
    settings.DEMO_TODAY = None
    with time_machine.travel(datetime(2026, 11, 21, 2, 15, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 11, 21, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "row",
    [Rule("x:neither", "x"), Rule("x:both", "x", roles={"officer": Reach.NODE}, public="because")],
)
def test_a_row_says_roles_or_a_reason_and_not_both(row):
    with pytest.raises(ValueError, match="either roles or the reason"):
        _add({}, [row])


def test_two_rows_for_one_address_stop_the_start():
    known = next(iter(rules().values()))
    with pytest.raises(ValueError, match="two permission rows"):
        _add({known.url_name: known}, [known])


def test_writing_can_be_narrower_than_reading():
    rule = Rule("x:x", "x", roles={EVERYONE: Reach.SELF}, writes={"officer": Reach.SUBTREE})
    assert rule.admits({"member"}, "GET")
    assert not rule.admits({"member"}, "POST")
    assert rule.reach("officer", "POST") is Reach.SUBTREE
    assert rule.reach("officer", "GET") is Reach.SELF


def test_a_link_to_an_address_without_a_row_is_never_shown():
    assert not may_open({"officer"}, "no:such")
    assert may_open({"officer"}, "access:user-list")
    assert not may_open({"member"}, "access:user-list")


def test_a_menu_entry_asks_the_posts_of_the_viewer():
    made = request()
    assert not may_see("officer")(made)
    vars(made).update(viewer=OFFICER)
    assert may_see("officer")(made)


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("0", 1), ("-2", 1), ("x", 1), (None, 1), ("３", 1), ("9" * 30, 1)]
)
def test_a_wrong_page_number_is_the_first_page(text, number):
    assert page_number(text) == number


@pytest.mark.parametrize(
    ("number", "total", "pages", "first", "last"), [(1, 0, 1, 0, 0), (1, 25, 1, 1, 25), (2, 26, 2, 26, 26)]
)
def test_a_page_says_which_rows_it_shows(number, total, pages, first, last):
    page = Page([], number, total)
    assert (page.pages, page.first, page.last) == (pages, first, last)
    assert (page.previous, page.next) == (number - 1 or None, None)
