"""A small chart of a series as shapes: lines that break where a period is unknown, dots, a few ticks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from linghang.apps.metrics.data import Point, written

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 72, 20, 24, 44
TICKS = 4
LABELS = 6


@dataclass(frozen=True)
class Dot:
    """One known value at its place, with its words."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A number at the side, or a period below; `anchor` keeps the outer ones inside the picture.

    `minor` ones are left out where there is little room.
    """

    at: float
    words: str
    anchor: str = "middle"
    minor: bool = False


@dataclass(frozen=True)
class Chart:
    """Shapes in a picture of `width` × `height`. `breaks` are where another 口径 begins, `unknown`
    the periods without a value."""

    lines: Sequence[str]
    dots: Sequence[Dot]
    across: Sequence[Tick]
    below: Sequence[Tick]
    breaks: Sequence[float]
    unknown: Sequence[str]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart_of(points: Sequence[Point], decimals: int) -> Chart | None:
    """The chart of a series, or None when nothing is known."""
    known = [point.value for point in points if point.value is not None]
    if not known:
        return None
    levels = _levels(min(known), max(known))
    low, high = levels[0], levels[-1]

    def x(number: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (number / max(1, len(points) - 1) if len(points) > 1 else 0.5), 1)

    def y(value: Decimal) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float((value - low) / (high - low)), 1)

    dots = [
        Dot(x(number), y(point.value), f"{point.period} {written(point.value, decimals)}")
        for number, point in enumerate(points)
        if point.value is not None
    ]
    return Chart(
        lines=_lines(points, x, y),
        dots=dots,
        across=[Tick(y(level), _short(level)) for level in levels],
        below=_below(points, x),
        breaks=[x(number) for number, point in enumerate(points) if point.anew],
        unknown=[point.period for point in points if point.value is None],
    )


def _lines(points: Sequence[Point], x: Callable[[int], float], y: Callable[[Decimal], float]) -> list[str]:
    """A line for every run of known values: nothing is drawn across a gap."""
    runs: list[list[str]] = [[]]
    for number, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x(number)},{y(point.value)}")
    return [" ".join(run) for run in runs if len(run) > 1]


def _levels(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round numbers that enclose the values; the foot is not 0 unless the values are near it."""
    room = (high - low) or abs(high) or Decimal(1)
    rough = room / TICKS
    unit = Decimal(10) ** rough.adjusted()
    step = next(unit * times for times in (1, 2, Decimal("2.5"), 5, 10) if unit * times >= rough)
    level = (low / step).to_integral_value(ROUND_FLOOR) * step
    levels = [level]
    while levels[-1] < high or len(levels) < 2:
        levels.append(levels[-1] + step)
    return levels


def _short(level: Decimal) -> str:
    """万 and 亿 where numbers are long."""
    for size, word in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
        if abs(level) >= 10 * size:
            return f"{(level / size).normalize():,f}{word}"
    return f"{level.normalize():,f}"


def _below(points: Sequence[Point], x: Callable[[int], float]) -> list[Tick]:
    every = -(-len(points) // LABELS)
    chosen = [number for number in range(len(points)) if (len(points) - 1 - number) % every == 0]
    last = len(points) - 1
    ends = {0: "start", last: "end"} if last else {}
    return [
        Tick(x(number), points[number].period, ends.get(number, "middle"), minor=(len(chosen) - at) % 2 == 0)
        for at, number in enumerate(chosen)
    ]
