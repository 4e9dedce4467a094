"""Law 6 with everybody at work at once, each on a connection of his own: recorders record and take back while two
branches settle and finalise. No record is lost or counted twice, what comes late is booked once, nobody waits for ever.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection

from linghang.apps.appraisal.models import Statement
from linghang.apps.appraisal.tests.months_world import MonthUnit, at, month_unit
from linghang.apps.ledger.models import Fact
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from tests.laws.effort import FACTOR
from tests.laws.test_months_in_the_database import LAST, Story, told

RECORDERS = 4
EACH = max(12, int(20 * FACTOR))
BEGIN = at(2026, 4, 2)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


class Work(Thread):
    """A piece of work on its own connection; what went wrong is kept for the test."""

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.do, self.failed = do, None

    def run(self) -> None:
        try:
            self.do()
        except BaseException as error:  # noqa: BLE001 -- a thread: the test raises it again
            self.failed = error
        finally:
            connection.close()


def recorder(unit: MonthUnit, number: int, stop: Event) -> Callable[[], None]:
    """Records of the quarter until both branches are done, at least `EACH`; now and then one is taken back."""
    own = replace(unit, clock=BEGIN, sequence=1000 * (number + 1))
    people = [person for members in unit.people.values() for person in members]

    def work() -> None:
        random, known, done = Random(number), [], 0
        while done < EACH or (not stop.is_set() and done < 20 * EACH):
            day = date(2026, 1, 1) + timedelta(days=random.randrange(85))
            known.append(own.volunteered(random.choice(people), day, role=random.choice(["participant", "organiser"])))
            done += 1
            if random.random() < 0.25:
                own.reverse(known.pop(random.randrange(len(known))))

    return work


def branch_at_work(unit: MonthUnit, branch: str) -> Callable[[], None]:
    """The quarter of one branch, settled twice a month."""
    own = replace(unit, clock=BEGIN)

    def work() -> None:
        for number in range(1, LAST.month + 1):
            month = Month(LAST.year, number)
            own.close(branch, month)
            own.settle(month, branch)
            own.settle(month, branch)
            own.finalise(branch, month)

    return work


@pytest.mark.django_db(transaction=True)
def test_records_settlements_and_finalisations_at_once_lose_and_double_nothing() -> None:
    story = Story(Random(1), unit=month_unit())
    unit = story.unit
    unit.clock = BEGIN
    unit.open(LAST)
    stop = Event()
    branches = [Work(branch_at_work(unit, branch)) for branch in unit.people]
    recorders = [Work(recorder(unit, number, stop)) for number in range(RECORDERS)]
    for thread in (*recorders, *branches):
        thread.start()
    for thread in branches:
        thread.join(240)
    stop.set()
    for thread in recorders:
        thread.join(120)
    for thread in (*branches, *recorders):
        assert not thread.is_alive(), "somebody waits for ever"
        if thread.failed is not None:
            assert not isinstance(thread.failed, OperationalError), f"a deadlock: {thread.failed}"
            raise thread.failed
    assert Statement._base_manager.filter(final=True).count() == 3 * 6
    with system_scope(reason="test"):
        assert Fact.objects.filter(reverses=None).count() >= RECORDERS * EACH
    told(story)
