"""What the worker runs: expected results every twenty seconds, and each morning what a month asks of its keepers."""

from procrastinate.contrib.django import app

from linghang.apps.appraisal.operations.expected import refresh_expected
from linghang.apps.appraisal.operations.reminding import remind_month
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


@app.periodic(cron="20 22 * * *")  # 06:20 in Shanghai: before the day's first mail
@app.task(name="appraisal.remind", queue="urgent", queueing_lock="appraisal.remind", lock="appraisal.remind")
def remind(timestamp: int) -> None:  # noqa: ARG001 -- as above
    remind_month(now=clock.now())
