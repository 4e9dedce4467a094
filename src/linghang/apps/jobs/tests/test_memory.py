"""An idle worker is small: nothing heavy is loaded until a job needs it, and a child takes it away again."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linghang.apps.jobs.operations import start_job
from linghang.apps.jobs.queries import job_of
from linghang.apps.jobs.tests import kinds  # noqa: F401 -- registers
from linghang.apps.jobs.tests.workers import until
from linghang.ui.web.scope import Scope

HEAVY = {
    "PIL", "docx", "duckdb", "numba", "numpy", "openpyxl", "pandas", "pyarrow", "python_calamine", "statsmodels",
    "typst", "xlsxwriter",
}  # fmt: skip
IDLE_MB = 120

LOADED = """
import sys, django
import linghang.apps.jobs.worker
django.setup()
print("\\n".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_starting_the_worker_loads_nothing_heavy():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "linghang.config.settings"}
    said = subprocess.run([sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True)
    assert not HEAVY & set(said.stdout.split())


def proportional_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE).group(1)) / 1024


@pytest.mark.django_db(transaction=True)
def test_an_idle_worker_fits_into_its_share_of_memory(workers):
    from procrastinate.contrib.django.models import ProcrastinateWorker

    workers.module = "linghang.apps.jobs.worker"
    worker = workers.start()
    until(lambda: ProcrastinateWorker.objects.count() == 2)
    used = proportional_mb(worker.pid)
    print(f"idle worker: {used:.0f} MB PSS")  # noqa: T201 -- the figure is the point
    assert used <= IDLE_MB


@pytest.mark.django_db(transaction=True)
def test_after_heavy_work_the_worker_is_as_small_as_before(workers, officer):
    worker = workers.start()
    job = start_job(
        kind="test.hungry", title="x", arguments={}, actor=officer, scope=Scope(), now=datetime.now(UTC)
    )  # fmt: skip
    until(lambda: job_of(starter=job.starter, uuid=job.uuid).is_final)
    assert job_of(starter=job.starter, uuid=job.uuid).result.data == {"bytes": 400 << 20}
    used = proportional_mb(worker.pid)
    print(f"worker after a job of 400 MB: {used:.0f} MB PSS")  # noqa: T201 -- the figure is the point
    assert used <= IDLE_MB
