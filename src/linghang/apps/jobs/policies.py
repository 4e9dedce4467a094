"""Which state may follow which (the only table of job transitions), and who may still see an outcome."""

from collections.abc import Collection

from linghang.apps.jobs.data import JobState

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset({JobState.WAITING, JobState.CANCELLING, JobState.DONE, JobState.FAILED}),
    # a job that was already past its last check may still end as done or failed
    JobState.CANCELLING: frozenset({JobState.CANCELLED, JobState.DONE, JobState.FAILED}),
    JobState.CANCELLED: frozenset(),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
}


def may_follow(before: JobState, after: JobState) -> bool:
    return after in TRANSITIONS[before]


def states_before(after: JobState) -> list[str]:
    """The states from which a job may go to `after`: the guard of the UPDATE that moves it there."""
    return sorted(before for before in JobState if may_follow(before, after))


def after_cancel(state: JobState) -> JobState:
    """A job that has not begun is cancelled at once; a running one when it next looks; a finished one stays."""
    if state is JobState.WAITING:
        return JobState.CANCELLED
    return JobState.CANCELLING if state is JobState.RUNNING else state


def still_reached(places: Collection[str], held: Collection[str]) -> bool:
    """Whether posts held today at `held` reach every place (path in the tree) that the job was started for.

    Access goes by today's posts: a result outlives the post by which it was made, and is then not shown any more.
    """
    return all(_reached(place, held) for place in places)


def _reached(place: str, held: Collection[str]) -> bool:
    return place in held or any(path and place.startswith(path) for path in held)
