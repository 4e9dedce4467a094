"""Whatever is killed while an import is written: nothing is lost, nothing is there twice, and the job goes on."""

import os
import random
import time

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.exchange.data import ImportState
from linghang.apps.exchange.models import Effect, Import
from linghang.apps.jobs.tests.workers import Workers, until
from linghang.apps.org.models import Membership, Person
from linghang.apps.org.tests.imports.messy import make_messy
from linghang.apps.org.tests.imports.walk import Walk
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, BRANCHES = 300, 8
KILLS = 2  # a job whose worker died three times is not tried again by itself


@pytest.mark.parametrize("seed", [3, 8])
def test_a_worker_that_is_killed_while_it_writes_loses_nothing_and_doubles_nothing(
    test_database, tmp_path, settings, seed
):
    settings.DATA_DIR, settings.DEMO_TODAY = tmp_path, None  # the worker has the real clock
    messy = make_messy(people=PEOPLE, branches=BRANCHES)
    officer = make_account("officer", "officer", make_organisation("party_committee", "青塬煤矿党委", code="QY").node)
    Walk(officer, "organisations").upload(messy.organisations).match().confirm()
    walk = Walk(officer, "roster").upload(messy.roster).match()
    expected = walk.counts[0]
    walk.client.post(f"/imports/{walk.uuid}/confirm/")

    workers, chance = Workers(test_database.app_url, tmp_path), random.Random(seed)
    environment = {"LINGHANG_DATA_KEYS_FILE": str(settings.DATA_KEYS_FILE)}
    try:
        for _kill in range(KILLS):
            worker = workers.start(**environment)
            until(lambda: "exchange.write" in _running(walk.uuid) or _state(walk.uuid) == ImportState.DONE)
            time.sleep(chance.uniform(0.0, 0.8))
            workers.kill(worker)
        workers.start(**environment)
        until(lambda: _state(walk.uuid) in (ImportState.DONE, ImportState.FAILED, ImportState.CHECKED))
        assert walk.row.state == ImportState.DONE, workers.log[-3000:]
        until(lambda: os.listdir(tmp_path / "imports") == [])  # also where one was killed right after the last commit
    finally:
        workers.end()
    with system_scope(reason="test"):
        assert Person.objects.count() == expected
        assert Membership.objects.count() == expected
    assert Effect.objects.filter(import_row__uuid=walk.uuid).count() == expected


def _state(uuid) -> str:
    return Import.objects.get(uuid=uuid).state


def _running(uuid) -> str:
    from linghang.apps.jobs.models import Job

    job = Job.objects.get(uuid=Import.objects.get(uuid=uuid).job)
    return job.kind if job.state == "running" else ""
