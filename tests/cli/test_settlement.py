"""`linghang settlement verify` settles once more what a settlement settled, and says whether the same comes out."""

import os
import subprocess
import sys
from datetime import date
from uuid import uuid4

import pytest

from linghang.apps.appraisal.models import Run
from linghang.apps.appraisal.operations.month_settling import computed, in_this_process
from linghang.apps.appraisal.queries.rerun import make_again
from linghang.apps.appraisal.tests.months_world import month_unit
from linghang.engine.periods import Month


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def run(*words: str, **options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINGHANG_")} | options
    command = [sys.executable, "-m", "linghang.cli", "settlement", "verify", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.django_db(transaction=True)
def test_every_settlement_comes_out_the_same_later_and_a_changed_result_is_told(
    test_database, owner_connection, tmp_path
):
    unit = month_unit()
    anna = unit.people["a"][0]
    unit.volunteered(anna, date(2026, 1, 12))
    unit.whole_month(Month(2026, 1))
    late = unit.volunteered(anna, date(2026, 1, 13), role="organiser")
    unit.whole_month(Month(2026, 2))
    unit.reverse(late)
    unit.whole_month(Month(2026, 3))
    runs = list(Run._base_manager.order_by("pk"))
    with unit.scope():
        assert all(make_again(one.uuid, lambda inputs: computed(inputs, in_this_process)).same for one in runs)
    asked = {
        "LINGHANG_DATABASE_URL": test_database.app_url,
        "LINGHANG_DATABASE_OWNER_URL": test_database.owner_url,
    }
    told = run(str(runs[1].uuid), "--data", str(tmp_path), **asked)
    assert (told.returncode, told.stderr) == (0, "")
    assert "核算一致：党员积分 · 2026年2月，6 个对象" in told.stdout
    owner_connection.execute("ALTER TABLE appraisal_run DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE appraisal_run SET result_hash = repeat('0', 64) WHERE id = %s", [runs[1].pk])
    told = run(str(runs[1].uuid), "--data", str(tmp_path), **asked)
    assert (told.returncode, told.stdout) == (1, "")
    assert "核算不一致" in told.stderr
    told = run(str(uuid4()), "--data", str(tmp_path), **asked)
    assert told.returncode == 1
    assert "没有编号为" in told.stderr
