from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django_otp.oath import totp

from linghang.apps.access.models import Authenticator, BackupCode
from linghang.apps.access.operations import begin_second_factor, confirm_second_factor, verify_second_factor
from linghang.apps.access.policies import wait_after
from linghang.apps.access.tests.world import NOW, PASSWORD
from linghang.ui.web.errors import DomainError


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def token(user) -> str:
    device = Authenticator.objects.filter(user=user).order_by("confirmed").first()
    return f"{totp(b32decode(device.secret.open())):06d}"


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
    done = client.post("/access/me/second-factor/", {"token": token(member), "password": PASSWORD}).content.decode()
    assert done.count("<code>") == 8
    assert "只显示这一次" in done


def test_a_wrong_first_code_switches_nothing_on(signed_in, member, clock):
    client = signed_in(member)
    client.get("/access/me/second-factor/")
    assert client.post("/access/me/second-factor/", {"token": "000000", "password": PASSWORD}).status_code == 422
    assert not Authenticator.objects.filter(confirmed=True).exists()


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
    assert Authenticator.objects.filter(user=member).exists()
    assert client.post("/access/me/second-factor/off/", {"password": PASSWORD}).status_code == 302
    assert not Authenticator.objects.filter(user=member).exists()
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


ENROL = "/access/me/second-factor/"


def test_whoever_finds_an_open_page_cannot_put_his_own_phone_there(signed_in, member, codes):
    client = signed_in(member)
    client.get(ENROL)
    answer = client.post(ENROL, {"token": token(member), "password": "guessed"})
    assert answer.status_code == 422
    assert "密码不对" in answer.content.decode()
    assert Authenticator.objects.filter(user=member, confirmed=False).exists()


def test_each_visit_shows_a_key_that_nobody_saw_before_and_a_mistyped_code_does_not_change_it(signed_in, member, clock):
    client = signed_in(member)
    first, second = (client.get(ENROL).context["key"] for _visit in range(2))
    assert first != second
    assert client.post(ENROL, {"token": "000000", "password": PASSWORD}).context["key"] == second


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (ENROL, {"token": "123456", "password": "guess"}),
        (f"{ENROL}off/", {"password": "guess"}),
        (f"{ENROL}codes/", {"password": "guess"}),
        ("/access/me/password/", {"old": "guess", "new": "other-lamp-9-xy", "again": "other-lamp-9-xy"}),
    ],
)
def test_guessing_the_password_from_an_open_page_locks_as_at_the_door(signed_in, member, path, values):
    client = signed_in(member)
    assert [client.post(path, values).status_code for _try in range(5)] == [422, 422, 422, 422, 429]
    locked = client.post(path, values | {"password": PASSWORD, "old": PASSWORD})
    assert locked.status_code == 429
    assert "分钟后再试" in locked.content.decode()


def test_the_secret_of_a_phone_lies_sealed_in_the_database(member):
    key = begin_second_factor(user=member).key
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_authenticator")
        stored = bytes(cursor.fetchone()[0])
    assert key.encode() not in stored
    assert b32decode(key) not in stored


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_with_one_password_only_one_gets_in(member, codes):
    one_password = token(member)

    def enter(_number) -> bool:
        try:
            verify_second_factor(user=member, token=one_password)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == [False, False, False, True]


def test_the_wait_doubles_and_ends_at_a_quarter_hour():
    assert [wait_after(failures) for failures in (0, 1, 2, 5, 60)] == [0, 1, 2, 16, 900]


def test_the_page_of_an_account_says_who_took_the_second_factor_off(signed_in, secretary, member, codes):
    client = signed_in(secretary)
    client.post(f"/access/users/{member.uuid}/second-factor/reset/")
    client.post("/access/users/slips/", {"user": str(member.uuid)})
    client.post(f"/access/users/{member.uuid}/unlock/")
    changes = client.get(f"/access/users/{member.uuid}/").content.decode().split("变更记录")[1]
    for done in ("管理人员取消动态口令", "打印激活单", "解除锁定"):
        assert done in changes
    assert changes.count("secretary同志") == 3
