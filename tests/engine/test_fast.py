"""The compiled steps do what numpy does: step by step, and for whole settlements of generated worlds.

The loops are run as they are written, and once compiled.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.engine.periods import CALENDAR, Month, Span
from linghang.engine.rules.prices import Bounds
from linghang.engine.settle import fast, loops
from linghang.engine.settle.arrays import Arrays
from linghang.engine.settle.fast import Fast
from linghang.engine.settle.limits import NodeLimits, full_marks
from linghang.engine.settle.membership import Scored
from linghang.engine.settle.room import BLOCK, Room
from tests.laws import laws
from tests.laws.effort import trying
from tests.laws.further_worlds import further_worlds
from tests.laws.worlds import World, worlds

YEAR = [Month(2026, n) for n in range(1, 13)]
sides = st.none() | st.integers(-300, 300)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def steps() -> Fast:
    """As they are written; what numba makes of them is tried on whole settlements."""
    return Fast(lambda loop: loop)


@contextmanager
def used(steps: Fast | None) -> Iterator[None]:
    """However few the facts are."""
    with patch.object(fast, "FROM_FACTS", 0), patch.object(fast, "_loaded", lambda: steps):
        yield


def hits(seed: int, most: int, cells: int) -> tuple[np.random.Generator, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    random = np.random.default_rng(seed)
    count = int(random.integers(0, most + 1))
    points = random.integers(-(2**40), 2**40, count) if seed % 2 else random.integers(-500, 500, count).astype(np.int32)
    facts = random.integers(1, 9, count if seed % 3 else 0).astype(np.int32)
    return random, (random.integers(0, cells, count).astype(np.int32), points, facts)


@trying(100)
@given(seeds, st.integers(1, 7))
def test_hits_come_into_the_order_of_their_parts(steps: Fast, seed: int, parts: int) -> None:
    random, given_hits = hits(seed, 40, 9)
    part = random.integers(0, parts, len(given_hits[0])).astype(np.int32)
    ends, found = steps.by_part(part, given_hits, parts)
    wanted_ends, wanted = Arrays().by_part(part, given_hits, parts)
    assert ends == wanted_ends
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


@trying(100)
@given(seeds)
def test_points_and_facts_are_added_to_their_cells(steps: Fast, seed: int) -> None:
    _, found = hits(seed, 60, 20)
    sums, counts = np.full(20, 5, np.int64), np.full(20, 7, np.int32)
    wanted = sums.copy(), counts.copy()
    steps.add_up(sums, counts, found)
    Arrays().add_up(*wanted, found)
    np.testing.assert_array_equal(sums, wanted[0])
    np.testing.assert_array_equal(counts, wanted[1])


@pytest.mark.parametrize("outside", [-1, 3])
def test_what_lies_outside_its_array_is_refused_and_not_written(steps: Fast, outside: int) -> None:
    one = np.array([outside], np.int32)
    hit = np.array([0], np.int32), np.array([1]), np.array([], np.int32)
    with pytest.raises(IndexError):
        steps.by_part(one, hit, 3)
    with pytest.raises(IndexError):
        steps.add_up(np.zeros(3, np.int64), np.zeros(3, np.int32), (one, *hit[1:]))


@trying(100)
@given(seeds, st.integers(0, 3), st.integers(1, 12), st.integers(1, 5), st.integers(0, 9))
def test_rows_stand_where_something_holds(
    steps: Fast, seed: int, nodes: int, months: int, members: int, low: int
) -> None:
    random = np.random.default_rng(seed)
    where = random.random((nodes, months, members)) < random.choice([0, 0.3, 1])
    numbers = random.integers(0, 99, nodes * months).astype(np.int32)
    places, subjects, ends = steps.rows(where, low)
    wanted = Arrays().rows(where, low)
    for one, other in zip((places, subjects, ends), wanted, strict=True):
        np.testing.assert_array_equal(one, other)
    assert subjects.dtype == wanted[1].dtype
    np.testing.assert_array_equal(steps.spread(ends, numbers), Arrays().spread(wanted[2], numbers), strict=True)
    for kind in (np.int32, np.int64):
        values = random.integers(-999, 999, where.size).astype(kind)
        picked = steps.picked(values, places)
        np.testing.assert_array_equal(picked, Arrays().picked(values, wanted[0]), strict=True)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    """Limits of some spans; those of a span are the same in all of its months."""
    of = {span: draw(st.none() | st.tuples(sides, sides)) or (None, None) for span in Span}
    return Bounds(tuple(tuple(of[span] for span in CALENDAR) for _ in YEAR), half=(of[Span.HALF],) * len(YEAR))


@trying(150)
@given(st.lists(bounds(), min_size=1, max_size=4), st.integers(1, 12), st.booleans(), seeds)
def test_limits_leave_what_numpy_leaves(
    steps: Fast, limits: list[Bounds], months: int, further: bool, seed: int
) -> None:
    limited = NodeLimits(SimpleNamespace(months=YEAR[:months], has_further=further), limits)
    random = np.random.default_rng(seed)
    holds = random.random((len(limits), months, 5)) < 0.7
    values = np.where(holds | further, random.integers(-400, 400, holds.shape), 0)
    applies = holds.any(axis=0)
    wanted = limited.counted(values, holds, applies)
    with used(steps):
        np.testing.assert_array_equal(limited.counted(values, holds, applies), wanted, strict=True)


@trying(60)
@given(seeds, st.integers(1, 3), st.integers(1, 12), st.booleans())
def test_full_marks_are_given_by_days(steps: Fast, seed: int, categories: int, months: int, pro_rata: bool) -> None:
    random = np.random.default_rng(seed)
    marks, plan = random.integers(0, 2000, (categories, months)), SimpleNamespace(pro_rata=pro_rata)
    days = random.integers(28, 32, (months, 1))
    who = Scored(0, random.choice([0, 1, 15, 40], (months, 6)).clip(max=days), days, np.zeros((months, 6), bool))
    wanted = np.stack([full_marks(plan, mark.tolist(), who) for mark in marks])
    np.testing.assert_array_equal(steps.full_marks(marks, who.scored, days, pro_rata), wanted, strict=True)


@trying(60)
@given(seeds, st.lists(st.integers(-1, 2), min_size=1, max_size=5))
def test_values_are_added_to_what_they_belong_to(steps: Fast, seed: int, of: list[int]) -> None:
    random = np.random.default_rng(seed)
    values, sums = random.integers(-9, 9, (len(of), 2, 4)), random.integers(0, 99, (3, 2, 4))
    wanted = sums.copy()
    steps.fold(values, sums, np.array(of))
    Arrays().fold(values, wanted, np.array(of))
    np.testing.assert_array_equal(sums, wanted)


def test_an_array_for_sums_is_empty_also_where_another_one_was(steps: Fast) -> None:
    one = steps.zeros((2, 3, 4), np.int32)
    one.fill(7)
    other = steps.zeros((2, 3, 4), np.int32)
    assert other.shape == (2, 3, 4)
    assert not other.any()
    assert (one == 7).all()
    steps.forget()
    again = steps.zeros((2, 3, 4), np.int64)
    assert not again.any()


@trying(60)
@given(worlds())
def test_law_3_compiled_steps_and_the_reference_agree(steps: Fast, world: World) -> None:
    with used(steps):
        laws.engines_agree(world)


@trying(60)
@given(further_worlds())
def test_law_3_compiled_steps_agree_with_every_further_mechanism(steps: Fast, world: World) -> None:
    with used(steps):
        laws.engines_agree(world)


@trying(40, least=12)
@given(worlds())
def test_law_3_what_numba_makes_of_the_steps_agrees(world: World) -> None:
    compiled = fast._loaded()
    assert isinstance(compiled, Fast)
    with used(compiled):
        laws.engines_agree(world)


def test_steps_are_tried_once_before_time_counts() -> None:
    tried: list[str] = []

    def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: (tried.append(loop.__name__), loop(*given))[1]

    steps = Fast(compiled)
    assert steps.tried() is steps
    assert set(tried) == {
        name for name, loop in vars(loops).items() if getattr(loop, "__module__", "") == loops.__name__
    }


def test_few_facts_load_nothing() -> None:
    with patch.object(fast, "_loaded", side_effect=AssertionError):
        assert isinstance(fast.steps_for(fast.FROM_FACTS - 1), Arrays)


def test_without_numba_numpy_does_it() -> None:
    fast._loaded.cache_clear()
    with patch.dict("sys.modules", {"numba": None}):
        assert isinstance(fast.steps_for(fast.FROM_FACTS), Arrays)
    fast._loaded.cache_clear()


def test_arrays_of_one_block_do_not_overlap_and_a_large_one_has_its_own() -> None:
    room = Room()
    some = [room.empty(n, kind) for n, kind in ((3, np.int32), (0, np.int64), (5, np.int64), (BLOCK, np.int64))]
    for number, one in enumerate(some):
        one.fill(number)
    assert [one.tolist()[:5] for one in some] == [[0] * 3, [], [2] * 5, [3] * 5]
    assert [one.dtype for one in some] == [np.int32, np.int64, np.int64, np.int64]
    assert len(some[3]) == BLOCK


def test_a_block_is_used_until_it_is_full() -> None:
    room = Room()
    block = [room.empty(BLOCK // 4, np.uint8) is not None and room.block for _ in range(5)]
    assert block[0] is block[3] is not block[4]
