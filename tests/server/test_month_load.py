"""Many people at once over real HTTP around two finalisations: nothing is lost, doubled or stuck; no time is asserted.

`python -m benchmarks.month_load` measures the same with fifty recorders.
"""

from benchmarks.month_load import Load, problems
from tests.server import month_rows

RECORDERS, REVIEWERS, SECONDS = 8, 2, 10


def test_what_many_record_while_two_branches_are_finalised_is_kept_and_booked_once(used_installation):
    used_installation.start()
    unit = month_rows.run(used_installation.data, "seed", str(RECORDERS), str(REVIEWERS))
    load = Load(used_installation.port, unit, SECONDS, pause=0.3)
    load.run()
    assert problems(load, month_rows.run(used_installation.data, "tell")) == []
