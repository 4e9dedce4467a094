"""A settlement of several groups of books that is stopped in the middle goes on where it was, and gives the same."""

from datetime import date

import pytest

from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Binding, Book, Run
from linghang.apps.appraisal.operations.month_settling import computed, in_this_process, settle_books
from linghang.apps.appraisal.queries.rerun import make_again
from linghang.apps.appraisal.tests.months_world import SCHEME, MonthUnit, at, month_unit
from linghang.apps.jobs.data import JobInterrupted
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

JAN = Month(2026, 1)


@pytest.fixture
def unit(db) -> MonthUnit:
    """Two branches by rules of their own, so that a settlement has two groups; both have closed January."""
    found = month_unit()
    found.clock = at(2026, 2, 3)
    found.open(JAN)
    for branch in "ab":
        found.volunteered(found.people[branch][0], date(2026, 1, 9))
        found.close(branch, JAN)
    other = Binding._base_manager.create(
        node_id=found.places["b"].node.key, version=found.binding.version, scheme=SCHEME, since=JAN.index,
        offered_at=found.clock, confirmed_at=found.clock,
    )  # fmt: skip
    Book._base_manager.filter(uuid=found.book("b", JAN).uuid).update(binding=other)
    return found


def settled(unit: MonthUnit, *, stop_after: int | None, done: set[int]) -> int:
    """Settle both books as the job does; how many groups were computed."""
    count = 0

    def compute(inputs, facts, progress):
        nonlocal count
        if stop_after is not None and count == stop_after:
            raise JobInterrupted
        count += 1
        return in_this_process(inputs, facts, progress)

    with unit.scope():
        settle_books(
            books=[unit.book(branch, JAN).uuid for branch in "ab"],
            actor=unit.viewer("officer"),
            now=unit.clock,
            compute=compute,
            done=lambda group: done.add(group.binding),
            skip=frozenset(done),
        )
    return count


def states(unit: MonthUnit) -> list[BookState]:
    return [unit.book(branch, JAN).state for branch in "ab"]


def test_what_was_done_stays_and_only_the_rest_is_settled(unit):
    done: set[int] = set()
    with pytest.raises(JobInterrupted):
        settled(unit, stop_after=1, done=done)
    assert states(unit) == [BookState.SETTLED, BookState.CLOSED]
    before = set(Run._base_manager.values_list("uuid", "result_hash"))
    assert len(before) == 1
    assert settled(unit, stop_after=None, done=done) == 1
    assert states(unit) == [BookState.SETTLED, BookState.SETTLED]
    runs = set(Run._base_manager.values_list("uuid", "result_hash"))
    assert before < runs
    with system_scope(reason="test"):
        for uuid, _hash in runs:
            assert make_again(uuid, lambda inputs: computed(inputs, in_this_process)).same


def test_it_gives_what_it_gives_without_a_stop(unit):
    done: set[int] = set()
    with pytest.raises(JobInterrupted):
        settled(unit, stop_after=1, done=done)
    settled(unit, stop_after=None, done=done)
    stopped = sorted(Run._base_manager.values_list("result_hash", flat=True))
    assert settled(unit, stop_after=None, done=set()) == 2
    whole = sorted(Run._base_manager.order_by("-pk").values_list("result_hash", flat=True)[:2])
    assert stopped == whole
