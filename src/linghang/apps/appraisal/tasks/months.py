"""What the worker runs of the month: settlements, year-end closings, and books of the month that has begun."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from linghang.apps.access.queries import viewer_with_posts
from linghang.apps.appraisal.data.months import Settled
from linghang.apps.appraisal.models import Binding
from linghang.apps.appraisal.months import children
from linghang.apps.appraisal.months.asked import Facts, Inputs, Outcome
from linghang.apps.appraisal.operations.month_opening import open_books
from linghang.apps.appraisal.operations.month_settling import SETTLE, YEAR_END, Compute, Group, Report, settle_books
from linghang.apps.appraisal.operations.month_year import close_year
from linghang.apps.jobs.data import JobHandle, job_kind
from linghang.apps.jobs.operations import run_in_child
from linghang.engine.periods import Month
from linghang.engine.workdays import SHANGHAI
from linghang.ui.web import clock
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer


@job_kind(SETTLE, keep_days=30)
def settle(job: JobHandle) -> None:
    """Settle the books of the job; what was written before an interruption is not settled again."""
    now, done = clock.now(), set(job.cursor.get("done", []))

    def note(group: Group) -> None:
        done.add(group.binding)
        job.save_cursor({"done": sorted(done)})

    settled = settle_books(
        books=[UUID(uuid) for uuid in job.arguments["books"]],
        actor=_starter(job, now),
        now=now,
        progress=job.progress,
        compute=_in_child(job),
        done=note,
        skip=done,
    )
    _tell(job, settled)


@job_kind(YEAR_END, keep_days=30)
def end_year(job: JobHandle) -> None:
    """年终关账 of a place."""
    now = clock.now()
    settled = close_year(
        node=UUID(job.arguments["node"]),
        scheme=job.arguments["scheme"],
        year=job.arguments["year"],
        actor=_starter(job, now),
        now=now,
        progress=job.progress,
        compute=_in_child(job),
    )
    december = Month(job.arguments["year"], 12)
    _tell(job, settled, back=f"{reverse('appraisal:books')}?month={december}&scheme={job.arguments['scheme']}")


def _starter(job: JobHandle, now: datetime) -> Viewer:
    return viewer_with_posts(job.starter, on=now.astimezone(SHANGHAI).date())


def _in_child(job: JobHandle) -> Compute:
    def compute(inputs: Inputs, facts: Facts, progress: Report) -> Outcome:
        found: Outcome = run_in_child(children.compute, inputs, facts, on_progress=progress, cancelled=job.cancelled)
        return found

    return compute


def _tell(job: JobHandle, settled: Settled, *, back: str = "") -> None:
    said = _("核算完成：%(books)d个支部，%(people)d份积分单，补计或更正%(late)d笔")
    if back:
        said = _("年终关账办完：%(books)d个支部，补计或更正%(late)d笔")
    words = said % {"books": settled.books, "people": settled.subjects, "late": settled.adjustments}
    if settled.too_late:
        words += _("；过了补录期限、不再入账的差额%(count)d笔") % {"count": settled.too_late}
    if settled.refused:
        words += _("；没有重算的：%(names)s") % {"names": "、".join(name for name, _why in settled.refused[:5])}
    books = job.arguments.get("books", ())
    one = len(books) == 1
    back = back or (reverse("appraisal:book", args=books) if one else reverse("appraisal:books"))
    job.set_result(
        words=words,
        links={_("看核算的结果") if one else _("看各支部月度积分"): back},
        data={"runs": [str(run) for run in settled.runs], "subjects": settled.subjects},
    )


@app.periodic(cron="13 * * * *")
@app.task(name="appraisal.open-books", queue="urgent", queueing_lock="appraisal.open-books")
def open_months(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    """Books of the month that has begun, wherever a scheme holds."""
    now = clock.now()
    month = Month.of(now.astimezone(SHANGHAI).date())
    with system_scope(reason="a new month begins at every place at which a scheme holds"):
        held = Binding.objects.filter(confirmed_at__isnull=False, withdrawn_at=None)
        for node in held.order_by("node__path").values_list("node__uuid", flat=True).distinct():
            open_books(month=month, node=node, now=now)
