from datetime import timedelta

import pytest
import time_machine
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from linghang.apps.access.models import BackupCode
from linghang.apps.access.operations import begin_second_factor, confirm_second_factor
from linghang.apps.access.tests.world import NOW, PASSWORD


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def token(user) -> str:
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06d}"


@pytest.fixture
def codes(member, clock):
    begin_second_factor(user=member)
    codes = confirm_second_factor(user=member, token=token(member))
    clock.shift(timedelta(minutes=1))  # a token is good for one use only
    return codes


def give_password(client):
    return client.post("/access/sign-in/", {"username": "member", "password": PASSWORD, "next": "/access/me/"})


def test_enrolling_shows_a_picture_and_the_key_and_then_the_backup_codes(signed_in, member, clock):
    client = signed_in(member)
    page = client.get("/access/me/second-factor/").content.decode()
    assert 'src="data:image/svg+xml' in page
    done = client.post("/access/me/second-factor/", {"token": token(member)}).content.decode()
    assert done.count("<code>") == 8
    assert "只显示这一次" in done


def test_a_wrong_first_code_switches_nothing_on(signed_in, member, clock):
    client = signed_in(member)
    client.get("/access/me/second-factor/")
    assert client.post("/access/me/second-factor/", {"token": "000000"}).status_code == 422
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_the_password_alone_does_not_open_the_account(client, codes):
    assert give_password(client)["Location"] == "/access/verify/"
    assert client.get("/access/me/").status_code == 302


def test_password_and_token_open_it_and_lead_on(client, member, codes):
    give_password(client)
    assert client.post("/access/verify/", {"token": token(member)})["Location"] == "/access/me/"
    assert client.get("/access/me/").status_code == 200


def test_a_token_is_good_once(client, member, codes):
    used = token(member)
    give_password(client)
    client.post("/access/verify/", {"token": used})
    client.post("/access/sign-out/")
    give_password(client)
    assert client.post("/access/verify/", {"token": used}).status_code == 422


def test_a_backup_code_is_good_once_however_it_is_typed(client, codes):
    give_password(client)
    assert client.post("/access/verify/", {"token": f" {codes[0].lower()} "}).status_code == 302
    client.post("/access/sign-out/")
    give_password(client)
    assert client.post("/access/verify/", {"token": codes[0]}).status_code == 422


def test_wrong_codes_make_the_next_try_wait(client, member, codes):
    give_password(client)
    client.post("/access/verify/", {"token": "000000"})
    response = client.post("/access/verify/", {"token": token(member)})
    assert response.status_code == 429
    assert "稍等片刻" in response.content.decode()


def test_guessing_backup_codes_waits_too(client, codes):
    give_password(client)
    client.post("/access/verify/", {"token": "AAAAA-AAAAA"})
    assert client.post("/access/verify/", {"token": codes[0]}).status_code == 429


def test_five_minutes_after_the_password_it_is_asked_again(client, member, codes, clock, settings):
    settings.DEMO_TODAY = None
    give_password(client)
    clock.shift(timedelta(minutes=6))
    assert client.post("/access/verify/", {"token": token(member)})["Location"] == "/access/sign-in/"


def test_nobody_reaches_the_second_step_without_the_first(client, codes):
    assert client.get("/access/verify/").status_code == 302


def test_backup_codes_are_stored_as_hashes_only(codes):
    stored = "".join(BackupCode.objects.values_list("digest", flat=True))
    assert not any(code.replace("-", "") in stored for code in codes)


def test_switching_it_off_needs_the_password(signed_in, member, codes):
    client = signed_in(member)
    assert client.post("/access/me/second-factor/off/", {"password": "wrong"}).status_code == 422
    assert TOTPDevice.objects.filter(user=member).exists()
    assert client.post("/access/me/second-factor/off/", {"password": PASSWORD}).status_code == 302
    assert not TOTPDevice.objects.filter(user=member).exists()
    assert not BackupCode.objects.exists()


def test_new_backup_codes_replace_the_old_ones(client, signed_in, member, codes):
    signed_in(member).post("/access/me/second-factor/codes/", {"password": PASSWORD})
    client.logout()
    give_password(client)
    assert client.post("/access/verify/", {"token": codes[0]}).status_code == 422


def test_the_branch_takes_it_off_when_the_phone_is_lost(client, signed_in, secretary, member, codes):
    signed_in(secretary).post(f"/access/users/{member.uuid}/second-factor/reset/")
    client.logout()
    assert give_password(client)["Location"] == "/access/me/"
