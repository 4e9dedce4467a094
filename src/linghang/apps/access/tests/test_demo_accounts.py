"""Demo accounts: usable on the machine that runs a demo installation, and nowhere else."""

import pytest
from django.test import Client, override_settings

from linghang.apps.access.operations import DemoAccount, add_demo_accounts
from linghang.apps.access.tests.world import LONG_AGO, NOW, make_node
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


@pytest.fixture
def demo(db, tmp_path):
    with override_settings(DEMO=True, DATA_DIR=tmp_path), system_scope(reason="test"):
        account = DemoAccount("demo-officer", "李×明", make_node("演示党委").uuid, "officer", LONG_AGO)
        _users, password = add_demo_accounts(accounts=[account], actor=SYSTEM, now=NOW)
        yield {"username": "demo-officer", "password": password}


def sign_in(who: dict[str, str], **request) -> int:
    return Client().post("/access/sign-in/", who, **request).status_code


def test_a_demo_account_signs_in_on_the_machine_itself(demo):
    assert sign_in(demo, REMOTE_ADDR="127.0.0.1") == 302
    assert sign_in(demo, REMOTE_ADDR="::1") == 302


@pytest.mark.parametrize(
    "request_from",
    [{"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}],
)
def test_from_another_machine_it_is_refused_in_words(demo, request_from):
    answer = Client().post("/access/sign-in/", demo, **request_from)
    assert answer.status_code == 422
    assert "演示账号只能在运行演示系统的这台电脑上使用" in answer.content.decode()


def test_in_a_real_installation_it_opens_nothing_and_none_can_be_made(demo):
    with override_settings(DEMO=False):
        assert sign_in(demo, REMOTE_ADDR="127.0.0.1") == 422
        with pytest.raises(RuntimeError):
            add_demo_accounts(accounts=[], actor=SYSTEM, now=NOW)
