"""`linghang search rebuild` makes the index anew from the rows themselves."""

import os
import subprocess
import sys

import pytest

from linghang.apps.access.tests.world import TODAY, make_account, viewer
from linghang.apps.org.search.models import Findable
from linghang.apps.org.search.queries import find
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import system_scope


def run(*words: str, **options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINGHANG_")} | options
    command = [sys.executable, "-m", "linghang.cli", "search", "rebuild", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_lost_index_is_made_anew_and_what_was_left_over_goes(test_database, tmp_path):
    units = two_units()
    officer = viewer(make_account("officer", "officer", units["parent"].node))
    with system_scope(reason="test"):
        Findable.objects.all().delete()
    assert find("磨浮", viewer=officer, on=TODAY) == []
    told = run(
        "--data", str(tmp_path),
        LINGHANG_DATABASE_URL=test_database.app_url, LINGHANG_DATABASE_OWNER_URL=test_database.owner_url,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    assert "组织 5 条" in told.stdout
    (group,) = find("磨浮", viewer=officer, on=TODAY)
    assert [hit.title for hit in group.hits] == ["磨浮党支部"]


def test_a_folder_without_a_database_is_named(tmp_path):
    told = run("--data", str(tmp_path / "nothing"))
    assert told.returncode == 1
    assert "没有数据库" in told.stderr or "nothing" in told.stderr
