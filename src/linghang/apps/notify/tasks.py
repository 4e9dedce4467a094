"""What the worker runs for this room: every five minutes the e-mails whose time has come."""

from procrastinate.contrib.django import app

from linghang.apps.notify.operations import send_due_digests
from linghang.ui.web import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="notify.digests", queue="urgent", queueing_lock="notify.digests", lock="notify.digests")
def digests(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    send_due_digests(now=clock.now())
