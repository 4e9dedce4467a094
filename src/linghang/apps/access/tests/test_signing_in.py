from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher
from django.test import Client
from django.urls import reverse

from linghang.apps.access.lockout import client_address
from linghang.apps.access.models import User
from linghang.apps.access.operations import create_first_administrator
from linghang.apps.access.tests.world import NOW, PASSWORD, give_post, make_account

SIGN_IN = "/access/sign-in/"
SECRET_NOTICE = "本系统为非涉密系统，严禁存储、处理、传输涉密信息"


def sign_in(client, username="member", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def words(response) -> str:
    return response.content.decode()


@pytest.mark.django_db
def test_the_sign_in_page_says_that_nothing_secret_belongs_here(client):
    assert SECRET_NOTICE in words(client.get(SIGN_IN))


def test_the_right_password_leads_to_the_page_asked_for(client, member):
    response = sign_in(client, next="/access/me/")
    assert response.status_code == 302
    assert response["Location"] == "/access/me/"
    assert "member同志" in words(client.get("/access/me/"))


def test_the_user_name_is_the_same_in_capitals_and_with_spaces(client, member):
    assert sign_in(client, username=" Member ").status_code == 302


def test_nobody_is_led_to_another_site(client, member):
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == reverse("portal:home")


def test_passwords_are_stored_with_argon2(member):
    assert identify_hasher(member.password).algorithm == "argon2"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody-like-this"}])
def test_a_wrong_name_and_a_wrong_password_read_the_same(client, member, wrong):
    response = sign_in(client, **wrong)
    assert response.status_code == 422
    assert "用户名或密码不对" in words(response)


def test_a_stopped_account_cannot_sign_in(client, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert sign_in(client).status_code == 422


def test_an_open_page_ends_at_once_when_its_account_is_stopped(signed_in, member):
    client = signed_in(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/access/me/").status_code == 302


def test_the_fifth_wrong_password_locks_and_says_how_long(client, member):
    answers = [sign_in(client, password="wrong") for _try in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert "请15分钟后再试" in words(answers[-1])
    assert sign_in(client).status_code == 429


def test_the_lock_ends_after_the_time_that_the_page_named(client, member):
    with time_machine.travel(NOW) as clock:
        for _try in range(5):
            sign_in(client, password="wrong")
        clock.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=2))
        assert sign_in(client).status_code == 302


def test_the_branch_unlocks(client, member, secretary, signed_in):
    for _try in range(5):
        sign_in(client, password="wrong")
    signed_in(secretary).post(f"/access/users/{member.uuid}/unlock/")
    client.logout()
    assert sign_in(client).status_code == 302


def test_somebody_else_is_not_locked_out_with_him(client, member, secretary):
    for _try in range(5):
        sign_in(client, password="wrong")
    assert sign_in(client, username="secretary").status_code == 302


@pytest.mark.parametrize(
    ("proxy", "counted"), [(None, "10.0.0.1"), (("HTTP_X_FORWARDED_PROTO", "https"), "172.16.5.9")]
)
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(rf, settings, proxy, counted):
    settings.SECURE_PROXY_SSL_HEADER = proxy
    claimed = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4, 172.16.5.9"})
    assert client_address(claimed) == counted


@pytest.mark.parametrize(
    ("seen", "counted"), [("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"), ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::")]
)
def test_the_many_addresses_of_one_machine_count_as_one(rf, seen, counted):
    assert client_address(rf.get("/", REMOTE_ADDR=seen)) == counted


def test_what_is_no_address_counts_as_the_connection(rf, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "unknown"})) == "10.0.0.1"


@pytest.mark.parametrize("name", ["MEMBER", " Member", "ｍember", "member　"])
def test_another_spelling_of_a_name_is_no_way_around_the_lock(client, member, name):
    for spelling in ("member", name, "member", name, name):
        sign_in(client, username=spelling, password="wrong", headers={"X-Forwarded-For": f"1.1.1.{len(spelling)}"})
    assert sign_in(client).status_code == 429


def test_a_session_from_before_signing_in_is_not_taken_over(client, member):
    client.get(SIGN_IN)
    client.cookies["sessionid"] = "chosen-by-somebody-else-123456"
    sign_in(client)
    assert client.cookies["sessionid"].value != "chosen-by-somebody-else-123456"
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "wanted", ["//elsewhere", "/\\elsewhere", "javascript:alert(1)", "\thttps://elsewhere", "http:x"]
)
def test_no_spelling_leads_to_another_site(client, member, wanted):
    assert sign_in(client, next=wanted)["Location"] == reverse("portal:home")


