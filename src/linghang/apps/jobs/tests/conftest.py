from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from linghang.apps.jobs.tests.workers import Workers
from linghang.ui.web.viewer import Viewer

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def _person(username: str, name: str) -> Viewer:
    user = get_user_model().objects.create(username=username, display_name=name, created_at=NOW)
    return Viewer(uuid=user.uuid, name=name)


@pytest.fixture
def officer(db) -> Viewer:
    return _person("officer", "王红")


@pytest.fixture
def secretary(db) -> Viewer:
    return _person("secretary", "李强")


@pytest.fixture
def workers(transactional_db, test_database, tmp_path: Path, settings):
    settings.DATA_DIR = tmp_path
    crew = Workers(test_database.app_url, tmp_path)
    yield crew
    crew.end()
