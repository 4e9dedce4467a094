"""What the worker runs for this room: reading and settling a trial, and removing trials past their date."""

from uuid import UUID

from django.urls import reverse
from procrastinate.contrib.django import app

from linghang.apps.appraisal.data.trials import TrialData, TrialState
from linghang.apps.appraisal.operations.trials import READ, SETTLE, note_proposal, note_state, purge_trials, wanted_of
from linghang.apps.appraisal.queries.trials import trial_of
from linghang.apps.appraisal.trials import children
from linghang.apps.appraisal.trials.folder import PROBLEMS, folder_of, read_json
from linghang.apps.appraisal.trials.problems import problems_in
from linghang.apps.jobs.data import JobCancelled, JobHandle, job_kind
from linghang.apps.jobs.operations import run_in_child
from linghang.engine.problems import ProblemsFound
from linghang.ui.web import clock


@job_kind(SETTLE, keep_days=1)
def settle_trial(job: JobHandle) -> None:
    """Settle; the result can be read before the ways to the next band are proved."""
    trial = _trial(job)
    wanted, folder = wanted_of(trial, now=clock.now()), folder_of(trial.uuid)
    if trial.state is not TrialState.READY:
        found = run_in_child(children.settle, wanted, folder, on_progress=job.progress, cancelled=job.cancelled)
        if not found["settled"]:
            note_state(trial=trial.uuid, job=job.uuid, state=TrialState.PROBLEMS)
            raise ProblemsFound(problems_in(read_json(folder / PROBLEMS)))
        note_state(trial=trial.uuid, job=job.uuid, state=TrialState.READY)
    run_in_child(children.prove, wanted, folder, on_progress=job.progress, cancelled=job.cancelled)
    job.set_result(words="核算完成", links={"查看结果": _page(trial)})


@job_kind(READ, queue="urgent", keep_days=1)
def read_trial(job: JobHandle) -> None:
    """Propose what each column of the files means."""
    trial = _trial(job)
    folder = folder_of(trial.uuid)
    proposal = run_in_child(
        children.propose, wanted_of(trial, now=clock.now()), folder, on_progress=job.progress, cancelled=job.cancelled
    )
    if not proposal["readable"]:
        note_state(trial=trial.uuid, job=job.uuid, state=TrialState.PROBLEMS)
        raise ProblemsFound(problems_in(read_json(folder / PROBLEMS)))
    note_proposal(trial=trial.uuid, job=job.uuid, proposal=proposal)
    job.set_result(words="已读表头", links={"核对列对应": _page(trial)})


def _page(trial: TrialData) -> str:
    return reverse("appraisal:trial-page", args=[trial.uuid])


def _trial(job: JobHandle) -> TrialData:
    trial = trial_of(owner=job.starter, uuid=UUID(job.arguments["trial"]), now=clock.now())
    if trial is None or trial.job != job.uuid:
        raise JobCancelled  # removed, or started anew, before its turn came
    return trial


@app.periodic(cron="41 * * * *")
@app.task(name="appraisal.purge-trials", queue="urgent", queueing_lock="appraisal.purge-trials")
def purge(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate names the moment; the clock is ours
    purge_trials(now=clock.now())
