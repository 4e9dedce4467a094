from datetime import UTC, datetime, time

import pytest
from django.contrib.auth import get_user_model

from linghang.apps.notify.operations import set_mail_preference
from linghang.apps.notify.tests.mailserver import mail_server
from linghang.ui.web.viewer import Viewer

EARLIER = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def _person(username: str, name: str) -> Viewer:
    user = get_user_model().objects.create(username=username, display_name=name, created_at=EARLIER)
    return Viewer(uuid=user.uuid, name=name)


@pytest.fixture
def miner(db) -> Viewer:
    return _person("miner", "张三")


@pytest.fixture
def secretary(db) -> Viewer:
    return _person("secretary", "李强")


@pytest.fixture
def wants_mail(miner) -> Viewer:
    wish(miner)
    return miner


def wish(viewer: Viewer, **changes) -> None:
    values = {"on": True, "address": f"{viewer.name}@例子.cn", "quiet_from": time(20), "quiet_to": time(8)} | changes
    values["address"] = values["address"].replace("张三", "zhangsan").replace("李强", "liqiang")
    set_mail_preference(**values, actor=viewer)


@pytest.fixture
def post(settings):
    with mail_server() as post:
        settings.EMAIL_CONFIGURED = True
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = post.port
        settings.EMAIL_TIMEOUT = 5
        settings.BASE_URL = "http://party.example.cn:8000"
        yield post
