"""What the worker runs for expected results: every twenty seconds what was recorded meanwhile."""

from procrastinate.contrib.django import app

from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.ui.web import clock


@app.periodic(cron="* * * * * */20")
@app.task(
    name="appraisal.expected",
    queue="urgent",
    queueing_lock="appraisal.expected",
    lock="appraisal.expected",
)
def expected(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    refresh_expected(now=clock.now())
