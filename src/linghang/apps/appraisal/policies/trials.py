"""What may be done with a trial in which state."""

from linghang.apps.appraisal.data.trials import TrialState

# state → the states that may follow; every trial may be removed at any time
TRANSITIONS: dict[TrialState, frozenset[TrialState]] = {
    TrialState.READING: frozenset({TrialState.MATCHING, TrialState.PROBLEMS}),
    TrialState.MATCHING: frozenset({TrialState.SETTLING, TrialState.READING}),
    TrialState.SETTLING: frozenset({TrialState.PROBLEMS, TrialState.READY}),
    TrialState.PROBLEMS: frozenset({TrialState.SETTLING, TrialState.READING}),
    TrialState.READY: frozenset({TrialState.SETTLING, TrialState.READING}),
}
WORKING = frozenset({TrialState.READING, TrialState.SETTLING})


def may_follow(before: TrialState, after: TrialState) -> bool:
    return after == before or after in TRANSITIONS[before]