def test_half_an_hour_without_a_click_ends_the_session_and_says_so(client, member, settings):
    settings.DEMO_TODAY = None
    with time_machine.travel(NOW) as clock:
        sign_in(client)
        clock.shift(timedelta(minutes=29))
        assert client.get("/access/me/").status_code == 200
        clock.shift(timedelta(minutes=31))
        response = client.get("/access/me/", follow=True)
    assert "太久没有操作" in words(response)
    assert response.redirect_chain[0][0].startswith(SIGN_IN)


def test_a_partial_reload_after_the_session_ended_loads_the_whole_sign_in_page(client, db):
    response = client.get("/access/users/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith(SIGN_IN)


def test_signing_out_ends_the_session_and_needs_a_post(signed_in, member):
    client = signed_in(member)
    assert client.get("/access/sign-out/").status_code == 405
    assert client.post("/access/sign-out/").status_code == 302
    assert client.get("/access/me/").status_code == 302


@pytest.mark.django_db
def test_the_first_administrator_is_made_once():
    password = create_first_administrator(now=NOW)
    assert password is not None
    assert len(password) >= 12
    assert User.objects.get().check_password(password)
    assert create_first_administrator(now=NOW) is None
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_first_sign_in_leads_to_a_new_password_and_nowhere_else(client):
    password = create_first_administrator(now=NOW)
    sign_in(client, username="admin", password=password)
    assert client.get("/access/users/")["Location"] == "/access/me/password/"
    new = {"old": password, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/access/me/password/", new)["Location"] == reverse("portal:home")
    assert client.get("/access/users/").status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "wrong"}, "原密码不对"),
        ({"again": "something-else-1"}, "两次输入的新密码不一样"),
        ({"new": "short", "again": "short"}, "10"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码和原密码相同"),
    ],
)
def test_a_bad_change_of_password_is_explained_beside_the_field(signed_in, member, change, said):
    values = {"old": PASSWORD, "new": "other-lamp-ground-9", "again": "other-lamp-ground-9"} | change
    response = signed_in(member).post("/access/me/password/", values)
    assert response.status_code == 422
    assert said in words(response)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_changing_the_password_ends_the_other_sessions(member):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    here.post("/access/me/password/", {"old": PASSWORD, "new": "other-lamp-9-xy", "again": "other-lamp-9-xy"})
    assert here.get("/access/me/").status_code == 200
    assert there.get("/access/me/").status_code == 302


def test_the_account_of_somebody_with_two_units_switches_between_them(tree, signed_in):
    user = make_account("two", "officer", tree["top"])
    give_post(user, "officer", tree["other"])
    make_account("north", "member", tree["branch"])
    make_account("south", "member", tree["other"])
    client = signed_in(user)
    assert "north" in words(client.get("/access/users/"))
    assert "south" not in words(client.get("/access/users/"))
    client.post("/access/me/unit/", {"top": str(tree["other"].uuid)})
    assert "south" in words(client.get("/access/users/"))
    assert "north" not in words(client.get("/access/users/"))


def test_a_unit_without_a_post_cannot_be_chosen(tree, member, signed_in):
    assert signed_in(member).post("/access/me/unit/", {"top": str(tree["other"].uuid)}).status_code == 404


def test_what_is_sent_after_the_session_ended_leads_back_to_the_page_of_the_form(client, db):
    sent = client.post("/access/users/new/", headers={"Referer": "http://testserver/access/users/new/?node=1"})
    assert parse_qs(urlsplit(sent["Location"]).query) == {"next": ["/access/users/new/?node=1"], "expired": ["1"]}
    part = client.post(
        "/access/users/new/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/access/users/"}
    )
    assert parse_qs(urlsplit(part["HX-Redirect"]).query)["next"] == ["/access/users/"]


@pytest.mark.parametrize(
    "page", ["", "https://elsewhere.example/access/", "javascript:alert(1)", "//elsewhere.example/"]
)
def test_a_page_of_another_house_is_nowhere_to_go_back_to(client, db, page):
    sent = client.post("/access/users/new/", headers={"Referer": page})
    assert parse_qs(urlsplit(sent["Location"]).query)["next"] == ["/"]
