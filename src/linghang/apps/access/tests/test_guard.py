"""What holds for every address: sizes, caches, headers, and what keeps a session alive."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linghang.apps.access.tests.world import NOW, PASSWORD

MEGABYTE = 1024 * 1024
BACKGROUND = {"X-Background": "1", "HX-Request": "true"}


def send(client, size: int):
    return client.post("/access/sign-in/", {"file": SimpleUploadedFile("a", b"a" * size)})


@pytest.mark.django_db
def test_nobody_fills_the_disk_before_he_has_signed_in():
    """The body is not even read: with CSRF checks on, the answer would else be 403 for want of a token."""
    answer = send(Client(enforce_csrf_checks=True), 3 * MEGABYTE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/access/sign-in/")


def test_too_much_at_once_is_refused_with_the_limit(signed_in, member, settings):
    settings.REQUEST_MAX_BYTES = 3 * MEGABYTE
    answer = send(signed_in(member), 3 * MEGABYTE)
    assert answer.status_code == 413
    assert "超过3MB" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_length_that_is_no_number_is_refused(client, length):
    assert client.post("/access/sign-in/", CONTENT_LENGTH=length).status_code == 302


@pytest.mark.parametrize("path", ["/", "/access/me/", "/access/users/", "/org/", "/jobs/", "/notify/", "/no-such-page"])
def test_no_page_stays_in_a_cache(signed_in, secretary, path):
    assert "no-store" in signed_in(secretary).get(path)["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/access/sign-in/", "/static/ui/flag.svg", "/no-such-page", "/health/"])
def test_every_answer_carries_the_protecting_headers(client, path, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get(path)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


def test_a_page_that_reloads_a_part_of_itself_does_not_keep_the_session_alive(client, member, settings):
    settings.DEMO_TODAY = None
    with time_machine.travel(NOW, tick=False) as clock:
        client.post("/access/sign-in/", {"username": "member", "password": PASSWORD})
        for _minute in range(3):
            clock.shift(timedelta(minutes=10))
            client.get("/jobs/", headers=BACKGROUND)
        clock.shift(timedelta(minutes=1))
        assert client.get("/access/me/").status_code == 302


def test_a_form_sent_from_such_a_page_is_a_persons_doing_all_the_same(client, member, settings):
    settings.DEMO_TODAY = None
    with time_machine.travel(NOW, tick=False) as clock:
        client.post("/access/sign-in/", {"username": "member", "password": PASSWORD})
        clock.shift(timedelta(minutes=20))
        client.post("/notify/read-all/", headers=BACKGROUND)
        clock.shift(timedelta(minutes=20))
        assert client.get("/access/me/").status_code == 200


def test_the_idle_time_is_not_written_down_with_every_page_and_still_holds(client, member, settings):
    settings.DEMO_TODAY, settings.SESSION_RENEW_SECONDS = None, 30
    with time_machine.travel(NOW, tick=False) as clock:
        client.post("/access/sign-in/", {"username": "member", "password": PASSWORD})
        clock.shift(timedelta(seconds=20))
        assert settings.SESSION_COOKIE_NAME not in client.get("/access/me/").cookies
        clock.shift(timedelta(seconds=10))
        assert settings.SESSION_COOKIE_NAME in client.get("/access/me/").cookies
        for _step in range(3):
            clock.shift(timedelta(minutes=29))
            assert client.get("/access/me/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/access/me/").status_code == 302
