"""What the worker runs for this room: every morning the levels of overdue cases."""

from procrastinate.contrib.django import app

from linghang.apps.jobs.data import Queue
from linghang.apps.loops.operations import escalate_due
from linghang.ui.web import clock
from linghang.ui.web.scope import system_scope


@app.periodic(cron="10 22 * * *")  # 06:10 in Shanghai: before the day's first mail
@app.task(name="loops.escalate", queue=Queue.URGENT, queueing_lock="loops.escalate", lock="loops.escalate")
def escalate(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    with system_scope(reason="overdue cases of every unit are escalated by the same rule"):
        escalate_due(now=clock.now())
