"""The innermost steps of a settlement as plain loops over arrays, in the words that numba can compile.

They say what the numpy of `sums`, `limits` and `part_result` says; `fast` compiles them, and tests run them both ways.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from linghang.engine.settle.membership import Flags, Numbers

Whole = npt.NDArray[Any]  # whole numbers of 32 or 64 bits
Counts = npt.NDArray[np.int32]
Hits = tuple[Whole, Whole, Whole]  # cell, points and facts; without facts, each hit is one
Sides = tuple[Numbers, Numbers, Flags, Flags, Flags]  # floor, cap, limited, erased, begins: see `limit`


def lay_out(part: Whole, hits: Hits, ends: Numbers, found: Hits) -> None:
    """Put hits into the order of their parts; `ends` [part] comes as zeros and leaves as the place where each ends."""
    cells, points, facts = hits
    for n in range(len(part)):
        if part[n] < 0 or part[n] >= len(ends):
            raise IndexError("no such part")
        ends[part[n]] += 1
    begin = 0
    for p in range(len(ends)):
        count = ends[p]
        ends[p] = begin
        begin += count
    for n in range(len(part)):
        place = ends[part[n]]
        ends[part[n]] = place + 1
        found[0][place] = cells[n]
        found[1][place] = points[n]
        if len(facts) > 0:
            found[2][place] = facts[n]


def add_up(sums: Numbers, counts: Counts, hits: Hits) -> None:
    """Add the hits' points to the sums of their cells, and their facts to the counts."""
    cells, points, facts = hits
    for n in range(len(cells)):
        cell = cells[n]
        if cell < 0 or cell >= len(sums):
            raise IndexError("no such cell")
        sums[cell] += points[n]
        counts[cell] += facts[n] if len(facts) > 0 else 1


def limit(values: Numbers, holds: Flags, sides: Sides, counted: Numbers) -> None:
    """What remains of the values [node, month, member] within month limits, then within those of longer spans.

    `floor` and `cap` are [span, node, month], `limited` [span, node]: whether a node has limits of that span, the month
    first. `erased` [node]: a month's floor is no reason to give anything where nothing holds. `begins` [span, month].
    """
    floor, cap, limited, erased, begins = sides
    nodes, months, members = values.shape
    so_far, reached = np.zeros(members, np.int64), np.zeros(members, np.int64)
    for node in range(nodes):
        for month in range(months):
            low, high = floor[0, node, month], cap[0, node, month]
            erase = limited[0, node] and erased[node]
            for k in range(members):
                value = values[node, month, k]
                if limited[0, node]:
                    value = max(min(value, high), low)
                counted[node, month, k] = 0 if erase and not holds[node, month, k] else value
        for span in range(1, len(limited)):
            if not limited[span, node]:
                continue
            so_far[:] = 0
            reached[:] = 0
            for month in range(months):
                low, high = floor[span, node, month], cap[span, node, month]
                if begins[span, month]:
                    so_far[:] = 0
                    reached[:] = max(min(0, high), low)
                for k in range(members):
                    so_far[k] += counted[node, month, k]
                    now = max(min(so_far[k], high), low)
                    counted[node, month, k] = now - reached[k]
                    reached[k] = now


def full_marks(marks: Numbers, scored: Numbers, days: Numbers, pro_rata: bool, found: Numbers) -> None:
    """The full marks [category, month] of whoever is scored on so many of a month's days: in proportion, or whole."""
    for category in range(marks.shape[0]):
        for month in range(marks.shape[1]):
            mark, whole = marks[category, month], days[month]
            for k in range(scored.shape[1]):
                here = scored[month, k]
                if here <= 0:
                    found[category, month, k] = 0
                elif here == whole or not pro_rata:
                    found[category, month, k] = mark
                else:
                    found[category, month, k] = (2 * mark * here + whole) // (2 * whole)


def fold(values: Numbers, sums: Numbers, of: Numbers) -> None:
    """Add values [node, month, member] to the sums of what each node belongs to; −1: to none."""
    for node in range(len(of)):
        if of[node] >= 0:
            for month in range(values.shape[1]):
                for k in range(values.shape[2]):
                    sums[of[node], month, k] += values[node, month, k]


def count_rows(where: Flags, ends: Numbers) -> None:
    """Where the rows of each block end, of the flags [block, member]."""
    count = 0
    for block in range(where.shape[0]):
        for k in range(where.shape[1]):
            count += where[block, k]
        ends[block] = count


def find_rows(where: Flags, low: int, places: Counts, subjects: Counts) -> None:
    """The places of all flags [block, member] that are up, and the members there, of whom the first one is `low`.

    Needs room for one row more, which is written over and over: faster than to ask each time.
    """
    row = 0
    for block in range(where.shape[0]):
        for k in range(where.shape[1]):
            places[row] = block * where.shape[1] + k
            subjects[row] = low + k
            row += where[block, k]


def spread(ends: Numbers, numbers: Counts, found: Counts) -> None:
    """Every row's number, where each block has one."""
    begin = 0
    for block in range(len(ends)):
        found[begin : ends[block]] = numbers[block]
        begin = ends[block]


def pick(values: Whole, places: Counts, found: Numbers) -> None:
    """The values at those places."""
    for row in range(len(places)):
        found[row] = values[places[row]]
