"""How many generated examples each law is tried on: `LINGHANG_TEST_EFFORT` = quick, usual (the default) or soak."""

import os

from hypothesis import HealthCheck, Phase, settings

FACTORS = {"quick": 0.2, "usual": 0.3, "soak": 100.0}
EFFORT = os.environ.get("LINGHANG_TEST_EFFORT", "usual")
FACTOR = FACTORS[EFFORT]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def trying(examples: int, *, least: int = 1) -> settings:
    """Settings for a law that must hold: so many examples with the usual effort, never fewer than `least`."""
    return settings(max_examples=max(least, int(examples * FACTOR)), deadline=None, suppress_health_check=SLOW)


def hunting(examples: int = 1000) -> settings:
    """Settings for a law that must find a planted bug: it stops at the first find and shrinks nothing.

    One example that shows the bug is proof enough, so the hunt goes the same way each time and never ends without a
    find by bad luck; `make soak` hunts at random.
    """
    same = EFFORT != "soak"
    return settings(trying(examples), max_examples=examples, phases=[Phase.generate], database=None, derandomize=same)
