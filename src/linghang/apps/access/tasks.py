"""What the worker runs for this room: every ten minutes the traces of signing in are removed."""

from procrastinate.contrib.django import app

from linghang.apps.access.operations import forget_traces
from linghang.ui.web import clock


@app.periodic(cron="*/10 * * * *")
@app.task(name="access.forget", queue="urgent", queueing_lock="access.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    forget_traces(now=clock.now())
