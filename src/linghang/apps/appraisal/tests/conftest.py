from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from linghang.ui.web.viewer import Viewer

NOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)


def _person(username: str, name: str) -> Viewer:
    user = get_user_model().objects.create(
        username=username, display_name=name, created_at=NOW, must_change_password=False
    )
    return Viewer(uuid=user.uuid, name=name)


@pytest.fixture(autouse=True)
def _data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def officer(db) -> Viewer:
    return _person("officer", "王红")


@pytest.fixture
def stranger(db) -> Viewer:
    return _person("stranger", "李强")
