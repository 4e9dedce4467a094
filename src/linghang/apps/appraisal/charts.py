"""Small charts of one person's points as shapes; the list beside each says the same in numbers that open.

See docs/decisions/small-charts.md. Nothing is compared with anybody else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from linghang.apps.appraisal.data.statements import CategoryBar

LEAST_AXES = 3
RINGS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Axis:
    """One direction: where it ends, what it is called, and on which side of its end the words stand."""

    x: float
    y: float
    words_x: float
    words_y: float
    anchor: str
    words: str


@dataclass(frozen=True)
class Radar:
    """What each category gave of what it can give in a month: 0 in the middle, its limit on the outer ring."""

    width: int
    height: int
    x: float
    y: float
    rings: tuple[str, ...]
    axes: tuple[Axis, ...]
    shape: str
    dots: tuple[tuple[float, float], ...]
    words: str


def radar_of(bars: Sequence[CategoryBar], *, width: int = 320, height: int = 220, radius: int = 78) -> Radar | None:
    """None for fewer than three categories with a limit: two numbers need no picture."""
    limited = [bar for bar in bars if bar.cap]
    if len(limited) < LEAST_AXES:
        return None
    x, y, count = width / 2, height / 2 + 4, len(limited)
    shares = [_share(bar) for bar in limited]
    dots = tuple(_at(x, y, radius * share, n, count) for n, share in enumerate(shares))
    rings = tuple(_points(_at(x, y, radius * ring, n, count) for n in range(count)) for ring in RINGS)
    axes = tuple(_axis(x, y, radius, n, count, bar.title) for n, bar in enumerate(limited))
    words = "，".join(f"{bar.title} {round(100 * share)}%" for bar, share in zip(limited, shares, strict=True))
    return Radar(width, height, x, y, rings, axes, _points(dots), dots, words)


def _share(bar: CategoryBar) -> float:
    assert bar.cap
    return max(0.0, min(1.0, bar.got / bar.cap))


def _at(x: float, y: float, far: float, number: int, count: int) -> tuple[float, float]:
    """The first direction goes up, the others follow clockwise."""
    turn = 2 * pi * number / count
    return round(x + far * sin(turn), 1), round(y - far * cos(turn), 1)


def _axis(x: float, y: float, radius: float, number: int, count: int, words: str) -> Axis:
    end, beside = _at(x, y, radius, number, count), _at(x, y, radius + 12, number, count)
    side = "middle" if abs(beside[0] - x) < 1 else "start" if beside[0] > x else "end"
    down = 10 if beside[1] > y + 1 and side == "middle" else 0
    return Axis(*end, beside[0], beside[1] + down, side, words)


def _points(found: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in found)


@dataclass(frozen=True)
class Step:
    """One span on the curve: where its dot stands (None: no grade), and its words."""

    x: float
    y: float | None
    words: str


@dataclass(frozen=True)
class Curve:
    """Grades over time: spans from left to right, bands from below to above; broken where there was no grade."""

    width: int
    height: int
    left: float
    right: float
    levels: tuple[tuple[float, str], ...]
    lines: tuple[str, ...]
    steps: tuple[Step, ...]


def curve_of(
    grades: Sequence[tuple[str, int | None]], levels: Sequence[str], *, width: int = 360, height: int = 150
) -> Curve:
    """`grades`: (words of the span, place of the band in `levels`, None without a grade), the earliest first."""
    left, right, top, bottom = 72.0, width - 14.0, 14.0, height - 26.0
    heights = [_between(bottom, top, n, len(levels)) for n in range(len(levels))]
    steps = [
        Step(_between(left, right, n, len(grades)), None if level is None else heights[level], words)
        for n, (words, level) in enumerate(grades)
    ]
    runs: list[list[Step]] = [[]]
    for step in steps:
        if step.y is None:
            runs.append([])
        else:
            runs[-1].append(step)
    lines = tuple(_points((s.x, s.y) for s in run if s.y is not None) for run in runs if len(run) > 1)
    return Curve(width, height, left, right, tuple(zip(heights, levels, strict=True)), lines, tuple(steps))


def _between(first: float, last: float, number: int, count: int) -> float:
    return round(first + (last - first) * (number / (count - 1) if count > 1 else 0.5), 1)
