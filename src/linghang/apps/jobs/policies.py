"""Which state may follow which (the only table of job transitions), and who may still see an outcome."""

from collections.abc import Collection, Mapping
from typing import Any

from linghang.apps.jobs.data import JobState
from linghang.ui.web.viewer import Grant

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


def may_still_see(scope: Mapping[str, Any], held: Collection[Grant]) -> bool:
    """Whether posts held today cover every post by which the job was started (`scope` as stored with the job).

    Access goes by today's posts: a result outlives the post by which it was made, and is then not shown any more. A
    scope that reaches places by no post that it names is nobody's.
    """
    posts = scope.get("posts", ())
    if not posts:
        return not scope.get("subtrees") and not scope.get("nodes")
    return all(any(post.role == role and path.startswith(post.path) for post in held) for role, path in posts)
