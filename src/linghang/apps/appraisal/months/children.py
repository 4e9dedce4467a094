"""What runs in a process of its own; it is imported there, so that a worker never loads the engine's tables."""

from linghang.apps.appraisal.months.asked import Facts, Inputs, Outcome
from linghang.apps.jobs.child import Report


def compute(inputs: Inputs, facts: Facts, progress: Report) -> Outcome:
    """(child) See `computing.compute`."""
    from linghang.apps.appraisal.months import computing

    return computing.compute(inputs, facts, progress)
