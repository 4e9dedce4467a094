"""The front page and the health page over HTTP, as the app role on a real database."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.views.csrf import csrf_failure
from django.views.defaults import server_error

from linghang.apps.portal.data import FACES, NO_ROLE, face_of
from linghang.apps.portal.queries import month_left


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.role)
def test_home_speaks_to_each_post(visit, face):
    page = visit(face.role).get("/").content.decode()
    assert "赵明，您好" in page
    assert str(face.lead) in page
    setting_up = face.role in ("system_admin", "officer")  # an empty unit gives these their first steps
    assert (str(face.nothing) in page) is not setting_up
    assert (str(face.why) in page) is not setting_up


def test_home_tells_who_has_no_post_what_is_missing_and_shows_no_business(visit):
    page = visit().get("/").content.decode()
    assert str(NO_ROLE.nothing) in page
    assert "我的职务" not in page
    assert "/access/users/" not in page


def test_home_shows_the_posts_that_hold_today(visit):
    page = visit("secretary").get("/").content.decode()
    assert "支部书记" in page
    assert "第一党支部" in page


def test_home_offers_an_action_where_there_is_nothing_to_do(visit):
    page = visit("inspector").get("/").content.decode()
    assert 'class="btn" href="/' in page.split('class="empty"')[1].split("</section>")[0]


def test_home_asks_who_is_not_signed_in_to_sign_in(db):
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/access/sign-in/")


def test_home_takes_few_queries(visit, django_assert_max_num_queries):
    client = visit("officer")
    client.get("/")
    with django_assert_max_num_queries(27):  # what one room more asks for is one more
        client.get("/")


def test_the_first_held_role_in_order_gives_the_page_its_words():
    assert face_of(frozenset({"member", "secretary"})).role == "secretary"
    assert face_of(frozenset()) is NO_ROLE
    assert face_of(frozenset({"outsider"})).role == ""


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 21), 6),  # a Saturday: 23–27 and 30 November are left
        (date(2026, 11, 30), 1),
        (date(2026, 10, 1), 18),  # the holiday of 1–7 October, and 10 October is a make-up day
    ],
)
def test_the_working_days_left_count_today_and_make_up_days(today, days):
    assert month_left(today).days == days


def test_health_answers_without_signing_in(db):
    answer = Client().get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_health_says_when_the_database_is_gone():
    right = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "9"  # nothing listens there
    try:
        answer = Client().get("/health/")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = right
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


def test_an_unknown_address_says_what_to_do(db):
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "请从工作台或列表重新进入" in answer.content.decode()


def test_a_broken_page_says_what_to_do_without_touching_the_database():
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "错误已记入日志" in answer.content.decode()


def test_a_form_that_is_too_old_says_so():
    answer = csrf_failure(RequestFactory().post("/"))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
